using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using MiniKernel.Hal;

namespace MiniKernel.Mm;

/// <summary>__alloc_pages: the zonelist walk, reclaim, and what happens when there is nothing left.</summary>
internal sealed unsafe partial class PageAllocator
{
    private const int CostlyOrder = 3;          // PAGE_ALLOC_COSTLY_ORDER: up to here Linux retries without end

    private ulong _outOfMemoryCalls;

    /// <summary>How often Linux would have called the OOM killer.</summary>
    public ulong OutOfMemoryCalls => _outOfMemoryCalls;

    [MethodImpl(MethodImplOptions.NoInlining)]
    private PageFrameNumber? AllocSlow(int cpu, GfpFlags flags, int order)
    {
        if ((uint)order >= (uint)_maxOrder)
            return null;
        uint frame = TakeFromZonelist(cpu, flags, order, AllocFlags.Low);
        if (frame == 0)
            frame = AllocBelowLow(cpu, flags, order);
        PageFrameNumber? block = frame == 0 ? null : new PageFrameNumber(frame);
        Trace.Sink?.Trace(new PageAllocEvent(block, order, flags));
        return block;
    }

    /// <summary>Past the low watermark. Linux wakes kswapd here; there is none.</summary>
    private uint AllocBelowLow(int cpu, GfpFlags flags, int order)
    {
        BelowLow?.Invoke(cpu);
        AllocFlags marks = AllocFlags.Min;
        if ((flags & GfpFlags.Wait) == 0)
            marks |= AllocFlags.Harder;
        if ((flags & GfpFlags.High) != 0)
            marks |= AllocFlags.Deeper;
        uint frame = TakeFromZonelist(cpu, flags, order, marks);
        if (frame != 0)
            return frame;
        frame = _reclaiming[cpu] ? AllocWhileReclaiming(cpu, flags, order)
            : (flags & GfpFlags.Wait) != 0 ? AllocByReclaim(cpu, flags, order, marks)
            : 0;
        if (frame == 0 && (flags & GfpFlags.NoWarn) == 0)
            _reports.Report(new PageAllocationFailure(flags, order));
        return frame;
    }

    /// <summary>A PF_MEMALLOC task, here a shrinker at work: it may take all there is, but reclaims no deeper.</summary>
    private uint AllocWhileReclaiming(int cpu, GfpFlags flags, int order)
    {
        if ((flags & GfpFlags.NoMemAlloc) != 0)
            return 0;
        uint frame = TakeFromZonelist(cpu, flags, order, AllocFlags.NoWatermarks);
        if (frame == 0 && (flags & GfpFlags.NoFail) != 0)
            throw CannotFail(flags, order);
        return frame;
    }

    /// <summary>Reclaims until there is a block or reclaim makes no progress; each round adds at least one frame, so it ends.</summary>
    /// <remarks>Linux waits 20 ms between rounds; calls into mm take no virtual time (design.md §3), so this does not.</remarks>
    private uint AllocByReclaim(int cpu, GfpFlags flags, int order, AllocFlags marks)
    {
        while (ReclaimMadeProgress(cpu, flags, order))
        {
            uint frame = TakeFromZonelist(cpu, flags, order, marks);
            if (frame != 0)
                return frame;
            if (!RetriesAfterProgress(flags, order))
                return 0;
        }
        return WithoutProgress(cpu, flags, order);
    }

    private static bool RetriesAfterProgress(GfpFlags flags, int order) =>
        (flags & GfpFlags.NoRetry) == 0 && (order <= CostlyOrder || (flags & (GfpFlags.Repeat | GfpFlags.NoFail)) != 0);

    /// <summary>Linux would now kill a task, or spin. There is no victim here (design.md §4, "Exhaustion").</summary>
    private uint WithoutProgress(int cpu, GfpFlags flags, int order)
    {
        if ((flags & GfpFlags.NoRetry) != 0)
            return 0;
        if ((flags & GfpFlags.Fs) != 0)
        {
            uint frame = TakeFromZonelist(cpu, flags, order, AllocFlags.High);
            if (frame != 0)
                return frame;
            if (order > CostlyOrder)
                return 0;                       // killing frees no large blocks: Linux fails here, even __GFP_NOFAIL
            Trace.Sink?.Trace(new OomEvent(order, flags));
            Interlocked.Increment(ref _outOfMemoryCalls);
            _reports.Report(new OutOfMemory(flags, order));
            if (_options.Oom == OomPolicy.Panic)
                throw _reports.Panic("Out of memory and no killable processes...");
        }
        if ((flags & GfpFlags.NoFail) != 0)
            throw CannotFail(flags, order);
        return 0;
    }

    private Exception CannotFail(GfpFlags flags, int order) =>
        _reports.Panic($"__GFP_NOFAIL allocation cannot be met. order:{order}, mode:0x{(uint)flags:x}");

    /// <summary>try_to_free_pages with PF_MEMALLOC; progress is what zones and per-CPU lists have gained.</summary>
    private bool ReclaimMadeProgress(int cpu, GfpFlags flags, int order)
    {
        long before = FreeAndParked();
        Trace.Sink?.Trace(new ReclaimBeginEvent(order, flags));
        Interlocked.Increment(ref _reclaims);
        if (Reclaim is { } reclaim)
        {
            _reclaiming[cpu] = true;
            try
            {
                reclaim(cpu, flags);
            }
            finally
            {
                _reclaiming[cpu] = false;       // a shrinker is driver code and may throw
                Trace.Sink?.Trace(new ReclaimEndEvent(FreeAndParked() - before));
            }
        }
        bool progress = FreeAndParked() > before;
        if (order != 0)
            DrainAllPcps(cpu);
        return progress;
    }

    private long FreeAndParked()
    {
        long frames = 0;
        foreach (Zone zone in _zones)
            frames += zone.FreePages + zone.PerCpuCount;
        return frames;
    }

    /// <summary>get_page_from_freelist: the first zone of the list that may give a block and has one.</summary>
    /// <returns>The first frame, prepared; 0 when no zone gave any.</returns>
    private uint TakeFromZonelist(int cpu, GfpFlags flags, int order, AllocFlags marks)
    {
        Zone[] zonelist = _zonelists[(int)(flags & ZoneFlags)];
        int preferred = zonelist[0].Index;
        foreach (Zone zone in zonelist)
        {
            if (!zone.WatermarkOk(order, preferred, marks))
                continue;
            uint frame = zone.TakeFor(cpu, order, (flags & GfpFlags.Cold) != 0);
            if (frame == 0)
                continue;
            Prepare(frame, order, flags);
            return frame;
        }
        return 0;
    }

    /// <summary>prep_new_page.</summary>
    private void Prepare(uint frame, int order, GfpFlags flags)
    {
        Page* page = _pages + frame;
        if (page->Flags != PageFlags.None || page->Count != 0)
            ReportBadPage(frame, atFree: false);
        page->Order = (ushort)order;
        page->Count = 1;
        if ((flags & GfpFlags.Zero) != 0)
            NativeMemory.Clear(_memory.Base + ((ulong)frame << _pageShift), (nuint)1 << (_pageShift + order));
        if (order != 0 && (flags & GfpFlags.Comp) != 0)
            MakeCompound(frame, order);
    }

    /// <summary>prep_compound_page: every frame knows the first.</summary>
    private void MakeCompound(uint frame, int order)
    {
        for (uint i = 0; i < 1u << order; i++)
        {
            _pages[frame + i].Flags |= PageFlags.Compound;
            _pages[frame + i].Next = frame;
        }
    }
}
