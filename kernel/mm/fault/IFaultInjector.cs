namespace MiniKernel.Mm;

/// <summary>What a request asks for, as fault injection tells requests apart.</summary>
public enum AllocationKind
{
    /// <summary>An object: kmalloc, kmem_cache_alloc, and what stands on them (failslab).</summary>
    Slab,

    /// <summary>Page frames: alloc_pages, and what stands on it, as vmalloc (fail_page_alloc).</summary>
    Page,

    /// <summary>A cache: kmem_cache_create.</summary>
    CacheCreate,
}

/// <summary>A request that may be made to fail.</summary>
/// <param name="Cpu">The CPU that executes the call.</param>
/// <param name="Kind">What is asked for.</param>
/// <param name="Size">Bytes; of a new cache, those of its objects.</param>
/// <param name="Cache">The cache's name; empty for pages.</param>
/// <param name="Flags">How it is asked for; none for a new cache.</param>
public readonly record struct AllocationRequest(int Cpu, AllocationKind Kind, ulong Size, string Cache, GfpFlags Flags);

/// <summary>Decides which requests fail although there is memory. Mm asks once for each, before it does anything.</summary>
/// <remarks>Source of the idea: Linux lib/fault-inject.c, mm/failslab.c, mm/page_alloc.c (should_fail_alloc_page).</remarks>
public interface IFaultInjector
{
    /// <summary>True makes the request return NULL.</summary>
    bool ShouldFail(in AllocationRequest request);
}
