namespace MiniKernel.Core;

/// <summary>Character devices: who has which numbers, and who serves them (Linux 2.6.24 fs/char_dev.c).</summary>
public sealed class CharDeviceTable
{
    /// <summary>Majors a node or a region may have.</summary>
    internal const uint Majors = 4096;

    private const uint DynamicMajors = 255;       // 1 to 254 are given out
    private const uint Minors = 256;              // of register_chrdev()
    private const int LongestName = 63;           // bytes
    private readonly Kernel _kernel;
    private readonly List<DeviceRegion> _regions = [];   // by major and first minor, ascending
    private readonly List<CharDevice> _devices = [];

    internal CharDeviceTable(Kernel kernel)
    {
        _kernel = kernel;
        Nodes = new DeviceNodeTable(this);
    }

    /// <summary>Major numbers and names, ascending: the first half of /proc/devices.</summary>
    public IEnumerable<(uint Major, string Name)> Registered => _regions.Select(region => (region.Numbers.Major, region.Name));

    /// <summary>/dev.</summary>
    public DeviceNodeTable Nodes { get; }

    internal IReadOnlyList<DeviceRegion> Regions => _regions;

    /// <summary>What a path of /dev leads to: no device when there is no such node, or nobody serves its number.</summary>
    internal (CharDevice? Device, uint Major, int Minor) Resolve(string path) =>
        Nodes.FindPath(path) is { } node ? (FindDevice(node.Major, node.Minor), node.Major, (int)node.Minor) : default;

    /// <summary>Who serves a number; null when nobody does.</summary>
    internal CharDevice? FindDevice(uint major, uint minor) => _devices.FindLast(device => device.Numbers.Contains(major, minor));

    /// <summary>register_chrdev(): takes the 256 minors of a major and serves them.</summary>
    internal IoResult Register(LoadedModule? owner, uint major, string name, IFileOperations operations)
    {
        if (major >= DynamicMajors || string.IsNullOrEmpty(name) || operations is null)
            return Errno.EINVAL;
        IoResult taken = Take(owner, new DeviceNumbers(major, 0, Minors), name);
        if (taken.IsError)
            return taken;
        Serve(new CharDevice(new DeviceNumbers((uint)taken.Value, 0, Minors), name, operations, owner));
        return major == 0 ? taken : 0L;
    }

    /// <summary>unregister_chrdev(): files that are open cannot be used any more.</summary>
    internal Errno Unregister(uint major, string name)
    {
        if (_devices.Find(device => device.Numbers == new DeviceNumbers(major, 0, Minors) && device.Name == name) is not { } device)
            return Errno.EINVAL;
        device.Withdrawn = Errno.ENODEV;
        Unserve(device);
        Return(device.Numbers);
        return Errno.Success;
    }

    /// <summary>Takes numbers; of major 0, of the highest major that is free.</summary>
    /// <returns>The major; -EBUSY when somebody has some of the numbers.</returns>
    internal IoResult Take(LoadedModule? owner, DeviceNumbers numbers, string name)
    {
        if (numbers.Major >= Majors || numbers.Count == 0 || numbers.FirstMinor + (ulong)numbers.Count > DeviceNumbers.Minors)
            return Errno.EINVAL;
        if (numbers.Major == 0)
        {
            if (!TryFindFreeMajor(out uint free))
                return Errno.EBUSY;
            numbers = numbers with { Major = free };
        }
        if (_regions.Exists(region => region.Numbers.Overlaps(numbers)))
            return Errno.EBUSY;
        int at = _regions.FindIndex(region => (region.Numbers.Major, region.Numbers.FirstMinor).CompareTo((numbers.Major, numbers.FirstMinor)) > 0);
        _regions.Insert(at < 0 ? _regions.Count : at, new DeviceRegion(numbers, name.Length <= LongestName ? name : name[..LongestName], owner));
        return (long)numbers.Major;
    }

    /// <summary>Gives back numbers that were taken together; false when they were not.</summary>
    internal bool Return(DeviceNumbers numbers) => _regions.RemoveAll(region => region.Numbers == numbers) != 0;

    /// <summary>Somebody serves numbers from now on.</summary>
    internal void Serve(CharDevice device) => _devices.Add(device);

    /// <summary>Nobody serves them any more.</summary>
    internal void Unserve(CharDevice device) => _devices.Remove(device);

    /// <summary>Takes everything of a module off.</summary>
    /// <returns>What it was called.</returns>
    internal IReadOnlyList<string> Withdraw(LoadedModule owner)
    {
        foreach (CharDevice device in _devices.FindAll(device => device.Owner == owner))
        {
            device.Withdrawn = Errno.ENODEV;
            Unserve(device);
        }
        Nodes.RemoveAllOf(owner);
        string[] names = [.. _regions.Where(region => region.Owner == owner).Select(region => $"character device {region.Numbers.Major} ({region.Name})")];
        _regions.RemoveAll(region => region.Owner == owner);
        return names;
    }

    private bool TryFindFreeMajor(out uint major)
    {
        for (major = DynamicMajors - 1; major > 0; major--)
        {
            uint candidate = major;
            if (!_regions.Exists(region => region.Numbers.Major == candidate))
                return true;
        }
        return false;
    }
}
