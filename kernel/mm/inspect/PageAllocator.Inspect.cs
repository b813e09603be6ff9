using MiniKernel.Hal;

namespace MiniKernel.Mm;

/// <summary>What a frame is used for, read from the page map and the lists.</summary>
internal sealed unsafe partial class PageAllocator
{
    /// <summary>Looks a frame up.</summary>
    public FrameInfo Inspect(PageFrameNumber frame)
    {
        if (frame.Value >= _frames)
            return new FrameInfo(frame, FrameUse.OutsideRam, null, frame, 0);
        Zone zone = ZoneOf(frame.Value);
        Page* page = _pages + frame.Value;
        if (IsReserved(frame))
            return new FrameInfo(frame, FrameUse.Reserved, zone.Layout, frame, 0);
        if (page->Cache != null)
            return Block(FrameUse.Slab);
        if (zone.TryFindFree(frame.Value, out uint first, out int order))
            return new FrameInfo(frame, FrameUse.Free, zone.Layout, new PageFrameNumber(first), order);
        if (zone.TryFindParked(frame.Value, out int cpu, out bool isCold, out uint position))
            return new FrameInfo(frame, FrameUse.PerCpuList, zone.Layout, frame, 0, cpu, isCold, position);
        return Block(FrameUse.Allocated);

        FrameInfo Block(FrameUse use)
        {
            (uint start, int blockOrder) = BlockAround(frame.Value);
            return new FrameInfo(frame, use, zone.Layout, new PageFrameNumber(start), blockOrder);
        }
    }

    /// <summary>All frames but those of runs nobody has touched.</summary>
    public IReadOnlyList<FrameSpan> TouchedFrames()
    {
        List<FrameRange> untouched = [];
        foreach (Zone zone in _zones)
            untouched.AddRange(zone.UntouchedRuns());
        untouched.Sort(static (a, b) => a.Start.CompareTo(b.Start));
        List<FrameSpan> touched = [];
        uint next = 0;
        foreach (FrameRange run in untouched.Append(new FrameRange(_frames, _frames)))
        {
            if (run.Start > next)
                touched.Add(new FrameSpan(new PageFrameNumber(next), run.Start - next));
            next = run.End;
        }
        return touched;
    }

    /// <summary>A hash of each zone's lists.</summary>
    public IReadOnlyList<ulong> FreeListHashes() => [.. _zones.Select(zone => zone.ListsHash())];

    // The first frame of an allocated block has its order and the block's one reference.
    private (uint First, int Order) BlockAround(uint frame)
    {
        for (int order = 0; order < _maxOrder; order++)
        {
            uint first = frame & ~((1u << order) - 1);
            if (_pages[first].Count > 0 && _pages[first].Order == order)
                return (first, order);
        }
        return (frame, 0);
    }
}
