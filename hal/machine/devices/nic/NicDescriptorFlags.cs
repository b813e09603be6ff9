namespace MiniKernel.Hal;

/// <summary>Flags of a network card's descriptor.</summary>
[Flags]
public enum NicDescriptorFlags : ushort
{
    /// <summary>The driver's, and nothing to report.</summary>
    None = 0,

    /// <summary>OWN: set by the driver, the descriptor and its buffer are the card's; cleared by the card, the driver's.</summary>
    Own = 1,

    /// <summary>EOP, end of packet. Transmit: the driver marks a frame's last buffer. Receive: the card sets it, since each
    /// frame has one buffer.</summary>
    EndOfPacket = 2,

    /// <summary>ERROR. Transmit: set on a buffer out of reach, and on the last descriptor of a frame that was not sent for
    /// that or for its length. Receive: the buffer was too short and holds the frame's beginning, or was out of reach and
    /// holds nothing.</summary>
    Error = 4,
}
