using System.Buffers.Binary;
using System.Globalization;

namespace MiniKernel.Core;

/// <summary>Puts addresses where they belong (System V ABI, i386 and AMD64 supplements: Relocation Types).</summary>
/// <param name="layout">Where everything lies.</param>
/// <param name="resolve">The address of a symbol, whoever defines it.</param>
internal sealed class Relocator(ModuleLayout layout, Func<ElfObject, ElfSymbol, ulong> resolve)
{
    /// <summary>Relocates all loaded sections of a file.</summary>
    /// <exception cref="ElfFormatException">A kind nobody knows, a place outside its section, a value that does not fit.</exception>
    public void Apply(ElfObject file)
    {
        foreach (ElfRelocations relocations in file.Relocations)
        {
            if (!layout.TryPlace(file, relocations.Target.Index, out ModulePart region, out ulong offset))
                continue;
            if (relocations.Target.Type == ElfSectionType.NoBits && relocations.Entries.Count != 0)
                throw new ElfFormatException($"section {relocations.Target.Name} has no bytes to relocate");
            foreach (ElfRelocation entry in relocations.Entries)
                Apply(file, relocations.Target, region, offset, entry);
        }
    }

    private void Apply(ElfObject file, ElfSection section, ModulePart region, ulong sectionOffset, in ElfRelocation entry)
    {
        (Kind kind, int width) = KindOf(file.Machine, entry.Type)
            ?? throw new ElfFormatException($"section {section.Name} has a relocation of the unknown type {entry.Type} at {Hex(entry.Offset)}");
        if (kind == Kind.None)
            return;
        if (entry.Offset > section.Size || (ulong)width > section.Size - entry.Offset)
            throw new ElfFormatException($"a relocation of section {section.Name} at {Hex(entry.Offset)} lies beyond its {section.Size} bytes");
        ulong at = sectionOffset + entry.Offset;
        Span<byte> place = region.Bytes.Slice((int)at, width);
        ElfSymbol symbol = file.Symbols[entry.Symbol];
        long addend = entry.Addend ?? BinaryPrimitives.ReadInt32LittleEndian(place);
        ulong value = (symbol.Name.Length == 0 && symbol.Section == ElfSymbol.Undefined ? 0 : resolve(file, symbol)) + (ulong)addend;
        if (kind == Kind.Relative)
            value -= region.Address + at;
        if (!Fits(value, width, kind, file.Machine))
            throw new ElfFormatException($"the relocation of section {section.Name} at {Hex(entry.Offset)} to {(symbol.Name.Length == 0 ? "a section" : symbol.Name)} does not fit in {width * 8} bits: {Hex(value)}");
        if (width == 8)
            BinaryPrimitives.WriteUInt64LittleEndian(place, value);
        else
            BinaryPrimitives.WriteUInt32LittleEndian(place, (uint)value);
    }

    // On i386 addresses wrap; on x86-64 a 32-bit field is extended by the instruction that holds it.
    private static bool Fits(ulong value, int width, Kind kind, ElfMachine machine) =>
        width == 8 || machine == ElfMachine.I386 || (kind == Kind.Unsigned ? value <= uint.MaxValue : (long)value == (int)value);

    private static (Kind Kind, int Width)? KindOf(ElfMachine machine, uint type) => (machine, type) switch
    {
        (_, 0) => (Kind.None, 0),                    // R_386_NONE, R_X86_64_NONE
        (ElfMachine.I386, 1) => (Kind.Signed, 4),    // R_386_32
        (ElfMachine.I386, 2) => (Kind.Relative, 4),  // R_386_PC32
        (ElfMachine.I386, 4) => (Kind.Relative, 4),  // R_386_PLT32
        (ElfMachine.X86_64, 1) => (Kind.Signed, 8),  // R_X86_64_64
        (ElfMachine.X86_64, 2) => (Kind.Relative, 4), // R_X86_64_PC32
        (ElfMachine.X86_64, 4) => (Kind.Relative, 4), // R_X86_64_PLT32
        (ElfMachine.X86_64, 10) => (Kind.Unsigned, 4), // R_X86_64_32
        (ElfMachine.X86_64, 11) => (Kind.Signed, 4), // R_X86_64_32S
        (ElfMachine.X86_64, 24) => (Kind.Relative, 8), // R_X86_64_PC64
        _ => null,
    };

    private static string Hex(ulong value) => string.Create(CultureInfo.InvariantCulture, $"0x{value:x}");

    private enum Kind
    {
        None,
        Signed,
        Unsigned,
        Relative,
    }
}
