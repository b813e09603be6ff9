namespace MiniKernel.Core;

/// <summary>Who uses which ports: request_region() and release_region() of Linux 2.6 kernel/resource.c.</summary>
/// <remarks>A region says whose a device is: when its module is stopped, the device is reset before anybody's memory is
/// given back, so that no bus master goes on without its driver.</remarks>
internal sealed class IoRegions(Kernel kernel)
{
    private readonly List<Region> _regions = [];   // ascending

    private sealed record Region(LoadedModule? Owner, ushort Start, ushort Length, string Name)
    {
        public int End => Start + Length - 1;
    }

    /// <summary>/proc/ioports.</summary>
    public string Render() => string.Concat(_regions.Select(region => $"{region.Start:x4}-{region.End:x4} : {region.Name}\n"));

    public Errno Request(LoadedModule? owner, ushort start, ushort length, string name)
    {
        Region wanted = new(owner, start, length, name);
        if (length == 0 || wanted.End > ushort.MaxValue || string.IsNullOrEmpty(name))
            return Errno.EINVAL;
        if (_regions.Exists(other => start <= other.End && other.Start <= wanted.End))
            return Errno.EBUSY;
        int next = _regions.FindIndex(other => other.Start > start);
        _regions.Insert(next < 0 ? _regions.Count : next, wanted);
        return Errno.Success;
    }

    public void Release(ushort start, ushort length)
    {
        if (_regions.RemoveAll(region => region.Start == start && region.Length == length) == 0)
            kernel.Error($"Trying to free nonexistent resource <{start:x4}-{start + length - 1:x4}>");
    }

    /// <summary>Takes every region of a module back, its devices reset.</summary>
    /// <returns>What they were called.</returns>
    public IReadOnlyList<string> Withdraw(LoadedModule owner)
    {
        List<string> names = [];
        foreach (Region region in _regions.FindAll(region => region.Owner == owner))
        {
            _regions.Remove(region);
            kernel.Ports.Quiesce(region.Start, region.End);
            names.Add($"ports {region.Start:x4}-{region.End:x4} ({region.Name})");
        }
        return names;
    }
}
