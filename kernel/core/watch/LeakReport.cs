namespace MiniKernel.Core;

/// <summary>Sums up allocations by owner, kind and call site, in the order they were first taken.</summary>
internal sealed class LeakReport
{
    private readonly Dictionary<(string Owner, string What, CallSite Site), int> _index = [];
    private readonly List<Leak> _leaks = [];

    public IReadOnlyList<Leak> BySite => _leaks;

    /// <summary>Moves every leaked entry of a table into the report.</summary>
    public void Add<TKey>(Dictionary<TKey, LiveObject> table, Predicate<LiveObject> isLeaked, Func<LiveObject, string> what)
        where TKey : notnull
    {
        foreach ((TKey key, LiveObject live) in table)
        {
            if (!isLeaked(live))
                continue;
            table.Remove(key);                    // allowed while enumerating since .NET Core 3.0
            Count(live, what(live));
        }
    }

    private void Count(LiveObject live, string what)
    {
        (string, string, CallSite) key = (live.OwnerName, what, live.Taken);
        if (_index.TryGetValue(key, out int at))
        {
            Leak known = _leaks[at];
            _leaks[at] = known with { Count = known.Count + 1, Bytes = known.Bytes + live.Size };
            return;
        }
        _index.Add(key, _leaks.Count);
        _leaks.Add(new Leak(live.OwnerName, what, 1, live.Size, live.Taken));
    }
}
