namespace MiniKernel.Core;

/// <summary>Flags of request_irq(): Linux 2.6.24 include/linux/interrupt.h.</summary>
/// <remarks>Every handler runs with interrupts off on its CPU, as with IRQF_DISABLED.</remarks>
[Flags]
[DriverSurface]
public enum IrqFlags
{
    /// <summary>The line is the caller's alone.</summary>
    None = 0,

    /// <summary>IRQF_DISABLED: legal, and what happens anyway.</summary>
    Disabled = 0x20,

    /// <summary>IRQF_SHARED: others on the line may be heard too.</summary>
    Shared = 0x80,
}
