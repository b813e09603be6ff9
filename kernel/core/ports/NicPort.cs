using MiniKernel.Hal;

namespace MiniKernel.Core;

/// <summary>The network card in port space, and what its manual says about it.</summary>
[DriverSurface]
public static class NicPort
{
    /// <summary>Base address, where a PCI card's would be.</summary>
    public const ushort Base = 0xc100;

    /// <summary>Ports it takes.</summary>
    public const ushort Length = 0x80;

    /// <summary>Its interrupt line.</summary>
    public const int Irq = IrqLine.Nic;

    /// <summary>Longest frame, header included.</summary>
    public const int MaxFrameBytes = LoopbackNic.MaxFrameBytes;

    /// <summary>The port of a register, 32 bits wide.</summary>
    public static ushort Of(NicRegister register) => (ushort)(Base + (int)register);
}
