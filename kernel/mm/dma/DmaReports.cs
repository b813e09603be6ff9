using MiniKernel.Hal;

namespace MiniKernel.Mm;

/// <summary>What is wrong with a block given to dma_pool_free.</summary>
public enum DmaPoolFault
{
    /// <summary>The bus address is of no page of the pool ("bad dma").</summary>
    BadDma,

    /// <summary>The two addresses are not of one block ("bad vaddr").</summary>
    BadAddress,

    /// <summary>The block is free ("already free").</summary>
    AlreadyFree,
}

/// <summary>dma_pool_destroy found a page with blocks in use; the page stays taken for ever.</summary>
public sealed record DmaPoolBusy(string? Device, string Pool, VirtualAddress Address) : MmReport;

/// <summary>dma_pool_free refused a block.</summary>
public sealed record BadDmaPoolFree(string? Device, string Pool, VirtualAddress Address, PhysicalAddress Bus, DmaPoolFault Fault) : MmReport;

/// <summary>dma_map_single of memory that the device cannot reach.</summary>
public sealed record DmaOverflow(string? Device, PhysicalAddress Bus, ulong Size, ulong Mask) : MmReport;
