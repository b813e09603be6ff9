using System.Globalization;

namespace MiniKernel.Core;

/// <summary>Character devices and calls on their files (Linux 2.6.24 fs/char_dev.c, fs/read_write.c).</summary>
/// <remarks>Every call crosses the module boundary. /dev is what udev would make: NAME for minor 0, NAMEn for minor n.</remarks>
public sealed class CharDeviceTable
{
    private const uint Majors = 255;              // MAX_CHRDEV: 1 to 254 can be given out
    private const int Minors = 256;
    private const string DevFolder = "/dev/";
    private readonly Kernel _kernel;
    private readonly CharDevice?[] _byMajor = new CharDevice?[Majors];

    internal CharDeviceTable(Kernel kernel) => _kernel = kernel;

    /// <summary>Major numbers and names, ascending: the first half of /proc/devices.</summary>
    public IEnumerable<(uint Major, string Name)> Registered
    {
        get
        {
            foreach (CharDevice? device in _byMajor)
            {
                if (device is not null)
                    yield return (device.Major, device.Name);
            }
        }
    }

    /// <summary>open(): opens a file of /dev.</summary>
    /// <returns>-ENXIO when there is no such device.</returns>
    public Errno Open(string path, out OpenFile? file, int cpu = 0)
    {
        file = null;
        if (Resolve(path, out int minor) is not { } device)
            return Errno.ENXIO;
        OpenFile opened = new(device, minor);
        Errno error = Enter(
            device, cpu, (device.Operations, opened), static (kernel, call) => call.Operations.Open(kernel, call.opened), Errno.EIO);
        if (error != Errno.Success)
            return error;
        if (device.Owner is { } owner)
            owner.References++;
        file = opened;
        return Errno.Success;
    }

    /// <summary>close(): lets the driver release the file.</summary>
    public Errno Close(OpenFile file, int cpu = 0)
    {
        ArgumentNullException.ThrowIfNull(file);
        if (!file.IsOpen)
            return Errno.EBADF;
        file.IsOpen = false;
        if (file.Device.Owner is { } owner)
            owner.References--;
        if (!file.Device.IsRegistered)
            return Errno.Success;                 // nobody left to tell
        return Enter(file.Device, cpu, file, static (kernel, closing) => Release(kernel, closing), Errno.EIO);
    }

    /// <summary>read(): at the file's position, which moves on.</summary>
    public IoResult Read(OpenFile file, Span<byte> buffer, int cpu = 0)
    {
        if (Refusal(file) is { } error)
            return error;
        IoResult result = Enter(file.Device, cpu, new ReadCall(file, buffer), static (kernel, call) => Read(kernel, call), Errno.EIO);
        return Checked(file, result, buffer.Length);
    }

    /// <summary>write(): at the file's position, which moves on.</summary>
    public IoResult Write(OpenFile file, ReadOnlySpan<byte> data, int cpu = 0)
    {
        if (Refusal(file) is { } error)
            return error;
        IoResult result = Enter(file.Device, cpu, new WriteCall(file, data), static (kernel, call) => Write(kernel, call), Errno.EIO);
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
            file.Device, cpu, (file, offset, whence),
            static (kernel, call) => call.Item1.Device.Operations.Llseek(kernel, call.Item1, call.Item2, call.Item3), Errno.EIO);
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
            file.Device, cpu, (file, command, argument),
            static (kernel, call) => call.Item1.Device.Operations.Ioctl(kernel, call.Item1, call.Item2, call.Item3), Errno.EIO);
    }

    internal IoResult Register(LoadedModule? owner, uint major, string name, IFileOperations operations)
    {
        if (major >= Majors || string.IsNullOrEmpty(name) || operations is null)
            return Errno.EINVAL;
        bool isDynamic = major == 0;
        if (isDynamic && !TryFindFreeMajor(out major))
            return Errno.EBUSY;
        if (_byMajor[major] is not null)
            return Errno.EBUSY;
        _byMajor[major] = new CharDevice(major, name, operations, owner);
        return isDynamic ? major : 0L;
    }

    internal Errno Unregister(uint major, string name)
    {
        if (major >= Majors || _byMajor[major] is not { } device || device.Name != name)
            return Errno.EINVAL;
        device.IsRegistered = false;
        _byMajor[major] = null;
        return Errno.Success;
    }

    /// <summary>Takes every device of a module off.</summary>
    /// <returns>What they were called.</returns>
    internal IReadOnlyList<string> Withdraw(LoadedModule owner)
    {
        List<string> names = [];
        foreach (CharDevice? device in _byMajor)
        {
            if (device is null || device.Owner != owner)
                continue;
            Unregister(device.Major, device.Name);
            names.Add($"character device {device.Major} ({device.Name})");
        }
        return names;
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

    private static IoResult Read(KernelContext kernel, ReadCall call)
    {
        long position = call.File.Position;
        IoResult result = call.File.Device.Operations.Read(kernel, call.File, call.Buffer, ref position);
        call.File.Position = position;
        return result;
    }

    private static IoResult Write(KernelContext kernel, WriteCall call)
    {
        long position = call.File.Position;
        IoResult result = call.File.Device.Operations.Write(kernel, call.File, call.Data, ref position);
        call.File.Position = position;
        return result;
    }

    private static Errno Release(KernelContext kernel, OpenFile file)
    {
        file.Device.Operations.Release(kernel, file);
        return Errno.Success;
    }

    private static Errno? Refusal(OpenFile file)
    {
        ArgumentNullException.ThrowIfNull(file);
        if (!file.IsOpen)
            return Errno.EBADF;
        return file.Device.IsRegistered ? null : Errno.ENODEV;
    }

    private TResult Enter<TCall, TResult>(CharDevice device, int cpu, TCall call, ModuleEntry<TCall, TResult> entry, TResult onOops)
        where TCall : allows ref struct
    {
        CpuState state = _kernel.Cpu(cpu);
        return _kernel.Modules.Boundary.Call(device.Owner, state, state.Comm, call, entry, onOops);
    }

    // A driver that says it moved more than it was given would make its callers read beyond their buffers.
    private IoResult Checked(OpenFile file, IoResult result, int limit)
    {
        if (result.Value <= limit)
            return result;
        _kernel.Error($"{file.Device.Name}: returned {result.Value} for a buffer of {limit} bytes");
        return Errno.EIO;
    }

    private bool TryFindFreeMajor(out uint major)
    {
        for (major = Majors - 1; major > 0; major--)
        {
            if (_byMajor[major] is null)
                return true;
        }
        return false;
    }

    private CharDevice? Resolve(string path, out int minor)
    {
        minor = 0;
        if (!path.StartsWith(DevFolder, StringComparison.Ordinal))
            return null;
        string node = path[DevFolder.Length..];
        foreach (CharDevice? device in _byMajor)
        {
            if (device is null || !node.StartsWith(device.Name, StringComparison.Ordinal))
                continue;
            string digits = node[device.Name.Length..];
            if (digits.Length == 0)
                return device;
            if (int.TryParse(digits, NumberStyles.None, CultureInfo.InvariantCulture, out minor) && minor < Minors)
                return device;
        }
        minor = 0;
        return null;
    }
}
