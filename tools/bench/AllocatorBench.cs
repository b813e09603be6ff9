using System.Globalization;
using MiniKernel.Hal;
using MiniKernel.Mm;

namespace MiniKernel.Bench;

/// <summary>The allocation figures: absolute times, and the ratios with what they must hold.</summary>
internal sealed class AllocatorBench(HardwareProfile profile, int rounds, int seed) : IDisposable
{
    private const int Pairs = 50_000;
    private readonly BenchState _state = new(profile);

    /// <summary>Measures.</summary>
    public BenchReport Run()
    {
        List<Candidate> candidates = Candidates();
        var runner = new InterleavedRunner(candidates, rounds, seed);
        runner.Run();
        using ShadowBench watched = new(profile, rounds, seed);
        BenchTable watching = watched.Run(out string cost);
        return new BenchReport([Times(runner, candidates), Ratios(runner), watching], [.. Read(runner), cost]);
    }

    /// <inheritdoc/>
    public void Dispose() => _state.Dispose();

    private List<Candidate> Candidates()
    {
        var all = new List<Candidate>
        {
            Pair<Nothing>("empty loop", 64),
            Pair<KmemCache64>("kmem_cache 64", 64),
            Pair<KmemCache128>("kmem_cache 128", 128),
            Pair<KmemCacheKfree>("kmem_cache 64 + kfree", 64),
            Pair<KmallocConstant>("kmalloc(const 64)", 64),
            Pair<KmallocVariable<TableLookup>>("kmalloc(variable 64), table", 64),
            Pair<KmallocVariable<LinearWalkLookup>>("kmalloc(variable 64), linear walk", 64),
            Pair<KmallocVariable<BinarySearchLookup>>("kmalloc(variable 64), binary search", 64),
            Pair<OnePage>("page", 0),
        };
        AddMany<KmemCache64>(all, "kmem_cache 64", 64);
        AddMany<KmemCache128>(all, "kmem_cache 128", 128);
        AddMany<KmallocConstant>(all, "kmalloc 64", 64);
        AddNative<CLibrary>(all, _state.C);
        AddNative<Mimalloc>(all, _state.Mimalloc);
        AddNative<Tcmalloc>(all, _state.Tcmalloc);
        return all;
    }

    private Candidate Pair<TAllocator>(string name, nuint size)
        where TAllocator : struct, IAllocator =>
        new(name, Pairs, () => Workloads.Pair<TAllocator>(_state, size, Pairs));

    private void AddMany<TAllocator>(List<Candidate> all, string name, nuint size)
        where TAllocator : struct, IAllocator
    {
        foreach (FreeOrder order in Enum.GetValues<FreeOrder>())
            all.Add(new Candidate($"10,000 x {name} {order}", BenchState.ManyObjects, () => Workloads.Many<TAllocator>(_state, size, order)));
    }

    private void AddNative<TAllocator>(List<Candidate> all, NativeAllocator? allocator)
        where TAllocator : struct, IAllocator
    {
        if (allocator == null)
            return;
        foreach (nuint size in (nuint[])[64, 128, 4096])
            all.Add(Pair<TAllocator>($"{allocator.Name} {size}", size));
        AddMany<TAllocator>(all, $"{allocator.Name} 64", 64);
        AddMany<TAllocator>(all, $"{allocator.Name} 128", 128);
    }

    private static BenchTable Times(InterleavedRunner runner, List<Candidate> candidates) => new(
        ["take + give back", "ns (median)"],
        [.. candidates.Select(candidate => (string[])[candidate.Name, Number(runner.Median(candidate.Name))])]);

    private static BenchTable Ratios(InterleavedRunner runner) => new(["ratio", "median", "p10", "aim"], [.. Comparisons().Select(comparison => RowOf(runner, comparison))]);

    private static string[] RowOf(InterleavedRunner runner, (string Name, string Other, double? Limit) comparison)
    {
        (string name, string other, double? limit) = comparison;
        if (!runner.Has(other))
            return [$"{name} ÷ {other}", "not installed", "", ""];
        (double median, double p10) = runner.Ratio(name, other);
        return [$"{name} ÷ {other}", Number(median), Number(p10), limit is { } bound ? $"≤ {Number(bound)} {(median <= bound ? "yes" : "NO")}" : ""];
    }

    private static string Number(double value) => value.ToString("f2", CultureInfo.InvariantCulture);

    /// <summary>What the figures say, in words.</summary>
    private IEnumerable<string> Read(InterleavedRunner runner)
    {
        string cost = string.Create(CultureInfo.InvariantCulture, $"On {profile.Name} taking and giving back 64 bytes of a kmem_cache costs {runner.Median("kmem_cache 64"):f1} ns");
        string[] beside = [.. Natives().Where(native => runner.Has($"{native} 64")).Select(native =>
            string.Create(CultureInfo.InvariantCulture, $"{runner.Ratio("kmem_cache 64", $"{native} 64").Median:f2} of {native}"))];
        yield return beside.Length == 0 ? $"{cost}." : $"{cost}: {string.Join(", ", beside)}.";
        yield return string.Create(CultureInfo.InvariantCulture,
            $"kmalloc of a constant takes {runner.Ratio("kmalloc(const 64)", "kmem_cache 64 + kfree").Median:f2} times as long as kmem_cache_alloc with kfree, of a variable size {runner.Ratio("kmalloc(variable 64), table", "kmem_cache 64 + kfree").Median:f2}.");
        string[] missing = [.. Natives().Where(native => !runner.Has($"{native} 64"))];
        if (missing.Length != 0)
            yield return $"Not installed here: {string.Join(", ", missing)} (Debian: libmimalloc2.0, libtcmalloc-minimal4).";
    }

    private static IReadOnlyList<string> Natives() => ["glibc", "mimalloc", "tcmalloc"];

    private static IEnumerable<(string Name, string Other, double? Limit)> Comparisons()
    {
        yield return ("kmem_cache 64", "mimalloc 64", 0.30);
        yield return ("kmem_cache 128", "mimalloc 128", 0.30);
        yield return ("kmem_cache 64", "tcmalloc 64", 0.60);
        yield return ("kmem_cache 128", "tcmalloc 128", 0.60);
        yield return ("kmem_cache 64", "glibc 64", null);
        yield return ("kmalloc(const 64)", "kmem_cache 64 + kfree", 1.03);
        yield return ("kmalloc(variable 64), table", "kmem_cache 64 + kfree", 1.15);
        yield return ("kmalloc(variable 64), linear walk", "kmem_cache 64 + kfree", null);
        yield return ("kmalloc(variable 64), binary search", "kmem_cache 64 + kfree", null);
        foreach (FreeOrder order in Enum.GetValues<FreeOrder>())
        {
            yield return ($"10,000 x kmem_cache 64 {order}", $"10,000 x mimalloc 64 {order}", null);
            yield return ($"10,000 x kmem_cache 64 {order}", $"10,000 x glibc 64 {order}", null);
            yield return ($"10,000 x kmem_cache 128 {order}", $"10,000 x mimalloc 128 {order}", null);
            yield return ($"10,000 x kmalloc 64 {order}", $"10,000 x mimalloc 64 {order}", null);
        }
        yield return ("page", "mimalloc 4096", null);
        yield return ("page", "glibc 4096", null);
    }
}
