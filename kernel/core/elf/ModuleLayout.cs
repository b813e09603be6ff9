using System.Collections.Immutable;

namespace MiniKernel.Core;

/// <summary>Where every section of a module's object files goes (Linux kernel/module.c, layout_sections: code, constants, variables; what
/// begins with .init apart).</summary>
internal sealed class ModuleLayout
{
    private static readonly ImmutableArray<string> _skipped = [".modinfo", ".eh_frame", ".note", ".comment", ".gnu.warning"];
    private readonly Dictionary<ElfObject, SectionPlace?[]> _places = [];       // by number of the section
    private readonly Dictionary<(ElfObject, ElfSymbol), ulong> _commons = [];
    private readonly ModulePart[] _parts = Array.ConvertAll(Enum.GetValues<ModulePartKind>(), kind => new ModulePart(kind));
    private readonly ulong _pageSize, _redZone;

    /// <summary>Lays out the sections.</summary>
    /// <param name="objects">The object files, in link order.</param>
    /// <param name="pageSize">Bytes of a page.</param>
    /// <param name="extraData">Bytes of variables beside the sections' own; see <see cref="ExtraOffset"/>.</param>
    /// <param name="redZone">Bytes to leave unused behind each section of variables or constants.</param>
    public ModuleLayout(IReadOnlyList<ElfObject> objects, ulong pageSize, ulong extraData, ulong redZone = 0)
    {
        (_pageSize, _redZone) = (pageSize, redZone);
        ExtraOffset = Reserve(this[ModulePartKind.Data], extraData, 16, "struct module");
        foreach (ElfObject file in objects)
        {
            SectionPlace?[] places = _places[file] = new SectionPlace?[file.Sections.Count];
            foreach (ElfSection section in file.Sections)
                places[section.Index] = PlaceOf(file, section);
            PlaceCommons(file);
        }
        foreach ((ElfObject file, SectionPlace?[] places) in _places)
        {
            foreach (ElfSection section in file.Sections)
                places[section.Index]?.Part.Fill(places[section.Index]!.Offset, section.Bytes.Span);
        }
        foreach (ModulePart region in _parts)
            region.Seal();
    }

    /// <summary>The parts, in the order of <see cref="ModulePartKind"/>; empty ones too.</summary>
    public IReadOnlyList<ModulePart> Parts => _parts;

    /// <summary>Where the extra bytes lie in the variables.</summary>
    public ulong ExtraOffset { get; }

    /// <summary>One part.</summary>
    public ModulePart this[ModulePartKind kind] => _parts[(int)kind];

    /// <summary>Bytes in memory, each part in pages of its own.</summary>
    /// <param name="init">Those that are thrown away after init, or the others.</param>
    public ulong BytesOf(bool init) =>
        _parts.Where(region => region.IsInit == init && region.Kind != ModulePartKind.PerCpu).Aggregate(0ul, (sum, region) => sum + Pages(region.Size));

    /// <summary>What lies between the sections of a part and behind them, up to the end of its last page.</summary>
    public IEnumerable<(ulong Offset, ulong Size)> GapsOf(ModulePart part) => part.Gaps(PagesOf(part));

    /// <summary>Bytes of the pages a part takes.</summary>
    public ulong PagesOf(ModulePart part) => Pages(part.Size);

    /// <summary>Puts the parts into memory that has been allocated for them.</summary>
    public void MoveTo(ulong core, ulong init, ulong perCpu)
    {
        this[ModulePartKind.PerCpu].Address = perCpu;
        foreach (ModulePart region in _parts.Where(region => region.Kind != ModulePartKind.PerCpu))
        {
            ref ulong at = ref region.IsInit ? ref init : ref core;
            region.Address = at;
            at += Pages(region.Size);
        }
    }

    /// <summary>Finds the place of a section.</summary>
    /// <returns>False when it takes no memory.</returns>
    public bool TryPlace(ElfObject file, int section, out ModulePart region, out ulong offset)
    {
        SectionPlace?[] places = _places[file];
        SectionPlace? place = (uint)section < places.Length ? places[section] : null;
        (region, offset) = place is null ? (null!, 0) : (place.Part, place.Offset);
        return place is not null;
    }

    /// <summary>The address of a symbol that its file defines.</summary>
    /// <exception cref="ElfFormatException">Its section takes no memory.</exception>
    public ulong AddressOf(ElfObject file, ElfSymbol symbol)
    {
        if (symbol.Section == ElfSymbol.Absolute)
            return symbol.Value;
        if (symbol.Section == ElfSymbol.Common)
            return this[ModulePartKind.Data].Address + _commons[(file, symbol)];
        if (!TryPlace(file, symbol.Section, out ModulePart region, out ulong offset))
            throw new ElfFormatException($"{NameOf(file, symbol)} is in section {file.Sections[symbol.Section].Name}, which is not loaded");
        return region.Address + offset + symbol.Value;
    }

    private static string NameOf(ElfObject file, ElfSymbol symbol) =>
        symbol.Name.Length != 0 ? $"symbol {symbol.Name}" : $"a symbol of {file.Name}";

    private static ModulePartKind KindOf(ElfSection section)
    {
        bool isInit = section.Name.StartsWith(".init", StringComparison.Ordinal);
        if ((section.Flags & ElfSectionFlags.Execute) != 0)
            return isInit ? ModulePartKind.InitText : ModulePartKind.Text;
        if (isInit)
            return ModulePartKind.InitData;
        if (section.Name.StartsWith(".data..percpu", StringComparison.Ordinal))
            return ModulePartKind.PerCpu;
        return (section.Flags & ElfSectionFlags.Write) != 0 ? ModulePartKind.Data : ModulePartKind.ReadOnly;
    }

    // Null for what takes no memory.
    private SectionPlace? PlaceOf(ElfObject file, ElfSection section)
    {
        if (!section.IsAllocated || _skipped.Any(name => section.Name.StartsWith(name, StringComparison.Ordinal)))
            return null;
        if (section.Type is not (ElfSectionType.ProgramBits or ElfSectionType.NoBits) && section.Size != 0 && !IsArray(section))
            throw new ElfFormatException($"section {section.Name} of {file.Name} takes memory, but is of the unknown type {(uint)section.Type:x}");
        ModulePart region = this[KindOf(section)];
        return new SectionPlace(region, Reserve(region, section.Size, section.Alignment, $"section {section.Name}"));
    }

    // SHT_INIT_ARRAY and its neighbours: bytes like any others; nobody calls what they point to, as in Linux.
    private static bool IsArray(ElfSection section) => (uint)section.Type is 14 or 15 or 16;

    private void PlaceCommons(ElfObject file)
    {
        foreach (ElfSymbol symbol in file.Symbols)
        {
            if (symbol.Section != ElfSymbol.Common)
                continue;
            ulong alignment = Math.Max(symbol.Value, 1);
            if ((alignment & (alignment - 1)) != 0)
                throw new ElfFormatException($"symbol {symbol.Name} is aligned to {alignment}, which is no power of two");
            _commons[(file, symbol)] = Reserve(this[ModulePartKind.Data], symbol.Size, alignment, $"symbol {symbol.Name}");
        }
    }

    private ulong Reserve(ModulePart part, ulong size, ulong alignment, string what)
    {
        ulong at = part.Reserve(size, alignment, _pageSize, what);
        if (size != 0 && !part.IsExecutable)
            part.Skip(_redZone);
        return at;
    }

    private ulong Pages(ulong bytes) => (bytes + _pageSize - 1) & ~(_pageSize - 1);

    private sealed record SectionPlace(ModulePart Part, ulong Offset);
}
