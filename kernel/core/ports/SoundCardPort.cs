namespace MiniKernel.Core;

/// <summary>The sound card's registers in port space, 32 bits wide, four bytes apart.</summary>
[DriverSurface]
public static class SoundCardPort
{
    /// <summary>Base address, where a PC of the time would have one.</summary>
    public const ushort Base = 0x220;

    /// <summary>Read: status bits, see <see cref="Hal.SoundCardStatus"/>. Write: anything acknowledges Done and Underrun.</summary>
    public const ushort Status = Base;

    /// <summary>Write: a <see cref="SoundCardCommand"/>.</summary>
    public const ushort Command = Base + 4;

    /// <summary>Pace in bytes per second.</summary>
    public const ushort BytesPerSecond = Base + 8;

    /// <summary>Bytes to play before the card says Done.</summary>
    public const ushort BlockBytes = Base + 12;

    /// <summary>Read: bytes played since the counters were reset, modulo 2^32.</summary>
    public const ushort PlayedBytes = Base + 16;

    /// <summary>Read: CRC-32 of those bytes.</summary>
    public const ushort Crc = Base + 20;
}

/// <summary>What the sound card can be told.</summary>
[DriverSurface]
public enum SoundCardCommand : uint
{
    /// <summary>Falls silent.</summary>
    Stop = 0,

    /// <summary>Plays one block.</summary>
    Start = 1,

    /// <summary>Sets played bytes and CRC to 0.</summary>
    ResetCounters = 2,
}
