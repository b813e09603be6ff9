using MiniKernel.Hal;

namespace MiniKernel.Mm;

/// <content>mempool: elements for those who must not fail.</content>
/// <remarks>Driver code may stand behind the elements: it is called with no lock held and no state of the pool in locals.</remarks>
public sealed unsafe partial class KernelMm
{
    private const ulong MempoolTimeoutMs = 5_000;

    /// <summary>mempool_create_slab_pool: a reserve of objects of a cache.</summary>
    /// <returns>Null when the whole reserve cannot be had.</returns>
    public Mempool? MempoolCreateSlabPool(MmCpu cpu, int minimum, KmemCache cache) => Create(cpu, minimum, new SlabSource(this, cache));

    /// <summary>mempool_create_kmalloc_pool.</summary>
    public Mempool? MempoolCreateKmallocPool(MmCpu cpu, int minimum, ulong size) =>
        Create(cpu, minimum, new KmallocSource(this, size, GfpFlags.NoWait));

    /// <summary>mempool_create_kzalloc_pool: zeroed when made, not when taken from the reserve.</summary>
    public Mempool? MempoolCreateKzallocPool(MmCpu cpu, int minimum, ulong size) =>
        Create(cpu, minimum, new KmallocSource(this, size, GfpFlags.Zero));

    /// <summary>mempool_create_page_pool: its elements are frames (<see cref="MempoolAllocPages"/>).</summary>
    public Mempool? MempoolCreatePagePool(MmCpu cpu, int minimum, int order) => Create(cpu, minimum, new PageSource(this, order));

    /// <summary>mempool_create with functions of the driver's own.</summary>
    public Mempool? MempoolCreate(MmCpu cpu, int minimum, Func<GfpFlags, VirtualAddress> alloc, Action<VirtualAddress> free) =>
        Create(cpu, minimum, new CallbackSource(alloc, free));

    /// <summary>mempool_resize.</summary>
    /// <returns>False (-ENOMEM) when a larger array cannot be had. A larger reserve that cannot be filled fills up later.</returns>
    public bool MempoolResize(MmCpu cpu, Mempool pool, int minimum, GfpFlags flags)
    {
        RequireAlive(pool, "mempool_resize");
        if (minimum <= 0)
            throw Bug("mm/mempool.c", "mempool_resize", $"the new minimum is {minimum}");
        if (minimum <= pool.MinimumCount)
        {
            while (!pool.TryShrink(minimum, out ulong element))
                pool.Source.Free(cpu, element);
            return true;
        }
        VirtualAddress elements = Own(Kmalloc(cpu, ArrayBytes(minimum), flags));
        if (elements.IsNull)
            return false;
        Kfree(cpu, pool.Grow(minimum, elements));
        Fill(cpu, pool, flags);
        return true;
    }

    /// <summary>mempool_destroy; elements that are not back are a BUG.</summary>
    public void MempoolDestroy(MmCpu cpu, Mempool pool)
    {
        RequireAlive(pool, "mempool_destroy");
        if (pool.CurrentCount != pool.MinimumCount)
        {
            throw Bug("mm/mempool.c", "mempool_destroy",
                $"{pool.MinimumCount - pool.CurrentCount} of {pool.MinimumCount} elements of the mempool of {pool.What} are not back");
        }
        Release(cpu, pool);
    }

    /// <summary>mempool_alloc: the source without sleeping, then the reserve, then, if it may, the source again after a sleep.</summary>
    /// <returns>Null without __GFP_WAIT; with it only where Linux would sleep for ever, after a report.</returns>
    public VirtualAddress MempoolAlloc(MmCpu cpu, Mempool pool, GfpFlags flags)
    {
        RequireKind(pool, ofPages: false, "mempool_alloc");
        return new VirtualAddress(Take(cpu, pool, flags));
    }

    /// <summary>mempool_alloc of a pool of pages.</summary>
    public PageFrameNumber? MempoolAllocPages(MmCpu cpu, Mempool pool, GfpFlags flags)
    {
        RequireKind(pool, ofPages: true, "mempool_alloc");
        ulong frame = Take(cpu, pool, flags);
        return frame == 0 ? null : new PageFrameNumber((uint)frame);
    }

    /// <summary>mempool_free: the reserve first, and who sleeps for it is woken. Nothing for NULL.</summary>
    public void MempoolFree(MmCpu cpu, Mempool pool, VirtualAddress element)
    {
        RequireKind(pool, ofPages: false, "mempool_free");
        if (!element.IsNull)
            GiveBack(cpu, pool, element.Value);
    }

    /// <summary>mempool_free of a pool of pages.</summary>
    public void MempoolFreePages(MmCpu cpu, Mempool pool, PageFrameNumber frame)
    {
        RequireKind(pool, ofPages: true, "mempool_free");
        GiveBack(cpu, pool, frame.Value);
    }

    private ulong ArrayBytes(int elements) => (ulong)elements * (ulong)_profile.WordBytes;

    private Mempool? Create(MmCpu cpu, int minimum, MempoolSource source)
    {
        if (minimum < 0)
            return null;
        VirtualAddress descriptor = Own(Kzalloc(cpu, Sizes.Mempool, GfpFlags.Kernel));
        if (descriptor.IsNull)
            return null;
        VirtualAddress elements = Own(Kmalloc(cpu, ArrayBytes(minimum), GfpFlags.Kernel));
        if (elements.IsNull)
        {
            Kfree(cpu, descriptor);
            return null;
        }
        Mempool pool = new(source, minimum, descriptor, elements);
        bool isFull = false;
        try
        {
            isFull = Fill(cpu, pool, GfpFlags.Kernel);
        }
        finally
        {
            if (!isFull)                        // all or nothing, also when a callback threw
                Release(cpu, pool);
        }
        return isFull ? pool : null;
    }

    /// <summary>Fills the reserve.</summary>
    /// <returns>False when the source could not.</returns>
    private bool Fill(MmCpu cpu, Mempool pool, GfpFlags flags)
    {
        while (pool.CurrentCount < pool.MinimumCount)
        {
            ulong element = pool.Source.Alloc(cpu, flags);
            if (element == 0)
                return false;
            if (pool.TryPush(element))
                ShadowElement(pool, element, isTaken: false);
            else                                // somebody gave one back meanwhile
                pool.Source.Free(cpu, element);
        }
        return true;
    }

    /// <summary>free_pool. The arrays go even if a callback throws; the elements it did not take are its driver's loss.</summary>
    private void Release(MmCpu cpu, Mempool pool)
    {
        pool.IsAlive = false;
        try
        {
            while (pool.TryPop(out ulong element))
                pool.Source.Free(cpu, element);
        }
        finally
        {
            Kfree(cpu, pool.Elements);
            Kfree(cpu, pool.Descriptor);
        }
    }

    private ulong Take(MmCpu cpu, Mempool pool, GfpFlags flags)
    {
        flags |= GfpFlags.NoMemAlloc | GfpFlags.NoRetry | GfpFlags.NoWarn;
        GfpFlags now = flags & ~(GfpFlags.Wait | GfpFlags.Io);
        bool mayWait = (flags & GfpFlags.Wait) != 0;
        for (ulong waitedMs = 0; ;)
        {
            ulong seen = pool.Waiters.WakeUps, element = pool.Source.Alloc(cpu, now);
            if (element != 0 || TryPop(pool, out element) || !mayWait)
                return element;
            mayWait = Sleep(cpu, pool.Waiters, seen, MempoolTimeoutMs, ref waitedMs);
            now = flags;
            if (!mayWait)
                return TakeLast(cpu, pool, flags);
        }
    }

    // Nobody can give an element back any more: what reclaim finds is all there is.
    private ulong TakeLast(MmCpu cpu, Mempool pool, GfpFlags flags)
    {
        ulong element = pool.Source.Alloc(cpu, flags);
        if (element == 0 && !TryPop(pool, out element))
            _reports.Report(new BlockedForever(pool.Waiters.Name));
        return element;
    }

    private bool TryPop(Mempool pool, out ulong element)
    {
        bool any = pool.TryPop(out element);
        if (any)
            ShadowElement(pool, element, isTaken: true);
        return any;
    }

    private void GiveBack(MmCpu cpu, Mempool pool, ulong element)
    {
        if (!pool.TryPush(element))
        {
            pool.Source.Free(cpu, element);
            return;
        }
        ShadowElement(pool, element, isTaken: false);
        WakeUp(pool.Waiters);
    }

    private void RequireAlive(Mempool pool, string function)
    {
        if (!pool.IsAlive)
            throw Bug("mm/mempool.c", function, $"the mempool of {pool.What} was destroyed");
    }

    private void RequireKind(Mempool pool, bool ofPages, string function)
    {
        RequireAlive(pool, function);
        if (pool.IsOfPages != ofPages)
            throw Bug("mm/mempool.c", function, $"elements of the mempool of {pool.What} are {(ofPages ? "no pages" : "pages")}");
    }
}
