namespace MiniKernel.Mm;

/// <summary>A cache's share of <see cref="MmCounters"/>; counted under its list_lock, and kept when the cache is gone.</summary>
internal struct SlabCounters
{
    public ulong Refills, Examined, Flushes, Moves, Made, Destroyed;
}
