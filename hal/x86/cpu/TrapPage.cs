namespace MiniKernel.Hal.X86;

/// <summary>Addresses without code: a core that reaches one stops and tells which. Each export of the kernel has one, and the
/// return address of each call into emulated code is one.</summary>
/// <param name="Start">Address of entry 0.</param>
/// <param name="Count">Entries.</param>
/// <param name="Stride">Bytes an entry.</param>
public readonly record struct TrapPage(ulong Start, int Count, int Stride = 16)
{
    /// <summary>True when an address lies in the page.</summary>
    public bool Contains(ulong address) => address - Start < (ulong)Count * (ulong)Stride;

    /// <summary>The address of an entry.</summary>
    public ulong AddressOf(int index) => Start + ((ulong)index * (ulong)Stride);

    /// <summary>The entry an address lies in.</summary>
    public int IndexOf(ulong address) => (int)((address - Start) / (ulong)Stride);
}
