namespace MiniKernel.Mm;

/// <summary>What DMA has to know of a device: its name and how many address bits it drives (struct device, dma_mask).</summary>
/// <param name="name">The device's name, before its messages.</param>
public sealed class DmaDevice(string name)
{
    /// <summary>DMA_24BIT_MASK: the first 16 MiB, as on ISA.</summary>
    public const ulong Mask24 = (1UL << 24) - 1;

    /// <summary>DMA_32BIT_MASK: what a device has that says nothing.</summary>
    public const ulong Mask32 = (1UL << 32) - 1;

    /// <summary>DMA_64BIT_MASK: everything.</summary>
    public const ulong Mask64 = ulong.MaxValue;

    /// <summary>The device's name.</summary>
    public string Name { get; } = name;

    /// <summary>dma_mask: for streaming mappings.</summary>
    public ulong Mask { get; init; } = Mask32;

    /// <summary>coherent_dma_mask: for dma_alloc_coherent and pools.</summary>
    public ulong CoherentMask { get; init; } = Mask32;
}
