using MiniKernel.Hal;
using MiniKernel.Mm;

namespace MiniKernel.Core;

/// <summary>vmalloc areas, mappings, pools and what comes from them: same pattern, one table.</summary>
internal sealed partial class AllocationTracker
{
    private readonly Dictionary<(RegionKind Kind, ulong Key, int Depth), LiveObject> _regions = [];
    private readonly FreedHistory[] _freedRegions = Array.ConvertAll(Enum.GetValues<RegionKind>(), _ => NewHistory(kernel.Options));

    /// <summary>Notes something that was handed out; what can be taken several times over is kept as a stack.</summary>
    public void RegionTaken(CpuState cpu, RegionKind kind, ulong key, LiveRegion region)
    {
        int depth = DepthOf(kind, key);
        _regions[(kind, key, depth)] = new LiveObject
        {
            Key = key,
            Start = kind == RegionKind.MempoolPages ? key << kernel.Machine.Profile.PageShift : key,
            IsOfFrames = kind == RegionKind.MempoolPages,
            Kind = region.What,
            Source = region.Source,
            IsListedElsewhere = region.IsListedElsewhere,
            Size = region.Size,
            Extent = region.Size,
            Flags = region.Flags,
            Owner = cpu.Module,
            Taken = cpu.Site,
            TakenBy = cpu.TaskName,
            TakenNs = Now,
        };
        _freedRegions[(int)kind].Forget(key);
    }

    /// <summary>May that be given back? If not, says why.</summary>
    /// <param name="cpu">Who asks.</param>
    /// <param name="kind">What it should be.</param>
    /// <param name="key">Which one.</param>
    /// <param name="what">How the report names it.</param>
    /// <param name="function">The call, for the report.</param>
    /// <param name="size">Bytes the caller names; 0 when it names none.</param>
    /// <param name="source">The pool or device the caller names.</param>
    public bool MayRelease(CpuState cpu, RegionKind kind, ulong key, object what, string function, ulong size = 0, object? source = null)
    {
        if (Find(kind, key) is not { } live)
            return Refuse(cpu, function, what, DiagnoseRegion(kind, key));
        if (size != 0 && live.Size != size)
            return Refuse(cpu, function, what, new Diagnosis($"{size} bytes, but it is {live.What} of {live.Size}", live));
        if (source is not null && live.Source != source)
            return Refuse(cpu, function, what, new Diagnosis($"it is {live.What}, of another pool", live));
        return true;
    }

    /// <summary>Notes that something went back.</summary>
    public void RegionGone(CpuState cpu, RegionKind kind, ulong key)
    {
        if (_regions.Remove((kind, key, DepthOf(kind, key) - 1), out LiveObject? gone))
            _freedRegions[(int)kind].Remember(gone, cpu, ++_frees);
    }

    /// <summary>What a pool handed out is gone with it.</summary>
    public void ForgetRegionsOf(object source)
    {
        foreach ((var key, LiveObject live) in _regions)
        {
            if (live.Source == source)
                _regions.Remove(key);           // allowed while enumerating since .NET Core 3.0
        }
    }

    private LiveObject? Find(RegionKind kind, ulong key) => _regions.GetValueOrDefault((kind, key, DepthOf(kind, key) - 1));

    // Entries of one key are numbered from 0; all but mappings have one at most.
    private int DepthOf(RegionKind kind, ulong key)
    {
        int depth = 0;
        while (_regions.ContainsKey((kind, key, depth)))
            depth++;
        return depth;
    }

    private void AddRegions(LeakReport report, Predicate<LiveObject> isLeaked)
    {
        foreach ((var key, LiveObject live) in _regions)
        {
            if (live.IsListedElsewhere && isLeaked(live))
                _regions.Remove(key);
        }
        report.Add(_regions, isLeaked, static live => live.What);
    }

    private Diagnosis DiagnoseRegion(RegionKind kind, ulong key)
    {
        if (_freedRegions[(int)kind].Find(key) is { } freed)
            return Diagnosis.DoubleFree(freed, freed.What);
        if (kind is RegionKind.Kmap or RegionKind.DmaMapping)
            return "nobody has mapped it";
        if (kind == RegionKind.MempoolPages)
            return "nobody holds these pages from that pool";
        return DiagnoseAddress(key);
    }

    private Diagnosis DiagnoseAddress(ulong address)
    {
        if (RegionAround(address) is { } region)
            return new Diagnosis((region.Key == address ? "it is " : $"pointer {address - region.Key} bytes into ") + region.What, region);
        if (Around(_objects, address) is { } obj)
            return new Diagnosis($"it is an object of `{obj.What}'", obj);
        if (kernel.Mm.TryVirtToPhys(new VirtualAddress(address), out PhysicalAddress physical) && Around(_pages, physical.Value) is { } pages)
            return new Diagnosis($"it is {pages.What}", pages);
        return "nobody holds it";
    }

    // Only an error looks through the whole table. Kinds that are not known by address are passed over.
    private LiveObject? RegionAround(ulong address)
    {
        foreach (((RegionKind kind, ulong key, _), LiveObject live) in _regions)
        {
            if (IsByAddress(kind) && (address == key || address - key < live.Extent))
                return live;
        }
        return null;
    }
}

/// <summary>What is noted of a region beside who took it.</summary>
/// <param name="What">For reports and the list of leaks.</param>
/// <param name="Size">Bytes.</param>
/// <param name="Flags">Flags it was taken with.</param>
/// <param name="Source">The pool it came from.</param>
/// <param name="IsListedElsewhere">See <see cref="LiveObject.IsListedElsewhere"/>.</param>
internal readonly record struct LiveRegion(
    string What, ulong Size, GfpFlags Flags = GfpFlags.Kernel, object? Source = null, bool IsListedElsewhere = false);
