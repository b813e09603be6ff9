namespace MiniKernel.Core;

/// <summary>Finds in .debug_info which code was inlined, and from which lines (DWARF 5, 3.3.8 and 7.5; versions 2 to 5).</summary>
/// <param name="wordBytes">Bytes of an address.</param>
/// <param name="files">File names, by the offset of a line program in .debug_line.</param>
internal sealed class InlineCalls(int wordBytes, IReadOnlyDictionary<ulong, string[]> files)
{
    private const string What = ".debug_info";
    private const ulong CompileUnit = 0x11, InlinedSubroutine = 0x1d;                       // DW_TAG_...
    private const ulong StatementList = 0x10, LowPc = 0x11, HighPc = 0x12, Ranges = 0x55, CallFile = 0x58, CallLine = 0x59; // DW_AT_...
    private const int MostCalls = 1 << 20;
    private readonly List<LineTable.Inlined> _calls = [];

    /// <summary>All calls that were inlined, each before those inside it.</summary>
    /// <exception cref="ElfFormatException">Something is damaged.</exception>
    public IReadOnlyList<LineTable.Inlined> Read(ReadOnlySpan<byte> info, ReadOnlySpan<byte> abbreviations, ReadOnlySpan<byte> ranges, ReadOnlySpan<byte> rangeLists)
    {
        var reader = new DwarfReader(info, What);
        while (!reader.IsAtEnd)
        {
            (ulong length, int offsetBytes) = reader.InitialLength();
            DwarfReader unit = reader.Part(length);
            int version = unit.U16();
            if (version is < 2 or > 5)
                throw new ElfFormatException($"{What} is of version {version}; 2 to 5 can be read");
            bool isCode = version < 5 || unit.U8() is 1 or 3;                               // DW_UT_compile, DW_UT_partial
            int addressBytes = version < 5 ? 0 : unit.U8();
            ulong table = unit.Number(offsetBytes);
            if ((version < 5 ? unit.U8() : addressBytes) != wordBytes)
                throw new ElfFormatException($"{What} has addresses of another machine");
            if (isCode)
                ReadUnit(ref unit, new Form(version, offsetBytes, wordBytes), DwarfAbbreviation.Read(abbreviations, table), version < 5 ? ranges : rangeLists);
        }
        return _calls;
    }

    private void ReadUnit(ref DwarfReader unit, Form form, Dictionary<ulong, DwarfAbbreviation> abbreviations, ReadOnlySpan<byte> ranges)
    {
        ulong start = 0;
        string[] names = [];
        var values = new Dictionary<ulong, (ulong Value, bool IsAddress)>();
        while (!unit.IsAtEnd)
        {
            ulong code = unit.Uleb();
            if (code == 0)
                continue;
            if (!abbreviations.TryGetValue(code, out DwarfAbbreviation? entry))
                throw new ElfFormatException($"{What} uses abbreviation {code}, which does not exist");
            values.Clear();
            foreach ((ulong attribute, ulong kind, long constant) in entry.Attributes)
                values[attribute] = form.Read(ref unit, kind, constant);
            if (entry.Tag == CompileUnit)
            {
                start = values.GetValueOrDefault(LowPc).Value;
                names = files.GetValueOrDefault(values.GetValueOrDefault(StatementList).Value, []);
            }
            else if (entry.Tag == InlinedSubroutine)
            {
                Add(values, names, start, form.Version, ranges);
            }
        }
    }

    private void Add(Dictionary<ulong, (ulong Value, bool IsAddress)> values, string[] names, ulong start, int version, ReadOnlySpan<byte> ranges)
    {
        (ulong file, ulong line) = (values.GetValueOrDefault(CallFile).Value, values.GetValueOrDefault(CallLine).Value);
        if (file >= (ulong)names.Length || line is 0 or > int.MaxValue)
            return;
        var place = new SourceLine(names[(int)file], (int)line);
        if (values.TryGetValue(HighPc, out (ulong Value, bool IsAddress) high))
        {
            ulong low = values.GetValueOrDefault(LowPc).Value;
            Add(low, high.IsAddress ? high.Value : low + high.Value, place);
        }
        else if (values.TryGetValue(Ranges, out (ulong Value, bool IsAddress) list))
        {
            if (list.Value > (ulong)ranges.Length)
                throw new ElfFormatException($"{What} has ranges beyond the end of their section");
            var reader = new DwarfReader(ranges[(int)list.Value..], "the ranges of .debug_info");
            if (version < 5)
                AddPairs(ref reader, start, place);
            else
                AddList(ref reader, start, place);
        }
    }

    private void AddPairs(ref DwarfReader ranges, ulong start, SourceLine place)
    {
        ulong largest = wordBytes == 4 ? uint.MaxValue : ulong.MaxValue;
        while (true)
        {
            (ulong low, ulong high) = (ranges.Number(wordBytes), ranges.Number(wordBytes));
            if (low == 0 && high == 0)
                return;
            if (low == largest)
                start = high;
            else
                Add(start + low, start + high, place);
        }
    }

    private void AddList(ref DwarfReader ranges, ulong start, SourceLine place)
    {
        for (byte kind = ranges.U8(); kind != 0; kind = ranges.U8())                        // DW_RLE_end_of_list
        {
            switch (kind)
            {
                case 4:                                     // DW_RLE_offset_pair
                    (ulong low, ulong high) = (ranges.Uleb(), ranges.Uleb());
                    Add(start + low, start + high, place);
                    break;
                case 5:                                     // DW_RLE_base_address
                    start = ranges.Number(wordBytes);
                    break;
                case 6:                                     // DW_RLE_start_end
                    Add(ranges.Number(wordBytes), ranges.Number(wordBytes), place);
                    break;
                case 7:                                     // DW_RLE_start_length
                    ulong first = ranges.Number(wordBytes);
                    Add(first, first + ranges.Uleb(), place);
                    break;
                default:
                    throw new ElfFormatException($"{What} has ranges of the unknown kind {kind}");
            }
        }
    }

    private void Add(ulong low, ulong high, SourceLine place)
    {
        if (_calls.Count == MostCalls)
            throw new ElfFormatException($"{What} has more than {MostCalls} inlined calls");
        _calls.Add(new LineTable.Inlined(low, high, place));
    }

    /// <summary>How attributes of a unit are written.</summary>
    private readonly record struct Form(int Version, int OffsetBytes, int WordBytes)
    {
        /// <summary>An attribute: its number, or 0 for what is none.</summary>
        public (ulong Value, bool IsAddress) Read(ref DwarfReader unit, ulong form, long constant)
        {
            if (form == 0x01)                               // DW_FORM_addr
                return (unit.Number(WordBytes), true);
            ulong value = 0;
            switch (form)
            {
                case 0x0b or 0x0c or 0x11 or 0x25 or 0x29:  // one byte
                    value = unit.U8();
                    break;
                case 0x05 or 0x12 or 0x26 or 0x2a:          // two
                    value = unit.U16();
                    break;
                case 0x27 or 0x2b:                          // three
                    unit.Take(3);
                    break;
                case 0x06 or 0x13 or 0x1c or 0x28 or 0x2c:  // four
                    value = unit.U32();
                    break;
                case 0x07 or 0x14 or 0x20 or 0x24:          // eight
                    value = unit.Number(8);
                    break;
                case 0x1e:                                  // sixteen
                    unit.Take(16);
                    break;
                case 0x0e or 0x17 or 0x1d or 0x1f:          // offsets in other sections
                    value = unit.Number(OffsetBytes);
                    break;
                case 0x10:                                  // DW_FORM_ref_addr
                    value = unit.Number(Version == 2 ? WordBytes : OffsetBytes);
                    break;
                case 0x0f or 0x15 or 0x1a or 0x1b or 0x22 or 0x23:
                    value = unit.Uleb();
                    break;
                case 0x0d:                                  // DW_FORM_sdata
                    value = (ulong)unit.Sleb();
                    break;
                case 0x08:                                  // DW_FORM_string
                    unit.Text();
                    break;
                case 0x0a:                                  // blocks
                    unit.Take(unit.U8());
                    break;
                case 0x03:
                    unit.Take(unit.U16());
                    break;
                case 0x04:
                    unit.Take(unit.U32());
                    break;
                case 0x09 or 0x18:
                    unit.Take(unit.Uleb());
                    break;
                case 0x19:                                  // DW_FORM_flag_present
                    value = 1;
                    break;
                case 0x21:                                  // DW_FORM_implicit_const
                    value = (ulong)constant;
                    break;
                default:
                    throw new ElfFormatException($"{What} has an attribute of the unknown form {form}");
            }
            return (value, false);
        }
    }
}
