namespace MiniKernel.Hal;

/// <summary>Is told of every transfer between a device and memory before the bytes move. They move whatever it thinks.</summary>
/// <remarks>Turns a dependency round: devices move the bytes, the kernel knows whose they are.</remarks>
public interface IBusWatcher
{
    /// <summary>A device is about to read or write memory.</summary>
    /// <param name="device">Who.</param>
    /// <param name="start">First byte on the bus; there need not be RAM.</param>
    /// <param name="length">Bytes.</param>
    /// <param name="isWrite">True when the device writes memory.</param>
    void BeforeTransfer(string device, PhysicalAddress start, int length, bool isWrite);
}
