namespace MiniKernel.Hal;

/// <summary>A stretch of physical memory.</summary>
/// <param name="Start">First byte.</param>
/// <param name="End">First byte behind it.</param>
public readonly record struct PhysicalRange(ulong Start, ulong End)
{
    /// <summary>Bytes in the range.</summary>
    public ulong Length => End - Start;

    /// <summary>True when the two share a byte.</summary>
    public bool Overlaps(PhysicalRange other) => Start < other.End && other.Start < End;
}
