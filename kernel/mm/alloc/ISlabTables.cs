namespace MiniKernel.Mm;

/// <summary>What an allocator with slabs has beyond the seam: size classes, /proc/slabinfo, tunables, a reaper.</summary>
/// <remarks>Implemented by SLAB in both word sizes; SLOB has nothing of it.</remarks>
internal interface ISlabTables
{
    /// <summary>malloc_sizes.</summary>
    KmallocCaches Kmalloc { get; }

    /// <summary>Every cache's numbers, newest first.</summary>
    IReadOnlyList<SlabInfo> Snapshot();

    /// <summary>Work counters of every cache there is or was, and how often their locks were taken.</summary>
    (SlabCounters Work, ulong LocksTaken) Counters { get; }

    /// <summary>Patterns of the slabDebug option that no cache there is or was goes by.</summary>
    IReadOnlyList<string> UnmetDebugPatterns { get; }

    /// <summary>One pass of a CPU's reaper.</summary>
    void Reap(int cpu);

    /// <summary>Changes limit, batchcount and shared factor.</summary>
    /// <returns>False when memory was short.</returns>
    bool Tune(KmemCache cache, int cpu, uint limit, uint batchCount, uint sharedFactor);
}
