namespace MiniKernel.Core;

/// <summary>What a relocation puts into its place.</summary>
public enum ElfFixupKind
{
    /// <summary>The symbol's address plus the addend, to be extended with its sign.</summary>
    Signed,

    /// <summary>The same, to be extended with zeros.</summary>
    Unsigned,

    /// <summary>The same, less the address of the place.</summary>
    Relative,
}

/// <summary>A relocation that is understood, with its addend, wherever that lay.</summary>
/// <param name="Offset">The place: an offset in the section.</param>
/// <param name="Bytes">4 or 8.</param>
/// <param name="Kind">What it gets.</param>
/// <param name="Symbol">Whose address.</param>
/// <param name="Addend">What is added to it.</param>
public readonly record struct ElfFixup(ulong Offset, int Bytes, ElfFixupKind Kind, ElfSymbol Symbol, long Addend);
