namespace MiniKernel.Hal;

/// <summary>What a core sees around it; the kernel's page tables and ports stand behind it.</summary>
public interface ICpuBus
{
    /// <summary>Looks an address up. The direct map needs no looking up to be read and written, but to be run.</summary>
    /// <param name="address">The address.</param>
    /// <param name="access">What for.</param>
    /// <param name="physical">Where it leads.</param>
    /// <param name="bytes">How many bytes from there on; those before it in its page have the same rights.</param>
    /// <returns>False: a page fault.</returns>
    bool TryTranslate(ulong address, CpuAccess access, out PhysicalAddress physical, out ulong bytes);

    /// <summary>Hears of an access to bytes that <see cref="Machine.Shadow"/> says must not be touched.</summary>
    /// <param name="address">The first byte of the access.</param>
    /// <param name="bytes">How many are touched.</param>
    /// <param name="access">Reading or writing.</param>
    /// <param name="instruction">The instruction.</param>
    /// <returns>True to let it happen all the same; false makes it a page fault.</returns>
    bool MayTouchClosed(ulong address, int bytes, CpuAccess access, ulong instruction);

    /// <summary>Reads a port.</summary>
    uint ReadPort(ushort port, int bytes);

    /// <summary>Writes a port.</summary>
    void WritePort(ushort port, int bytes, uint value);

    /// <summary>The time-stamp counter.</summary>
    ulong ReadTimestamp();
}
