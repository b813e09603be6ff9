namespace MiniKernel.Hal;

/// <summary>Addresses without code, one for each function of the kernel that code may call.</summary>
/// <param name="Start">The first.</param>
/// <param name="Count">How many.</param>
/// <param name="Stride">Bytes from one to the next.</param>
public readonly record struct CpuTraps(ulong Start, int Count, int Stride)
{
    /// <summary>The address of one.</summary>
    public ulong AddressOf(int index) => Start + ((ulong)index * (ulong)Stride);
}
