using MiniKernel.Core;

namespace MiniKernel.Drivers;

/// <summary>The commands of /dev/dsp.</summary>
public static class IsaSoundIoctl
{
    private const char Type = 'P';

    /// <summary>Waits until everything written has been played (OSS's SNDCTL_DSP_SYNC).</summary>
    public static uint Sync { get; } = IoctlNumber.None(Type, 1);

    /// <summary>Returns the bytes played since the file was opened.</summary>
    public static uint GetPlayed { get; } = IoctlNumber.Read(Type, 64, sizeof(uint));

    /// <summary>Returns the CRC-32 of those bytes, as the card counted it.</summary>
    public static uint GetCrc { get; } = IoctlNumber.Read(Type, 65, sizeof(uint));
}
