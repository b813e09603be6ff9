namespace MiniKernel.Core;

/// <summary>A relocatable object file, as <c>gcc -c</c> writes it (System V ABI, chapters 4 and 5): little-endian, i386 or x86-64.</summary>
/// <remarks>Everything in it is somebody else's word: each offset, size, index and name is checked before it is used.</remarks>
public sealed class ElfObject
{
    private const int IdentBytes = 16, MostSections = 0x4000;
    private const uint Relocatable = 1;
    private readonly ElfBytes _bytes;
    private readonly List<ElfSection> _sections = [];
    private readonly List<ElfSymbol> _symbols = [];
    private readonly List<ElfRelocations> _relocations = [];

    private ElfObject(string name, ReadOnlyMemory<byte> file)
    {
        Name = name;
        _bytes = new ElfBytes(file);
        ElfHeader header = ReadIdent(file.Span);
        ReadSections(header);
        ReadSymbols();
        ReadRelocations();
    }

    /// <summary>The file's name, for messages.</summary>
    public string Name { get; }

    /// <summary>What it was made for.</summary>
    public ElfMachine Machine { get; private set; }

    /// <summary>32 or 64.</summary>
    public int WordSize => Machine == ElfMachine.X86_64 ? 64 : 32;

    /// <summary>Sections, by number; the first is empty.</summary>
    public IReadOnlyList<ElfSection> Sections => _sections;

    /// <summary>Symbols, by number; the first is empty. None when the file was stripped.</summary>
    public IReadOnlyList<ElfSymbol> Symbols => _symbols;

    /// <summary>Relocations, by the section they are applied to; those of sections that take no memory are kept too.</summary>
    public IReadOnlyList<ElfRelocations> Relocations => _relocations;

    /// <summary>Reads a file.</summary>
    /// <param name="name">Its name, for messages.</param>
    /// <param name="file">Its bytes.</param>
    /// <exception cref="ElfFormatException">It is none that can be loaded.</exception>
    public static ElfObject Read(string name, ReadOnlyMemory<byte> file) => new(name, file);

    /// <summary>The section of that name, or null.</summary>
    public ElfSection? Find(string section) => _sections.Find(candidate => candidate.Name == section);

    private ElfHeader ReadIdent(ReadOnlySpan<byte> file)
    {
        if (file.Length < IdentBytes || !file.StartsWith("\u007fELF"u8))
            throw new ElfFormatException(file.StartsWith((ReadOnlySpan<byte>)[0x4c, 0x01]) || file.StartsWith((ReadOnlySpan<byte>)[0x64, 0x86])
                ? "it is a COFF object; compile with gcc or clang for ELF (clang --target=x86_64-unknown-linux-elf)"
                : "it is not an ELF file");
        int word = file[4] switch { 1 => 4, 2 => 8, _ => throw new ElfFormatException($"its class is {file[4]}, neither 32-bit nor 64-bit") };
        if (file[5] != 1)
            throw new ElfFormatException("it is big-endian");
        var header = new ElfHeader(word, _bytes.Slice(0, (ulong)(word == 8 ? 64 : 52), "the header").Span);
        if (header.Type != Relocatable)
            throw new ElfFormatException($"it is {TypeName(header.Type)}, not a relocatable object (gcc -c)");
        Machine = (ElfMachine)header.Machine;
        if ((Machine, word) is not ((ElfMachine.I386, 4) or (ElfMachine.X86_64, 8)))
            throw new ElfFormatException($"it is for machine {header.Machine} with {word * 8}-bit words; i386 (3) and x86-64 (62) can be loaded");
        if (header.SectionHeaderSize != header.ExpectedSectionHeaderSize)
            throw new ElfFormatException($"its section headers have {header.SectionHeaderSize} bytes, not {header.ExpectedSectionHeaderSize}");
        return header;
    }

    private static string TypeName(uint type) => type switch
    {
        2 => "an executable",
        3 => "a shared object",
        4 => "a core dump",
        _ => $"of type {type}",
    };

    private void ReadSections(ElfHeader header)
    {
        if (header.SectionCount is 0 or > MostSections)
            throw new ElfFormatException($"it has {header.SectionCount} sections; 1 to {MostSections} can be read");
        if (header.NamesSection >= header.SectionCount)
            throw new ElfFormatException($"section {header.NamesSection}, which should hold the sections' names, does not exist");
        ulong size = (ulong)header.SectionHeaderSize;
        ReadOnlyMemory<byte> table = _bytes.Slice(header.SectionHeaders, size * (ulong)header.SectionCount, "the section header table");
        var raw = new ElfSectionHeader[header.SectionCount];
        for (int i = 0; i < raw.Length; i++)
            raw[i] = new ElfSectionHeader(header.Word, table.Span.Slice(i * (int)size, (int)size));
        ReadOnlyMemory<byte> names = BytesOf(raw[header.NamesSection], "the table of section names");
        for (int i = 0; i < raw.Length; i++)
            _sections.Add(Section(i, raw[i], names.Span));
    }

    private ElfSection Section(int index, in ElfSectionHeader raw, ReadOnlySpan<byte> names)
    {
        string name = ElfBytes.Name(names, raw.Name, $"section {index}");
        if (raw.Type == ElfSectionType.Null)
            return new ElfSection(index, name, raw.Type, ElfSectionFlags.None, 1, 0, default, 0, 0);
        ulong alignment = Math.Max(raw.Alignment, 1);
        if ((alignment & (alignment - 1)) != 0)
            throw new ElfFormatException($"section {name} is aligned to {alignment}, which is no power of two");
        return new ElfSection(index, name, raw.Type, raw.Flags, alignment, raw.Size, BytesOf(raw, $"section {name}"), raw.Link, raw.Info);
    }

    private ReadOnlyMemory<byte> BytesOf(in ElfSectionHeader raw, string what) =>
        raw.Type == ElfSectionType.NoBits ? default : _bytes.Slice(raw.Offset, raw.Size, what);

    private void ReadSymbols()
    {
        ElfSection[] tables = [.. _sections.Where(section => section.Type == ElfSectionType.Symbols)];
        if (tables.Length > 1)
            throw new ElfFormatException("it has more than one symbol table");
        if (tables.Length == 0)
            return;
        ElfSection table = tables[0];
        ReadOnlySpan<byte> names = At(table.Link, ElfSectionType.Strings, "the symbols' names").Bytes.Span;
        int word = WordSize / 8, size = word == 8 ? 24 : 16;
        if (table.Bytes.Length % size != 0)
            throw new ElfFormatException($"its symbol table has {table.Bytes.Length} bytes, which are no symbols of {size}");
        for (int at = 0; at < table.Bytes.Length; at += size)
            _symbols.Add(Symbol(table.Bytes.Span.Slice(at, size), word, names));
    }

    private ElfSymbol Symbol(ReadOnlySpan<byte> raw, int word, ReadOnlySpan<byte> names)
    {
        int number = _symbols.Count;
        (int value, int size, int info, int section) = word == 8 ? (8, 16, 4, 6) : (4, 8, 12, 14);
        string name = ElfBytes.Name(names, ElfBytes.Number(raw, 0, 4), $"symbol {number}");
        int index = (int)ElfBytes.Number(raw, section, 2);
        if (index >= _sections.Count && index is not (ElfSymbol.Absolute or ElfSymbol.Common))
            throw new ElfFormatException($"symbol {Shown(name, number)} is in section {index}, which does not exist");
        ElfBinding binding = (ElfBinding)(raw[info] >> 4);
        if (binding is not (ElfBinding.Local or ElfBinding.Global or ElfBinding.Weak))
            throw new ElfFormatException($"symbol {Shown(name, number)} has the unknown binding {(int)binding}");
        return new ElfSymbol(name, ElfBytes.Number(raw, value, word), ElfBytes.Number(raw, size, word), index, binding, (ElfSymbolType)(raw[info] & 15));
    }

    private void ReadRelocations()
    {
        foreach (ElfSection section in _sections)
        {
            if (section.Type is not (ElfSectionType.Relocations or ElfSectionType.RelocationsWithAddends))
                continue;
            if (section.Info == 0 || section.Info >= _sections.Count)
                throw new ElfFormatException($"section {section.Name} relocates section {section.Info}, which does not exist");
            ElfSection target = _sections[(int)section.Info];
            _relocations.Add(new ElfRelocations(target, Relocate(section, target)));
        }
    }

    private List<ElfRelocation> Relocate(ElfSection section, ElfSection target)
    {
        int word = WordSize / 8;
        bool hasAddends = section.Type == ElfSectionType.RelocationsWithAddends;
        if (hasAddends != (word == 8))
            throw new ElfFormatException($"section {section.Name} is of the kind {section.Type}, which {Machine} does not use");
        int size = word * (hasAddends ? 3 : 2);
        if (section.Bytes.Length % size != 0)
            throw new ElfFormatException($"section {section.Name} has {section.Bytes.Length} bytes, which are no relocations of {size}");
        var entries = new List<ElfRelocation>(section.Bytes.Length / size);
        for (int at = 0; at < section.Bytes.Length; at += size)
        {
            ReadOnlySpan<byte> raw = section.Bytes.Span.Slice(at, size);
            ulong info = ElfBytes.Number(raw, word, word);
            (uint type, ulong symbol) = word == 8 ? ((uint)info, info >> 32) : ((uint)(info & 0xff), info >> 8);
            if (symbol >= (ulong)_symbols.Count)
                throw new ElfFormatException($"a relocation of section {target.Name} names symbol {symbol}, which does not exist");
            entries.Add(new ElfRelocation(ElfBytes.Number(raw, 0, word), type, (int)symbol, hasAddends ? (long)ElfBytes.Number(raw, 2 * word, word) : null));
        }
        return entries;
    }

    private ElfSection At(uint index, ElfSectionType type, string what) =>
        index < _sections.Count && _sections[(int)index].Type == type
            ? _sections[(int)index]
            : throw new ElfFormatException($"section {index}, which should hold {what}, does not exist or holds something else");

    private static string Shown(string name, int number) => name.Length == 0 ? $"{number}" : name;
}
