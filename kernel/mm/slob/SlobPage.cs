using System.Runtime.InteropServices;

namespace MiniKernel.Mm;

/// <summary>struct slob_page: what Linux overlays on struct page. Host memory, as all of mem_map is.</summary>
[StructLayout(LayoutKind.Sequential)]
internal struct SlobPage
{
    /// <summary>units: free units in the page.</summary>
    public int FreeUnits;

    /// <summary>free: unit where the first free block starts; the units of a page when there is none.</summary>
    public int Free;

    /// <summary>list.next: a frame, 0 at the end.</summary>
    public uint Next;

    /// <summary>list.prev: a frame, 0 at the start.</summary>
    public uint Prev;

    /// <summary>True from Begin to End.</summary>
    public bool IsOurs;

    /// <summary>True on free_slob_pages.</summary>
    public bool IsListed;

    /// <summary>True once its free blocks were found damaged and written off: what borders on them cannot be checked.</summary>
    public bool IsDamaged;

    /// <summary>Blocks in use.</summary>
    public ushort Blocks;
}
