using System.Text;
using MiniKernel.Hal;

namespace MiniKernel.Core;

/// <summary>What C modules have made in /proc: struct proc_dir_entry, found by its address.</summary>
/// <param name="runtime">What runs C code.</param>
internal sealed class CProcTable(CRuntime runtime)
{
    private const ulong FileMode = 0x8000, FolderMode = 0x4000;   // S_IFREG, S_IFDIR
    private const int Permissions = 0x1ff, UsualFile = 0x124, UsualFolder = 0x16d;   // 0777, 0444, 0555
    private readonly CFileNodes _nodes = new(runtime);

    private FileTree Tree => runtime.Kernel.Proc.Drivers;

    private ProcDirEntryStruct Members => runtime.Structs.ProcDirEntry;

    /// <summary>Makes a file, which does nothing yet.</summary>
    /// <param name="c">The call.</param>
    /// <param name="name">Its name, folders before it.</param>
    /// <param name="mode">Permissions; 0 for reading by everybody.</param>
    /// <param name="parent">The folder's entry; null for /proc.</param>
    /// <param name="isProcOps">True when its functions are a struct proc_ops.</param>
    /// <returns>Its entry; null when it cannot be made.</returns>
    public VirtualAddress AddFile(ref CCall c, string name, uint mode, VirtualAddress parent, bool isProcOps)
    {
        int permissions = (int)mode & Permissions;
        return Add(ref c, name, permissions == 0 ? UsualFile : permissions, parent, FileMode, isProcOps);
    }

    /// <summary>proc_mkdir().</summary>
    public VirtualAddress AddFolder(ref CCall c, string name, uint mode, VirtualAddress parent)
    {
        int permissions = (int)mode & Permissions;
        return Add(ref c, name, permissions == 0 ? UsualFolder : permissions, parent, FolderMode, isProcOps: false);
    }

    /// <summary>remove_proc_entry(): by name.</summary>
    public void Remove(ref CCall c, string name, VirtualAddress parent)
    {
        if (FolderOf(ref c, parent, ref name)?.Child(name) is { } node)
            _nodes.Remove(c.Cpu, node);
        else
            runtime.Kernel.Error($"remove_proc_entry: there is no /proc/{name} at {c.Site}");
    }

    /// <summary>proc_remove(): by its entry. Null is fine.</summary>
    public void Remove(ref CCall c, VirtualAddress entry)
    {
        if (entry.IsNull)
            return;
        if (_nodes.Find(entry) is not { } node)
            throw runtime.Kernel.Oops.Bug(c.Cpu, c.Site, $"proc_remove({entry}): there is no entry at that address");
        _nodes.Remove(c.Cpu, node);
    }

    /// <summary>A module is gone or dead.</summary>
    /// <returns>What it left.</returns>
    public IReadOnlyList<string> Withdraw(LoadedModule owner) => _nodes.Withdraw(owner, Tree.Root);

    private VirtualAddress Add(ref CCall c, string path, int permissions, VirtualAddress parent, ulong kind, bool isProcOps)
    {
        runtime.Charge(c.Cpu, CRuntime.RegisterCharge);
        string name = path;
        if (FolderOf(ref c, parent, ref name) is not { } folder)
            return Refuse(ref c, path, "its folder does not exist");
        byte[] text = Encoding.UTF8.GetBytes(name);
        VirtualAddress entry = runtime.Kernel.AllocateForC(c.Cpu, Members.Bytes + text.Length + 1, "struct proc_dir_entry");
        if (entry.IsNull)
            return entry;
        FileTarget? target = kind == FileMode ? new FileTarget(name, new CProcFiles(runtime, c.Module, entry, isProcOps), c.Cpu.Module) : null;
        if (Tree.Add(folder, name, permissions, target, c.Cpu.Module) is not { } node)
        {
            runtime.Kernel.FreeForC(c.Cpu, entry);
            return Refuse(ref c, path, name.Length == 0 ? "it has no name" : "it is there already");
        }
        c.Kernel.CopyTo(entry + (ulong)Members.Bytes, text);
        c.Set(entry, Members.NameOf, (entry + (ulong)Members.Bytes).Value);
        c.Set(entry, Members.Length, (ulong)text.Length);
        c.Set(entry, Members.Mode, kind | (uint)permissions);
        c.Set(entry, Members.Links, kind == FileMode ? 1UL : 2);
        c.Set(entry, Members.Parent, parent.Value);
        _nodes.Add(entry, node);
        return entry;
    }

    private VirtualAddress Refuse(ref CCall c, string path, string why)
    {
        runtime.Kernel.Error($"proc_dir_entry '{path}' is not made: {why}, at {c.Site}");
        return VirtualAddress.Null;
    }

    private FileNode? FolderOf(ref CCall c, VirtualAddress parent, ref string name)
    {
        if (parent.IsNull)
            return Tree.FolderOf(null, ref name);
        if (_nodes.Find(parent) is not { } folder || folder.Target is not null)
            throw runtime.Kernel.Oops.Bug(c.Cpu, c.Site, $"{parent} is no folder of /proc");
        return Tree.FolderOf(folder, ref name);
    }
}
