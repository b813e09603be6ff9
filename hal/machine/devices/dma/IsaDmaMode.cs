namespace MiniKernel.Hal;

/// <summary>What a DMA channel does: bits of the 8237's mode register.</summary>
/// <remarks>Intel's "write transfer" writes to memory, Linux's DMA_MODE_READ reads from the device; they are the same
/// thing, so the names here say the direction.</remarks>
[Flags]
public enum IsaDmaMode
{
    /// <summary>Counts and moves nothing.</summary>
    Verify = 0,

    /// <summary>The device writes memory (DMA_MODE_READ, less the single-transfer bit).</summary>
    DeviceToMemory = 0x04,

    /// <summary>The device reads memory (DMA_MODE_WRITE, less the single-transfer bit).</summary>
    MemoryToDevice = 0x08,

    /// <summary>At terminal count the channel starts again from its base address and count (DMA_AUTOINIT).</summary>
    AutoInit = 0x10,

    /// <summary>Addresses go down.</summary>
    Decrement = 0x20,

    /// <summary>The bus goes back to the CPU after every unit. No difference is visible here: the CPU stands still while a
    /// burst moves.</summary>
    Single = 0x40,
}
