namespace MiniKernel.Mm;

/// <summary>A zone's share of <see cref="MmCounters"/>; counted under its lock.</summary>
internal struct BuddyCounters
{
    public ulong Taken, Returned, Splits, Merges, Refills, Flushes;
}
