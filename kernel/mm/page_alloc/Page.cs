using System.Runtime.InteropServices;

namespace MiniKernel.Mm;

/// <summary>State of a page frame (Linux 2.6 linux/page-flags.h; our own bit numbers).</summary>
[Flags]
internal enum PageFlags : ushort
{
    /// <summary>Nothing is known of the frame: free inside a larger block, or never touched.</summary>
    None = 0,

    /// <summary>PG_reserved: a hole, or taken at boot; never free.</summary>
    Reserved = 1,

    /// <summary>PG_slab: part of a slab.</summary>
    Slab = 2,

    /// <summary>PG_buddy: first frame of a free block of <see cref="Page.Order"/>.</summary>
    Buddy = 4,

    /// <summary>PG_compound: part of a compound page; the first frame is the head.</summary>
    Compound = 8,
}

/// <summary>struct page of the host's page map. 32 bytes; all zero means "never touched".</summary>
/// <remarks>The simulated struct page (32 or 56 bytes) takes its frames at boot but is not shown there: mem_map is one
/// truth, on the host (ARCHITECTURE.md, differences).</remarks>
[StructLayout(LayoutKind.Sequential)]
internal unsafe struct Page
{
    /// <summary>See <see cref="PageFlags"/>.</summary>
    public PageFlags Flags;

    /// <summary>page->private: order of the free block, or of the compound page, this frame heads.</summary>
    public ushort Order;

    /// <summary>References; 0 on a free frame, 1 on the first frame of an allocated block.</summary>
    public int Count;

    /// <summary>Next in a free list or per-CPU list; 0 ends it (frame 0 is never free).</summary>
    public uint Next;

    /// <summary>Previous in the list; 0 at its head.</summary>
    public uint Prev;

    /// <summary>A slab page: virtual address of its struct slab. A free block at the head of an untouched run: blocks in the run.</summary>
    public ulong Slab;

    /// <summary>A slab page: the cache's native record, else null. Kfree's fast path reads nothing else.</summary>
    public CacheRecord* Cache;
}
