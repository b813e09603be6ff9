namespace MiniKernel.Hal;

/// <summary>The network card's control register.</summary>
[Flags]
public enum NicControl : uint
{
    /// <summary>Deaf and dumb.</summary>
    None = 0,

    /// <summary>The card fetches frames to send. Switched off, it still ends the frame on its way.</summary>
    TransmitEnable = 1,

    /// <summary>The card stores what it hears. Switched off, frames pass it by and are not counted.</summary>
    ReceiveEnable = 2,

    /// <summary>Written: the frame on its way is lost and every register is as after power-on. Reads 0.</summary>
    Reset = 0x8000_0000,
}
