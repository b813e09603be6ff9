namespace MiniKernel.Core;

/// <summary>Reads the line tables of object files (gcc -g), wherever their code has been put.</summary>
public static class DebugLines
{
    /// <summary>Reads those of all files of a module.</summary>
    /// <param name="objects">The files.</param>
    /// <param name="addressOf">The address of a symbol; of one in a debug section, its offset in there.</param>
    /// <returns>Null when none has any.</returns>
    /// <exception cref="ElfFormatException">One of them is damaged.</exception>
    public static LineTable? Read(IEnumerable<ElfObject> objects, Func<ElfObject, ElfSymbol, ulong> addressOf)
    {
        ArgumentNullException.ThrowIfNull(objects);
        List<LineTable.Row>? rows = null;
        List<LineTable.Inlined> inlined = [];
        foreach (ElfObject file in objects)
        {
            if (file.Find(".debug_line") is not { Size: not 0 } section)
                continue;
            var program = new LineProgram(file.WordSize / 8, BytesOf(file, ".debug_line_str"), BytesOf(file, ".debug_str"));
            (rows ??= []).AddRange(program.Run(Relocated(file, section.Name, addressOf)));
            inlined.AddRange(new InlineCalls(file.WordSize / 8, program.Files).Read(
                Relocated(file, ".debug_info", addressOf), BytesOf(file, ".debug_abbrev").Span,
                Relocated(file, ".debug_ranges", addressOf), Relocated(file, ".debug_rnglists", addressOf)));
        }
        return rows is null ? null : new LineTable(rows, inlined);
    }

    private static byte[] Relocated(ElfObject file, string name, Func<ElfObject, ElfSymbol, ulong> addressOf)
    {
        if (file.Find(name) is not { } section)
            return [];
        byte[] bytes = MustBePlain(section).Bytes.ToArray();
        foreach (ElfRelocations relocations in file.Relocations.Where(relocations => relocations.Target.Index == section.Index))
            Relocator.Apply(file, relocations, bytes, 0, addressOf);
        return bytes;
    }

    private static ReadOnlyMemory<byte> BytesOf(ElfObject file, string section) =>
        file.Find(section) is { } found ? MustBePlain(found).Bytes : default;

    private static ElfSection MustBePlain(ElfSection section) => (section.Flags & ElfSectionFlags.Compressed) == 0
        ? section
        : throw new ElfFormatException($"section {section.Name} is compressed; compile with -gz=none");
}
