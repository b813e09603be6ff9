using System.Buffers.Binary;
using System.Globalization;

namespace MiniKernel.Core;

/// <summary>Understands relocations (System V ABI, i386 and AMD64 supplements: Relocation Types).</summary>
public static class ElfFixups
{
    /// <summary>The relocations of a section; those that do nothing are left out.</summary>
    /// <exception cref="ElfFormatException">A kind nobody knows, or a place outside the section.</exception>
    public static IEnumerable<ElfFixup> Of(ElfObject file, ElfRelocations relocations)
    {
        ArgumentNullException.ThrowIfNull(file);
        ArgumentNullException.ThrowIfNull(relocations);
        ElfSection section = relocations.Target;
        if (section.Type == ElfSectionType.NoBits && relocations.Entries.Count != 0)
            throw new ElfFormatException($"section {section.Name} has no bytes to relocate");
        foreach (ElfRelocation entry in relocations.Entries)
        {
            if (entry.Type != 0)                            // R_386_NONE, R_X86_64_NONE
                yield return Read(file, section, entry);
        }
    }

    /// <summary>The relocations of a section, by number.</summary>
    /// <exception cref="ElfFormatException">As above.</exception>
    public static IEnumerable<ElfFixup> Of(ElfObject file, int section)
    {
        ArgumentNullException.ThrowIfNull(file);
        return file.Relocations.Where(relocations => relocations.Target.Index == section).SelectMany(relocations => Of(file, relocations));
    }

    private static ElfFixup Read(ElfObject file, ElfSection section, ElfRelocation entry)
    {
        (ElfFixupKind kind, int bytes) = KindOf(file.Machine, entry.Type)
            ?? throw new ElfFormatException($"section {section.Name} has a relocation of the unknown type {entry.Type} at {Hex(entry.Offset)}");
        if (entry.Offset > section.Size || (ulong)bytes > section.Size - entry.Offset)
            throw new ElfFormatException($"a relocation of section {section.Name} at {Hex(entry.Offset)} lies beyond its {section.Size} bytes");
        long addend = entry.Addend ?? BinaryPrimitives.ReadInt32LittleEndian(section.Bytes.Span[(int)entry.Offset..]);
        return new ElfFixup(entry.Offset, bytes, kind, file.Symbols[entry.Symbol], addend);
    }

    private static (ElfFixupKind Kind, int Bytes)? KindOf(ElfMachine machine, uint type) => (machine, type) switch
    {
        (ElfMachine.I386, 1) => (ElfFixupKind.Signed, 4),        // R_386_32
        (ElfMachine.I386, 2) => (ElfFixupKind.Relative, 4),      // R_386_PC32
        (ElfMachine.I386, 4) => (ElfFixupKind.Relative, 4),      // R_386_PLT32
        (ElfMachine.X86_64, 1) => (ElfFixupKind.Signed, 8),      // R_X86_64_64
        (ElfMachine.X86_64, 2) => (ElfFixupKind.Relative, 4),    // R_X86_64_PC32
        (ElfMachine.X86_64, 4) => (ElfFixupKind.Relative, 4),    // R_X86_64_PLT32
        (ElfMachine.X86_64, 10) => (ElfFixupKind.Unsigned, 4),   // R_X86_64_32
        (ElfMachine.X86_64, 11) => (ElfFixupKind.Signed, 4),     // R_X86_64_32S
        (ElfMachine.X86_64, 24) => (ElfFixupKind.Relative, 8),   // R_X86_64_PC64
        _ => null,
    };

    internal static string Hex(ulong value) => string.Create(CultureInfo.InvariantCulture, $"0x{value:x}");
}
