namespace MiniKernel.Core;

/// <summary>Runs the line programs of .debug_line (DWARF 5, 6.2; versions 2 to 5).</summary>
/// <param name="wordBytes">Bytes of an address.</param>
/// <param name="lineStrings">.debug_line_str.</param>
/// <param name="strings">.debug_str.</param>
internal sealed class LineProgram(int wordBytes, ReadOnlyMemory<byte> lineStrings, ReadOnlyMemory<byte> strings)
{
    private const string What = ".debug_line";
    private const ulong MostFiles = 1 << 16;
    private readonly List<LineTable.Row> _rows = [];
    private readonly Dictionary<ulong, string[]> _files = [];

    /// <summary>The file names of each program, by its offset in the section.</summary>
    public IReadOnlyDictionary<ulong, string[]> Files => _files;

    /// <summary>The rows of all programs of a section.</summary>
    /// <param name="section">.debug_line, relocated.</param>
    /// <exception cref="ElfFormatException">It is damaged.</exception>
    public IReadOnlyList<LineTable.Row> Run(ReadOnlySpan<byte> section)
    {
        _rows.Clear();
        var reader = new DwarfReader(section, What);
        while (!reader.IsAtEnd)
        {
            ulong start = (ulong)reader.Position;
            (ulong length, int offsetBytes) = reader.InitialLength();
            _files[start] = RunUnit(reader.Part(length), offsetBytes);
        }
        return _rows;
    }

    private string[] RunUnit(DwarfReader unit, int offsetBytes)
    {
        int version = unit.U16();
        if (version is < 2 or > 5)
            throw new ElfFormatException($"{What} is of version {version}; 2 to 5 can be read");
        int addressBytes = version >= 5 ? unit.U8() : wordBytes;
        if (addressBytes != wordBytes || (version >= 5 && unit.U8() != 0))
            throw new ElfFormatException($"{What} has addresses of another machine");
        DwarfReader header = unit.Part(unit.Number(offsetBytes));
        Rules rules = ReadRules(ref header, version);
        string[] files = version >= 5 ? ReadFiles5(ref header, offsetBytes) : ReadFiles(ref header);
        Execute(ref unit, rules, files);
        return files;
    }

    private static Rules ReadRules(ref DwarfReader header, int version)
    {
        byte step = header.U8(), operations = version >= 4 ? header.U8() : (byte)1;
        header.U8();                                        // default_is_stmt: every row counts
        sbyte lineBase = (sbyte)header.U8();
        byte lineRange = header.U8(), opcodeBase = header.U8();
        if (operations != 1 || lineRange == 0 || opcodeBase == 0)
            throw new ElfFormatException($"{What} has a header that makes no sense");
        return new Rules(step, lineBase, lineRange, opcodeBase, header.Take((ulong)opcodeBase - 1).ToArray());
    }

    // Up to version 4: directories and files from 1 on; 0 is where the compiler ran.
    private static string[] ReadFiles(ref DwarfReader header)
    {
        List<string> folders = [""], files = [""];
        for (string folder = header.Text(); folder.Length != 0; folder = header.Text())
            folders.Add(folder);
        for (string file = header.Text(); file.Length != 0; file = header.Text())
        {
            files.Add(PathOf(folders, header.Uleb(), file));
            header.Uleb();                                  // time
            header.Uleb();                                  // length
        }
        return [.. files];
    }

    // From version 5 on: both from 0 on, in forms the header describes.
    private string[] ReadFiles5(ref DwarfReader header, int offsetBytes)
    {
        List<string> folders = [.. ReadEntries(ref header, offsetBytes).Select(entry => entry.Name)];
        if (folders.Count == 0)
            folders.Add("");
        (string start, folders[0]) = (folders[0], "");
        for (int i = 1; i < folders.Count; i++)
            folders[i] = folders[i] == start ? "" : folders[i].StartsWith($"{start}/", StringComparison.Ordinal) ? folders[i][(start.Length + 1)..] : folders[i];
        return [.. ReadEntries(ref header, offsetBytes).Select(entry => PathOf(folders, entry.Folder, entry.Name))];
    }

    private List<(string Name, ulong Folder)> ReadEntries(ref DwarfReader header, int offsetBytes)
    {
        var formats = new (ulong Content, ulong Form)[header.U8()];
        for (int i = 0; i < formats.Length; i++)
            formats[i] = (header.Uleb(), header.Uleb());
        ulong count = header.Uleb();
        if (count > MostFiles || (formats.Length == 0 && count != 0))
            throw new ElfFormatException($"{What} has {count} files or directories");
        var entries = new List<(string Name, ulong Folder)>();
        for (ulong i = 0; i < count; i++)
        {
            (string name, ulong folder) = ("", 0);
            foreach ((ulong content, ulong form) in formats)
            {
                (string text, ulong number) = ReadForm(ref header, form, offsetBytes);
                if (content == 1)                           // DW_LNCT_path
                    name = text;
                else if (content == 2)                      // DW_LNCT_directory_index
                    folder = number;
            }
            entries.Add((name, folder));
        }
        return entries;
    }

    private (string Text, ulong Number) ReadForm(ref DwarfReader header, ulong form, int offsetBytes)
    {
        switch (form)
        {
            case 0x08:                                      // DW_FORM_string
                return (header.Text(), 0);
            case 0x1f:                                      // DW_FORM_line_strp
                return (StringAt(lineStrings.Span, header.Number(offsetBytes), ".debug_line_str"), 0);
            case 0x0e:                                      // DW_FORM_strp
                return (StringAt(strings.Span, header.Number(offsetBytes), ".debug_str"), 0);
            case 0x0f:                                      // DW_FORM_udata
                return ("", header.Uleb());
            case 0x0b:                                      // DW_FORM_data1
                return ("", header.U8());
            case 0x05:                                      // DW_FORM_data2
                return ("", header.U16());
            case 0x06:                                      // DW_FORM_data4
                return ("", header.U32());
            case 0x07:                                      // DW_FORM_data8
                return ("", header.Number(8));
            case 0x1e:                                      // DW_FORM_data16: an MD5
                header.Take(16);
                return ("", 0);
            case 0x09:                                      // DW_FORM_block
                header.Take(header.Uleb());
                return ("", 0);
            default:
                throw new ElfFormatException($"{What} has names in the unknown form {form}");
        }
    }

    private static string StringAt(ReadOnlySpan<byte> section, ulong offset, string what)
    {
        if (offset >= (ulong)section.Length)
            throw new ElfFormatException($"{What} names a string beyond the end of {what}");
        return new DwarfReader(section[(int)offset..], what).Text();
    }

    private static string PathOf(List<string> folders, ulong folder, string file)
    {
        if (folder >= (ulong)folders.Count)
            throw new ElfFormatException($"{What} has a file in directory {folder}, which does not exist");
        string path = folders[(int)folder];
        return path.Length == 0 || file.StartsWith('/') ? file : $"{path}/{file}";
    }

    private void Execute(ref DwarfReader program, Rules rules, string[] files)
    {
        var state = new State { File = 1, Line = 1 };
        while (!program.IsAtEnd)
        {
            byte opcode = program.U8();
            if (opcode >= rules.OpcodeBase)
            {
                int adjusted = opcode - rules.OpcodeBase;
                state.Address += (ulong)(adjusted / rules.LineRange * rules.Step);
                state.Line += rules.LineBase + (adjusted % rules.LineRange);
                Add(state, files, isEnd: false);
            }
            else if (opcode == 0)
            {
                Extended(ref program, ref state, files);
            }
            else
            {
                Standard(ref program, opcode, rules, ref state, files);
            }
        }
    }

    private void Standard(ref DwarfReader program, byte opcode, Rules rules, ref State state, string[] files)
    {
        switch (opcode)
        {
            case 1:                                         // DW_LNS_copy
                Add(state, files, isEnd: false);
                break;
            case 2:                                         // DW_LNS_advance_pc
                state.Address += program.Uleb() * rules.Step;
                break;
            case 3:                                         // DW_LNS_advance_line
                state.Line += program.Sleb();
                break;
            case 4:                                         // DW_LNS_set_file
                state.File = program.Uleb();
                break;
            case 8:                                         // DW_LNS_const_add_pc
                state.Address += (ulong)((255 - rules.OpcodeBase) / rules.LineRange * rules.Step);
                break;
            case 9:                                         // DW_LNS_fixed_advance_pc
                state.Address += program.U16();
                break;
            default:                                        // what concerns columns, blocks, prologues; what nobody knows
                for (int i = 0; i < rules.OperandCounts[opcode - 1]; i++)
                    program.Uleb();
                break;
        }
    }

    private void Extended(ref DwarfReader program, ref State state, string[] files)
    {
        DwarfReader operation = program.Part(program.Uleb());
        switch (operation.U8())
        {
            case 1:                                         // DW_LNE_end_sequence
                Add(state, files, isEnd: true);
                state = new State { File = 1, Line = 1 };
                break;
            case 2:                                         // DW_LNE_set_address
                state.Address = operation.Number(wordBytes);
                break;
            default:                                        // discriminators, and what nobody knows
                break;
        }
    }

    private void Add(in State state, string[] files, bool isEnd)
    {
        ulong address = wordBytes == 4 ? (uint)state.Address : state.Address;
        string file = state.File < (ulong)files.Length ? files[(int)state.File] : "";
        int line = file.Length != 0 && state.Line is > 0 and <= int.MaxValue ? (int)state.Line : 0;
        _rows.Add(new LineTable.Row(address, new SourceLine(file, line), isEnd));
    }

    private sealed record Rules(byte Step, sbyte LineBase, byte LineRange, byte OpcodeBase, byte[] OperandCounts);

    private struct State
    {
        public ulong Address, File;
        public long Line;
    }
}
