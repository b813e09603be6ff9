using MiniKernel.Hal;

namespace MiniKernel.Mm;

// What SLAB decides on its way; Linux has no tracepoints for it.

/// <summary>kmalloc has looked its class up.</summary>
/// <param name="Requested">Bytes asked for.</param>
/// <param name="Flags">GFP_DMA chooses among the twins.</param>
/// <param name="Cache">The class; null when none is large enough.</param>
/// <param name="Smaller">Bytes of the next smaller class, which does not hold the request; 0 when there is none.</param>
public sealed record SizeClassEvent(ulong Requested, GfpFlags Flags, KmemCache? Cache, ulong Smaller) : MmEvent;

/// <summary>An object has left a CPU's stack for the caller.</summary>
/// <param name="Cache">Its cache.</param>
/// <param name="Cpu">Whose stack.</param>
/// <param name="Buffer">The object with what surrounds it in a debugged cache.</param>
/// <param name="Left">Objects left on the stack.</param>
public sealed record ObjectTakenEvent(KmemCache Cache, int Cpu, VirtualAddress Buffer, uint Left) : MmEvent;

/// <summary>An object has come back to a CPU's stack.</summary>
/// <param name="Cache">Its cache.</param>
/// <param name="Cpu">Whose stack.</param>
/// <param name="Buffer">The object with what surrounds it in a debugged cache.</param>
/// <param name="Held">Objects on the stack now.</param>
public sealed record ObjectPutEvent(KmemCache Cache, int Cpu, VirtualAddress Buffer, uint Held) : MmEvent;

/// <summary>Where a refill finds objects.</summary>
public enum RefillSource
{
    /// <summary>The array that all CPUs share.</summary>
    Shared,

    /// <summary>A slab with some objects in use.</summary>
    Partial,

    /// <summary>A slab with none in use.</summary>
    Free,
}

/// <summary>Objects have come to a CPU's empty stack.</summary>
/// <param name="Cache">The cache.</param>
/// <param name="From">Where they were.</param>
/// <param name="Slab">Address of their struct slab; null for the shared array.</param>
/// <param name="Objects">How many.</param>
public sealed record CacheRefillEvent(KmemCache Cache, RefillSource From, VirtualAddress Slab, uint Objects) : MmEvent;

/// <summary>A CPU's full stack gives its oldest objects away.</summary>
/// <param name="Cache">The cache.</param>
/// <param name="ToShared">True: to the array that all CPUs share; false: to their slabs.</param>
/// <param name="Objects">How many.</param>
public sealed record CacheFlushEvent(KmemCache Cache, bool ToShared, uint Objects) : MmEvent;

/// <summary>A cache without free objects sets about adding a slab.</summary>
/// <param name="Cache">The cache.</param>
/// <param name="Colour">Offset of the new slab's first object from where it could begin, in bytes.</param>
/// <param name="Flags">As the caller gave them.</param>
public sealed record CacheGrowBeginEvent(KmemCache Cache, ulong Colour, GfpFlags Flags) : MmEvent;

/// <summary>What became of it. Comes after every <see cref="CacheGrowBeginEvent"/>.</summary>
/// <param name="Cache">The cache.</param>
/// <param name="Frame">First frame of the new slab; null when it could not be had.</param>
/// <param name="Slab">Address of its struct slab.</param>
public sealed record CacheGrowEvent(KmemCache Cache, PageFrameNumber? Frame, VirtualAddress Slab) : MmEvent;

/// <summary>A slab without objects in use is about to be given back.</summary>
/// <param name="Cache">The cache.</param>
/// <param name="Frame">Its first frame.</param>
/// <param name="Slab">Address of its struct slab.</param>
public sealed record SlabDestroyEvent(KmemCache Cache, PageFrameNumber Frame, VirtualAddress Slab) : MmEvent;

/// <summary>An array gives objects back to their slabs because the reaper or a shrink asks for it.</summary>
/// <param name="Cache">The cache.</param>
/// <param name="Cpu">Whose array; -1 for the shared one.</param>
/// <param name="Objects">How many.</param>
/// <param name="IsForced">True: all of it (shrink, destroy); false: the reaper's share.</param>
public sealed record ArrayDrainEvent(KmemCache Cache, int Cpu, uint Objects, bool IsForced) : MmEvent;

/// <summary>A cache has been made.</summary>
public sealed record CacheCreateEvent(KmemCache Cache) : MmEvent;

/// <summary>A cache has been ended.</summary>
public sealed record CacheDestroyEvent(KmemCache Cache) : MmEvent;

/// <summary>kmem_cache_shrink is done.</summary>
/// <param name="Cache">The cache.</param>
/// <param name="IsBusy">True when slabs with objects in use remain.</param>
public sealed record CacheShrinkEvent(KmemCache Cache, bool IsBusy) : MmEvent;

/// <summary>A cache's arrays have been given other limits.</summary>
public sealed record CacheTuneEvent(KmemCache Cache, uint Limit, uint BatchCount, uint SharedFactor) : MmEvent;

/// <summary>The reaper has gone over all caches.</summary>
public sealed record CacheReapEvent : MmEvent;
