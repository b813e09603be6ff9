namespace MiniKernel.Cli.Replay;

/// <summary>The events of Linux's kmem group that are replayed.</summary>
internal enum FtraceKind
{
    /// <summary>kmalloc, kmalloc_node.</summary>
    Kmalloc,

    /// <summary>kmem_cache_alloc, kmem_cache_alloc_node.</summary>
    CacheAlloc,

    /// <summary>kfree, kmem_cache_free: the pointer tells which.</summary>
    Free,

    /// <summary>mm_page_alloc.</summary>
    PageAlloc,

    /// <summary>mm_page_free and its other names: _direct, _batched, mm_pagevec_free.</summary>
    PageFree,
}

/// <summary>One event of a trace.</summary>
/// <param name="Line">Its line, from 1.</param>
/// <param name="Kind">What happened.</param>
/// <param name="Cpu">Where, as the trace counts CPUs.</param>
/// <param name="TimeNs">Its timestamp.</param>
/// <param name="Key">The pointer; of a page its frame number, or struct page where that is all there is. 0: none, the call failed.</param>
internal sealed record FtraceEvent(int Line, FtraceKind Kind, int Cpu, ulong TimeNs, ulong Key)
{
    /// <summary>bytes_req.</summary>
    public ulong Requested { get; init; }

    /// <summary>bytes_alloc.</summary>
    public ulong Allocated { get; init; }

    /// <summary>log2 of the frames.</summary>
    public int Order { get; init; }

    /// <summary>GFP flags as 2.6.24 counts them.</summary>
    public uint Flags { get; init; }

    /// <summary>The cache's name, or "".</summary>
    public string Cache { get; init; } = "";

    /// <summary>True when the allocator called itself: replay does so too.</summary>
    public bool IsOwn { get; init; }
}
