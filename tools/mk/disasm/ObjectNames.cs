using System.Globalization;
using System.Text;
using MiniKernel.Core;
using MiniKernel.Hal.X86;

namespace MiniKernel.Cli.Disasm;

/// <summary>Names what a section's code refers to: by its relocations, and by the labels around it.</summary>
internal sealed class ObjectNames
{
    private const int LongestText = 60;           // characters of a string that is shown
    private readonly ElfObject _file;
    private readonly Dictionary<ulong, ElfFixup> _fixups;
    private readonly CodeStretch[] _stretches;

    /// <exception cref="ElfFormatException">A relocation of the section makes no sense.</exception>
    public ObjectNames(ElfObject file, ElfSection section, IEnumerable<CodeStretch> stretches)
    {
        _file = file;
        _stretches = [.. stretches.Where(stretch => stretch.Section == section)];
        _fixups = ElfFixups.Of(file, section.Index).GroupBy(fixup => fixup.Offset).ToDictionary(same => same.Key, same => same.Last());
    }

    /// <summary>"malloc_sizes+40", as an assembler would have it; null for a field that is not relocated.</summary>
    public string? Field(CodeField field)
    {
        if (!_fixups.TryGetValue(field.Address, out ElfFixup fixup))
            return null;
        (string name, long offset) = Place(fixup.Symbol, Addend(fixup, field.ToNext));
        return offset == 0 ? name : string.Create(CultureInfo.InvariantCulture, $"{name}{offset:+0;-0}");
    }

    /// <summary>"1c &lt;hello_init+0x1c&gt;", as objdump has it; a label's name alone when the branch goes there.</summary>
    public string? Target(ulong address)
    {
        CodeStretch? stretch = Array.FindLast(_stretches, candidate => candidate.Start <= address);
        if (stretch is null || address >= stretch.Next)
            return null;
        ulong offset = address - stretch.Start;
        return offset == 0 && stretch.Names.Count != 0 ? stretch.Name : string.Create(CultureInfo.InvariantCulture, $"{address:x} <{stretch.Name}+0x{offset:x}>");
    }

    /// <summary>The string constants an instruction refers to, quoted; empty for most.</summary>
    public string Strings(DisassembledInstruction line)
    {
        List<string> texts = [];
        for (ulong at = line.Address; at < line.Address + (ulong)line.Length; at++)
        {
            if (_fixups.TryGetValue(at, out ElfFixup fixup) && Text(fixup, Addend(fixup, (int)(line.Address + (ulong)line.Length - at))) is { } text)
                texts.Add(text);
        }
        return string.Join(' ', texts);
    }

    private static long Addend(in ElfFixup fixup, int toNext) => fixup.Kind == ElfFixupKind.Relative ? fixup.Addend + toNext : fixup.Addend;

    // The compiler refers to what is local by its section: the variable there has a name all the same.
    private (string Name, long Offset) Place(ElfSymbol symbol, long offset)
    {
        if (symbol.Name.Length != 0 || symbol.Section >= _file.Sections.Count)
            return (symbol.Name.Length == 0 ? "*ABS*" : symbol.Name, offset);
        ElfSymbol? named = _file.Symbols.Where(candidate => candidate.Section == symbol.Section && candidate.Name.Length != 0 && IsIn(candidate, offset))
            .OrderByDescending(candidate => candidate.Binding == ElfBinding.Local).FirstOrDefault();
        return named is null ? (_file.Sections[symbol.Section].Name, offset) : (named.Name, offset - (long)named.Value);
    }

    private static bool IsIn(ElfSymbol symbol, long offset) =>
        offset >= 0 && (ulong)offset >= symbol.Value && ((ulong)offset - symbol.Value < symbol.Size || (ulong)offset == symbol.Value);

    private string? Text(in ElfFixup fixup, long offset)
    {
        if (fixup.Symbol.Name.Length != 0 || fixup.Symbol.Section >= _file.Sections.Count)
            return null;
        ElfSection section = _file.Sections[fixup.Symbol.Section];
        if (!section.Name.StartsWith(".rodata.str", StringComparison.Ordinal) || offset < 0 || offset >= section.Bytes.Length)
            return null;
        ReadOnlySpan<byte> rest = section.Bytes.Span[(int)offset..];
        int end = rest.IndexOf((byte)0);
        string text = Encoding.Latin1.GetString(end < 0 ? rest : rest[..end]);
        return Quote(text.Length > LongestText ? text[..LongestText] : text) + (text.Length > LongestText ? "..." : "");
    }

    private static string Quote(string text)
    {
        StringBuilder quoted = new("\"");
        foreach (char c in text)
        {
            quoted.Append(c switch
            {
                '\n' => "\\n",
                '\t' => "\\t",
                '"' => "\\\"",
                '\\' => "\\\\",
                < ' ' or > '~' => string.Create(CultureInfo.InvariantCulture, $"\\x{(int)c:x2}"),
                _ => c.ToString(),
            });
        }
        return quoted.Append('"').ToString();
    }
}
