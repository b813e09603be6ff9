namespace MiniKernel.Core;

/// <summary>enum dma_data_direction.</summary>
[DriverSurface]
public enum DmaDirection
{
    /// <summary>DMA_BIDIRECTIONAL.</summary>
    Bidirectional,

    /// <summary>DMA_TO_DEVICE.</summary>
    ToDevice,

    /// <summary>DMA_FROM_DEVICE.</summary>
    FromDevice,

    /// <summary>DMA_NONE: no mapping has it.</summary>
    None,
}
