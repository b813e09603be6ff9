namespace MiniKernel.Core;

/// <summary>Machines object files are made for (e_machine of the System V ABI).</summary>
public enum ElfMachine
{
    /// <summary>EM_386: 32-bit x86.</summary>
    I386 = 3,

    /// <summary>EM_X86_64.</summary>
    X86_64 = 62,
}

/// <summary>What a section holds (sh_type).</summary>
public enum ElfSectionType : uint
{
    /// <summary>SHT_NULL: nothing.</summary>
    Null = 0,

    /// <summary>SHT_PROGBITS: bytes of the program.</summary>
    ProgramBits = 1,

    /// <summary>SHT_SYMTAB: symbols.</summary>
    Symbols = 2,

    /// <summary>SHT_STRTAB: names.</summary>
    Strings = 3,

    /// <summary>SHT_RELA: relocations with addends.</summary>
    RelocationsWithAddends = 4,

    /// <summary>SHT_NOTE: notes.</summary>
    Note = 7,

    /// <summary>SHT_NOBITS: bytes that are zero and not in the file.</summary>
    NoBits = 8,

    /// <summary>SHT_REL: relocations whose addends lie where they are applied.</summary>
    Relocations = 9,
}

/// <summary>What a section is for (sh_flags).</summary>
[Flags]
public enum ElfSectionFlags : uint
{
    /// <summary>Nothing that concerns loading.</summary>
    None = 0,

    /// <summary>SHF_WRITE.</summary>
    Write = 1,

    /// <summary>SHF_ALLOC: it takes memory when the program runs.</summary>
    Alloc = 2,

    /// <summary>SHF_EXECINSTR.</summary>
    Execute = 4,

    /// <summary>SHF_COMPRESSED: its bytes are packed.</summary>
    Compressed = 0x800,
}

/// <summary>Who sees a symbol (the upper half of st_info).</summary>
public enum ElfBinding
{
    /// <summary>STB_LOCAL: its object file.</summary>
    Local = 0,

    /// <summary>STB_GLOBAL: everybody.</summary>
    Global = 1,

    /// <summary>STB_WEAK: everybody, and it may be missing.</summary>
    Weak = 2,
}

/// <summary>What a symbol names (the lower half of st_info).</summary>
public enum ElfSymbolType
{
    /// <summary>STT_NOTYPE: nobody said.</summary>
    None = 0,

    /// <summary>STT_OBJECT: a variable.</summary>
    Variable = 1,

    /// <summary>STT_FUNC.</summary>
    Function = 2,

    /// <summary>STT_SECTION: a section; it has no name of its own.</summary>
    Section = 3,

    /// <summary>STT_FILE: the source file.</summary>
    File = 4,
}

/// <summary>A section.</summary>
/// <param name="Index">Its number.</param>
/// <param name="Name">As ".text".</param>
/// <param name="Type">What it holds.</param>
/// <param name="Flags">What it is for.</param>
/// <param name="Alignment">A power of two.</param>
/// <param name="Size">Bytes in memory.</param>
/// <param name="Bytes">Its bytes in the file; empty for <see cref="ElfSectionType.NoBits"/>.</param>
/// <param name="Link">Another section, by type.</param>
/// <param name="Info">Another section, by type.</param>
public sealed record ElfSection(
    int Index, string Name, ElfSectionType Type, ElfSectionFlags Flags, ulong Alignment, ulong Size, ReadOnlyMemory<byte> Bytes, uint Link, uint Info)
{
    /// <summary>True when it takes memory.</summary>
    public bool IsAllocated => (Flags & ElfSectionFlags.Alloc) != 0;
}

/// <summary>A symbol.</summary>
/// <param name="Name">Its name; a section's symbol has none.</param>
/// <param name="Value">Where it lies in its section; of a common symbol the alignment it wants.</param>
/// <param name="Size">Bytes, when they are known.</param>
/// <param name="Section">The section, or one of the constants below.</param>
/// <param name="Binding">Who sees it.</param>
/// <param name="Type">What it names; a number beyond the listed ones is kept as it is.</param>
public sealed record ElfSymbol(string Name, ulong Value, ulong Size, int Section, ElfBinding Binding, ElfSymbolType Type)
{
    /// <summary>True for code.</summary>
    public bool IsFunction => Type == ElfSymbolType.Function;

    /// <summary>SHN_UNDEF: defined elsewhere.</summary>
    public const int Undefined = 0;

    /// <summary>SHN_ABS: the value is no address.</summary>
    public const int Absolute = 0xfff1;

    /// <summary>SHN_COMMON: a variable that nobody has given room yet.</summary>
    public const int Common = 0xfff2;
}

/// <summary>A place to put an address into.</summary>
/// <param name="Offset">In the section it is applied to.</param>
/// <param name="Type">How, by machine.</param>
/// <param name="Symbol">Number of the symbol.</param>
/// <param name="Addend">What is added; null when it lies at the place itself.</param>
public sealed record ElfRelocation(ulong Offset, uint Type, int Symbol, long? Addend);

/// <summary>The relocations of one section.</summary>
/// <param name="Target">The section they are applied to.</param>
/// <param name="Entries">In file order.</param>
public sealed record ElfRelocations(ElfSection Target, IReadOnlyList<ElfRelocation> Entries);
