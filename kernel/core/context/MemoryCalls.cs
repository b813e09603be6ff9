using System.Runtime.CompilerServices;
using MiniKernel.Hal;
using MiniKernel.Mm;

namespace MiniKernel.Core;

/// <summary>The slow half of every allocation call: notes the call site, checks the context, asks mm, tells the tracker.</summary>
/// <remarks>With the tracker on, each call comes here, because the CPUs see empty stacks. The tracker refuses a bad free by
/// name before mm sees it.</remarks>
internal sealed partial class MemoryCalls(Kernel kernel)
{
    private readonly RateLimit _sleepingReports = new(1_000 * VirtualClock.NsPerJiffy, 1);
    private KernelMm Mm => kernel.Mm;

    private AllocationTracker? Tracker => kernel.Tracker;

    /// <summary>What every slow call does first.</summary>
    public CpuState Enter(MmCpu cpu, GfpFlags flags, string file, int line, string member)
    {
        RuntimeHelpers.EnsureSufficientExecutionStack();
        CpuState state = kernel.Cpu(cpu);
        kernel.Current = state;
        state.Site = new CallSite(file, line, member);
        kernel.Tasks.LeaveIfEnded(state);
        if ((flags & GfpFlags.Wait) != 0 && cpu.AtomicContext)
            ReportSleep(state);
        return state;
    }

    /// <summary>might_sleep().</summary>
    public void MightSleep(CpuState state)
    {
        if (state.Mm.AtomicContext)
            ReportSleep(state);
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    public VirtualAddress Kmalloc(MmCpu cpu, ulong size, GfpFlags flags, string file, int line, string member)
    {
        CpuState state = Enter(cpu, flags, file, line, member);
        VirtualAddress p = Mm.Kmalloc(cpu, size, flags);
        Tracker?.ObjectTaken(state, p, size, flags);
        return p;
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    public VirtualAddress Kcalloc(MmCpu cpu, ulong count, ulong size, GfpFlags flags, string file, int line, string member)
    {
        CpuState state = Enter(cpu, flags, file, line, member);
        VirtualAddress p = Mm.Kcalloc(cpu, count, size, flags);
        Tracker?.ObjectTaken(state, p, count * size, flags);
        return p;
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    public VirtualAddress Krealloc(MmCpu cpu, VirtualAddress p, ulong size, GfpFlags flags, string file, int line, string member)
    {
        CpuState state = Enter(cpu, flags, file, line, member);
        if (Tracker is not { } tracker)
            return Mm.Krealloc(cpu, p, size, flags);
        if (!p.IsZeroOrNull && !tracker.MayFree(state, p, "krealloc"))
            return VirtualAddress.Null;
        VirtualAddress moved = Mm.Krealloc(cpu, p, size, flags);
        if (moved.IsNull)
            return moved;                         // p is as it was
        if (!p.IsZeroOrNull)
            tracker.ObjectGone(state, p);
        tracker.ObjectTaken(state, moved, size, flags);
        return moved;
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    public void Kfree(MmCpu cpu, VirtualAddress p, string file, int line, string member)
    {
        CpuState state = Enter(cpu, GfpFlags.NoWait, file, line, member);
        if (Tracker is { } tracker && !p.IsZeroOrNull)
        {
            if (!tracker.MayFree(state, p, "kfree"))
                return;
            tracker.ObjectGone(state, p);
        }
        Mm.Kfree(cpu, p);
    }

    public ulong Ksize(MmCpu cpu, VirtualAddress p, string file, int line, string member)
    {
        Enter(cpu, GfpFlags.NoWait, file, line, member);
        if (kernel.Shadow is { } shadow && !p.IsZeroOrNull && shadow.Check(cpu, p, 1, isWrite: false, file, line, member))
            Mm.OpenWholeObject(p);
        return Mm.Ksize(p);
    }

    public KmemCache? CacheCreate(
        MmCpu cpu, string name, ulong size, ulong align, SlabFlags flags, ObjectFunction? ctor, ObjectFunction? dtor,
        string file, int line, string member)
    {
        CpuState state = Enter(cpu, GfpFlags.NoWait, file, line, member);
        if (state.InInterrupt)
            throw kernel.Oops.Bug(state, Mm.AllocatorFile, "kmem_cache_create", $"Early error in slab {name}: called in interrupt");
        Enter(cpu, GfpFlags.Kernel, file, line, member);
        KmemCache? cache = Mm.KmemCacheCreate(cpu, name, size, align, flags, Wrap(state.Module, ctor), Wrap(state.Module, dtor));
        if (cache is not null)
            Tracker?.CacheCreated(state, cache);
        return cache;
    }

    public bool CacheDestroy(MmCpu cpu, KmemCache? cache, string file, int line, string member)
    {
        CpuState state = Enter(cpu, GfpFlags.NoWait, file, line, member);
        if (state.InInterrupt)
            throw kernel.Oops.Bug(state, Mm.AllocatorFile, "kmem_cache_destroy", $"cache `{cache?.Name}' is destroyed in interrupt");
        Enter(cpu, GfpFlags.Kernel, file, line, member);
        if (cache is not null && Tracker is { } tracker && !tracker.MayUseCache(state, cache, "kmem_cache_destroy"))
            return false;
        bool gone = Mm.KmemCacheDestroy(cpu, cache);
        if (gone)
            Tracker?.CacheDestroyed(cache!);
        return gone;
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    public VirtualAddress CacheAlloc(MmCpu cpu, KmemCache cache, GfpFlags flags, string file, int line, string member)
    {
        CpuState state = Enter(cpu, flags, file, line, member);
        if (Tracker is { } tracker && !tracker.MayUseCache(state, cache, "kmem_cache_alloc"))
            return VirtualAddress.Null;
        VirtualAddress p = Mm.KmemCacheAlloc(cpu, cache, flags);
        Tracker?.ObjectTaken(state, p, cache.ObjectSize, flags, cache);
        return p;
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    public void CacheFree(MmCpu cpu, KmemCache cache, VirtualAddress p, string file, int line, string member)
    {
        CpuState state = Enter(cpu, GfpFlags.NoWait, file, line, member);
        if (Tracker is { } tracker)
        {
            if (!tracker.MayUseCache(state, cache, "kmem_cache_free") || !tracker.MayFree(state, p, "kmem_cache_free", cache))
                return;
            tracker.ObjectGone(state, p);
        }
        Mm.KmemCacheFree(cpu, cache, p);
    }

    public int CacheShrink(MmCpu cpu, KmemCache cache, string file, int line, string member)
    {
        CpuState state = Enter(cpu, GfpFlags.NoWait, file, line, member);
        if (state.InInterrupt)
            throw kernel.Oops.Bug(state, Mm.AllocatorFile, "kmem_cache_shrink", $"cache `{cache.Name}' is shrunk in interrupt");
        Enter(cpu, GfpFlags.Kernel, file, line, member);
        if (Tracker is { } tracker && !tracker.MayUseCache(state, cache, "kmem_cache_shrink"))
            return 0;
        return Mm.KmemCacheShrink(cpu, cache);
    }

    public PageFrameNumber? AllocPages(MmCpu cpu, GfpFlags flags, int order, string file, int line, string member)
    {
        CpuState state = Enter(cpu, flags, file, line, member);
        PageFrameNumber? frame = Mm.AllocPages(cpu, flags, order);
        if (frame is { } first)
            Tracker?.PagesTaken(state, first, PageCount(order), order, flags);
        return frame;
    }

    public void FreePages(MmCpu cpu, PageFrameNumber frame, int order, string file, int line, string member)
    {
        CpuState state = Enter(cpu, GfpFlags.NoWait, file, line, member);
        if (Tracker is { } tracker && !IsShared(frame) && !tracker.ReleasePages(state, frame, PageCount(order), order, "__free_pages"))
            return;
        Mm.FreePages(cpu, frame, order);
    }

    public void GetPage(MmCpu cpu, PageFrameNumber frame, string file, int line, string member)
    {
        Enter(cpu, GfpFlags.NoWait, file, line, member);
        Mm.GetPage(frame);
    }

    public void PutPage(MmCpu cpu, PageFrameNumber frame, string file, int line, string member)
    {
        (PageFrameNumber head, int order) = Mm.CompoundPage(frame);
        FreePages(cpu, head, order, file, line, member);
    }

    public VirtualAddress GetFreePages(MmCpu cpu, GfpFlags flags, int order, string file, int line, string member)
    {
        CpuState state = Enter(cpu, flags, file, line, member);
        VirtualAddress p = Mm.GetFreePages(cpu, flags, order);
        if (!p.IsNull)
            Tracker?.PagesTaken(state, FrameOf(p), PageCount(order), order, flags);
        return p;
    }

    public void FreePages(MmCpu cpu, VirtualAddress p, int order, string file, int line, string member)
    {
        CpuState state = Enter(cpu, GfpFlags.NoWait, file, line, member);
        if (!p.IsNull && Tracker is { } tracker && !(Mm.TryVirtToPhys(p, out _) && IsShared(FrameOf(p))) && !tracker.ReleasePages(state, p, PageCount(order), order, "free_pages"))
            return;
        Mm.FreePages(cpu, p, order);
    }

    public VirtualAddress AllocPagesExact(MmCpu cpu, ulong bytes, GfpFlags flags, string file, int line, string member)
    {
        CpuState state = Enter(cpu, flags, file, line, member);
        VirtualAddress p = Mm.AllocPagesExact(cpu, bytes, flags);
        if (!p.IsNull)
            Tracker?.PagesTaken(state, FrameOf(p), PagesFor(bytes), AllocationTracker.ExactPages, flags);
        return p;
    }

    public void FreePagesExact(MmCpu cpu, VirtualAddress p, ulong bytes, string file, int line, string member)
    {
        CpuState state = Enter(cpu, GfpFlags.NoWait, file, line, member);
        if (Tracker is { } tracker && !tracker.ReleasePages(state, p, PagesFor(bytes), AllocationTracker.ExactPages, "free_pages_exact"))
            return;
        Mm.FreePagesExact(cpu, p, bytes);
    }

    // Another user is left: whoever took the pages has them still.
    private bool IsShared(PageFrameNumber frame) => Mm.PageCount(frame) > 1;

    private static uint PageCount(int order) => order is >= 0 and < 32 ? 1u << order : 0;

    private uint PagesFor(ulong bytes) => (uint)((bytes + (ulong)kernel.Machine.Profile.PageSize - 1) >> kernel.Machine.Profile.PageShift);

    private PageFrameNumber FrameOf(VirtualAddress p)
    {
        Mm.TryVirtToPhys(p, out PhysicalAddress address);
        return new PageFrameNumber((uint)(address.Value >> kernel.Machine.Profile.PageShift));
    }

    private KmemCacheFunction? Wrap(LoadedModule? owner, ObjectFunction? function)
    {
        if (function is null)
            return null;
        ModuleFunction wrapped = new(kernel, owner, function);
        owner?.Note(wrapped);
        return wrapped.Call;
    }

    // __might_sleep() of Linux 2.6.24 kernel/sched.c. Every one counts, one a second is printed.
    private void ReportSleep(CpuState state)
    {
        kernel.CountError();
        if (!_sleepingReports.Allow(kernel.Machine.Clock.NowNs, out _))
            return;
        kernel.Print(
            LogLevel.Error,
            $"BUG: sleeping function called from invalid context at {state.Site.Place}\n"
            + $"in_atomic():{(state.InAtomic ? 1 : 0)}, irqs_disabled():{(state.InterruptsEnabled ? 0 : 1)}");
        kernel.Oops.DumpStack(state);
    }
}
