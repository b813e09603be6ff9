using MiniKernel.Hal;

namespace MiniKernel.Mm;

/// <summary>struct dma_page: one piece of coherent memory of a pool, cut into blocks.</summary>
/// <remarks>The chain of free blocks lies in the blocks themselves, where a device or driver can overwrite it; which blocks
/// are free is also known here, so that a damaged chain is found before it is used.</remarks>
internal sealed class DmaPage
{
    private readonly Dictionary<uint, bool> _isFree = [];   // by offset of the block

    public required VirtualAddress Address { get; init; }

    public required PhysicalAddress Bus { get; init; }

    /// <summary>The dma_page's own memory.</summary>
    public required VirtualAddress Descriptor { get; init; }

    /// <summary>in_use: blocks handed out.</summary>
    public uint InUse { get; set; }

    /// <summary>offset: the first free block; beyond the page when there is none.</summary>
    public uint FirstFree { get; set; }

    public void AddBlock(uint offset) => _isFree.Add(offset, true);

    public bool IsBlock(uint offset) => _isFree.ContainsKey(offset);

    public bool IsFree(uint offset) => _isFree.GetValueOrDefault(offset);

    public void Mark(uint offset, bool isFree) => _isFree[offset] = isFree;
}
