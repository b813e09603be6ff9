using MiniKernel.Hal;

namespace MiniKernel.Mm;

/// <summary>Where a mempool's elements come from and go to: alloc_fn, free_fn and pool_data in one.</summary>
/// <remarks>An element is an address, or a frame number for a pool of pages; 0 is none.</remarks>
internal abstract class MempoolSource(string what, ulong size)
{
    /// <summary>For reports.</summary>
    public string What => what;

    /// <summary>Bytes of an element; 0 when only a driver knows.</summary>
    public ulong Size => size;

    public abstract ulong Alloc(MmCpu cpu, GfpFlags flags);

    public abstract void Free(MmCpu cpu, ulong element);
}

/// <summary>mempool_alloc_slab, mempool_free_slab.</summary>
internal sealed class SlabSource(KernelMm mm, KmemCache cache) : MempoolSource(cache.Name, cache.ObjectSize)
{
    public override ulong Alloc(MmCpu cpu, GfpFlags flags) => mm.KmemCacheAlloc(cpu, cache, flags).Value;

    public override void Free(MmCpu cpu, ulong element) => mm.KmemCacheFree(cpu, cache, new VirtualAddress(element));
}

/// <summary>mempool_kmalloc and mempool_kzalloc, mempool_kfree.</summary>
internal sealed class KmallocSource(KernelMm mm, ulong size, GfpFlags always) : MempoolSource($"kmalloc({size})", size)
{
    public override ulong Alloc(MmCpu cpu, GfpFlags flags) => mm.Kmalloc(cpu, Size, flags | always).Value;

    public override void Free(MmCpu cpu, ulong element) => mm.Kfree(cpu, new VirtualAddress(element));
}

/// <summary>mempool_alloc_pages, mempool_free_pages.</summary>
internal sealed class PageSource(KernelMm mm, int order) : MempoolSource($"pages of order {order}", (ulong)mm.Profile.PageSize << order)
{
    public override ulong Alloc(MmCpu cpu, GfpFlags flags) => mm.AllocPages(cpu, flags, order) is { } frame ? frame.Value : 0;

    public override void Free(MmCpu cpu, ulong element) => mm.FreePages(cpu, new PageFrameNumber((uint)element), order);
}

/// <summary>A driver's own functions. They may fail, throw, and call back into mm: the pool holds nothing meanwhile.</summary>
internal sealed class CallbackSource(Func<GfpFlags, VirtualAddress> alloc, Action<VirtualAddress> free) : MempoolSource("driver callbacks", 0)
{
    public override ulong Alloc(MmCpu cpu, GfpFlags flags) => alloc(flags).Value;

    public override void Free(MmCpu cpu, ulong element) => free(new VirtualAddress(element));
}
