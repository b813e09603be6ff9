using System.Text;
using MiniKernel.Hal;

namespace MiniKernel.Core;

/// <summary>The structures of open files that C code sees, in simulated memory.</summary>
/// <remarks>struct file comes from filp, inode and dentry together from kmalloc. They are the kernel's: there are none before a C driver's file is opened.</remarks>
/// <param name="kernel">The kernel.</param>
/// <param name="structs">Their layout.</param>
internal sealed class CFileMemory(Kernel kernel, CStructs structs)
{
    private const uint CharacterMode = 0x2000 | 0x1b0, Readable = 1, Writable = 2, Seekable = 4 | 8 | 16;   // S_IFCHR | 0660; FMODE_
    private readonly Dictionary<(FileTarget, int), CInode> _inodes = [];
    private readonly Dictionary<ulong, CFile> _files = [];
    private ulong _lastInode;

    /// <summary>The kernel.</summary>
    public Kernel Kernel => kernel;

    /// <summary>What struct file comes from.</summary>
    public CFileCaches Caches { get; } = new(kernel, structs);

    /// <summary>Their layout.</summary>
    public CStructs Structs => structs;

    /// <summary>The open file of a struct file; null when there is none.</summary>
    public CFile? Find(VirtualAddress file) => _files.GetValueOrDefault(file.Value);

    /// <summary>Makes the structures of a file that is about to be opened.</summary>
    /// <returns>Null when there is no memory.</returns>
    public CFile? Make(CpuState cpu, OpenFile file, string name)
    {
        if (InodeOf(cpu, file, name) is not { } inode)
            return null;
        VirtualAddress address = Caches.Filp(cpu) is { } filp ? kernel.AllocateForC(cpu, filp) : VirtualAddress.Null;
        if (address.IsNull)
        {
            inode.Get().Put(cpu);
            return null;
        }
        Set(structs.File.Dentry, inode.Dentry.Value);
        Set(structs.File.Inode, inode.Address.Value);
        Set(structs.File.Count, 1);
        Set(structs.File.Flags, (ulong)file.Flags);
        Set(structs.File.Mode, Seekable | (file.CanRead ? Readable : 0) | (file.CanWrite ? Writable : 0));
        CFile made = new(this, address, inode.Get()) { Host = file };
        _files.Add(address.Value, made);
        return made;

        void Set(CMember member, ulong value) => new KernelContext(kernel, cpu.Mm).Set(address, member, value, default);
    }

    /// <summary>A file is closed.</summary>
    public void Forget(CFile file) => _files.Remove(file.Address.Value);

    /// <summary>No file is open on a path any more.</summary>
    public void Forget((FileTarget, int) key) => _inodes.Remove(key);

    private CInode? InodeOf(CpuState cpu, OpenFile file, string name)
    {
        (FileTarget Target, int Minor) key = (file.Target, file.Minor);
        if (_inodes.TryGetValue(key, out CInode? known))
            return known;
        VirtualAddress address = kernel.AllocateForC(cpu, structs.Inode.Bytes + structs.Dentry.Bytes, "struct inode");
        if (address.IsNull)
            return null;
        CInode made = new(this, key, address);
        KernelContext context = new(kernel, cpu.Mm);
        context.Set(address, structs.Inode.Number, ++_lastInode, default);
        context.Set(address, structs.Inode.Count, 1, default);
        if (file.Target is CharDevice)
        {
            context.Set(address, structs.Inode.Device, (file.Major << DeviceNumbers.MinorBits) | (uint)file.Minor, default);
            context.Set(address, structs.Inode.Mode, CharacterMode, default);
        }
        WriteDentry(context, made.Dentry, address, name);
        return _inodes[key] = made;
    }

    private void WriteDentry(KernelContext context, VirtualAddress dentry, VirtualAddress inode, string name)
    {
        Span<byte> text = stackalloc byte[DentryStruct.InlineName];
        text.Clear();
        Encoding.UTF8.TryGetBytes(name.AsSpan(0, Math.Min(name.Length, (DentryStruct.InlineName - 1) / 3)), text, out int length);
        VirtualAddress inline = dentry + (ulong)structs.Dentry.Inline.Offset;
        context.CopyTo(inline, text);
        context.Set(dentry, structs.Dentry.Inode, inode.Value, default);
        context.Set(dentry, structs.Dentry.Parent, dentry.Value, default);
        context.Set(dentry, structs.Dentry.Length, (ulong)length, default);
        context.Set(dentry, structs.Dentry.NameOf, inline.Value, default);
    }
}
