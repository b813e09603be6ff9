namespace MiniKernel.Hal;

/// <summary>Registers of the network card, 32 bits wide, by their offset from its base.</summary>
/// <remarks>A ring's base and count can be written while its direction is switched off (and, for transmit, no frame is on
/// its way); a write sets head and tail to 0, any other time it is a <see cref="NicCause.Fault"/> without effect. The card
/// works on the descriptors from head up to, and not including, tail, as far as it owns them; so a ring of n descriptors
/// has at most n - 1 waiting.</remarks>
public enum NicRegister
{
    /// <summary><see cref="NicControl"/>.</summary>
    Control = 0x00,

    /// <summary>Read: <see cref="NicStatus"/>.</summary>
    Status = 0x04,

    /// <summary>Read: the <see cref="NicCause"/>s that have come up, masked or not. Reading clears them and lowers the line.</summary>
    Cause = 0x08,

    /// <summary>The <see cref="NicCause"/>s that may raise the line. Every write raises it again when one of them stands.</summary>
    Mask = 0x0c,

    /// <summary>Read: bytes 0 to 3 of the card's hardware address, the first lowest.</summary>
    MacLow = 0x10,

    /// <summary>Read: bytes 4 and 5.</summary>
    MacHigh = 0x14,

    /// <summary>Transmit ring: bits 0 to 31 of its physical address.</summary>
    TransmitBase = 0x20,

    /// <summary>Transmit ring: bits 32 to 63 of its physical address.</summary>
    TransmitBaseHigh = 0x24,

    /// <summary>Transmit ring: descriptors in it.</summary>
    TransmitCount = 0x28,

    /// <summary>Read: the next descriptor the card looks at.</summary>
    TransmitHead = 0x2c,

    /// <summary>The first descriptor the driver has not handed over. Writing it makes the card look at its head again.</summary>
    TransmitTail = 0x30,

    /// <summary>Receive ring: bits 0 to 31 of its physical address.</summary>
    ReceiveBase = 0x40,

    /// <summary>Receive ring: bits 32 to 63 of its physical address.</summary>
    ReceiveBaseHigh = 0x44,

    /// <summary>Receive ring: descriptors in it.</summary>
    ReceiveCount = 0x48,

    /// <summary>Read: the descriptor the next frame goes to.</summary>
    ReceiveHead = 0x4c,

    /// <summary>The first descriptor the driver has not handed over.</summary>
    ReceiveTail = 0x50,

    /// <summary>Read: frames sent. Statistics count modulo 2^32 from reset.</summary>
    TransmitPackets = 0x60,

    /// <summary>Read: bytes in them.</summary>
    TransmitBytes = 0x64,

    /// <summary>Read: frames not sent: a buffer out of reach, too long, or shorter than a header.</summary>
    TransmitErrors = 0x68,

    /// <summary>Read: frames stored whole.</summary>
    ReceivePackets = 0x6c,

    /// <summary>Read: bytes in them.</summary>
    ReceiveBytes = 0x70,

    /// <summary>Read: frames not stored, or not stored whole, for the descriptor they met.</summary>
    ReceiveErrors = 0x74,

    /// <summary>Read: frames lost because no descriptor was the card's.</summary>
    ReceiveMissed = 0x78,
}
