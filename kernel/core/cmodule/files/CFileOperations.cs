using MiniKernel.Hal;

namespace MiniKernel.Core;

/// <summary>Files whose functions are C code: struct file_operations, read at each call, as the driver may have changed it.</summary>
/// <param name="runtime">What runs C code.</param>
/// <param name="module">The module whose files they are.</param>
internal abstract class CFileOperations(CRuntime runtime, CModule module) : IFileOperations
{
    private const ulong SeekableMode = 4;         // FMODE_LSEEK
    private const int NoIoctlCommand = 515;       // ENOIOCTLCMD

    /// <summary>What runs C code.</summary>
    protected CRuntime Runtime => runtime;

    /// <summary>Where structures have their members.</summary>
    protected CStructs Structs => runtime.Structs;

    /// <summary>The functions' places in their table.</summary>
    protected virtual CFileFunctions Functions => runtime.Structs.FileOperations.Functions;

    /// <inheritdoc/>
    public Errno Open(KernelContext kernel, OpenFile file)
    {
        VirtualAddress table = TableAtOpen(kernel);
        if (table.IsNull)
            return Errno.ENXIO;
        LoadedModule? holder = HolderOf(kernel, table);
        if (holder is { State: ModuleState.Unloading })
            return Errno.ENXIO;                   // as try_module_get() fails
        file.Hold(holder);
        if (runtime.Files.Make(kernel.State, file, file.Target.Name) is not { } made)
            return Errno.ENFILE;
        file.C = made;
        bool isOpen = false;
        try
        {
            kernel.Set(made.Address, Structs.File.Operations, table.Value, Site);
            kernel.Set(made.Address, Structs.File.PrivateData, PrivateData, Site);
            FillInode(kernel, made.Inode);
            Errno error = OpenC(kernel, file, made);
            isOpen = error == Errno.Success;
            return error;
        }
        finally
        {
            if (!isOpen)
            {
                made.Free(kernel.State);
                file.C = null;
            }
        }
    }

    /// <inheritdoc/>
    public IoResult Read(KernelContext kernel, OpenFile file, Span<byte> buffer, ref long position)
    {
        if (Function(kernel, file, Functions.Read) is not { } read)
            return NoFunction;
        byte[] bytes = buffer.ToArray();
        IoResult result = Transfer(kernel, file.C!, read, bytes, ref position);
        bytes.CopyTo(buffer);
        return result;
    }

    /// <inheritdoc/>
    public IoResult Write(KernelContext kernel, OpenFile file, ReadOnlySpan<byte> data, ref long position)
        => Function(kernel, file, Functions.Write) is { } write ? Transfer(kernel, file.C!, write, data.ToArray(), ref position) : NoFunction;

    /// <inheritdoc/>
    public IoResult Llseek(KernelContext kernel, OpenFile file, long offset, SeekOrigin whence)
    {
        VirtualAddress address = file.C!.Address;
        if ((kernel.Get(address, Structs.File.Mode, Site) & SeekableMode) == 0)
            return Errno.ESPIPE;
        if (Function(kernel, file, Functions.Llseek) is not { } llseek)
            return CSeek.Default(kernel, Structs, address, offset, (int)whence, Site);
        ulong result = runtime.WordBytes == 8
            ? runtime.CallWide(kernel.State, module, llseek, address.Value, (ulong)offset, (ulong)whence)
            : runtime.CallWide(kernel.State, module, llseek, address.Value, (uint)offset, (uint)(offset >> 32), (ulong)whence);
        return (long)result;
    }

    /// <inheritdoc/>
    public IoResult Ioctl(KernelContext kernel, OpenFile file, uint command, ulong argument)
    {
        CFile c = file.C!;
        long result;
        if (Function(kernel, file, Functions.Ioctl) is { } ioctl)
            result = Signed(runtime.Call(kernel.State, module, ioctl, c.Address.Value, command, argument));
        else if (Functions.LockedIoctl is { } locked && Function(kernel, file, locked) is { } old)
            result = (int)runtime.Call(kernel.State, module, old, c.Inode.Value, c.Address.Value, command, argument);
        else
            return Errno.ENOTTY;
        return result == -NoIoctlCommand ? Errno.ENOTTY : result;
    }

    /// <inheritdoc/>
    public IoResult Ioctl(KernelContext kernel, OpenFile file, uint command, Span<byte> argument)
    {
        byte[] bytes = argument.ToArray();
        ulong address = runtime.User.Map(bytes);
        try
        {
            return Ioctl(kernel, file, command, address);
        }
        finally
        {
            runtime.User.Unmap(address);
            bytes.CopyTo(argument);
        }
    }

    /// <inheritdoc/>
    public PollEvents Poll(KernelContext kernel, OpenFile file, PollTable table)
    {
        if (Function(kernel, file, Functions.Poll) is not { } poll)
            return PollEvents.Default;
        using CFrame frame = new(runtime, kernel.State, (ulong)Structs.PollTable.Bytes);
        VirtualAddress address = frame.Variables;
        kernel.Set(address, Structs.PollTable.Function, table.IsWaiting ? runtime.Polls.WaitFunction : 0, Site);
        kernel.Set(address, Structs.PollTable.Key, (ulong)table.Wanted, Site);
        runtime.Polls.Begin(address, table);
        try
        {
            return (PollEvents)(uint)runtime.Call(kernel.State, module, poll, file.C!.Address.Value, address.Value);
        }
        finally
        {
            runtime.Polls.End(address);
        }
    }

    /// <inheritdoc/>
    public IoResult Fasync(KernelContext kernel, OpenFile file, bool isOn)
    {
        const int descriptor = 3;                 // the first a program opens
        if (Functions.Fasync is not { } member || Function(kernel, file, member) is not { } fasync)
            return Errno.Success;
        return (int)runtime.Call(kernel.State, module, fasync, isOn ? descriptor : ulong.MaxValue, file.C!.Address.Value, isOn ? 1UL : 0);
    }

    /// <inheritdoc/>
    public Errno Flush(KernelContext kernel, OpenFile file)
    {
        if (Functions.Flush is not { } member || Function(kernel, file, member) is not { } flush)
            return Errno.Success;
        return (Errno)(-(int)runtime.Call(kernel.State, module, flush, file.C!.Address.Value, 0));
    }

    /// <inheritdoc/>
    public void Release(KernelContext kernel, OpenFile file)
    {
        if (Function(kernel, file, Functions.Release) is { } release)
            runtime.Call(kernel.State, module, release, file.C!.Inode.Value, file.C.Address.Value);
    }

    /// <summary>On whose behalf memory is read.</summary>
    protected static CallSite Site => CallSite.OfCode("a system call");

    /// <summary>The table a file begins with; null: there is none.</summary>
    protected abstract VirtualAddress TableAtOpen(KernelContext kernel);

    /// <summary>The table of a file that is open.</summary>
    protected virtual VirtualAddress Table(KernelContext kernel, CFile file) => new(kernel.Get(file.Address, Structs.File.Operations, Site));

    /// <summary>Writes into the inode what this kind of file has there.</summary>
    protected abstract void FillInode(KernelContext kernel, VirtualAddress inode);

    /// <summary>private_data when ->open is called.</summary>
    protected virtual ulong PrivateData => 0;

    /// <summary>What reading says of a file that has no ->read, and writing of one without ->write.</summary>
    protected virtual Errno NoFunction => Errno.EINVAL;

    /// <summary>The module an open file holds; null for none.</summary>
    protected virtual LoadedModule? HolderOf(KernelContext kernel, VirtualAddress table) =>
        Functions.Owner is { } owner ? runtime.ModuleOf(new VirtualAddress(kernel.Get(table, owner, Site))) : null;

    private Errno OpenC(KernelContext kernel, OpenFile file, CFile made) =>
        Function(kernel, file, Functions.Open) is { } open
            ? (Errno)(-(int)runtime.Call(kernel.State, module, open, made.Inode.Value, made.Address.Value))
            : Errno.Success;

    private ulong? Function(KernelContext kernel, OpenFile file, CMember member)
    {
        VirtualAddress table = Table(kernel, file.C!);
        ulong function = table.IsNull ? 0 : kernel.Get(table, member, Site);
        return function == 0 ? null : function;
    }

    // Like sys_read: the position is copied to the stack, and back when the call has come home.
    private IoResult Transfer(KernelContext kernel, CFile file, ulong function, byte[] bytes, ref long position)
    {
        ulong buffer = runtime.User.Map(bytes);
        try
        {
            using CFrame frame = new(runtime, kernel.State, sizeof(long));
            VirtualAddress pos = frame.Variables;
            kernel.Write(pos, kernel.Get(file.Address, Structs.File.Position, Site), Site.File, Site.Line, Site.Member);
            IoResult result = Signed(runtime.Call(kernel.State, module, function, file.Address.Value, buffer, (ulong)bytes.Length, pos.Value));
            position = kernel.Read<long>(pos, Site.File, Site.Line, Site.Member);
            kernel.Set(file.Address, Structs.File.Position, (ulong)position, Site);
            return result;
        }
        finally
        {
            runtime.User.Unmap(buffer);
        }
    }

    private long Signed(ulong result) => runtime.WordBytes == 8 ? (long)result : (int)result;
}
