namespace MiniKernel.Mm;

/// <summary>The allocator's seam: what stands behind the per-CPU object stacks. SLAB is the first one; an allocator
/// without stacks leaves them empty and serves every call here.</summary>
internal interface IObjectAllocator : IDisposable
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

    /// <summary>Head of cache_chain: the newest cache.</summary>
    KmemCache? Newest { get; }

    /// <summary>malloc_sizes.</summary>
    KmallocCaches Kmalloc { get; }

    /// <summary>Brings up the allocator and the kmalloc caches (kmem_cache_init).</summary>
    void Bootstrap();

    /// <summary>Takes an object: this CPU's stack first.</summary>
    /// <returns>The object's address; 0 when no page could be had.</returns>
    ulong Allocate(KmemCache cache, int cpu, GfpFlags flags);

    /// <summary>Gives an object back.</summary>
    void Free(KmemCache cache, int cpu, ulong obj);

    /// <summary>Shrinks every cache, newest first.</summary>
    void ShrinkAll(int cpu);

    /// <summary>One pass of a CPU's reaper.</summary>
    void Reap(int cpu);

    /// <summary>Changes limit, batchcount and shared factor.</summary>
    /// <returns>False when memory was short.</returns>
    bool Tune(KmemCache cache, int cpu, uint limit, uint batchCount, uint sharedFactor);

    /// <summary>The cache an address lies in, or null.</summary>
    KmemCache? CacheOf(ulong address);

    /// <summary>True when the address is exactly an object in use.</summary>
    bool IsAllocated(ulong address);

    /// <summary>Every cache's numbers, newest first.</summary>
    IReadOnlyList<SlabInfo> Snapshot();

    /// <summary>Brings what shows in simulated memory up to date.</summary>
    void SyncViews();
}
