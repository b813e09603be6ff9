using MiniKernel.Hal;

namespace MiniKernel.Core;

/// <summary>What lies at an address that must not be touched, or beside it: what shadow mode's reports name.</summary>
/// <remarks>Only a report looks through the tables.</remarks>
internal sealed partial class AllocationTracker
{
    private const int TrackedHistory = 4096, ShadowHistory = 1 << 16;
    private ulong _frees;

    /// <summary>The allocation an access was probably meant for.</summary>
    /// <param name="p">The address; null for a page that has none.</param>
    /// <param name="physical">The same in RAM.</param>
    /// <param name="preferFreed">True when the shadow says that it was freed.</param>
    /// <returns>Null when nothing lies there or within a page of it.</returns>
    public LiveObject? Nearest(VirtualAddress p, PhysicalAddress physical, bool preferFreed)
    {
        if (preferFreed && LatestFreed(p, physical) is { } freed)
            return freed;
        LiveObject? best = null;
        ulong least = (ulong)kernel.Machine.Profile.PageSize;
        foreach (LiveObject live in AllLive())
        {
            ulong distance = live.DistanceTo(p, physical);
            if (distance < least)
                (best, least) = (live, distance);
        }
        foreach (LiveObject gone in AllFreed())
        {
            ulong distance = gone.DistanceTo(p, physical);
            if (distance < least && distance != 0)
                (best, least) = (gone, distance);
        }
        return best;
    }

    /// <summary>The allocation an address lies in, or the latest that was there; null when nobody knows of any.</summary>
    public LiveObject? At(VirtualAddress p, PhysicalAddress physical)
    {
        LiveObject? best = AllLive().FirstOrDefault(live => live.TryOffsetOf(p, physical) is not null);
        if (best is not null)
            return best;
        foreach (LiveObject gone in AllFreed())
        {
            if (gone.TryOffsetOf(p, physical) is not null && (best is null || gone.FreedOrder > best.FreedOrder))
                best = gone;
        }
        return best;
    }

    /// <summary>The vmalloc area that shows nothing at an address: it is behind it, or was there.</summary>
    public LiveObject? NearestUnmapped(VirtualAddress p)
    {
        if (p.Value < kernel.Machine.Layout.VmallocStart || p.Value >= kernel.Machine.Layout.VmallocEnd)
            return null;
        foreach (LiveObject gone in _freedRegions[(int)RegionKind.Vmalloc].All)
        {
            if (gone.DistanceTo(p, default) == 0)
                return gone;
        }
        LiveObject? best = null;
        ulong least = 2 * (ulong)kernel.Machine.Profile.PageSize;    // the rest of the last page, and the guard page
        foreach (((RegionKind kind, _, _), LiveObject live) in _regions)
        {
            ulong distance = kind == RegionKind.Vmalloc ? live.DistanceTo(p, default) : ulong.MaxValue;
            if (distance < least)
                (best, least) = (live, distance);
        }
        return best;
    }

    private static bool IsMemory(RegionKind kind) => IsByAddress(kind) || kind == RegionKind.MempoolPages;

    private static bool IsByAddress(RegionKind kind) =>
        kind is RegionKind.Vmalloc or RegionKind.Coherent or RegionKind.DmaBlock or RegionKind.MempoolElement or RegionKind.PerCpu;

    private static FreedHistory NewHistory(KernelOptions options) => new(options.Watch == WatchMode.Shadow ? ShadowHistory : TrackedHistory);

    private LiveObject? LatestFreed(VirtualAddress p, PhysicalAddress physical)
    {
        LiveObject? latest = null;
        foreach (LiveObject gone in AllFreed())
        {
            if (gone.DistanceTo(p, physical) == 0 && (latest is null || gone.FreedOrder > latest.FreedOrder))
                latest = gone;
        }
        return latest;
    }

    private IEnumerable<LiveObject> AllLive() =>
        _objects.Values.Concat(_regions.Where(static region => IsMemory(region.Key.Kind)).Select(static region => region.Value)).Concat(_pages.Values);

    private IEnumerable<LiveObject> AllFreed() =>
        _freedObjects.All.Concat(_freedRegions.Where(static (_, kind) => IsMemory((RegionKind)kind)).SelectMany(static history => history.All)).Concat(_freedPages.All);
}
