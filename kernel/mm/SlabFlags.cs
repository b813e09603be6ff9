namespace MiniKernel.Mm;

/// <summary>What a cache is asked to be (Linux 2.6 linux/slab.h; values as in the kernel).</summary>
[Flags]
public enum SlabFlags : uint
{
    /// <summary>Nothing special.</summary>
    None = 0,

    /// <summary>SLAB_RED_ZONE: a guard word before and behind each object.</summary>
    RedZone = 0x400,

    /// <summary>SLAB_POISON: free objects carry a pattern.</summary>
    Poison = 0x800,

    /// <summary>SLAB_HWCACHE_ALIGN: objects start on cache lines (or an even part of one).</summary>
    HwCacheAlign = 0x2000,

    /// <summary>SLAB_CACHE_DMA: slabs come from the DMA zone; each allocation must say GFP_DMA.</summary>
    CacheDma = 0x4000,

    /// <summary>SLAB_STORE_USER: each object records who last took or freed it.</summary>
    StoreUser = 0x10000,

    /// <summary>SLAB_RECLAIM_ACCOUNT: objects can be reclaimed under pressure; the first order that fits is taken.</summary>
    ReclaimAccount = 0x20000,

    /// <summary>SLAB_PANIC: panic when the cache cannot be created.</summary>
    Panic = 0x40000,

    /// <summary>SLAB_DESTROY_BY_RCU: pages outlive a grace period.</summary>
    DestroyByRcu = 0x80000,

    /// <summary>SLAB_MEM_SPREAD: spread slabs over nodes; legal and without effect on one node.</summary>
    MemSpread = 0x100000,

    /// <summary>CFLGS_OFF_SLAB: internal, the slab descriptor lies outside its slab.</summary>
    OffSlab = 0x80000000,
}
