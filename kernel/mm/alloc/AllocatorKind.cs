namespace MiniKernel.Mm;

/// <summary>What stands behind kmalloc and kmem_cache_* (Linux: "Choose SLAB allocator").</summary>
public enum AllocatorKind
{
    /// <summary>CONFIG_SLAB: caches of slabs, a stack of free objects a CPU, size classes.</summary>
    Slab,

    /// <summary>CONFIG_SLOB: one list of partly free pages, first fit, for machines with little memory.</summary>
    Slob,
}
