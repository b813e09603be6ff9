using MiniKernel.Hal;

namespace MiniKernel.Mm.Tests.Model;

/// <summary>One trace run call by call on the model and on the kernel, up to the first thing they do not agree on.</summary>
internal sealed class TraceComparison(HardwareProfile profile, IReadOnlyList<TraceOperation> trace, KernelTarget kernel, int snapshotEvery, AllocatorKind allocator = AllocatorKind.Slab)
{
    private const int RecentOperations = 25;

    private readonly ITraceTarget _model = allocator == AllocatorKind.Slab ? new MmModel(profile) : new SlobModel(profile);
    private readonly TracePlayer _kernelPlayer = new(kernel);
    private readonly Queue<string> _recent = new();

    /// <summary>The step that was reached.</summary>
    public int Steps { get; private set; }

    /// <summary>Runs the trace: every outcome is compared, every so many steps all counts of zones and caches as well.</summary>
    /// <returns>What differs; null when they agree to the end.</returns>
    public string? FirstDisagreement()
    {
        var modelPlayer = new TracePlayer(_model);
        if (SnapshotDisagreement() is { } afterBoot)
            return afterBoot;
        for (; Steps < trace.Count; Steps++)
        {
            TraceOperation operation = trace[Steps];
            if (OutcomeDisagreement(operation, modelPlayer.Apply(operation)) is { } wrong)
                return wrong;
            if (Steps % snapshotEvery == 0 && SnapshotDisagreement() is { } miscounted)
                return miscounted;
        }
        return SnapshotDisagreement();
    }

    private string? OutcomeDisagreement(TraceOperation operation, Outcome expected)
    {
        Remember(operation, expected);
        Outcome actual;
        try
        {
            actual = _kernelPlayer.Apply(operation);
        }
        catch (Exception exception)
        {
            return Describe($"the kernel threw: {exception}");
        }
        return actual == expected
            ? null
            : Describe($"the model says {expected}, the kernel {actual}{(actual.Kind == OutcomeKind.Bug ? " " + kernel.LastBug : "")}\n{Differences()}");
    }

    private string? SnapshotDisagreement() =>
        Differences() is { Length: > 0 } differences ? Describe("snapshots differ:\n" + differences) : null;

    /// <summary>What the snapshots do not agree on, the first of it.</summary>
    private string Differences()
    {
        string expected = Text(_model.Zones, _model.Caches), actual = Text(kernel.Zones, kernel.Caches);
        return string.Join('\n', expected.Split('\n').Zip(actual.Split('\n')).Where(pair => pair.First != pair.Second).Take(6)
            .Select(pair => $"  model:  {pair.First}\n  kernel: {pair.Second}"));
    }

    private static string Text(IReadOnlyList<ZoneSnapshot> zones, IReadOnlyList<CacheSnapshot> caches) =>
        string.Join('\n', zones.Select(zone => zone.ToString()).Concat(caches.Select(cache => cache.ToString())));

    private void Remember(TraceOperation operation, Outcome expected)
    {
        _recent.Enqueue($"  {operation}  -> {expected}");
        if (_recent.Count > RecentOperations)
            _recent.Dequeue();
    }

    private string Describe(string what) =>
        $"{profile.Name}, step {Steps}: {what}\nmachine: {profile}\nrecent calls and what the model expects:\n{string.Join('\n', _recent)}";
}
