using MiniKernel.Hal;
using MiniKernel.Mm;

namespace MiniKernel.Core;

/// <summary>Words for what mm said it did. Makes no decision again: every number is the event's own.</summary>
internal static class StepText
{
    /// <summary>A sentence; null for an event that another one tells better.</summary>
    public static string? Of(MmEvent happened) => happened switch
    {
        SizeClassEvent e => Class(e),
        ObjectTakenEvent e => $"the object on top of CPU {e.Cpu}'s stack of {e.Cache.Name} is handed out: {e.Buffer}; {e.Left} are left on it",
        CacheRefillEvent { From: RefillSource.Shared } e => $"the CPU's stack was empty: {Plural(e.Objects, "object")} from the array all CPUs share",
        CacheRefillEvent e => $"the CPU's stack was empty: {Plural(e.Objects, "object")} off the slab at {e.Slab}, first on slabs_{(e.From == RefillSource.Free ? "free" : "partial")}",
        CacheGrowBeginEvent e => Grow(e),
        CacheGrowEvent { Frame: { } frame } e => $"{e.Cache.Name} has a new slab of {Plural(e.Cache.Geometry.ObjectsPerSlab, "object")} from frame {frame} on, struct slab at {e.Slab}{(e.Cache.Geometry.IsOffSlab ? " (off-slab)" : "")}",
        CacheGrowEvent e => $"{e.Cache.Name} could not grow",
        SlobTakeEvent e => Slob(e),
        ZoneWatermarkEvent e => Watermark(e),
        PcpTakeEvent e => $"zone {e.Zone.Name}: frame {e.Frame} is the first on CPU {e.Cpu}'s {(e.IsCold ? "cold" : "hot")} list; {e.Left} are left there",
        PcpRefillEvent e => $"zone {e.Zone.Name}: CPU {e.Cpu}'s {(e.IsCold ? "cold" : "hot")} list was empty and takes {Plural(e.Frames, "frame")} from the buddy, in one batch",
        BuddySplitEvent e => $"zone {e.Zone.Name}: the smallest block that serves is of order {e.From}, at frame {e.Frame}: halved {Plural(e.From - e.To, "time")}, the upper halves stay free",
        PageAllocZoneLockedEvent { Order: 0 } => null,
        PageAllocZoneLockedEvent e => $"the block of order {e.Order} at frame {e.Frame} leaves the free lists",
        PageAllocEvent { Frame: { } frame } e => $"alloc_pages(order {e.Order}, {GfpText.Of(e.Flags)}) gives frame {frame}",
        PageAllocEvent e => $"alloc_pages(order {e.Order}, {GfpText.Of(e.Flags)}) gives nothing",
        CacheAllocEvent { IsOwn: true } e => $"struct slab lies off-slab, in {e.Pointer} of {e.Cache.Name}",
        KmallocEvent e => $"kmalloc({e.Requested}, {GfpText.Of(e.Flags)}) returns {Address(e.Pointer.IsNull, e.Pointer)}",
        CacheAllocEvent e => $"kmem_cache_alloc({e.Cache.Name}, {GfpText.Of(e.Flags)}) returns {Address(e.Pointer.IsNull, e.Pointer)}",
        ReclaimBeginEvent e => $"no zone may give a block of order {e.Order}: direct reclaim runs the shrinkers and shrinks every cache",
        ReclaimEndEvent e => e.Gained > 0 ? $"reclaim has gained {e.Gained} frames" : "reclaim has gained nothing",
        ShrinkerEvent e => $"a shrinker says it freed {e.Freed}",
        OomEvent => "reclaim makes no progress: out of memory",
        FaultInjectedEvent => "fault injection makes the request fail",
        SlabDestroyEvent e => $"{e.Cache.Name} gives back the slab at frame {e.Frame}",
        _ => null,
    };

    private static string Address(bool isNull, VirtualAddress p) => isNull ? "NULL" : p.ToString();

    private static string Plural(long count, string what) => count == 1 ? $"1 {what}" : $"{count} {what}s";

    private static string Class(SizeClassEvent e)
    {
        if (e.Cache is not { } cache)
            return $"no class holds {e.Requested} bytes; the largest is {e.Smaller}: kmalloc returns NULL";
        string waste = $"{cache.ObjectSize - e.Requested} of {cache.ObjectSize} bytes are not used";
        string smaller = e.Smaller == 0 ? "there is no smaller class" : $"the next smaller class has {e.Smaller}";
        string twin = (e.Flags & GfpFlags.Dma) != 0 ? "; GFP_DMA chooses the class's second cache" : "";
        return $"{cache.Name} is the smallest class that holds {e.Requested} bytes ({smaller}): {waste}{twin}";
    }

    private static string Slob(SlobTakeEvent e)
    {
        string where = e.IsNewPage ? $"{(e.Passed == 0 ? "no page is partly free" : $"{Plural(e.Passed, "page")} of SLOB's list had no room")}: a new one"
            : $"{(e.Passed == 0 ? "the first page" : $"behind {Plural(e.Passed, "page")} without room, the first")} of SLOB's list that has room";
        return $"{where}, frame {e.Frame}, gives a block of {e.Bytes} bytes at {e.Block}; {e.Left} bytes are left in it";
    }

    private static string Grow(CacheGrowBeginEvent e)
    {
        SlabGeometry geometry = e.Cache.Geometry;
        string colours = geometry.Colours <= 1 ? "it has no room for colours" : $"its colour is {e.Colour}, of {geometry.Colours} that lie {geometry.ColourOffset} bytes apart";
        return $"{e.Cache.Name} has no free object anywhere and grows by a slab of order {geometry.Order}; {colours}";
    }

    private static string Watermark(ZoneWatermarkEvent e)
    {
        string mark = (e.Mark & AllocFlags.Min) != 0 ? "min" : (e.Mark & AllocFlags.High) != 0 ? "high" : "low";
        string taken = e.Needed == e.Watermark ? "" : $" less {e.Watermark - e.Needed} for {((e.Mark & AllocFlags.Deeper) != 0 ? "__GFP_HIGH" : "")}{((e.Mark & (AllocFlags.Deeper | AllocFlags.Harder)) == (AllocFlags.Deeper | AllocFlags.Harder) ? " and " : "")}{((e.Mark & AllocFlags.Harder) != 0 ? "no __GFP_WAIT" : "")}";
        string verdict = e.IsOk ? "may give" : "is passed over";
        string first = $"{e.Free} free - {1L << e.Order} wanted + 1 {Compare(e.LastOrder == 0 ? e.IsOk : true)} {e.Needed} ({mark} {e.Watermark}{taken}) + {e.Reserve} lowmem_reserve";
        string last = e.LastOrder == 0 ? "" : $"; in blocks of order {e.LastOrder} and more {e.LastFree} {Compare(e.IsOk)} {e.LastNeeded}";
        return $"zone {e.Zone.Name} {verdict}: {first}{last}";
    }

    private static string Compare(bool isMore) => isMore ? ">" : "<=";
}
