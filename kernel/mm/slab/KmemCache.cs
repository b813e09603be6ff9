using MiniKernel.Hal;

namespace MiniKernel.Mm;

/// <summary>A constructor or destructor of a cache's objects.</summary>
/// <param name="obj">The object.</param>
/// <param name="cache">Its cache.</param>
public delegate void KmemCacheFunction(VirtualAddress obj, KmemCache cache);

/// <summary>A cache of equal objects: the handle kmem_cache_create returns.</summary>
/// <remarks>Geometry and tunables live here, on the host; the descriptor's bytes in simulated memory are a view of them.
/// Source: struct kmem_cache, Linux 2.6.24 mm/slab.c, with the dtor of earlier versions.</remarks>
public sealed unsafe class KmemCache
{
    internal KmemCache(string name, SlabGeometry geometry, KmemCacheFunction? ctor, KmemCacheFunction? dtor, CacheRecord* record, int cpus)
    {
        Name = name;
        Geometry = geometry;
        Ctor = ctor;
        Dtor = dtor;
        Record = record;
        Arrays = new ArrayCache?[cpus];
        CallbackDepth = new int[cpus];
        NeedsDma = (geometry.Flags & SlabFlags.CacheDma) != 0;
        BufferSize = geometry.BufferSize;
        ObjectsPerSlab = geometry.ObjectsPerSlab;
        FirstPageMask = ~(geometry.PagesPerSlab - 1);
        Reciprocal = (uint)(((1UL << 32) + geometry.BufferSize - 1) / geometry.BufferSize);
    }

    /// <summary>What the cache was called; not copied by Linux, shown in /proc/slabinfo.</summary>
    public string Name { get; }

    /// <summary>How its objects lie in their slabs.</summary>
    public SlabGeometry Geometry { get; }

    /// <summary>Usable bytes of an object: kmem_cache_size().</summary>
    public ulong ObjectSize => Geometry.ObjectSize;

    /// <summary>The flags in force.</summary>
    public SlabFlags Flags => Geometry.Flags;

    /// <summary>Address of its struct kmem_cache.</summary>
    public VirtualAddress Descriptor { get; internal set; }

    /// <summary>False once destroyed: a stale handle is reported.</summary>
    public bool IsAlive { get; internal set; } = true;

    /// <inheritdoc/>
    public override string ToString() => Name;

    /// <summary>Above 0 while driver code (a constructor, a destructor, a shrinker) runs in the middle of a change to this
    /// cache: it may use the cache, not end or retune it.</summary>
    /// <remarks>One a CPU: it is the call stack of that CPU that it is about.</remarks>
    internal int[] CallbackDepth { get; }

    /// <summary>list_lock: slabs, lists, the shared array, and the views that several CPUs look at.</summary>
    internal SpinLock Lock;

    /// <summary>Work done on its slabs.</summary>
    internal SlabCounters Counters;

    /// <summary>What slab pages point to.</summary>
    internal CacheRecord* Record { get; }

    internal KmemCacheFunction? Ctor { get; }

    internal KmemCacheFunction? Dtor { get; }

    /// <summary>One a CPU; null where bootstrap has not been yet.</summary>
    internal ArrayCache?[] Arrays { get; }

    internal ArrayCache? Shared { get; set; }

    internal KmemList3 List3 { get; set; } = null!;      // set by the allocator before the cache is published

    internal MemoryView DescriptorView { get; set; } = null!;

    internal uint Limit { get; set; }

    internal uint BatchCount { get; set; }

    internal uint SharedFactor { get; set; }

    /// <summary>Where off-slab management comes from.</summary>
    internal KmemCache? SlabpCache { get; set; }

    /// <summary>True when slabs come from the DMA zone (cachep->gfpflags).</summary>
    internal bool NeedsDma { get; set; }

    /// <summary>Geometry's BufferSize, one load away for the slow path's loops.</summary>
    internal ulong BufferSize { get; }

    /// <summary>Geometry's ObjectsPerSlab, likewise.</summary>
    internal uint ObjectsPerSlab { get; }

    /// <summary>From any frame of a slab to its first: blocks are aligned to their size.</summary>
    internal uint FirstPageMask { get; }

    /// <summary>2^32 / BufferSize, rounded up (reciprocal_value).</summary>
    internal uint Reciprocal { get; }

    /// <summary>Next in cache_chain, towards the older ones.</summary>
    internal KmemCache? Older { get; set; }

    /// <summary>Previous in cache_chain.</summary>
    internal KmemCache? Newer { get; set; }
}
