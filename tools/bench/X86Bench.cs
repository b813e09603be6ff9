using System.Globalization;

namespace MiniKernel.Bench;

/// <summary>The emulated x86-64 core beside the CPU it runs on: the same compiled programs, the same bytes.</summary>
internal sealed class X86Bench(int rounds, int seed)
{
    private const string Native = "native", Emulated = "emulated", Shadowed = "with shadow";
    private static readonly IReadOnlyList<(string Name, uint Rounds)> _programs =
        [("quicksort", 4), ("listsort", 2), ("tree", 2), ("crc32", 4), ("sha256", 4), ("sieve", 3), ("strings", 4), ("division", 16), ("driver", 8)];
    private readonly List<string[]> _rows = [];
    private double _plainLogs, _shadowedLogs;                 // sums of the ratios' logarithms

    /// <summary>Measures.</summary>
    public BenchReport Run()
    {
        foreach ((string name, uint workRounds) in _programs)
        {
            using var program = new X86Program(name, workRounds);     // one at a time: each has its image at the same address
            program.Check();
            Measure(program);
        }
        double plain = Math.Exp(_plainLogs / _programs.Count), shadowed = Math.Exp(_shadowedLogs / _programs.Count);
        return new BenchReport(
            [new BenchTable(["program (gcc -O2)", "instructions", "native, us", "interpreter, times", "with shadow memory"], [.. _rows])],
            [
                string.Create(CultureInfo.InvariantCulture, $"The interpreter takes {plain:f1} times as long as the CPU itself (geometric mean; at most 20, aim 14)."),
                string.Create(CultureInfo.InvariantCulture, $"With shadow memory it takes {shadowed:f1} times as long (at most 26, aim 18)."),
            ]);
    }

    private void Measure(X86Program program)
    {
        Candidate[] candidates = [new(Native, 1, program.RunNative), new(Emulated, 1, program.RunEmulated), new(Shadowed, 1, program.RunShadowed)];
        InterleavedRunner runner = new(candidates, rounds, seed);
        runner.Run();
        (double Median, double P10) plain = runner.Ratio(Emulated, Native), shadowed = runner.Ratio(Shadowed, Native);
        _plainLogs += Math.Log(plain.Median);
        _shadowedLogs += Math.Log(shadowed.Median);
        _rows.Add(
        [
            program.Name,
            program.Instructions.ToString(CultureInfo.InvariantCulture),
            (runner.Median(Native) / 1000).ToString("f1", CultureInfo.InvariantCulture),
            Text(plain),
            Text(shadowed),
        ]);
    }

    private static string Text((double Median, double P10) ratio) => string.Create(CultureInfo.InvariantCulture, $"{ratio.Median:f1} ({ratio.P10:f1})");
}
