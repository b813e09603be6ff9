using MiniKernel.Hal;

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

    /// <summary>The runs of largest blocks that nobody has touched since boot.</summary>
    public IReadOnlyList<FrameRange> UntouchedRuns()
    {
        List<FrameRange> runs = [];
        for (uint at = _areas[_maxOrder - 1].Head; at != 0; at = _pages[at].Next)
        {
            if ((_pages[at].Flags & PageFlags.Untouched) != 0)
                runs.Add(new FrameRange(at + LargestBlock - ((uint)_pages[at].Slab * LargestBlock), at + LargestBlock));
        }
        return runs;
    }

    /// <summary>A hash of which frames are in which list, in order.</summary>
    public ulong ListsHash()
    {
        var hash = new StateHash();
        for (int order = 0; order < _maxOrder; order++)
        {
            hash.Add(FreeBlocks(order));
            for (uint at = _areas[order].Head; at != 0; at = _pages[at].Next)
                hash.Add(at);
        }
        for (int cpu = 0; cpu < _cpus; cpu++)
        {
            Add(ref hash, HotList(cpu));
            Add(ref hash, ColdList(cpu));
        }
        return hash.Value;
    }

    private static void Add(ref StateHash hash, PerCpuPages* list)
    {
        hash.Add(list->Count);
        for (uint position = 0; position < list->Count; position++)
            hash.Add(PerCpuPages.At(list, position));
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
