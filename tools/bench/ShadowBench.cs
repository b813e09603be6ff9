using System.Globalization;
using MiniKernel.Core;
using MiniKernel.Hal;

namespace MiniKernel.Bench;

/// <summary>What watching costs: the same loops on kernels of their own in bare, tracked and shadow mode.</summary>
/// <remarks>Measured after everything else: watched kernels take branches that the profile of the fast paths must not see.</remarks>
internal sealed class ShadowBench(HardwareProfile profile, int rounds, int seed) : IDisposable
{
    private const int Pairs = 5_000;
    private const string Allocation = "kmalloc(64) + kfree", Access = "load + store";
    private readonly BenchState[] _states = [.. Modes.Select(mode => new BenchState(profile, mode))];

    private static WatchMode[] Modes => [WatchMode.Bare, WatchMode.Tracked, WatchMode.Shadow];

    /// <summary>Measures.</summary>
    /// <param name="reading">What shadow mode costs, in words.</param>
    public BenchTable Run(out string reading)
    {
        List<Candidate> candidates = [];
        foreach ((WatchMode mode, BenchState state) in Modes.Zip(_states))
        {
            candidates.Add(new Candidate(Name(Allocation, mode), Pairs, () => Workloads.Pair<KmallocConstant>(state, 64, Pairs)));
            candidates.Add(new Candidate(Name(Access, mode), Pairs, () => Workloads.Pair<LoadStore>(state, 64, Pairs)));
        }
        InterleavedRunner runner = new(candidates, rounds, seed);
        runner.Run();
        reading = string.Create(CultureInfo.InvariantCulture,
            $"In shadow mode a load or store takes {runner.Ratio(Name(Access, WatchMode.Shadow), Name(Access, WatchMode.Bare)).Median:f0} times as long as in bare mode, kmalloc with kfree {runner.Ratio(Name(Allocation, WatchMode.Shadow), Name(Allocation, WatchMode.Bare)).Median:f0} times.");
        return new BenchTable(["watching", "ns (median)", "÷ bare"], [.. candidates.Select(candidate => RowOf(runner, candidate.Name))]);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (BenchState state in _states)
            state.Dispose();
    }

    private static string Name(string what, WatchMode mode) => $"{what}, {mode.ToString().ToLowerInvariant()}";

    private static string[] RowOf(InterleavedRunner runner, string name)
    {
        string bare = Name(name.StartsWith(Access, StringComparison.Ordinal) ? Access : Allocation, WatchMode.Bare);
        return [name, runner.Median(name).ToString("f1", CultureInfo.InvariantCulture), runner.Ratio(name, bare).Median.ToString("f1", CultureInfo.InvariantCulture)];
    }
}
