using System.Globalization;

namespace MiniKernel.Core;

/// <summary>/dev: nodes that device_create() and mknod made, and those every driver has that takes numbers: NAME for its first, NAMEn
/// for number n.</summary>
/// <remarks>Linux would have the former alone; whoever writes a driver without device_create() ships a script that makes the latter.</remarks>
public sealed class DeviceNodeTable
{
    private const string Folder = "/dev/";
    private readonly CharDeviceTable _devices;
    private readonly SortedDictionary<string, MadeNode> _made = new(StringComparer.Ordinal);

    internal DeviceNodeTable(CharDeviceTable devices) => _devices = devices;

    /// <summary>Nodes as ls shows them: those that were made, and NAME of each driver that made none.</summary>
    public IEnumerable<DeviceNode> All
    {
        get
        {
            foreach (MadeNode made in _made.Values)
                yield return made.Node;
            foreach (DeviceRegion region in _devices.Regions)
            {
                if (!_made.ContainsKey(region.Name) && !_made.Values.Any(made => region.Numbers.Contains(made.Node.Major, made.Node.Minor)))
                    yield return new DeviceNode(region.Name, region.Numbers.Major, region.Numbers.FirstMinor);
            }
        }
    }

    /// <summary>The node of a name in /dev; null when there is none.</summary>
    public DeviceNode? Find(string name)
    {
        ArgumentNullException.ThrowIfNull(name);
        if (_made.TryGetValue(name, out MadeNode? made))
            return made.Node;
        foreach (DeviceRegion region in _devices.Regions)
        {
            if (name.StartsWith(region.Name, StringComparison.Ordinal) && MinorOf(name[region.Name.Length..], region) is { } minor)
                return new DeviceNode(name, region.Numbers.Major, minor);
        }
        return null;
    }

    /// <summary>mknod: makes a node.</summary>
    /// <returns>-EEXIST when the name is taken, -EINVAL for a name or number that is none.</returns>
    public Errno Make(string name, uint major, uint minor)
    {
        ArgumentNullException.ThrowIfNull(name);
        if (name.Length == 0 || name.Contains('/', StringComparison.Ordinal) || minor >= DeviceNumbers.Minors || major >= CharDeviceTable.Majors)
            return Errno.EINVAL;
        if (_made.ContainsKey(name))
            return Errno.EEXIST;
        Add(new DeviceNode(name, major, minor), null);
        return Errno.Success;
    }

    /// <summary>rm of a node that was made; false when there is none.</summary>
    public bool Remove(string name) => _made.Remove(name);

    internal void Add(DeviceNode node, LoadedModule? owner) => _made[node.Name] = new MadeNode(node, owner);

    internal void RemoveAllOf(LoadedModule owner)
    {
        foreach (MadeNode made in _made.Values.Where(made => made.Owner == owner).ToArray())
            _made.Remove(made.Node.Name);
    }

    internal DeviceNode? FindPath(string path) => path.StartsWith(Folder, StringComparison.Ordinal) ? Find(path[Folder.Length..]) : null;

    // udev numbers what it has several of from 0, whatever the minor numbers are.
    private static uint? MinorOf(string digits, DeviceRegion region)
    {
        if (digits.Length == 0)
            return region.Numbers.FirstMinor;
        return uint.TryParse(digits, NumberStyles.None, CultureInfo.InvariantCulture, out uint number) && number < region.Numbers.Count
            ? region.Numbers.FirstMinor + number
            : null;
    }

    private sealed record MadeNode(DeviceNode Node, LoadedModule? Owner);
}
