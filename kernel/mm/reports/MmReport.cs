using MiniKernel.Hal;

namespace MiniKernel.Mm;

/// <summary>A BUG() in mm.</summary>
/// <param name="File">Linux's file, as "mm/slab.c".</param>
/// <param name="Function">Linux's function, as "kmem_flagcheck".</param>
/// <param name="Explanation">What rule was broken, with the values.</param>
public sealed record MmBug(string File, string Function, string Explanation);

/// <summary>A situation mm reports and survives.</summary>
public abstract record MmReport;

/// <summary>kmem_cache_create was given a name that exists.</summary>
public sealed record DuplicateCache(string Name) : MmReport;

/// <summary>No slab order holds a single object of the cache.</summary>
public sealed record CacheNotCreated(string Name) : MmReport;

/// <summary>A cache was destroyed while objects were in use; it stays.</summary>
public sealed record CacheStillInUse(string Name) : MmReport;

/// <summary>"slab error in FUNCTION(): cache `NAME': TEXT".</summary>
public sealed record SlabError(string Function, string Name, string Text) : MmReport;

/// <summary>Lines of a SLAB debugging report, worded by Linux's rules ("Slab corruption: ...").</summary>
public sealed record SlabDebugReport(string Name, IReadOnlyList<string> Lines) : MmReport;

/// <summary>Somebody wrote over memory that mm owns and shows; mm has put its own values back.</summary>
/// <param name="Name">The cache.</param>
/// <param name="What">"kmem_cache", "array_cache", "kmem_list3".</param>
/// <param name="Address">First byte that differs.</param>
/// <param name="Expected">What mm last wrote there.</param>
/// <param name="Found">What was found.</param>
public sealed record DescriptorOverwritten(string Name, string What, VirtualAddress Address, byte Expected, byte Found) : MmReport;

/// <summary>No page could be had ("page allocation failure. order:N, mode:0x..").</summary>
public sealed record PageAllocationFailure(GfpFlags Flags, int Order) : MmReport;

/// <summary>Reclaim made no progress ("invoked oom-killer: gfp_mask=0x.., order=..").</summary>
public sealed record OutOfMemory(GfpFlags Flags, int Order) : MmReport;

/// <summary>A page in a state no free or fresh page may have ("Bad page state in process").</summary>
public sealed record BadPage(PageFrameNumber Frame, uint Flags, int Count, bool AtFree) : MmReport;

/// <summary>A frame number or address outside RAM was handed to the page allocator.</summary>
public sealed record BadFrame(ulong Frame, string Function) : MmReport;
