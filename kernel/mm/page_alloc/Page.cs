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

    /// <summary>Beside <see cref="Buddy"/>: first block of a run of largest blocks untouched since boot (not Linux's).</summary>
    Untouched = 16,

    /// <summary>PG_active: a SLOB page.</summary>
    Active = 32,

    /// <summary>PG_private: a SLOB page with free blocks.</summary>
    Private = 64,
}

/// <summary>struct page of the host's page map. 32 bytes; all zero means "never touched".</summary>
/// <remarks>The simulated struct page (32 or 56 bytes) takes its frames at boot but is not shown there: mem_map is one
/// truth, on the host (ARCHITECTURE.md, differences).</remarks>
[StructLayout(LayoutKind.Explicit, Size = 32)]
internal unsafe struct Page
{
    /// <summary><see cref="State"/> of an allocated single frame: no flags, order 0, one reference.</summary>
    public static readonly ulong AllocatedSingle = new Page { Count = 1 }.State;

    /// <summary>Flags, order and count in one load; 0 is what a frame must show when it is handed out.</summary>
    [FieldOffset(0)]
    public ulong State;

    /// <summary>See <see cref="PageFlags"/>.</summary>
    [FieldOffset(0)]
    public PageFlags Flags;

    /// <summary>page->private: order of the free block, the allocated block or the compound page this frame heads.</summary>
    [FieldOffset(2)]
    public ushort Order;

    /// <summary>References; 0 on a free frame, 1 on the first frame of an allocated block. Freeing a free frame makes
    /// it negative, as in Linux, and the next allocation finds that ("Bad page state").</summary>
    [FieldOffset(4)]
    public int Count;

    /// <summary>Next in a free list; 0 ends it (frame 0 is never free). A compound page: its first frame.</summary>
    [FieldOffset(8)]
    public uint Next;

    /// <summary>Previous in the free list; 0 at its head.</summary>
    [FieldOffset(12)]
    public uint Prev;

    /// <summary>A slab page: virtual address of its struct slab. Pages that SLOB's kmalloc took whole: page->private, the bytes
    /// asked for. <see cref="PageFlags.Untouched"/>: blocks in the run.</summary>
    [FieldOffset(16)]
    public ulong Slab;

    /// <summary>A slab page: the cache's native record, else null. Kfree's fast path reads nothing else.</summary>
    [FieldOffset(24)]
    public CacheRecord* Cache;
}
