namespace MiniKernel.Core;

/// <summary>Block majors, disks, and disks that are open (Linux 2.6.24 block/genhd.c, fs/block_dev.c).</summary>
/// <remarks>Every call into a driver crosses the module boundary. There are no partitions.</remarks>
public sealed class BlockDeviceTable
{
    private const uint Majors = 255;              // 1 to 254 can be given out
    private const int Minors = 256;
    private const string DevFolder = "/dev/";
    private readonly Kernel _kernel;
    private readonly Major?[] _byMajor = new Major?[Majors];
    private readonly List<Gendisk> _disks = [];   // in the order of add_disk()

    internal BlockDeviceTable(Kernel kernel) => _kernel = kernel;

    private sealed record Major(string Name, LoadedModule? Owner);

    /// <summary>Major numbers and names, ascending: the second half of /proc/devices.</summary>
    public IEnumerable<(uint Major, string Name)> Registered
    {
        get
        {
            for (uint major = 0; major < Majors; major++)
            {
                if (_byMajor[major] is { } registered)
                    yield return (major, registered.Name);
            }
        }
    }

    /// <summary>Disks, in the order they came.</summary>
    public IReadOnlyList<Gendisk> Disks => _disks;

    /// <summary>open_bdev_excl(), but not exclusive: opens a disk of /dev.</summary>
    /// <returns>-ENXIO when there is none of that name.</returns>
    public Errno Open(string path, out BlockDevice? device, int cpu = 0)
    {
        ArgumentNullException.ThrowIfNull(path);
        device = null;
        if (_disks.Find(candidate => path == DevFolder + candidate.Name) is not { } disk)
            return Errno.ENXIO;
        Errno error = Enter(disk, cpu, disk, static (kernel, opened) => opened.Operations?.Open(kernel, opened) ?? Errno.Success, Errno.EIO);
        if (error != Errno.Success)
            return error;
        if (disk.Owner is { } owner)
            owner.References++;
        device = new BlockDevice(disk);
        return Errno.Success;
    }

    /// <summary>close_bdev_excl().</summary>
    public Errno Close(BlockDevice device, int cpu = 0)
    {
        ArgumentNullException.ThrowIfNull(device);
        if (!device.IsOpen)
            return Errno.EBADF;
        device.IsOpen = false;
        if (device.Disk.Owner is { } owner)
            owner.References--;
        if (!device.Disk.IsUp)
            return Errno.Success;                 // nobody left to tell
        return Enter(device.Disk, cpu, device.Disk, static (kernel, disk) => Release(kernel, disk), Errno.EIO);
    }

    /// <summary>blkdev_ioctl(): a command of the driver's own.</summary>
    public IoResult Ioctl(BlockDevice device, uint command, ulong argument, int cpu = 0)
    {
        ArgumentNullException.ThrowIfNull(device);
        if (!device.IsOpen)
            return Errno.EBADF;
        if (!device.Disk.IsUp)
            return Errno.ENODEV;
        return Enter<(Gendisk Disk, uint Command, ulong Argument), IoResult>(
            device.Disk, cpu, (device.Disk, command, argument),
            static (kernel, call) => call.Disk.Operations?.Ioctl(kernel, call.Disk, call.Command, call.Argument) ?? Errno.ENOTTY, Errno.EIO);
    }

    internal IoResult Register(LoadedModule? owner, uint major, string name)
    {
        if (major >= Majors || string.IsNullOrEmpty(name))
            return Errno.EINVAL;
        bool isDynamic = major == 0;
        if (isDynamic && !TryFindFreeMajor(out major))
            return Errno.EBUSY;
        if (_byMajor[major] is not null)
            return Errno.EBUSY;
        _byMajor[major] = new Major(name, owner);
        return isDynamic ? major : 0L;
    }

    internal Errno Unregister(uint major, string name)
    {
        if (major >= Majors || _byMajor[major] is not { } registered || registered.Name != name)
            return Errno.EINVAL;
        _byMajor[major] = null;
        return Errno.Success;
    }

    /// <summary>add_disk(): the disk can be opened from now on.</summary>
    /// <returns>-EINVAL when its major is not registered or something is missing, -EBUSY when name or number is taken.</returns>
    internal Errno Add(LoadedModule? owner, Gendisk disk)
    {
        ArgumentNullException.ThrowIfNull(disk);
        bool isValid = !string.IsNullOrEmpty(disk.Name) && disk.Queue is { IsDead: false } && disk.FirstMinor is >= 0 and < Minors;
        if (!isValid || disk.Major is 0 or >= Majors || _byMajor[disk.Major] is null)
            return Errno.EINVAL;
        if (_disks.Exists(other => other.Name == disk.Name || (other.Major == disk.Major && other.FirstMinor == disk.FirstMinor)))
            return Errno.EBUSY;
        (disk.Owner, disk.IsUp) = (owner, true);
        _disks.Add(disk);
        return Errno.Success;
    }

    /// <summary>del_gendisk(): nobody opens it any more, and those who have it open get -EIO.</summary>
    internal Errno Delete(Gendisk disk)
    {
        ArgumentNullException.ThrowIfNull(disk);
        if (!_disks.Remove(disk))
            return Errno.EINVAL;
        disk.IsUp = false;
        return Errno.Success;
    }

    /// <summary>Takes every disk and major of a module off.</summary>
    /// <returns>What they were called.</returns>
    internal IReadOnlyList<string> Withdraw(LoadedModule owner)
    {
        List<string> names = [];
        foreach (Gendisk disk in _disks.FindAll(disk => disk.Owner == owner))
        {
            Delete(disk);
            names.Add($"disk {disk.Name}");
        }
        for (uint major = 0; major < Majors; major++)
        {
            if (_byMajor[major] is not { } registered || registered.Owner != owner)
                continue;
            _byMajor[major] = null;
            names.Add($"block device {major} ({registered.Name})");
        }
        return names;
    }

    private static Errno Release(KernelContext kernel, Gendisk disk)
    {
        disk.Operations?.Release(kernel, disk);
        return Errno.Success;
    }

    private TResult Enter<TCall, TResult>(Gendisk disk, int cpu, TCall call, ModuleEntry<TCall, TResult> entry, TResult onOops)
    {
        CpuState state = _kernel.Cpu(cpu);
        return _kernel.Modules.Boundary.Call(disk.Owner, state, state.Comm, call, entry, onOops);
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
}
