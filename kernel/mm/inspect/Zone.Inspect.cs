namespace MiniKernel.Mm;

/// <summary>Where in the zone's lists a frame is.</summary>
internal sealed unsafe partial class Zone
{
    /// <summary>Finds the free block around a frame.</summary>
    public bool TryFindFree(uint frame, out uint first, out int order)
    {
        for (order = 0; order < _maxOrder; order++)
        {
            first = frame & ~((1u << order) - 1);
            if ((_pages[first].Flags & PageFlags.Buddy) != 0 && _pages[first].Order == order)
                return true;
        }
        order = _maxOrder - 1;
        first = frame & ~(LargestBlock - 1);
        return IsInRun(first);
    }

    /// <summary>Finds a frame on the per-CPU lists.</summary>
    public bool TryFindParked(uint frame, out int cpu, out bool isCold, out uint position)
    {
        for (cpu = 0; cpu < _cpus; cpu++)
        {
            isCold = false;
            if (IsOn(HotList(cpu), frame, out position))
                return true;
            isCold = true;
            if (IsOn(ColdList(cpu), frame, out position))
                return true;
        }
        (cpu, isCold, position) = (-1, false, 0);
        return false;
    }

    // A run's record stands for blocks that have none of their own.
    private bool IsInRun(uint block)
    {
        for (uint at = _areas[_maxOrder - 1].Head; at != 0; at = _pages[at].Next)
        {
            if ((_pages[at].Flags & PageFlags.Untouched) != 0 && block <= at && at - block < _pages[at].Slab * LargestBlock)
                return true;
        }
        return false;
    }

    private static bool IsOn(PerCpuPages* list, uint frame, out uint position)
    {
        for (position = 0; position < list->Count; position++)
        {
            if (PerCpuPages.At(list, position) == frame)
                return true;
        }
        return false;
    }
}
