namespace MiniKernel.Hal;

/// <summary>The sound card's status register.</summary>
[Flags]
public enum SoundCardStatus
{
    /// <summary>Nothing plays and nothing is to report.</summary>
    Idle = 0,

    /// <summary>A block is playing.</summary>
    Busy = 1,

    /// <summary>A block has been played to its end since the last start or acknowledgement.</summary>
    Done = 2,

    /// <summary>The DMA channel gave fewer bytes than the block has: it was masked, or its count ran out. The card has
    /// stopped.</summary>
    Underrun = 4,
}
