namespace MiniKernel.Bench;

/// <summary>Something to be measured: a chunk of work of 0.1 to 3 ms.</summary>
/// <param name="Name">What the tables call it.</param>
/// <param name="Operations">Operations in a chunk.</param>
/// <param name="Run">Runs a chunk.</param>
internal sealed record Candidate(string Name, int Operations, Action Run);

/// <summary>Measures candidates side by side in one process, so that what disturbs the machine disturbs all of them.</summary>
/// <remarks>Each round runs all candidates in a new random order: one untimed chunk, then one timed. A comparison is the
/// median of the ratios of the same round, never a ratio of medians.</remarks>
internal sealed class InterleavedRunner(IReadOnlyList<Candidate> candidates, int rounds, int seed)
{
    private readonly Dictionary<string, double[]> _nsPerOperation = candidates.ToDictionary(candidate => candidate.Name, _ => new double[rounds]);

    /// <summary>Warms every candidate through all JIT tiers, then measures.</summary>
    public void Run()
    {
        WarmUp();
        var random = new Random(seed);
        Candidate[] order = [.. candidates];
        for (int round = 0; round < rounds; round++)
        {
            random.Shuffle(order);
            foreach (Candidate candidate in order)
                _nsPerOperation[candidate.Name][round] = Measure(candidate);
        }
    }

    /// <summary>True when a candidate of that name was measured.</summary>
    public bool Has(string name) => _nsPerOperation.ContainsKey(name);

    /// <summary>Median nanoseconds of an operation.</summary>
    public double Median(string name) => Quantile(_nsPerOperation[name], 0.5);

    /// <summary>Median and tenth percentile of one candidate's time divided by another's of the same round.</summary>
    public (double Median, double P10) Ratio(string name, string other)
    {
        double[] ratios = [.. _nsPerOperation[name].Zip(_nsPerOperation[other], (mine, theirs) => mine / theirs)];
        return (Quantile(ratios, 0.5), Quantile(ratios, 0.1));
    }

    // The JIT promotes a method after 30 calls, in the background, 100 ms after the last new one.
    private void WarmUp()
    {
        for (int batch = 0; batch < 5; batch++)
        {
            foreach (Candidate candidate in candidates)
            {
                for (int i = 0; i < 32; i++)
                    candidate.Run();
            }
            Thread.Sleep(150);
        }
    }

    private static double Measure(Candidate candidate)
    {
        candidate.Run();
        double start = ThreadClock.NowNs;
        candidate.Run();
        return (ThreadClock.NowNs - start) / candidate.Operations;
    }

    private static double Quantile(double[] values, double quantile)
    {
        double[] sorted = [.. values.Order()];
        return sorted[(int)(quantile * (sorted.Length - 1))];
    }
}
