using System.Globalization;
using MiniKernel.Hal;

namespace MiniKernel.Bench;

/// <summary>kmalloc versus kmem_cache in time; in space and counters it is the kmalloc_versus driver that answers.</summary>
internal sealed class VersusBench(HardwareProfile profile, int rounds, int seed, TextWriter output) : IDisposable
{
    private const int Pairs = 20_000;
    private static readonly IReadOnlyList<string> _ways = ["kmalloc(constant)", "kmalloc(variable)", "kmem_cache", "kmem_cache + ctor"];
    private readonly VersusState _state = new(profile);

    /// <summary>Measures and prints.</summary>
    public void Run()
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
        Print(runner, "take + give back, ns", bare);
        Print(runner, "take, prepare, use, give back, ns", used);
        Print(runner, "10,000 of all sizes: the same, ns each", many);
        PrintRatios(runner, used.Concat(many));
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

    private void Print(InterleavedRunner runner, string title, IReadOnlyList<string> rows)
    {
        output.WriteLine($"| {title} | {string.Join(" | ", _ways)} |");
        output.WriteLine("|---|---|---|---|---|");
        foreach (string row in rows)
            output.WriteLine($"| {row} | {string.Join(" | ", _ways.Select((_, way) => Number(runner.Median(NameOf(row, way)))))} |");
        output.WriteLine();
    }

    private void PrintRatios(InterleavedRunner runner, IEnumerable<string> rows)
    {
        output.WriteLine("| ratio, median (p10) | kmalloc: variable ÷ constant | kmem_cache ÷ kmalloc(constant) | kmem_cache: ctor ÷ none |");
        output.WriteLine("|---|---|---|---|");
        foreach (string row in rows)
            output.WriteLine($"| {row} | {Ratio(runner, row, 1, 0)} | {Ratio(runner, row, 2, 0)} | {Ratio(runner, row, 3, 2)} |");
    }

    private static string Ratio(InterleavedRunner runner, string row, int way, int other)
    {
        (double median, double p10) = runner.Ratio(NameOf(row, way), NameOf(row, other));
        return $"{Number(median)} ({Number(p10)})";
    }

    private static string NameOf(string row, int way) => $"{row}: {_ways[way]}";

    private static string Number(double value) => value.ToString("f2", CultureInfo.InvariantCulture);
}
