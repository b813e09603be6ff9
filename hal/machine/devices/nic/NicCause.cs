namespace MiniKernel.Hal;

/// <summary>Why the network card asks for attention: bits of its cause and mask registers.</summary>
[Flags]
public enum NicCause
{
    /// <summary>It does not.</summary>
    None = 0,

    /// <summary>The card is through with a frame to send; its last descriptor says how it went.</summary>
    TransmitDone = 1,

    /// <summary>A receive descriptor has been used.</summary>
    Received = 2,

    /// <summary>A frame came and no receive descriptor was the card's: it is lost, and counted as missed.</summary>
    ReceiveOverrun = 4,

    /// <summary>The driver has misprogrammed the card: a descriptor out of reach, a tail beyond the ring, a ring moved while
    /// it is in use.</summary>
    Fault = 8,

    /// <summary>Every cause.</summary>
    All = TransmitDone | Received | ReceiveOverrun | Fault,
}
