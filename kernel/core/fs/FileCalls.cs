using System.Text;

namespace MiniKernel.Core;

/// <summary>Calls on files (Linux 2.6.24 fs/open.c, fs/read_write.c). Every call of a driver's functions crosses the module boundary.</summary>
public sealed class FileCalls
{
    private const int MostText = 64 << 20, MostReads = 1 << 16;        // bytes, calls; a file need not have an end
    private readonly Kernel _kernel;

    internal FileCalls(Kernel kernel) => _kernel = kernel;

    /// <summary>open(): opens a file of a driver, by its path.</summary>
    /// <returns>-ENXIO when there is no such device, -ENOENT when there is no such file.</returns>
    public Errno Open(string path, OpenFlags flags, out OpenFile? file, int cpu = 0)
    {
        ArgumentNullException.ThrowIfNull(path);
        file = null;
        Errno error = Find(path, flags, out OpenFile? found);
        if (found is null)
            return error;
        found.Hold(found.Target.Owner);
        try
        {
            error = Enter(found.Target, cpu, found, static (kernel, opened) => opened.Target.Operations.Open(kernel, opened), Errno.EIO);
            if (error != Errno.Success)
                return error;
            found.Flags &= ~(OpenFlags.Create | OpenFlags.Truncate);
            found.Target.OpenFiles.Add(found);
            file = found;
            return Errno.Success;
        }
        finally
        {
            if (file is null)
                found.Hold(null);                 // also when an oops ends the caller
        }
    }

    /// <summary>close(): lets the driver release the file.</summary>
    public Errno Close(OpenFile file, int cpu = 0)
    {
        ArgumentNullException.ThrowIfNull(file);
        if (!file.IsOpen)
            return Errno.EBADF;
        file.IsOpen = false;
        file.Target.OpenFiles.Remove(file);
        try
        {
            return file.Target.Refusal is null ? Enter(file.Target, cpu, file, static (kernel, closing) => Release(kernel, closing), Errno.EIO) : Errno.Success;
        }
        finally
        {
            file.C?.Free(_kernel.Cpu(cpu));
            file.Hold(null);
        }
    }

    /// <summary>read(): at the file's position, which moves on.</summary>
    public IoResult Read(OpenFile file, Span<byte> buffer, int cpu = 0)
    {
        if (Refusal(file, file?.CanRead ?? true) is { } error)
            return error;
        IoResult result = Enter(file!.Target, cpu, new ReadCall(file, buffer), static (kernel, call) => Read(kernel, call), Errno.EIO);
        return Checked(file, result, buffer.Length);
    }

    /// <summary>write(): at the file's position, which moves on.</summary>
    public IoResult Write(OpenFile file, ReadOnlySpan<byte> data, int cpu = 0)
    {
        if (Refusal(file, file?.CanWrite ?? true) is { } error)
            return error;
        IoResult result = Enter(file!.Target, cpu, new WriteCall(file, data), static (kernel, call) => Write(kernel, call), Errno.EIO);
        return Checked(file, result, data.Length);
    }

    /// <summary>lseek(): moves the file's position and returns it.</summary>
    public IoResult Llseek(OpenFile file, long offset, SeekOrigin whence, int cpu = 0)
    {
        if (Refusal(file) is { } error)
            return error;
        if (whence is < SeekOrigin.Begin or > SeekOrigin.End)
            return Errno.EINVAL;
        IoResult position = Enter<(OpenFile, long, SeekOrigin), IoResult>(
            file.Target, cpu, (file, offset, whence),
            static (kernel, call) => call.Item1.Target.Operations.Llseek(kernel, call.Item1, call.Item2, call.Item3), Errno.EIO);
        if (!position.IsError)
            file.Position = position.Value;
        return position;
    }

    /// <summary>ioctl(): a command of the driver's own.</summary>
    public IoResult Ioctl(OpenFile file, uint command, ulong argument, int cpu = 0)
    {
        if (Refusal(file) is { } error)
            return error;
        return Enter<(OpenFile, uint, ulong), IoResult>(
            file.Target, cpu, (file, command, argument),
            static (kernel, call) => call.Item1.Target.Operations.Ioctl(kernel, call.Item1, call.Item2, call.Item3), Errno.EIO);
    }

    /// <summary>ioctl() with a pointer to bytes of the caller's, which the driver may read and write.</summary>
    public IoResult Ioctl(OpenFile file, uint command, Span<byte> argument, int cpu = 0)
    {
        if (Refusal(file) is { } error)
            return error;
        return Enter(
            file.Target, cpu, new IoctlCall(file, command, argument),
            static (kernel, call) => call.File.Target.Operations.Ioctl(kernel, call.File, call.Command, call.Argument), (IoResult)Errno.EIO);
    }

    /// <summary>poll() that does not wait.</summary>
    public PollEvents Poll(OpenFile file, int cpu = 0) => Poll(file, new PollTable(null), cpu);

    /// <summary>Asks a driver what can be done, and on which queues to wait for it.</summary>
    internal PollEvents Poll(OpenFile file, PollTable table, int cpu) =>
        Refusal(file) is null
            ? Enter(file.Target, cpu, (file, table), static (kernel, call) => call.file.Target.Operations.Poll(kernel, call.file, call.table), PollEvents.Error)
            : PollEvents.Error;

    /// <summary>fcntl(F_SETFL): turns FASYNC on or off.</summary>
    public IoResult Fasync(OpenFile file, bool isOn, int cpu = 0)
    {
        if (Refusal(file) is { } error)
            return error;
        IoResult result = Enter<(OpenFile, bool), IoResult>(
            file.Target, cpu, (file, isOn), static (kernel, call) => call.Item1.Target.Operations.Fasync(kernel, call.Item1, call.Item2), Errno.EIO);
        if (!result.IsError)
            file.Flags = isOn ? file.Flags | OpenFlags.Async : file.Flags & ~OpenFlags.Async;
        return result;
    }

    /// <summary>Reads a whole file of a driver's as text.</summary>
    /// <returns>False when there is none, or reading failed.</returns>
    internal bool TryReadAll(string path, out string text)
    {
        text = "";
        if (Open(path, OpenFlags.ReadOnly, out OpenFile? file) != Errno.Success)
            return false;
        using MemoryStream bytes = new();
        byte[] buffer = new byte[4096];
        IoResult count;
        for (int reads = 0; (count = Read(file!, buffer)).Value > 0 && bytes.Length < MostText && reads < MostReads; reads++)
            bytes.Write(buffer, 0, count.Count);
        Close(file!);
        text = Encoding.UTF8.GetString(bytes.ToArray());
        return !count.IsError;
    }

    /// <summary>Tells the files that are open on something that goes, while its driver can still hear it.</summary>
    internal void ReleaseAll(FileTarget target, CpuState cpu)
    {
        foreach (OpenFile file in target.OpenFiles)
            Enter(target, cpu.Id, file, static (kernel, closing) => Release(kernel, closing), Errno.EIO);
    }

    private readonly ref struct ReadCall(OpenFile file, Span<byte> buffer)
    {
        public readonly OpenFile File = file;
        public readonly Span<byte> Buffer = buffer;
    }

    private readonly ref struct WriteCall(OpenFile file, ReadOnlySpan<byte> data)
    {
        public readonly OpenFile File = file;
        public readonly ReadOnlySpan<byte> Data = data;
    }

    private readonly ref struct IoctlCall(OpenFile file, uint command, Span<byte> argument)
    {
        public readonly OpenFile File = file;
        public readonly uint Command = command;
        public readonly Span<byte> Argument = argument;
    }

    private static IoResult Read(KernelContext kernel, ReadCall call)
    {
        long position = call.File.Position;
        IoResult result = call.File.Target.Operations.Read(kernel, call.File, call.Buffer, ref position);
        call.File.Position = position;
        return result;
    }

    private static IoResult Write(KernelContext kernel, WriteCall call)
    {
        long position = call.File.Position;
        IoResult result = call.File.Target.Operations.Write(kernel, call.File, call.Data, ref position);
        call.File.Position = position;
        return result;
    }

    private static Errno Release(KernelContext kernel, OpenFile file)
    {
        IFileOperations operations = file.Target.Operations;
        Errno error = operations.Flush(kernel, file);
        if ((file.Flags & OpenFlags.Async) != 0)
            operations.Fasync(kernel, file, isOn: false);
        operations.Release(kernel, file);
        return error;
    }

    private Errno Find(string path, OpenFlags flags, out OpenFile? file)
    {
        file = null;
        if ((_kernel.Proc.Drivers.Find(path) ?? _kernel.Debugfs.Find(path)) is { Target: { } target })
        {
            file = new OpenFile(target, 0, 0, flags);
            return Errno.Success;
        }
        (CharDevice? device, uint major, int minor) = _kernel.Devices.Resolve(path);
        if (device is null)
            return Errno.ENXIO;
        file = new OpenFile(device, major, minor, flags);
        return Errno.Success;
    }

    private static Errno? Refusal(OpenFile? file, bool isAllowed = true)
    {
        ArgumentNullException.ThrowIfNull(file);
        return file.IsOpen && isAllowed ? file.Target.Refusal : Errno.EBADF;
    }

    private TResult Enter<TCall, TResult>(FileTarget target, int cpu, TCall call, ModuleEntry<TCall, TResult> entry, TResult onOops)
        where TCall : allows ref struct
    {
        CpuState state = _kernel.Cpu(cpu);
        return _kernel.Modules.Boundary.Call(target.Owner, state, state.Comm, call, entry, onOops);
    }

    // A driver that says it moved more than it was given would make its callers read beyond their buffers.
    private IoResult Checked(OpenFile file, IoResult result, int limit)
    {
        if (result.Value <= limit)
            return result;
        _kernel.Error($"{file.Target.Name}: returned {result.Value} for a buffer of {limit} bytes");
        return Errno.EIO;
    }
}
