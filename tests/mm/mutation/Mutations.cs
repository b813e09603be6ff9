namespace MiniKernel.Mm.Tests.Mutation;

/// <summary>The rules that are broken, each alone.</summary>
internal static class Mutations
{
    private const string Refill = "slab/SlabAllocator.Refill.cs", Flush = "slab/SlabAllocator.Flush.cs", Grow = "slab/SlabAllocator.Grow.cs",
        Reap = "slab/SlabAllocator.Reap.cs", Tune = "slab/SlabAllocator.Tune.cs", Geometry = "slab/SlabGeometry.cs", Zone = "page_alloc/Zone.cs",
        PerCpu = "page_alloc/Zone.PerCpu.cs", Lists = "page_alloc/PerCpuPages.cs", Marks = "page_alloc/Zone.Watermarks.cs",
        Walk = "page_alloc/PageAllocator.Slow.cs", Pages = "page_alloc/PageAllocator.cs", Boot = "boot/PageAllocator.Boot.cs",
        Placement = "boot/BootReservations.cs", Kmalloc = "kmalloc/KmallocCaches.cs", Bootstrap = "slab/SlabAllocator.Bootstrap.cs";

    /// <summary>All of them, numbered from 1.</summary>
    public static IReadOnlyList<Mutation> All { get; } =
        [.. new[] { Objects(), SlabLists(), Layouts(), Blocks(), Zones(), BootSteps() }.SelectMany(group => group).Select((mutation, index) => mutation with { Number = index + 1 })];

    // Arrays: which objects move, and in what order.
    private static Mutation[] Objects() =>
    [
        Statement("refill order: a batch comes in descending order", Refill, "*top++ = mem + (free * size);", "top[taken - 1 - i] = mem + (free * size);"),
        Statement("flush end: the newest entries go", Flush,
            "new ReadOnlySpan<ulong>(ObjectStack.Entries(array.Stack), (int)taken).CopyTo(new Span<ulong>(chunk, FlushChunk));\n        array.RemoveOldest(taken);",
            "array.Stack->Available -= taken; new ReadOnlySpan<ulong>(ObjectStack.Entries(array.Stack) + array.Stack->Available, (int)taken).CopyTo(new Span<ulong>(chunk, FlushChunk));"),
        Expression("flush to the shared array: the newest entries go", Flush,
            "new ReadOnlySpan<ulong>(ObjectStack.Entries(array.Stack), (int)count)",
            "new ReadOnlySpan<ulong>(ObjectStack.Entries(array.Stack) + (array.Stack->Available - count), (int)count)"),
        Expression("flush to the shared array: only a whole batch", Flush, "count == 0", "count < batch"),
        Expression("refill from the shared array: all it holds", Refill,
            "Math.Min(Math.Min(from->Available, Wanted(to)), to->Limit - to->Available)", "Math.Min(from->Available, to->Limit - to->Available)"),
        Expression("refill from the shared array: its oldest entries", Refill, "ObjectStack.Entries(from) + from->Available", "ObjectStack.Entries(from)"),
        Expression("refill of an untouched array: a whole batch", Refill,
            "stack->Touched == 0 ? Math.Min(stack->BatchCount, BatchRefillLimit) : stack->BatchCount", "stack->BatchCount"),
        Statement("a refill does not touch the array", Refill, "array.Stack->Touched = 1;", ""),
        Expression("the reaper's share of an array: rounded down", Reap, "(stack->Limit + 4) / 5", "stack->Limit / 5"),
        Expression("the reaper's share of a short array: rounded down", Reap, "(stack->Available + 1) / 2", "stack->Available / 2"),
        Expression("the reaper takes from a touched array", Reap, "stack->Touched != 0 && !force", "false"),
        Statement("a freed object is handed out last", Flush,
            "fields.Bufctl[index] = fields.Free;\n        fields.Free = index;",
            "uint last = fields.Free; if (last == BufctlEnd) fields.Free = index; else { while (fields.Bufctl[last] != BufctlEnd) last = fields.Bufctl[last]; fields.Bufctl[last] = index; } fields.Bufctl[index] = BufctlEnd;"),
    ];

    // Slabs: which list, which end, how many.
    private static Mutation[] SlabLists() =>
    [
        Statement("list end: a slab that gets an object back goes to the head of partial", Flush,
            "LinkTail(lists, lists.Partial, host, slab, \"free_block\");", "LinkHead(lists, lists.Partial, host, slab, \"free_block\");"),
        Statement("list end: an emptied slab goes to the tail of free", Flush,
            "LinkHead(lists, lists.Free, host, slab, \"free_block\");", "LinkTail(lists, lists.Free, host, slab, \"free_block\");"),
        Statement("list end: a slab that still has objects goes to the tail of partial", Refill,
            "LinkHead(lists, new Slab<TWord>(host).Free == BufctlEnd ? lists.Full : lists.Partial, host, slab, \"cache_alloc_refill\");",
            "LinkTail(lists, new Slab<TWord>(host).Free == BufctlEnd ? lists.Full : lists.Partial, host, slab, \"cache_alloc_refill\");"),
        Expression("list end: free slabs are destroyed from the head", Reap, "lists.Last(lists.Free)", "lists.First(lists.Free)"),
        Expression("free_limit: without the extra batch", Tune,
            "((1 + (uint)_profile.Cpus) * cache.BatchCount) + cache.ObjectsPerSlab", "((uint)_profile.Cpus * cache.BatchCount) + cache.ObjectsPerSlab"),
        Expression("free_limit: without the objects of a slab", Tune,
            "((1 + (uint)_profile.Cpus) * cache.BatchCount) + cache.ObjectsPerSlab", "(1 + (uint)_profile.Cpus) * cache.BatchCount"),
        Expression("free_limit: reached is too many", Flush, "lists.FreeObjects > lists.FreeLimit", "lists.FreeObjects >= lists.FreeLimit"),
        Expression("the reaper's quota of slabs: rounded down", Reap, "(freeLimit + fifth - 1) / fifth", "freeLimit / fifth"),
        Statement("free_touched is not noted", Refill, "lists.FreeTouched = 1;", ""),
        Expression("the stagger of the reaper is left out", Tune, "cache.Descriptor.Value % List3ReapJiffies", "0"),
        Statement("a slab's management is freed before its pages", Grow,
            "_pages.FreePages(cpu, frame, cache.Geometry.Order);\n        if (cache.Geometry.IsOffSlab)\n            FreeTo(cache.SlabpCache!, cpu, slab);",
            "if (cache.Geometry.IsOffSlab) FreeTo(cache.SlabpCache!, cpu, slab); _pages.FreePages(cpu, frame, cache.Geometry.Order);"),
    ];

    // How objects lie in a slab, and which cache serves a request.
    private static Mutation[] Layouts() =>
    [
        Expression("colour step: the object's alignment instead of the line", Geometry, "Math.Max((ulong)profile.CacheLineSize, align)", "align"),
        Expression("colour step: every colour twice", Grow, "colour * cache.Geometry.ColourOffset", "colour / 2 * cache.Geometry.ColourOffset"),
        Expression("colours: one too many", Grow, "colour + 1 >= cache.Geometry.Colours", "colour >= cache.Geometry.Colours"),
        Expression("off-slab: only above an eighth of a page", Geometry, "size >= page / 8 && !early", "size > page / 8 && !early"),
        Expression("off-slab: also when the waste would hold the management", Geometry, "left >= management", "false"),
        Expression("slab order: a reclaimable cache looks for less waste too", Geometry, "(flags & SlabFlags.ReclaimAccount) != 0 || order >= breakOrder", "order >= breakOrder"),
        Expression("tunables: the limit of middling objects", Geometry, "«BufferSize > 256» ? 54u", "BufferSize >= 256"),
        Expression("kmalloc: GFP_DMA is not looked at", Kmalloc, "(flags & GfpFlags.Dma) != 0 && _hasDmaZone ? entry.DmaCache : entry.Cache", "entry.Cache"),
        Expression("kmalloc: the class is passed by when it fits exactly", Kmalloc, "size > _table[i].Size", "size >= _table[i].Size"),
    ];

    // Blocks and the per-CPU lists before them.
    private static Mutation[] Blocks() =>
    [
        Statement("upper half: it is kept, the lower one freed", Zone, "Link(frame + (1u << current), current);", "Link(frame, current); frame += 1u << current;"),
        Expression("merge condition: the buddy's order is not compared", Zone, "page->Flags != PageFlags.Buddy || page->Order != order", "page->Flags != PageFlags.Buddy"),
        Expression("merge condition: never up to the largest order", Zone, "order < _maxOrder - 1", "order < _maxOrder - 2"),
        Statement("per-CPU list: a batch comes in descending order", PerCpu, "PerCpuPages.PushTail(list, frame);", "PerCpuPages.PushHead(list, frame);"),
        Expression("per-CPU list: frees from the head", PerCpu, "PerCpuPages.PopTail(list)", "PerCpuPages.PopHead(list)"),
        Expression("per-CPU list: one more before it is flushed", Pages, "PerCpuPages.PushHead(hot, frame.Value) >= hot->High", "PerCpuPages.PushHead(hot, frame.Value) > hot->High"),
        Expression("per-CPU list: the cold one moves whole batches", Lists, "Math.Max(1, batch / 2)", "Math.Max(1, batch)"),
        Expression("per-CPU list: the batch without rounding up", Lists, "BitOperations.Log2(batch + (batch / 2))", "BitOperations.Log2(batch)"),
        Statement("drain order: cold before hot", PerCpu,
            "ReturnTail(HotList(cpu), HotList(cpu)->Count);\n        ReturnTail(ColdList(cpu), ColdList(cpu)->Count);",
            "ReturnTail(ColdList(cpu), ColdList(cpu)->Count); ReturnTail(HotList(cpu), HotList(cpu)->Count);"),
    ];

    // Which zone may give.
    private static Mutation[] Zones() =>
    [
        Expression("watermark term: what is left may be as little as the mark", Marks, "free > min + _reserve[preferred]", "free >= min + _reserve[preferred]"),
        Expression("watermark term: without lowmem_reserve", Marks, "free > min + _reserve[preferred]", "free > min"),
        Expression("watermark term: blocks too small count", Marks, "(long)_areas[tooSmall].Blocks << tooSmall", "0"),
        Statement("watermark term: the mark is not halved with the order", Marks, "min >>= 1;", ""),
        Expression("watermark term: the wanted block itself", Marks, "FreePages - (1L << order) + 1", "FreePages"),
        Statement("watermark term: ALLOC_HARDER takes a half", Marks, "min -= min / 4;", "min -= min / 2;"),
        Expression("lowmem_reserve: against the zone tried", Walk, "zonelist[0].Index", "zonelist[^1].Index"),
        Expression("zonelist: the lowest zone first", Walk, "foreach (Zone zone in «zonelist»)", "Enumerable.ToArray(Enumerable.Reverse(zonelist))"),
        Expression("reclaim: per-CPU lists are not drained for blocks", Walk, "if («order != 0»)\n            DrainAllPcps(cpu);", "false"),
        Expression("watermark term: the fast path does not look", Pages, "zone.FreePages <= zone.Low", "false"),
    ];

    // What is there after boot, and where.
    private static Mutation[] BootSteps() =>
    [
        Expression("boot placement: the page map from the bottom", Placement, "boot.FirstFit(aboveDma, mapFrames)", "boot.FirstFit(0, mapFrames)"),
        Expression("boot placement: the bitmap before the image", Placement, "boot.FirstFit(image.End, bitmapFrames)", "boot.FirstFit(0, bitmapFrames)"),
        Expression("boot release: frame by frame", Boot, "free.Start == word.Start && free.End >= word.End", "false"),
        Statement("bootstrap: a class's DMA twin is made first", Bootstrap,
            "entry.Cache ??= MakeKmallocCache(cpu, entry, dma: false);\n            if (_profile.HasDmaZone)\n                entry.DmaCache = MakeKmallocCache(cpu, entry, dma: true);",
            "if (_profile.HasDmaZone) entry.DmaCache = MakeKmallocCache(cpu, entry, dma: true); entry.Cache ??= MakeKmallocCache(cpu, entry, dma: false);"),
    ];

    private static Mutation Statement(string name, string file, string right, string wrong) => new(0, name, file, right, wrong, IsStatement: true);

    private static Mutation Expression(string name, string file, string right, string wrong) => new(0, name, file, right, wrong, IsStatement: false);
}
