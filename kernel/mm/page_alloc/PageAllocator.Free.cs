using System.Runtime.CompilerServices;
using MiniKernel.Hal;

namespace MiniKernel.Mm;

/// <summary>__free_pages beyond the plain case: blocks, compound pages, and frees that should not be.</summary>
/// <remarks>Linux notices some wrong frees (bad_page), is silent on others (a count that goes negative) and corrupts its
/// lists on the rest: a block that was not allocated as such. Those last are a BUG here, as with CONFIG_DEBUG_VM.</remarks>
internal sealed unsafe partial class PageAllocator
{
    /// <summary>split_page: each frame of an allocated block becomes one of its own.</summary>
    public void SplitPage(PageFrameNumber frame, int order)
    {
        Page* page = _pages + frame.Value;
        if (frame.Value >= _frames || page->Count != 1 || page->Order != order || (page->Flags & PageFlags.Compound) != 0)
            throw _reports.Bug(new MmBug("mm/page_alloc.c", "split_page", $"frame {frame} is not an allocated block of order {order}"));
        for (uint i = 0; i < 1u << order; i++)
        {
            page[i].Order = 0;
            page[i].Count = 1;
        }
    }

    /// <summary>get_page.</summary>
    public void GetPage(PageFrameNumber frame)
    {
        uint head = CompoundPage(frame).Head.Value;
        if (head >= _frames || _pages[head].Count <= 0)
            throw _reports.Bug(new MmBug("include/linux/mm.h", "get_page", $"frame {frame} is free"));
        _pages[head].Count++;
    }

    /// <summary>page_count.</summary>
    public int PageCount(PageFrameNumber frame)
    {
        uint head = CompoundPage(frame).Head.Value;
        return head < _frames ? _pages[head].Count : 0;
    }

    /// <summary>The first frame of a compound page, and its order; any other frame, and 0.</summary>
    public (PageFrameNumber Head, int Order) CompoundPage(PageFrameNumber frame)
    {
        if (frame.Value >= _frames || (_pages[frame.Value].Flags & PageFlags.Compound) == 0)
            return (frame, 0);
        PageFrameNumber head = new(_pages[frame.Value].Next);
        return (head, _pages[head.Value].Order);
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private void FreeSlow(int cpu, uint frame, int order)
    {
        if (frame >= _frames)
        {
            _reports.Report(new BadFrame(frame, "__free_pages"));
            return;
        }
        Page* page = _pages + frame;
        if (page->Count != 1)
        {
            if (IsReserved(new PageFrameNumber(frame)))
                FreeReserved(frame);
            else
                page->Count--;                  // put_page_testzero: another user is left, or it was free already
            return;
        }
        if (!IsWholeBlock(frame, order))
            throw NotABlock(frame, order);
        page->Count = 0;
        FreeBlock(cpu, frame, order);
    }

    /// <summary>memmap_init_zone leaves one reference on every frame that bootmem keeps; bad_page leaks such a frame.</summary>
    private void FreeReserved(uint frame)
    {
        Page* page = _pages + frame;
        if ((page->Flags & PageFlags.Reserved) != 0)
        {
            page->Count--;                      // its one reference went with the first report
            return;
        }
        page->Flags = PageFlags.Reserved;
        ReportBadPage(frame, atFree: true);
    }

    private void FreeBlock(int cpu, uint frame, int order)
    {
        Trace.Sink?.Trace(new PageFreeEvent(new PageFrameNumber(frame), order));
        uint end = frame + (1u << order);
        for (uint at = frame, next; at < end; at = next)
        {
            next = at + (1u << _pages[at].Order);
            ForgetBlock(at, expected: order);
        }
        for (uint at = frame; at < end; at++)
        {
            if (_pages[at].Count != 0 || _pages[at].Flags != PageFlags.None)
                ReportBadPage(at, atFree: true);
        }
        Zone zone = ZoneOf(frame);
        if (order == 0)
            zone.FreeTo(zone.HotList(cpu), frame);
        else
            zone.ReturnBlock(new PageFrameNumber(frame), order);
    }

    /// <summary>True when [frame, frame + 2^order) is an aligned stretch of allocated frames and nothing else.</summary>
    private bool IsWholeBlock(uint frame, int order)
    {
        if ((uint)order >= (uint)_maxOrder || (frame & ((1u << order) - 1)) != 0)
            return false;
        uint end = frame + (1u << order);
        if (end > _frames)
            return false;
        for (uint at = frame; at < end; at += 1u << _pages[at].Order)
        {
            if (_pages[at].Count <= 0)
                return false;
        }
        return true;
    }

    private Exception NotABlock(uint frame, int order) => _reports.Bug(new MmBug("mm/page_alloc.c", "__free_one_page",
        $"frame {frame} is not the start of an allocated block of order {order} (it was allocated with order {_pages[frame].Order})"));

    /// <summary>The block that was allocated at <paramref name="frame"/> is no more. destroy_compound_page: freeing a
    /// compound page with another order than it was made with is a bad page; no frame keeps the mark.</summary>
    private void ForgetBlock(uint frame, int expected)
    {
        int made = _pages[frame].Order;
        _pages[frame].Order = 0;
        if ((_pages[frame].Flags & PageFlags.Compound) == 0)
            return;
        for (uint i = 0; i < 1u << made; i++)
        {
            _pages[frame + i].Flags &= ~PageFlags.Compound;
            _pages[frame + i].Next = 0;
        }
        if (made != expected)
            ReportBadPage(frame, atFree: true);
    }

    /// <summary>bad_page: reports the state, then forgets it all but PG_reserved and goes on.</summary>
    [MethodImpl(MethodImplOptions.NoInlining)]
    private void ReportBadPage(uint frame, bool atFree)
    {
        Page* page = _pages + frame;
        _reports.Report(new BadPage(new PageFrameNumber(frame), (uint)page->Flags, page->Count, atFree));
        page->Flags &= PageFlags.Reserved;
        page->Count = 0;
        page->Slab = 0;
        page->Cache = null;
    }
}
