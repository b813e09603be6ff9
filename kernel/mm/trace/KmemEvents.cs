using MiniKernel.Hal;

namespace MiniKernel.Mm;

// The tracepoints of Linux's kmem group (include/trace/events/kmem.h), which come when the work is done: what led to it stands before.

/// <summary>kmem:kmalloc.</summary>
/// <param name="Pointer">What the caller got; null when there was no memory.</param>
/// <param name="Allocated">Bytes taken for it.</param>
/// <param name="Requested">Bytes asked for.</param>
/// <param name="Flags">As the caller gave them.</param>
/// <param name="IsOwn">True when SLAB itself is the caller: arrays and list heads.</param>
public sealed record KmallocEvent(VirtualAddress Pointer, ulong Allocated, ulong Requested, GfpFlags Flags, bool IsOwn) : MmEvent;

/// <summary>kmem:kfree.</summary>
/// <param name="Pointer">What the caller gave back.</param>
/// <param name="IsOwn">True when SLAB itself is the caller.</param>
public sealed record KfreeEvent(VirtualAddress Pointer, bool IsOwn) : MmEvent;

/// <summary>kmem:kmem_cache_alloc.</summary>
/// <param name="Pointer">What the caller got; null when there was no memory.</param>
/// <param name="Cache">The cache.</param>
/// <param name="Flags">As the caller gave them.</param>
/// <param name="IsOwn">True when SLAB itself is the caller: descriptors and off-slab management.</param>
public sealed record CacheAllocEvent(VirtualAddress Pointer, KmemCache Cache, GfpFlags Flags, bool IsOwn) : MmEvent;

/// <summary>kmem:kmem_cache_free.</summary>
/// <param name="Pointer">What the caller gave back.</param>
/// <param name="Cache">The cache.</param>
/// <param name="IsOwn">True when SLAB itself is the caller.</param>
public sealed record CacheFreeEvent(VirtualAddress Pointer, KmemCache Cache, bool IsOwn) : MmEvent;

/// <summary>kmem:mm_page_alloc.</summary>
/// <param name="Frame">The first frame; null when no block could be had.</param>
/// <param name="Order">log2 of the frames.</param>
/// <param name="Flags">As the caller gave them.</param>
public sealed record PageAllocEvent(PageFrameNumber? Frame, int Order, GfpFlags Flags) : MmEvent;

/// <summary>kmem:mm_page_alloc_zone_locked: a block has left the buddy's lists, for the caller or for a per-CPU list.</summary>
/// <param name="Frame">Its first frame.</param>
/// <param name="Order">log2 of its frames.</param>
public sealed record PageAllocZoneLockedEvent(PageFrameNumber Frame, int Order) : MmEvent;

/// <summary>kmem:mm_page_free: the last reference is gone, the block goes to a per-CPU list or to the buddy.</summary>
/// <param name="Frame">Its first frame.</param>
/// <param name="Order">log2 of its frames.</param>
public sealed record PageFreeEvent(PageFrameNumber Frame, int Order) : MmEvent;

/// <summary>kmem:mm_page_pcpu_drain: a frame goes from a per-CPU list back to the buddy.</summary>
/// <param name="Frame">The frame.</param>
public sealed record PagePcpuDrainEvent(PageFrameNumber Frame) : MmEvent;
