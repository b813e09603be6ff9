namespace MiniKernel.Core;

/// <summary>Elf32_Ehdr and Elf64_Ehdr: the fields that concern an object file.</summary>
internal readonly ref struct ElfHeader(int word, ReadOnlySpan<byte> raw)
{
    private readonly ReadOnlySpan<byte> _raw = raw;

    /// <summary>Bytes in an address.</summary>
    public int Word => word;

    public uint Type => (uint)ElfBytes.Number(_raw, 16, 2);

    public int Machine => (int)ElfBytes.Number(_raw, 18, 2);

    public ulong SectionHeaders => ElfBytes.Number(_raw, 24 + (2 * word), word);

    public int SectionHeaderSize => (int)ElfBytes.Number(_raw, 34 + (3 * word), 2);

    public int SectionCount => (int)ElfBytes.Number(_raw, 36 + (3 * word), 2);

    public int NamesSection => (int)ElfBytes.Number(_raw, 38 + (3 * word), 2);

    public int ExpectedSectionHeaderSize => word == 8 ? 64 : 40;
}

/// <summary>Elf32_Shdr and Elf64_Shdr.</summary>
internal readonly struct ElfSectionHeader(int word, ReadOnlySpan<byte> raw)
{
    public ulong Name { get; } = ElfBytes.Number(raw, 0, 4);

    public ElfSectionType Type { get; } = (ElfSectionType)ElfBytes.Number(raw, 4, 4);

    public ElfSectionFlags Flags { get; } = (ElfSectionFlags)(ElfBytes.Number(raw, 8, word) & 0x807);

    public ulong Offset { get; } = ElfBytes.Number(raw, 8 + (2 * word), word);

    public ulong Size { get; } = ElfBytes.Number(raw, 8 + (3 * word), word);

    public uint Link { get; } = (uint)ElfBytes.Number(raw, 8 + (4 * word), 4);

    public uint Info { get; } = (uint)ElfBytes.Number(raw, 12 + (4 * word), 4);

    public ulong Alignment { get; } = ElfBytes.Number(raw, 16 + (4 * word), word);
}
