namespace MiniKernel.Hal;

/// <summary>The disk controller's control register.</summary>
[Flags]
public enum DiskControl : uint
{
    /// <summary>Completions are polled for.</summary>
    None = 0,

    /// <summary>Completions raise the interrupt line.</summary>
    InterruptEnable = 1,

    /// <summary>Written: outstanding commands are dropped and the registers are as after power-on. Reads 0.</summary>
    Reset = 0x8000_0000,
}
