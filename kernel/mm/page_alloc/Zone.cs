using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using MiniKernel.Hal;

namespace MiniKernel.Mm;

/// <summary>A zone: its buddy free lists, its watermarks, its per-CPU lists.</summary>
/// <remarks>Source: struct zone, Linux 2.6.24 linux/mmzone.h, with one free list per order (no page mobility). Zone limits
/// are multiples of the largest block, so a buddy never lies in another zone. zone->lock is held around list
/// work of <see cref="TryTakeBlock"/>, <see cref="ReturnBlock"/> and the per-CPU lists' refills and flushes, nowhere else. Unsafe:
/// the page map and the machine's memory outlive the zone; whoever passes a frame or a CPU number has checked it.</remarks>
internal sealed unsafe partial class Zone : IBuddy, IDisposable
{
    private readonly PhysicalMemory _memory;
    private readonly Page* _pages;
    private readonly int _cpus, _maxOrder, _pageShift;
    private readonly IMmReports _reports;
    private readonly long[] _reserve;
    private SpinLock _lock;         // the free lists, FreePages and the slab counters
    private BuddyCounters _counters;
    private FreeArea* _areas;       // one an order; null after Dispose
    private byte* _perCpu;          // a hot and a cold list a CPU

    /// <summary>An empty zone: all its frames are in use until <see cref="ReturnBlock"/> or <see cref="AddUntouched"/>.</summary>
    public Zone(ZoneLayout layout, int index, HardwareProfile profile, PhysicalMemory memory, PageMap pages, IMmReports reports)
    {
        Layout = layout;
        StartFrame = layout.StartFrame;
        Index = index;
        _memory = memory;
        _pages = pages.First;
        _reports = reports;
        _cpus = profile.Cpus;
        _maxOrder = profile.MaxOrder;
        _pageShift = profile.PageShift;
        _reserve = new long[layout.Protection.Length];
        _areas = (FreeArea*)NativeMemory.AllocZeroed((nuint)(_maxOrder * sizeof(FreeArea)));
        _perCpu = (byte*)NativeMemory.AllocZeroed((nuint)(2 * _cpus) * PerCpuPages.SizeInBytes);
        Batch = PerCpuPages.BatchOf(layout.Present, profile.PageSize);
        for (int cpu = 0; cpu < _cpus; cpu++)
            PerCpuPages.SetUp(HotList(cpu), ColdList(cpu), Batch);
    }

    /// <summary>Who is told of what mm does.</summary>
    public Tracepoints Trace { get; init; } = new();

    /// <summary>Where the zone lies.</summary>
    public ZoneLayout Layout { get; }

    /// <summary>First frame.</summary>
    public uint StartFrame { get; }

    /// <summary>Its place among the configured zones.</summary>
    public int Index { get; }

    /// <summary>Frames in the free lists: nr_free_pages.</summary>
    public long FreePages { get; private set; }

    /// <summary>Watermarks in frames; 0 until <see cref="SetWatermarks"/>.</summary>
    public long Min { get; private set; }

    /// <inheritdoc cref="Min"/>
    public long Low { get; private set; }

    /// <inheritdoc cref="Min"/>
    public long High { get; private set; }

    /// <summary>The zone's batch (d.3 of Linux's zone_batchsize), before it becomes a list's chunk.</summary>
    public uint Batch { get; }

    /// <summary>Work done on the free lists.</summary>
    public ref readonly BuddyCounters Counters => ref _counters;

    /// <summary>Times zone->lock was taken.</summary>
    public ulong LocksTaken => _lock.Taken;

    /// <summary>Frames in slabs of SLAB_RECLAIM_ACCOUNT caches.</summary>
    public long SlabReclaimable { get; private set; }

    /// <summary>Frames in slabs of other caches.</summary>
    public long SlabUnreclaimable { get; private set; }

    /// <summary>Counts frames that became slab pages, or with a negative number ceased to be.</summary>
    public void AccountSlab(int frames, bool reclaimable)
    {
        _lock.Enter();
        if (reclaimable)
            SlabReclaimable += frames;
        else
            SlabUnreclaimable += frames;
        _lock.Exit();
    }

    /// <summary>lowmem_reserve against requests that prefer zone <paramref name="preferred"/>.</summary>
    public long ReserveAgainst(int preferred) => _reserve[preferred];

    /// <summary>Puts the layout's watermarks and lowmem_reserve in force.</summary>
    public void SetWatermarks()
    {
        Min = Layout.Min;
        Low = Layout.Low;
        High = Layout.High;
        for (int i = 0; i < _reserve.Length; i++)
            _reserve[i] = Layout.Protection[i];
    }

    /// <inheritdoc/>
    public uint FreeBlocks(int order) => _areas[order].Blocks;

    /// <inheritdoc/>
    public bool TryTakeBlock(int order, out PageFrameNumber block)
    {
        _lock.Enter();
        uint frame = Take(order);
        _lock.Exit();
        block = new PageFrameNumber(frame);
        return frame != 0;
    }

    /// <inheritdoc/>
    public void ReturnBlock(PageFrameNumber block, int order)
    {
        _lock.Enter();
        try
        {
            Return(block.Value, order);
        }
        finally
        {
            _lock.Exit();
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        NativeMemory.Free(_areas);
        NativeMemory.Free(_perCpu);
        _areas = null;
        _perCpu = null;
    }

    /// <summary>__rmqueue: the head of the smallest order that serves, split down to <paramref name="order"/>.</summary>
    /// <returns>The first frame; 0 when there is no block. The frame records the order it was taken with.</returns>
    private uint Take(int order)
    {
        // The plain scan beats a bit mask of non-empty orders (performance.md).
        for (int current = order; current < _maxOrder; current++)
        {
            uint frame = _areas[current].Head;
            if (frame == 0)
                continue;
            TakeHead(frame, current);
            if (Trace.IsOn)
                TraceTaken(frame, current, order);
            while (current > order)
            {
                current--;
                _counters.Splits++;
                Link(frame + (1u << current), current);     // upper half; the lower one is halved on
            }
            _pages[frame].Order = (ushort)order;
            FreePages -= 1L << order;
            _counters.Taken++;
            return frame;
        }
        return 0;
    }

    /// <summary>__free_one_page: joins the block with its free buddies, then puts it at the head of its list.</summary>
    private void Return(uint frame, int order)
    {
        FreePages += 1L << order;
        _counters.Returned++;
        while (order < _maxOrder - 1)
        {
            uint buddy = frame ^ (1u << order);
            Page* page = _pages + buddy;
            if (page->Flags != PageFlags.Buddy || page->Order != order)
                break;
            if (page->Count != 0)
                throw BuddyInUse(frame, buddy, order);
            Unlink(buddy, order);
            _counters.Merges++;
            frame &= buddy;
            order++;
            Trace.Sink?.Trace(new BuddyMergeEvent(Layout, new PageFrameNumber(frame), order));
        }
        Link(frame, order);
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private void TraceTaken(uint frame, int had, int order)
    {
        if (had > order)
            Trace.Sink?.Trace(new BuddySplitEvent(Layout, new PageFrameNumber(frame), had, order));
        Trace.Sink?.Trace(new PageAllocZoneLockedEvent(new PageFrameNumber(frame), order));
    }

    /// <summary>page_is_buddy's BUG: somebody freed the buddy while it was free. Leaves the lists whole.</summary>
    [MethodImpl(MethodImplOptions.NoInlining)]
    private Exception BuddyInUse(uint frame, uint buddy, int order)
    {
        int count = _pages[buddy].Count;
        _pages[buddy].Count = 0;
        Link(frame, order);
        return _reports.Bug(new MmBug("mm/page_alloc.c", "page_is_buddy",
            $"free block of order {order} at frame {buddy} has a reference count of {count}: it was freed again while free"));
    }

    private void Link(uint frame, int order)
    {
        FreeArea* area = _areas + order;
        Page* page = _pages + frame;
        uint next = area->Head;
        page->Flags = PageFlags.Buddy;
        page->Order = (ushort)order;
        page->Next = next;
        page->Prev = 0;
        if (next != 0)
            _pages[next].Prev = frame;
        area->Head = frame;
        area->Blocks++;
    }

    private void Unlink(uint frame, int order)
    {
        FreeArea* area = _areas + order;
        Page* page = _pages + frame;
        uint next = page->Next, previous = page->Prev;
        if (previous != 0)
            _pages[previous].Next = next;
        else
            area->Head = next;
        if (next != 0)
            _pages[next].Prev = previous;
        area->Blocks--;
        Forget(page);
    }

    /// <summary>Unlinks the head of a list; behind the head of an untouched run comes the run's next block.</summary>
    private void TakeHead(uint frame, int order)
    {
        if ((_pages[frame].Flags & PageFlags.Untouched) != 0)
            TakeFromRun(frame);
        Unlink(frame, order);
    }

    private static void Forget(Page* page)
    {
        page->Flags = PageFlags.None;
        page->Order = 0;
        page->Next = 0;
        page->Prev = 0;
    }

    /// <summary>struct free_area: the blocks of one order.</summary>
    private struct FreeArea
    {
        public uint Head;       // first frame of the first block; 0 = none
        public uint Blocks;
    }
}
