using System.Numerics;
using MiniKernel.Hal;

namespace MiniKernel.Mm;

/// <summary>free_all_bootmem: hands the frames that boot did not keep to the zones.</summary>
/// <remarks>Linux walks the bootmem bitmap upward: a word without a reserved bit is one block of order 5 or 6, any other
/// goes frame by frame through the boot CPU's hot list. Whole largest blocks would come out of that as the newest blocks of
/// the highest order, so they are put there as a run without being walked; only what surrounds holes and reservations is.
/// Source: free_all_bootmem_core, Linux 2.6.24 mm/bootmem.c.</remarks>
internal sealed unsafe partial class PageAllocator
{
    private const int BootCpu = 0;

    /// <summary>Low memory upward, then the bitmap's own frames, then HighMem. Watermarks stay 0.</summary>
    public void FreeBootmem()
    {
        uint lowEnd = 0;
        foreach (Zone zone in _zones)
        {
            if (zone.Layout.Type != ZoneType.HighMem)
                lowEnd = Math.Max(lowEnd, zone.Layout.EndFrame);
        }
        Release(new FrameRange(0, lowEnd));
        for (uint frame = _layout.Bitmap.Start; frame < _layout.Bitmap.End; frame++)
            ReleaseFrame(frame);
        uint low = TotalRamPages;
        Release(new FrameRange(lowEnd, _frames));
        TotalHighPages = TotalRamPages - low;
    }

    private void Release(FrameRange region)
    {
        // Large enough for a word and for a largest block: what such a unit frees, it frees alone.
        uint unit = Math.Max(_wordFrames, 1u << (_maxOrder - 1));
        uint at = region.Start & ~(unit - 1);
        while (at < region.End)
        {
            FrameRange free = FreeStretchFrom(Math.Max(at, region.Start), region);
            if (free.Length == 0)
                return;
            at = free.Start & ~(unit - 1);                  // nothing but kept frames before
            uint runEnd = Math.Min(free.End, ZoneOf(free.Start).Layout.EndFrame) & ~(unit - 1);
            at = free.Start == at && runEnd > at
                ? ReleaseRun(new FrameRange(at, runEnd))
                : ReleaseWords(new FrameRange(at, at + unit), region);
        }
    }

    private uint ReleaseRun(FrameRange frames)
    {
        ZoneOf(frames.Start).AddUntouched(frames);
        TotalRamPages += frames.Length;
        return frames.End;
    }

    private uint ReleaseWords(FrameRange frames, FrameRange region)
    {
        for (uint word = frames.Start; word < frames.End; word += _wordFrames)
            ReleaseWord(new FrameRange(word, word + _wordFrames), region);
        return frames.End;
    }

    private void ReleaseWord(FrameRange word, FrameRange region)
    {
        uint start = Math.Max(word.Start, region.Start), end = Math.Min(word.End, region.End);
        if (start >= end)
            return;
        FrameRange free = FreeStretchFrom(start, region);
        if (free.Start == word.Start && free.End >= word.End && ZoneOf(word.Start).Layout.EndFrame >= word.End)
        {
            ReleaseWhole(word);
            return;
        }
        for (uint frame = start; frame < end; frame++)
        {
            if (!IsUnusable(frame))
                ReleaseFrame(frame);
        }
    }

    /// <summary>A free word, as one block or, where even the largest block is smaller, as several.</summary>
    private void ReleaseWhole(FrameRange word)
    {
        int order = Math.Min(BitOperations.Log2(_wordFrames), _maxOrder - 1);
        Zone zone = ZoneOf(word.Start);
        zone.Commit(word);
        for (uint frame = word.Start; frame < word.End; frame += 1u << order)
            zone.ReturnBlock(new PageFrameNumber(frame), order);
        TotalRamPages += word.Length;
    }

    private void ReleaseFrame(uint frame)
    {
        Zone zone = ZoneOf(frame);
        zone.Commit(new FrameRange(frame, frame + 1));
        zone.FreeTo(zone.HotList(BootCpu), frame);
        TotalRamPages++;
    }

    private bool IsUnusable(uint frame)
    {
        foreach (FrameRange range in _layout.Unusable)
        {
            if (range.Contains(frame))
                return true;
        }
        return false;
    }

    /// <summary>The first stretch of usable frames at or after <paramref name="from"/>, up to the next unusable one.</summary>
    private FrameRange FreeStretchFrom(uint from, FrameRange region)
    {
        uint end = region.End;
        foreach (FrameRange range in _layout.Unusable)
        {
            if (range.Contains(from))
                from = range.End;
            else if (from < range.Start)
            {
                end = Math.Min(end, range.Start);
                break;
            }
        }
        return from < end ? new FrameRange(from, end) : default;
    }
}
