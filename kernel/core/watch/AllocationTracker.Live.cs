namespace MiniKernel.Core;

/// <summary>What is held now, summed up: what findleaks shows.</summary>
internal sealed partial class AllocationTracker
{
    private ulong Now => kernel.Machine.Clock.NowNs;

    /// <summary>Everything that is held, by module, kind and call site; most bytes first.</summary>
    public IReadOnlyList<LiveGroup> Groups()
    {
        Dictionary<(string, string, CallSite), LiveGroup> groups = [];
        foreach (LiveObject live in _objects.Values.Concat(_pages.Values).Concat(_regions.Values.Where(static region => !region.IsListedElsewhere)))
            Count(groups, live, live.What);
        foreach (LiveObject cache in _caches.Values)
            Count(groups, cache, $"cache `{cache.What}'");
        return [.. groups.Values.OrderByDescending(static group => group.Bytes).ThenByDescending(static group => group.Count)
            .ThenBy(static group => group.Module, StringComparer.Ordinal).ThenBy(static group => group.Site.ToString(), StringComparer.Ordinal)];
    }

    private static void Count(Dictionary<(string, string, CallSite), LiveGroup> groups, LiveObject live, string what)
    {
        (string, string, CallSite) key = (live.OwnerName, what, live.Taken);
        LiveGroup known = groups.GetValueOrDefault(key) ?? new LiveGroup(live.OwnerName, what, 0, 0, live.TakenNs, live.TakenNs, live.Taken);
        groups[key] = known with
        {
            Count = known.Count + 1,
            Bytes = known.Bytes + live.Size,
            OldestNs = Math.Min(known.OldestNs, live.TakenNs),
            NewestNs = Math.Max(known.NewestNs, live.TakenNs),
        };
    }
}
