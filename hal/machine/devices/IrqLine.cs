namespace MiniKernel.Hal;

/// <summary>The interrupt lines of the machine's devices, where a PC has them.</summary>
public static class IrqLine
{
    /// <summary>Interval timer.</summary>
    public const int Timer = 0;

    /// <summary>First serial port.</summary>
    public const int Uart = 4;

    /// <summary>Sound card.</summary>
    public const int SoundCard = 5;

    /// <summary>Network card.</summary>
    public const int Nic = 11;

    /// <summary>Disk controller.</summary>
    public const int Disk = 14;
}
