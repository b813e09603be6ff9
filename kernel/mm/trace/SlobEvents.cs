using MiniKernel.Hal;

namespace MiniKernel.Mm;

// What SLOB decides on its way; Linux has no tracepoints for it.

/// <summary>SLOB has cut a block off a page.</summary>
/// <param name="Frame">The page.</param>
/// <param name="Block">The block, its header included.</param>
/// <param name="Bytes">Bytes of it, in whole units.</param>
/// <param name="Passed">Pages of the list that were passed over before; they had too little room, or none in one piece.</param>
/// <param name="Left">Bytes still free in the page.</param>
/// <param name="IsNewPage">No page of the list had room: this one was taken for it.</param>
public sealed record SlobTakeEvent(PageFrameNumber Frame, VirtualAddress Block, int Bytes, int Passed, int Left, bool IsNewPage) : MmEvent;

/// <summary>SLOB has put a block back.</summary>
/// <param name="Frame">The page.</param>
/// <param name="Block">The block, its header included.</param>
/// <param name="Bytes">Bytes of it, in whole units.</param>
/// <param name="IsPageFree">Nothing is in use in the page any more: it goes back to the page allocator.</param>
public sealed record SlobPutEvent(PageFrameNumber Frame, VirtualAddress Block, int Bytes, bool IsPageFree) : MmEvent;
