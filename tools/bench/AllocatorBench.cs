using System.Globalization;
using MiniKernel.Hal;
using MiniKernel.Mm;

namespace MiniKernel.Bench;

/// <summary>The allocation figures: absolute times, and the ratios with what they must hold.</summary>
internal sealed class AllocatorBench(HardwareProfile profile, int rounds, int seed, TextWriter output) : IDisposable
{
    private const int Pairs = 50_000;
    private readonly BenchState _state = new(profile);

    /// <summary>Measures and prints.</summary>
    /// <returns>True when every ratio that has a limit holds it.</returns>
    public bool Run()
    {
        var runner = new InterleavedRunner(Candidates(), rounds, seed);
        runner.Run();
        PrintTimes(runner);
        return PrintRatios(runner);
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

    private void PrintTimes(InterleavedRunner runner)
    {
        output.WriteLine("| take + give back | ns (median) |");
        output.WriteLine("|---|---|");
        foreach (Candidate candidate in Candidates())
            output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"| {candidate.Name} | {runner.Median(candidate.Name):f2} |"));
        output.WriteLine();
    }

    private bool PrintRatios(InterleavedRunner runner)
    {
        bool holds = true;
        output.WriteLine("| ratio | median | p10 | hold |");
        output.WriteLine("|---|---|---|---|");
        foreach ((string name, string other, double? limit) in Comparisons())
        {
            if (!runner.Has(other))
            {
                output.WriteLine($"| {name} ÷ {other} | not installed | | |");
                continue;
            }
            (double median, double p10) = runner.Ratio(name, other);
            string verdict = limit is not { } bound ? "" : string.Create(CultureInfo.InvariantCulture, $"≤ {bound:f2} {(median <= bound ? "yes" : "NO")}");
            holds &= limit is not { } most || median <= most;
            output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"| {name} ÷ {other} | {median:f2} | {p10:f2} | {verdict} |"));
        }
        return holds;
    }

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
