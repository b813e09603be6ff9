namespace MiniKernel.Mm;

/// <content>The work counters. Fast paths count nothing.</content>
public sealed unsafe partial class KernelMm
{
    /// <summary>What has been done so far (SLOB has no slabs to count); of CPUs that run meanwhile, more or less.</summary>
    public MmCounters Counters
    {
        get
        {
            (SlabCounters slabs, ulong listLocks) = _slabs?.Counters ?? default;
            BuddyCounters buddy = default;
            ulong zoneLocks = 0;
            foreach (Zone zone in _pages.Zones)
            {
                ref readonly BuddyCounters own = ref zone.Counters;
                buddy.Taken += own.Taken;
                buddy.Returned += own.Returned;
                buddy.Splits += own.Splits;
                buddy.Merges += own.Merges;
                buddy.Refills += own.Refills;
                buddy.Flushes += own.Flushes;
                zoneLocks += zone.LocksTaken;
            }
            return new MmCounters(
                buddy.Taken, buddy.Returned, buddy.Splits, buddy.Merges, buddy.Refills, buddy.Flushes, zoneLocks,
                slabs.Refills, slabs.Examined, slabs.Flushes, slabs.Moves, slabs.Made, slabs.Destroyed, listLocks, _pages.Reclaims);
        }
    }
}
