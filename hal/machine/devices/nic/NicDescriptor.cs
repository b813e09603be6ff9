namespace MiniKernel.Hal;

/// <summary>Layout of a transmit or receive descriptor in memory, little-endian; a ring is an array of them.</summary>
/// <remarks>The card writes length and flags back, never the address. A ring's base may have any alignment.</remarks>
public static class NicDescriptor
{
    /// <summary>Bytes in a descriptor; the last four are reserved and left alone.</summary>
    public const int Bytes = 16;

    /// <summary>Physical address of the buffer, 64 bits wide.</summary>
    public const int AddressOffset = 0;

    /// <summary>16 bits. Transmit: bytes to send. Receive: bytes in the buffer, then bytes the card has stored.</summary>
    public const int LengthOffset = 8;

    /// <summary>16 bits: <see cref="NicDescriptorFlags"/>.</summary>
    public const int FlagsOffset = 10;
}
