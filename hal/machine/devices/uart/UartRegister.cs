namespace MiniKernel.Hal;

/// <summary>Registers of a 16550, by their offset from the port's base.</summary>
public enum UartRegister
{
    /// <summary>Written: the next byte to send. Read: the oldest byte received. With the divisor latch open: its low byte.</summary>
    Data = 0,

    /// <summary>Which causes may raise the line (<see cref="UartInterrupts"/>). With the divisor latch open: its high byte.</summary>
    InterruptEnable = 1,

    /// <summary>Read: the most urgent cause, 1 when there is none. Written: FIFO control; bits 1 and 2 empty the receive and
    /// the transmit FIFO.</summary>
    InterruptIdentification = 2,

    /// <summary>Format of a character; bit 7 opens the divisor latch.</summary>
    LineControl = 3,

    /// <summary>Modem control; kept, without effect.</summary>
    ModemControl = 4,

    /// <summary>See <see cref="UartLineStatus"/>.</summary>
    LineStatus = 5,

    /// <summary>Modem status: carrier, data set ready, clear to send.</summary>
    ModemStatus = 6,

    /// <summary>A byte for the driver's own use.</summary>
    Scratch = 7,
}
