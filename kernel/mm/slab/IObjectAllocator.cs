namespace MiniKernel.Mm;

/// <summary>The allocator's seam: what stands behind the per-CPU object stacks. SLAB is the first one; an allocator
/// without stacks leaves them empty and serves every call here.</summary>
internal interface IObjectAllocator
{
    /// <summary>Makes a cache (kmem_cache_create behind its sanity checks).</summary>
    /// <returns>Null when memory or a fitting slab order is missing.</returns>
    KmemCache? Create(int cpu, string name, ulong size, ulong align, SlabFlags flags, KmemCacheFunction? ctor, KmemCacheFunction? dtor);

    /// <summary>Serves an allocation that found its CPU's stack empty; grows the cache when it must.</summary>
    /// <returns>The buffer's address; 0 when no page could be had.</returns>
    ulong Refill(KmemCache cache, int cpu, GfpFlags flags);

    /// <summary>Serves a free that found its CPU's stack full.</summary>
    void Flush(KmemCache cache, int cpu, ulong buffer);

    /// <summary>Adds a slab.</summary>
    /// <returns>False when no page could be had.</returns>
    bool Grow(KmemCache cache, int cpu, GfpFlags flags);

    /// <summary>Gives back every page that holds no object in use.</summary>
    /// <returns>True when slabs with objects in use remain.</returns>
    bool Shrink(KmemCache cache, int cpu);

    /// <summary>Ends a cache.</summary>
    /// <returns>False when objects are in use: the cache stays.</returns>
    bool Destroy(KmemCache cache, int cpu);
}
