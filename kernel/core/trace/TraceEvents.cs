using MiniKernel.Mm;

namespace MiniKernel.Core;

/// <summary>Every tracepoint: those of Linux's kmem group with its fields in its order, and our own for what Linux has none.</summary>
/// <remarks>Source: Linux 2.6.32 include/trace/events/kmem.h (tracepoints are younger than 2.6.24). "name" behind a cache's
/// events is ours. mm_page_alloc_extfrag and mm_page_free_batched never happen: no page mobility, no pagevecs.</remarks>
internal sealed class TraceEvents
{
    /// <summary>The system of Linux's events.</summary>
    public const string Kmem = "kmem";

    /// <summary>The system of our own.</summary>
    public const string Own = "minikernel";

    private readonly Dictionary<Type, TraceFormat> _byKind;

    /// <summary>All of them.</summary>
    /// <param name="pageMap">Where struct page lies; of no matter to who asks for names alone.</param>
    public TraceEvents(PageMapPlace pageMap)
    {
        All = [.. OfKmalloc(), .. OfPages(pageMap), .. OfSlab(), .. OfSlob(), .. OfBuddy(), .. OfReclaim()];
        _byKind = All.ToDictionary(format => format.Kind);
    }

    public IReadOnlyList<TraceFormat> All { get; }

    public TraceFormat FormatOf(MmEvent happened) => _byKind[happened.GetType()];

    private static TraceFormat[] OfKmalloc() =>
    [
        new TraceFormat<KmallocEvent>(Kmem, "kmalloc")
            .CallSite(e => e.IsOwn).Pointer("ptr", e => e.Pointer.Value).Number("bytes_req", e => (long)e.Requested)
            .Number("bytes_alloc", e => (long)e.Allocated).Gfp(e => e.Flags),
        new TraceFormat<KfreeEvent>(Kmem, "kfree").CallSite(e => e.IsOwn).Pointer("ptr", e => e.Pointer.Value),
        new TraceFormat<CacheAllocEvent>(Kmem, "kmem_cache_alloc")
            .CallSite(e => e.IsOwn).Pointer("ptr", e => e.Pointer.Value).Number("bytes_req", e => (long)e.Cache.ObjectSize)
            .Number("bytes_alloc", e => (long)e.Cache.Geometry.BufferSize).Gfp(e => e.Flags).Text("name", e => e.Cache.Name),
        new TraceFormat<CacheFreeEvent>(Kmem, "kmem_cache_free")
            .CallSite(e => e.IsOwn).Pointer("ptr", e => e.Pointer.Value).Text("name", e => e.Cache.Name),
    ];

    private static TraceFormat[] OfPages(PageMapPlace pageMap) =>
    [
        new TraceFormat<PageAllocEvent>(Kmem, "mm_page_alloc")
            .Page(pageMap, e => e.Frame).Number("order", e => e.Order).Number("migratetype", _ => 0).Gfp(e => e.Flags),
        new TraceFormat<PageAllocZoneLockedEvent>(Kmem, "mm_page_alloc_zone_locked")
            .Page(pageMap, e => e.Frame).Number("order", e => e.Order).Number("migratetype", _ => 0).Flag("percpu_refill", e => e.Order == 0),
        new TraceFormat<PageFreeEvent>(Kmem, "mm_page_free").Page(pageMap, e => e.Frame).Number("order", e => e.Order),
        new TraceFormat<PagePcpuDrainEvent>(Kmem, "mm_page_pcpu_drain")
            .Page(pageMap, e => e.Frame).Number("order", _ => 0).Number("migratetype", _ => 0),
    ];

    private static TraceFormat[] OfSlab() =>
    [
        new TraceFormat<SizeClassEvent>(Own, "kmalloc_class")
            .Number("bytes_req", e => (long)e.Requested).Text("name", e => e.Cache?.Name ?? "").Number("smaller", e => (long)e.Smaller).Gfp(e => e.Flags),
        new TraceFormat<ObjectTakenEvent>(Own, "object_take")
            .Text("name", e => e.Cache.Name).Pointer("ptr", e => e.Buffer.Value).Number("stack", e => e.Cpu).Number("left", e => e.Left),
        new TraceFormat<ObjectPutEvent>(Own, "object_put")
            .Text("name", e => e.Cache.Name).Pointer("ptr", e => e.Buffer.Value).Number("stack", e => e.Cpu).Number("held", e => e.Held),
        new TraceFormat<CacheRefillEvent>(Own, "cache_refill")
            .Text("name", e => e.Cache.Name).Text("from", e => e.From.ToString().ToLowerInvariant()).Pointer("slab", e => e.Slab.Value)
            .Number("objects", e => e.Objects),
        new TraceFormat<CacheFlushEvent>(Own, "cache_flush")
            .Text("name", e => e.Cache.Name).Text("to", e => e.ToShared ? "shared" : "slabs").Number("objects", e => e.Objects),
        new TraceFormat<CacheGrowBeginEvent>(Own, "cache_grow_begin")
            .Text("name", e => e.Cache.Name).Number("colour", e => (long)e.Colour).Number("order", e => e.Cache.Geometry.Order).Gfp(e => e.Flags),
        new TraceFormat<CacheGrowEvent>(Own, "cache_grow")
            .Text("name", e => e.Cache.Name).Pointer("slab", e => e.Slab.Value).Number("pfn", e => e.Frame?.Value ?? 0)
            .Number("order", e => e.Cache.Geometry.Order).Number("objects", e => e.Frame is null ? 0 : e.Cache.Geometry.ObjectsPerSlab),
        new TraceFormat<SlabDestroyEvent>(Own, "slab_destroy")
            .Text("name", e => e.Cache.Name).Pointer("slab", e => e.Slab.Value).Number("pfn", e => e.Frame.Value).Number("order", e => e.Cache.Geometry.Order),
        new TraceFormat<ArrayDrainEvent>(Own, "array_drain")
            .Text("name", e => e.Cache.Name).Number("stack", e => e.Cpu).Number("objects", e => e.Objects).Flag("force", e => e.IsForced),
        new TraceFormat<CacheCreateEvent>(Own, "cache_create")
            .Text("name", e => e.Cache.Name).Number("bytes_req", e => (long)e.Cache.ObjectSize).Number("bytes_alloc", e => (long)e.Cache.Geometry.BufferSize)
            .Number("align", e => (long)e.Cache.Geometry.Align).Number("flags", e => (long)(e.Cache.Flags & SlabGeometry.CreateMask)),
        new TraceFormat<CacheDestroyEvent>(Own, "cache_destroy").Text("name", e => e.Cache.Name),
        new TraceFormat<CacheShrinkEvent>(Own, "cache_shrink").Text("name", e => e.Cache.Name).Flag("busy", e => e.IsBusy),
        new TraceFormat<CacheTuneEvent>(Own, "cache_tune")
            .Text("name", e => e.Cache.Name).Number("limit", e => e.Limit).Number("batchcount", e => e.BatchCount).Number("shared", e => e.SharedFactor),
        new TraceFormat<CacheReapEvent>(Own, "cache_reap"),
    ];

    private static TraceFormat[] OfSlob() =>
    [
        new TraceFormat<SlobTakeEvent>(Own, "slob_take")
            .Pointer("ptr", e => e.Block.Value).Number("pfn", e => e.Frame.Value).Number("bytes_alloc", e => e.Bytes).Number("passed", e => e.Passed)
            .Number("left", e => e.Left).Flag("new", e => e.IsNewPage),
        new TraceFormat<SlobPutEvent>(Own, "slob_put")
            .Pointer("ptr", e => e.Block.Value).Number("pfn", e => e.Frame.Value).Number("bytes_alloc", e => e.Bytes).Flag("empty", e => e.IsPageFree),
    ];

    private static TraceFormat[] OfBuddy() =>
    [
        new TraceFormat<ZoneWatermarkEvent>(Own, "zone_watermark")
            .Text("zone", e => e.Zone.Name).Number("order", e => e.Order).Text("mark", e => NameOf(e.Mark)).Number("free", e => e.Free)
            .Number("watermark", e => e.Watermark).Number("needed", e => e.Needed).Number("reserve", e => e.Reserve)
            .Number("last_order", e => e.LastOrder).Number("last_free", e => e.LastFree).Number("last_needed", e => e.LastNeeded).Flag("ok", e => e.IsOk),
        new TraceFormat<PcpTakeEvent>(Own, "pcp_take")
            .Text("zone", e => e.Zone.Name).Number("list", e => e.Cpu).Flag("cold", e => e.IsCold).Number("pfn", e => e.Frame.Value).Number("left", e => e.Left),
        new TraceFormat<PcpRefillEvent>(Own, "pcp_refill")
            .Text("zone", e => e.Zone.Name).Number("list", e => e.Cpu).Flag("cold", e => e.IsCold).Number("pages", e => e.Frames),
        new TraceFormat<BuddySplitEvent>(Own, "buddy_split")
            .Text("zone", e => e.Zone.Name).Number("pfn", e => e.Frame.Value).Number("from", e => e.From).Number("to", e => e.To),
        new TraceFormat<BuddyMergeEvent>(Own, "buddy_merge")
            .Text("zone", e => e.Zone.Name).Number("pfn", e => e.Frame.Value).Number("order", e => e.Order),
    ];

    private static TraceFormat[] OfReclaim() =>
    [
        new TraceFormat<ReclaimBeginEvent>(Own, "reclaim_begin").Number("order", e => e.Order).Gfp(e => e.Flags),
        new TraceFormat<ReclaimEndEvent>(Own, "reclaim_end").Number("gained", e => e.Gained),
        new TraceFormat<ShrinkerEvent>(Own, "shrinker").Number("freed", e => e.Freed),
        new TraceFormat<FaultInjectedEvent>(Own, "fault_injected")
            .Text("kind", e => e.Request.Kind.ToString().ToLowerInvariant()).Number("bytes_req", e => (long)e.Request.Size).Text("name", e => e.Request.Cache)
            .Gfp(e => e.Request.Flags),
        new TraceFormat<OomEvent>(Own, "oom").Number("order", e => e.Order).Gfp(e => e.Flags),
    ];

    private static string NameOf(AllocFlags mark)
    {
        string name = (mark & AllocFlags.Min) != 0 ? "min" : (mark & AllocFlags.High) != 0 ? "high" : "low";
        return name + ((mark & AllocFlags.Deeper) != 0 ? "|deeper" : "") + ((mark & AllocFlags.Harder) != 0 ? "|harder" : "");
    }
}
