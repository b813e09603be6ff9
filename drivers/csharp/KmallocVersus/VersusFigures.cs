namespace MiniKernel.Drivers;

/// <summary>In which order the objects are given back.</summary>
internal enum VersusOrder
{
    /// <summary>All taken, then all given back, the newest first.</summary>
    Lifo,

    /// <summary>The same, the oldest first.</summary>
    Fifo,

    /// <summary>The same, in a random order.</summary>
    Random,

    /// <summary>One of those held is given back and replaced, as often as there are objects; then all go.</summary>
    Churn,
}

/// <summary>What one way cost.</summary>
/// <param name="Way">It.</param>
internal sealed record VersusFigures(VersusWay Way)
{
    /// <summary>Allocations made.</summary>
    public long Allocations { get; set; }

    /// <summary>Objects the caller had to initialise.</summary>
    public long InitialisedByCaller { get; set; }

    /// <summary>Runs of the constructor, order by order.</summary>
    public long[] ConstructorRuns { get; } = new long[Enum.GetValues<VersusOrder>().Length];

    /// <summary>What the objects occupied while all of them were held, size by size.</summary>
    public List<Footprint> BySize { get; } = [];

    /// <summary>The same for all sizes at once, where they share pages: with SLOB.</summary>
    public Footprint? Together { get; set; }

    /// <summary>The same for all sizes.</summary>
    public Footprint Total => Together ?? BySize.Aggregate(static (sum, next) => sum + next);
}
