using System.Globalization;
using MiniKernel.Hal;

namespace MiniKernel.Bench;

/// <summary>kmalloc versus kmem_cache in time; in space and counters it is the kmalloc_versus driver that answers.</summary>
internal sealed class VersusBench(HardwareProfile profile, int rounds, int seed) : IDisposable
{
    private const int Pairs = 20_000;
    private static readonly IReadOnlyList<string> _ways = ["kmalloc(constant)", "kmalloc(variable)", "kmem_cache", "kmem_cache + ctor"];
    private readonly VersusState _state = new(profile);

    /// <summary>Measures.</summary>
    public BenchReport Run()
    {
        List<Candidate> candidates = [];
        List<string> bare = [], used = [], many = [];
        AddShape<Shape40>(candidates, bare, used);
        AddShape<Shape72>(candidates, bare, used);
        AddShape<Shape100>(candidates, bare, used);
        AddShape<Shape140>(candidates, bare, used);
        AddShape<Shape300>(candidates, bare, used);
        foreach (FreeOrder order in Enum.GetValues<FreeOrder>())
            AddMany(candidates, many, order);
        InterleavedRunner runner = new(candidates, rounds, seed);
        runner.Run();
        return new BenchReport(
            [
                Times(runner, "take + give back, ns", bare),
                Times(runner, "take, prepare, use, give back, ns", used),
                Times(runner, "10,000 of all sizes: the same, ns each", many),
                Ratios(runner, used.Concat(many)),
            ],
            Read(runner, bare, used, many));
    }

    /// <inheritdoc/>
    public void Dispose() => _state.Dispose();

    private void AddShape<TShape>(List<Candidate> all, List<string> bare, List<string> used)
        where TShape : struct, IShape
    {
        AddPairs<TShape>(all, bare, $"{TShape.Bytes} bytes", use: false);
        AddPairs<TShape>(all, used, $"{TShape.Bytes} bytes, prepared", use: true);
    }

    private void AddPairs<TShape>(List<Candidate> all, List<string> rows, string row, bool use)
        where TShape : struct, IShape
    {
        rows.Add(row);
        all.Add(new Candidate(NameOf(row, 0), Pairs, () => VersusWorkloads.Pair<ConstantKmalloc, TShape>(_state, Pairs, use)));
        all.Add(new Candidate(NameOf(row, 1), Pairs, () => VersusWorkloads.Pair<VariableKmalloc, TShape>(_state, Pairs, use)));
        all.Add(new Candidate(NameOf(row, 2), Pairs, () => VersusWorkloads.Pair<PlainCache, TShape>(_state, Pairs, use)));
        all.Add(new Candidate(NameOf(row, 3), Pairs, () => VersusWorkloads.Pair<ConstructedCache, TShape>(_state, Pairs, use)));
    }

    private void AddMany(List<Candidate> all, List<string> rows, FreeOrder order)
    {
        string row = $"10,000 {order}";
        rows.Add(row);
        all.Add(new Candidate(NameOf(row, 0), VersusState.ManyObjects, () => VersusWorkloads.Many<ConstantKmalloc>(_state, order)));
        all.Add(new Candidate(NameOf(row, 1), VersusState.ManyObjects, () => VersusWorkloads.Many<VariableKmalloc>(_state, order)));
        all.Add(new Candidate(NameOf(row, 2), VersusState.ManyObjects, () => VersusWorkloads.Many<PlainCache>(_state, order)));
        all.Add(new Candidate(NameOf(row, 3), VersusState.ManyObjects, () => VersusWorkloads.Many<ConstructedCache>(_state, order)));
    }

    private static BenchTable Times(InterleavedRunner runner, string title, IReadOnlyList<string> rows) => new(
        [title, .. _ways],
        [.. rows.Select(row => (string[])[row, .. _ways.Select((_, way) => Number(runner.Median(NameOf(row, way))))])]);

    private static BenchTable Ratios(InterleavedRunner runner, IEnumerable<string> rows) => new(
        ["ratio, median (p10)", "kmalloc: variable ÷ constant", "kmem_cache ÷ kmalloc(constant)", "kmem_cache: ctor ÷ none"],
        [.. rows.Select(row => (string[])[row, Ratio(runner, row, 1, 0), Ratio(runner, row, 2, 0), Ratio(runner, row, 3, 2)])]);

    /// <summary>What the figures say, in words.</summary>
    private List<string> Read(InterleavedRunner runner, List<string> bare, List<string> used, List<string> many)
    {
        double constant = Middle(runner, bare, 0), variable = Typical(runner, bare, 1, 0), cache = Typical(runner, bare, 2, 0);
        double constructed = Typical(runner, used, 3, 2), manyCache = Typical(runner, many, 2, 0), manyConstructed = Typical(runner, many, 3, 2);
        double ctor = Middle(runner, used, 3), none = Middle(runner, used, 2);
        return
        [
            string.Create(CultureInfo.InvariantCulture,
                $"On {profile.Name} kmalloc of a constant size and kfree cost {constant:f1} ns; a size the compiler does not know takes {Compared(variable)} as long, a kmem_cache {Compared(cache)}."),
            string.Create(CultureInfo.InvariantCulture,
                $"An object that is prepared, used and given back costs {none:f1} ns; with a constructor {ctor:f1} ns, {Saved(constructed)}: whoever frees it puts it back instead of preparing the next one."),
            string.Create(CultureInfo.InvariantCulture,
                $"With ten thousand objects at a time a kmem_cache takes {Compared(manyCache)} as long as kmalloc, and one with a constructor {Compared(manyConstructed)} as long as one without."),
        ];
    }

    private static double Middle(InterleavedRunner runner, List<string> rows, int way) =>
        rows.Select(row => runner.Median(NameOf(row, way))).Order().ElementAt(rows.Count / 2);

    private static double Typical(InterleavedRunner runner, List<string> rows, int way, int other) =>
        rows.Select(row => runner.Ratio(NameOf(row, way), NameOf(row, other)).Median).Order().ElementAt(rows.Count / 2);

    private static string Compared(double ratio) => string.Create(CultureInfo.InvariantCulture, $"{ratio:f2} times");

    private static string Saved(double ratio) => ratio < 1
        ? string.Create(CultureInfo.InvariantCulture, $"{100 * (1 - ratio):f0}% saved")
        : string.Create(CultureInfo.InvariantCulture, $"{100 * (ratio - 1):f0}% more");

    private static string Ratio(InterleavedRunner runner, string row, int way, int other)
    {
        (double median, double p10) = runner.Ratio(NameOf(row, way), NameOf(row, other));
        return $"{Number(median)} ({Number(p10)})";
    }

    private static string NameOf(string row, int way) => $"{row}: {_ways[way]}";

    private static string Number(double value) => value.ToString("f2", CultureInfo.InvariantCulture);
}
