namespace MiniKernel.Mm;

/// <summary>The allocator's seam: kmalloc and kmem_cache_*, as complete calls. SLAB and SLOB stand behind it.</summary>
/// <remarks>In front of it are the per-CPU object stacks of the fast path; an allocator without stacks leaves them empty and
/// serves every call here. What is misuse, and how it is reported, differs by allocator and is its own affair.</remarks>
internal interface IObjectAllocator : IDisposable
{
    /// <summary>Linux's file, for reports: "mm/slab.c".</summary>
    string SourceFile { get; }

    /// <summary>What only an allocator with slabs and size classes offers; null where there are none.</summary>
    ISlabTables? Slabs { get; }

    /// <summary>Brings the allocator up (kmem_cache_init).</summary>
    void Bootstrap();

    /// <summary>kmalloc of at least one byte.</summary>
    /// <returns>The address; 0 when the size is beyond what can be had, or no page could be had.</returns>
    ulong Kmalloc(int cpu, ulong size, GfpFlags flags);

    /// <summary>Bytes that <see cref="Kmalloc"/> takes for a request; 0 when no class holds it.</summary>
    ulong KmallocBytes(ulong size, GfpFlags flags);

    /// <summary>Gives back what <see cref="Kmalloc"/> returned.</summary>
    void Kfree(int cpu, ulong address);

    /// <summary>Usable bytes of what <see cref="Kmalloc"/> returned.</summary>
    ulong Ksize(ulong address);

    /// <summary>Makes a cache (kmem_cache_create), with the checks the allocator has for it.</summary>
    /// <returns>Null, after a report, when there is none.</returns>
    KmemCache? Create(int cpu, string? name, ulong size, ulong align, SlabFlags flags, KmemCacheFunction? ctor, KmemCacheFunction? dtor);

    /// <summary>Ends a cache.</summary>
    /// <returns>False, after a report, when it stays.</returns>
    bool Destroy(KmemCache cache, int cpu);

    /// <summary>Takes an object, zeroed if <paramref name="flags"/> say so.</summary>
    /// <returns>The object's address; 0 when no page could be had.</returns>
    ulong Allocate(KmemCache cache, int cpu, GfpFlags flags);

    /// <summary>Gives an object back.</summary>
    void Free(KmemCache cache, int cpu, ulong obj);

    /// <summary>Gives back every page that holds no object in use.</summary>
    /// <returns>True when slabs with objects in use remain.</returns>
    bool Shrink(KmemCache cache, int cpu);

    /// <summary>Shrinks every cache, newest first: the allocator's part of direct reclaim.</summary>
    void ShrinkAll(int cpu);

    /// <summary>The newest cache; the others follow by <see cref="KmemCache.Older"/>.</summary>
    KmemCache? Newest { get; }

    /// <summary>The cache an address lies in, where pages know; else null.</summary>
    KmemCache? CacheOf(ulong address);

    /// <summary>What an address in a slab belongs to; null for any other address, and from an allocator without slabs.</summary>
    SlabPlace? Inspect(ulong address) => null;

    /// <summary>True when the address is exactly an object in use.</summary>
    bool IsAllocated(ulong address);

    /// <summary>Brings what shows in simulated memory up to date.</summary>
    void SyncViews();
}
