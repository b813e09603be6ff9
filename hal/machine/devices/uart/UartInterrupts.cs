namespace MiniKernel.Hal;

/// <summary>The UART's interrupt enable register.</summary>
[Flags]
public enum UartInterrupts : byte
{
    /// <summary>The port is polled.</summary>
    None = 0,

    /// <summary>A byte was received.</summary>
    DataReady = 0x01,

    /// <summary>The transmit FIFO ran empty.</summary>
    TransmitterReady = 0x02,

    /// <summary>A byte was lost.</summary>
    LineStatus = 0x04,
}
