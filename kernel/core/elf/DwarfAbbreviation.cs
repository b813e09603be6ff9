namespace MiniKernel.Core;

/// <summary>What entries of .debug_info with one code have: a line of a table in .debug_abbrev.</summary>
/// <param name="Tag">What they describe.</param>
/// <param name="Attributes">Name, form, and the value of those that have it here.</param>
internal sealed record DwarfAbbreviation(ulong Tag, IReadOnlyList<(ulong Attribute, ulong Form, long Constant)> Attributes)
{
    private const string What = ".debug_abbrev";
    private const ulong ImplicitConst = 0x21;               // DW_FORM_implicit_const

    /// <summary>Reads the table at an offset, by code.</summary>
    /// <exception cref="ElfFormatException">It is damaged.</exception>
    public static Dictionary<ulong, DwarfAbbreviation> Read(ReadOnlySpan<byte> section, ulong offset)
    {
        if (offset > (ulong)section.Length)
            throw new ElfFormatException($"{What} ends before the table at {offset}");
        var table = new Dictionary<ulong, DwarfAbbreviation>();
        var reader = new DwarfReader(section[(int)offset..], What);
        for (ulong code = reader.Uleb(); code != 0; code = reader.Uleb())
        {
            ulong tag = reader.Uleb();
            reader.U8();                                    // whether children follow: entries are read one after the other
            var attributes = new List<(ulong, ulong, long)>();
            while (true)
            {
                (ulong attribute, ulong form) = (reader.Uleb(), reader.Uleb());
                long constant = form == ImplicitConst ? reader.Sleb() : 0;
                if (attribute == 0 && form == 0)
                    break;
                attributes.Add((attribute, form, constant));
            }
            table[code] = new DwarfAbbreviation(tag, attributes);
        }
        return table;
    }
}
