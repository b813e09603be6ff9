using MiniKernel.Hal;
using MiniKernel.Mm;

namespace MiniKernel.Core;

/// <summary>mempool.</summary>
internal sealed partial class MemoryCalls
{
    public Mempool? MempoolCreate(
        MmCpu cpu, int minimum, MempoolAllocFunction alloc, MempoolFreeFunction free, string file, int line, string member)
    {
        CpuState state = Enter(cpu, GfpFlags.Kernel, file, line, member);
        LoadedModule? owner = state.Module;
        return Created(state, Mm.MempoolCreate(
            cpu, minimum,
            flags => kernel.Modules.Boundary.Call(
                owner, kernel.Current, kernel.Current.Comm, (alloc, flags), static (context, call) => call.alloc(context, call.flags), onOops: VirtualAddress.Null),
            element => kernel.Modules.Boundary.Call(
                owner, kernel.Current, kernel.Current.Comm, (free, element), static (context, call) => Run(context, call.free, call.element), onOops: true)));
    }

    public Mempool? MempoolCreateSlabPool(MmCpu cpu, int minimum, KmemCache cache, string file, int line, string member)
    {
        CpuState state = Enter(cpu, GfpFlags.Kernel, file, line, member);
        return Created(state, Mm.MempoolCreateSlabPool(cpu, minimum, cache));
    }

    public Mempool? MempoolCreateKmallocPool(MmCpu cpu, int minimum, ulong size, bool isZeroed, string file, int line, string member)
    {
        CpuState state = Enter(cpu, GfpFlags.Kernel, file, line, member);
        return Created(state, isZeroed ? Mm.MempoolCreateKzallocPool(cpu, minimum, size) : Mm.MempoolCreateKmallocPool(cpu, minimum, size));
    }

    public Mempool? MempoolCreatePagePool(MmCpu cpu, int minimum, int order, string file, int line, string member)
    {
        CpuState state = Enter(cpu, GfpFlags.Kernel, file, line, member);
        return Created(state, Mm.MempoolCreatePagePool(cpu, minimum, order));
    }

    public Errno MempoolResize(MmCpu cpu, Mempool pool, int minimum, GfpFlags flags, string file, int line, string member)
    {
        Enter(cpu, flags, file, line, member);
        return Mm.MempoolResize(cpu, pool, minimum, flags) ? Errno.Success : Errno.ENOMEM;
    }

    public void MempoolDestroy(MmCpu cpu, Mempool pool, string file, int line, string member)
    {
        CpuState state = Enter(cpu, GfpFlags.NoWait, file, line, member);
        try
        {
            Mm.MempoolDestroy(cpu, pool);
        }
        finally
        {
            if (!pool.IsAlive && Tracker is { } tracker)    // gone, even if a callback threw; a BUG leaves it
            {
                tracker.RegionGone(state, RegionKind.Mempool, pool.Descriptor.Value);
                tracker.ForgetRegionsOf(pool);
            }
        }
    }

    public VirtualAddress MempoolAlloc(MmCpu cpu, Mempool pool, GfpFlags flags, string file, int line, string member)
    {
        CpuState state = Enter(cpu, flags, file, line, member);
        VirtualAddress element = Mm.MempoolAlloc(cpu, pool, flags);
        if (!element.IsNull)
            Taken(state, RegionKind.MempoolElement, element.Value, pool, flags);
        return element;
    }

    public PageFrameNumber? MempoolAllocPages(MmCpu cpu, Mempool pool, GfpFlags flags, string file, int line, string member)
    {
        CpuState state = Enter(cpu, flags, file, line, member);
        PageFrameNumber? frame = Mm.MempoolAllocPages(cpu, pool, flags);
        if (frame is { } first)
            Taken(state, RegionKind.MempoolPages, first.Value, pool, flags);
        return frame;
    }

    public void MempoolFree(MmCpu cpu, VirtualAddress element, Mempool pool, string file, int line, string member)
    {
        CpuState state = Enter(cpu, GfpFlags.NoWait, file, line, member);
        if (!element.IsNull && Tracker is { } tracker)
        {
            if (pool.IsAlive && !tracker.MayRelease(state, RegionKind.MempoolElement, element.Value, element, "mempool_free", source: pool))
                return;
            tracker.RegionGone(state, RegionKind.MempoolElement, element.Value);
        }
        Mm.MempoolFree(cpu, pool, element);
    }

    public void MempoolFreePages(MmCpu cpu, PageFrameNumber frame, Mempool pool, string file, int line, string member)
    {
        CpuState state = Enter(cpu, GfpFlags.NoWait, file, line, member);
        if (Tracker is { } tracker)
        {
            if (pool.IsAlive && !tracker.MayRelease(state, RegionKind.MempoolPages, frame.Value, $"page frame {frame}", "mempool_free", source: pool))
                return;
            tracker.RegionGone(state, RegionKind.MempoolPages, frame.Value);
        }
        Mm.MempoolFreePages(cpu, pool, frame);
    }

    private Mempool? Created(CpuState state, Mempool? pool)
    {
        if (pool is not null)
            Tracker?.RegionTaken(state, RegionKind.Mempool, pool.Descriptor.Value, new LiveRegion($"mempool of {pool.What}", 0));
        return pool;
    }

    // What a driver's own callback took from kmalloc and the like is in the tracker's books already.
    private void Taken(CpuState state, RegionKind kind, ulong key, Mempool pool, GfpFlags flags) =>
        Tracker?.RegionTaken(state, kind, key, new LiveRegion($"element of a mempool of {pool.What}", pool.ElementSize, flags, pool, pool.HasCallbacks));

    private static bool Run(KernelContext context, MempoolFreeFunction free, VirtualAddress element)
    {
        free(context, element);
        return true;
    }
}
