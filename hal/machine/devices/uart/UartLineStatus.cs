namespace MiniKernel.Hal;

/// <summary>The UART's line status register.</summary>
[Flags]
public enum UartLineStatus : byte
{
    /// <summary>Sending, nothing received.</summary>
    None = 0,

    /// <summary>A received byte waits (DR).</summary>
    DataReady = 0x01,

    /// <summary>A byte arrived while the receive FIFO was full and was lost (OE); reading the register clears it.</summary>
    Overrun = 0x02,

    /// <summary>The transmit FIFO is empty (THRE).</summary>
    TransmitterReady = 0x20,

    /// <summary>And the last byte has left (TEMT).</summary>
    TransmitterIdle = 0x40,
}
