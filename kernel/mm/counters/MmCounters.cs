namespace MiniKernel.Mm;

/// <summary>Work done on the slow paths since power-on: what an operation costs, without a clock.</summary>
/// <param name="BlocksTaken">Blocks a zone's buddy gave out, single frames for a per-CPU list among them.</param>
/// <param name="BlocksReturned">Blocks it took back.</param>
/// <param name="Splits">Blocks halved on the way.</param>
/// <param name="Merges">Buddies joined.</param>
/// <param name="PageRefills">Per-CPU page lists filled up.</param>
/// <param name="PageFlushes">Per-CPU page lists that gave a chunk back, or all.</param>
/// <param name="ZoneLocks">Times zone->lock was taken.</param>
/// <param name="Refills">Empty CPU arrays that asked the shared array and the slabs for a batch.</param>
/// <param name="SlabsExamined">Slabs whose free chain was walked for it.</param>
/// <param name="Flushes">Runs of objects given back to their slabs.</param>
/// <param name="SlabMoves">Times a slab changed its list or its place on it.</param>
/// <param name="SlabsMade">cache_grow that came to an end.</param>
/// <param name="SlabsDestroyed">slab_destroy.</param>
/// <param name="ListLocks">Times a cache's list_lock was taken.</param>
/// <param name="Reclaims">Direct reclaims: allocstall.</param>
public readonly record struct MmCounters(
    ulong BlocksTaken, ulong BlocksReturned, ulong Splits, ulong Merges, ulong PageRefills, ulong PageFlushes, ulong ZoneLocks,
    ulong Refills, ulong SlabsExamined, ulong Flushes, ulong SlabMoves, ulong SlabsMade, ulong SlabsDestroyed, ulong ListLocks,
    ulong Reclaims)
{
    /// <summary>What was added since.</summary>
    public MmCounters Since(MmCounters before) => new(
        BlocksTaken - before.BlocksTaken, BlocksReturned - before.BlocksReturned, Splits - before.Splits, Merges - before.Merges,
        PageRefills - before.PageRefills, PageFlushes - before.PageFlushes, ZoneLocks - before.ZoneLocks,
        Refills - before.Refills, SlabsExamined - before.SlabsExamined, Flushes - before.Flushes, SlabMoves - before.SlabMoves,
        SlabsMade - before.SlabsMade, SlabsDestroyed - before.SlabsDestroyed, ListLocks - before.ListLocks, Reclaims - before.Reclaims);
}
