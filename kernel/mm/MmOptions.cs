namespace MiniKernel.Mm;

/// <summary>What happens when reclaim makes no progress for a request that Linux would find a victim for.</summary>
public enum OomPolicy
{
    /// <summary>The request fails: NULL and Linux's failure report.</summary>
    Fail,

    /// <summary>The kernel panics, as with panic_on_oom.</summary>
    Panic,
}

/// <summary>How kmalloc finds the class of a size that is not a constant.</summary>
public enum KmallocLookup
{
    /// <summary>SLUB's table for small sizes, the leading bit for large ones (kmalloc_index).</summary>
    Table,

    /// <summary>Linux 2.6 SLAB's walk up malloc_sizes to its ULONG_MAX sentinel (__find_general_cachep).</summary>
    LinearWalk,

    /// <summary>A binary search of malloc_sizes.</summary>
    BinarySearch,
}

/// <summary>What the "kernel" section of boot.json says to mm.</summary>
public sealed record MmOptions
{
    /// <summary>See <see cref="OomPolicy"/>.</summary>
    public OomPolicy Oom { get; init; }

    /// <summary>Caches that get SLAB_POISON, SLAB_RED_ZONE and SLAB_STORE_USER as CONFIG_DEBUG_SLAB would give them:
    /// name patterns with <c>*</c>, separated by commas; empty for none.</summary>
    public string SlabDebug { get; init; } = "";

    /// <summary>True when every allocation is watched: the CPUs see empty stacks and each call takes the slow path.</summary>
    public bool Watched { get; init; }

    /// <summary>See <see cref="KmallocLookup"/>.</summary>
    public KmallocLookup Lookup { get; init; }
}
