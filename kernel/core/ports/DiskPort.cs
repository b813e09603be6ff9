using MiniKernel.Hal;

namespace MiniKernel.Core;

/// <summary>The disk controller in port space, and what its manual says about it.</summary>
[DriverSurface]
public static class DiskPort
{
    /// <summary>Base address, where a PCI card's would be.</summary>
    public const ushort Base = 0xc000;

    /// <summary>Ports it takes.</summary>
    public const ushort Length = 0x80;

    /// <summary>Its interrupt line.</summary>
    public const int Irq = IrqLine.Disk;

    /// <summary>Commands that can be outstanding.</summary>
    public const int Tags = DiskController.Tags;

    /// <summary>Most sectors a command moves.</summary>
    public const int MaxSectors = DiskController.MaxSectors;

    /// <summary>Longest list of a command.</summary>
    public const int MaxSegments = DiskController.MaxSegments;

    /// <summary>The first physical address it does not reach.</summary>
    public const ulong Reach = DiskController.Reach;

    /// <summary>The port of a register, 32 bits wide.</summary>
    public static ushort Of(DiskRegister register) => (ushort)(Base + (int)register);
}
