using MiniKernel.Hal;

namespace MiniKernel.Mm;

// What the page allocator decides on its way; Linux has no tracepoints for it.

/// <summary>A zone has been asked whether it may give a block.</summary>
/// <param name="Zone">The zone.</param>
/// <param name="Order">The block wanted.</param>
/// <param name="Mark">Which watermark, and what may be taken off it.</param>
/// <param name="Free">Frames in the zone's free lists.</param>
/// <param name="Watermark">The mark itself, in frames.</param>
/// <param name="Needed">The mark less what the request may take off it, in frames.</param>
/// <param name="Reserve">lowmem_reserve that holds against a request which prefers another zone, in frames.</param>
/// <param name="LastOrder">Blocks up to this order do not help a larger request and were left out of the last comparison; 0 for the first one.</param>
/// <param name="LastFree">Frames that were compared last.</param>
/// <param name="LastNeeded">What they had to exceed.</param>
/// <param name="IsOk">True when it may.</param>
public sealed record ZoneWatermarkEvent(
    ZoneLayout Zone, int Order, AllocFlags Mark, long Free, long Watermark, long Needed, long Reserve,
    int LastOrder, long LastFree, long LastNeeded, bool IsOk) : MmEvent;

/// <summary>A frame has left a per-CPU list for the caller.</summary>
/// <param name="Zone">The list's zone.</param>
/// <param name="Cpu">Whose list.</param>
/// <param name="IsCold">True for the list __GFP_COLD asks for.</param>
/// <param name="Frame">The frame.</param>
/// <param name="Left">Frames left on the list.</param>
public sealed record PcpTakeEvent(ZoneLayout Zone, int Cpu, bool IsCold, PageFrameNumber Frame, uint Left) : MmEvent;

/// <summary>An empty per-CPU list has taken frames from the buddy.</summary>
/// <param name="Zone">The list's zone.</param>
/// <param name="Cpu">Whose list.</param>
/// <param name="IsCold">True for the list __GFP_COLD asks for.</param>
/// <param name="Frames">How many.</param>
public sealed record PcpRefillEvent(ZoneLayout Zone, int Cpu, bool IsCold, uint Frames) : MmEvent;

/// <summary>A free block has been halved until it fits; the upper halves went to their lists.</summary>
/// <param name="Zone">Its zone.</param>
/// <param name="Frame">Its first frame.</param>
/// <param name="From">The order it had.</param>
/// <param name="To">The order that is left of it.</param>
public sealed record BuddySplitEvent(ZoneLayout Zone, PageFrameNumber Frame, int From, int To) : MmEvent;

/// <summary>A block that came back has been joined with its free buddy.</summary>
/// <param name="Zone">Their zone.</param>
/// <param name="Frame">First frame of the two together.</param>
/// <param name="Order">Order of the two together.</param>
public sealed record BuddyMergeEvent(ZoneLayout Zone, PageFrameNumber Frame, int Order) : MmEvent;

/// <summary>A request that found nothing sets about reclaiming.</summary>
public sealed record ReclaimBeginEvent(int Order, GfpFlags Flags) : MmEvent;

/// <summary>What came of it. Comes after every <see cref="ReclaimBeginEvent"/>.</summary>
/// <param name="Gained">Frames the zones and per-CPU lists have more than before; may be negative.</param>
public sealed record ReclaimEndEvent(long Gained) : MmEvent;

/// <summary>Reclaim has called a shrinker.</summary>
/// <param name="Freed">What the shrinker says it freed.</param>
public sealed record ShrinkerEvent(uint Freed) : MmEvent;

/// <summary>Reclaim made no progress, and Linux would now look for a victim.</summary>
public sealed record OomEvent(int Order, GfpFlags Flags) : MmEvent;

/// <summary>Fault injection has made a request fail.</summary>
public sealed record FaultInjectedEvent(AllocationRequest Request) : MmEvent;
