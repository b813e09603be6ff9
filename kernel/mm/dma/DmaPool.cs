using MiniKernel.Hal;

namespace MiniKernel.Mm;

/// <summary>struct dma_pool: small blocks of coherent memory (Linux 2.6 mm/dmapool.c).</summary>
public sealed class DmaPool
{
    internal DmaPool(string name, DmaDevice? device, uint size, uint allocation, uint boundary, VirtualAddress descriptor)
    {
        Name = name;
        Device = device;
        BlockSize = size;
        Allocation = allocation;
        Boundary = boundary;
        Descriptor = descriptor;
        Waiters = new MmWaitQueue($"a block of dma_pool {name}");
    }

    /// <summary>The pool's name.</summary>
    public string Name { get; }

    /// <summary>The device; null for ISA.</summary>
    public DmaDevice? Device { get; }

    /// <summary>Bytes from block to block: the size asked for, at least 4, rounded up to the alignment.</summary>
    public uint BlockSize { get; }

    /// <summary>Bytes a piece of coherent memory has: a page, or one block when that is larger.</summary>
    public uint Allocation { get; }

    /// <summary>What no block crosses.</summary>
    public uint Boundary { get; }

    /// <summary>Where the dma_pool lies.</summary>
    public VirtualAddress Descriptor { get; }

    /// <summary>Pieces of coherent memory it has.</summary>
    public int PageCount => Pages.Count;

    /// <summary>False once it is destroyed.</summary>
    public bool IsAlive { get; internal set; } = true;

    internal Lock Lock { get; } = new();

    /// <summary>Newest first.</summary>
    internal List<DmaPage> Pages { get; } = [];

    internal MmWaitQueue Waiters { get; }
}
