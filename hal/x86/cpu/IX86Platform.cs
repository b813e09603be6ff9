namespace MiniKernel.Hal.X86;

/// <summary>What instructions reach beside memory.</summary>
public interface IX86Platform
{
    /// <summary>IN.</summary>
    /// <param name="port">The port.</param>
    /// <param name="bytes">1, 2 or 4.</param>
    uint ReadPort(ushort port, int bytes);

    /// <summary>OUT.</summary>
    /// <param name="port">The port.</param>
    /// <param name="bytes">1, 2 or 4.</param>
    /// <param name="value">The bytes; those above are 0.</param>
    void WritePort(ushort port, int bytes, uint value);

    /// <summary>RDTSC: the virtual clock.</summary>
    ulong ReadTimestamp();
}
