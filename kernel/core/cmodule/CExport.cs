namespace MiniKernel.Core;

/// <summary>What a function of the kernel does when C code calls it.</summary>
/// <returns>Its result; of a narrow type, anything above it is ignored.</returns>
internal delegate ulong CFunction(ref CCall call);

/// <summary>A symbol that C modules may use: a function, or a variable of the kernel.</summary>
/// <param name="Name">As C spells it.</param>
/// <param name="Address">Where it lies; of a function, its trap.</param>
/// <param name="Code">What it does; null for a variable.</param>
/// <param name="IsVariadic">True for a function with varying arguments.</param>
internal sealed record CExport(string Name, ulong Address, CFunction? Code, bool IsVariadic)
{
    /// <summary>Of a variable that has no value before somebody is linked to it: gives it one.</summary>
    public Action? Prepare { get; init; }
}
