using MiniKernel.Hal;

namespace MiniKernel.Mm;

/// <summary>struct vm_struct: a stretch of the vmalloc space and the frames it shows.</summary>
internal sealed class VmArea
{
    /// <summary>First address.</summary>
    public ulong Address { get; set; }

    /// <summary>Bytes, the guard page behind them included.</summary>
    public required ulong Size { get; init; }

    /// <summary>First address behind the guard page.</summary>
    public ulong End => Address + Size;

    /// <summary>The frame of each page: this area's part of the page table.</summary>
    public required uint[] Frames { get; init; }

    /// <summary>Pages mapped so far; the rest of <see cref="Frames"/> is not there yet.</summary>
    public int Mapped { get; set; }

    /// <summary>The vm_struct's own memory.</summary>
    public required VirtualAddress Descriptor { get; init; }

    /// <summary>Memory of the array of page pointers: from vmalloc when it is larger than a page, else from kmalloc.</summary>
    public VirtualAddress PageArray { get; set; }
}
