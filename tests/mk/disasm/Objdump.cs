using System.Globalization;
using System.Text.RegularExpressions;
using MiniKernel.Tests.Support;

namespace MiniKernel.Cli.Tests.Disasm;

/// <summary>What binutils say of an object file's code: the judge of ours.</summary>
internal sealed partial class Objdump
{
    private readonly Dictionary<string, (string Section, long Value)> _symbols = [];

    public Objdump(string path)
    {
        foreach (string line in HostTool.Run("objdump", "-t", path).Split('\n'))
        {
            if (SymbolLine().Match(line) is { Success: true } symbol)
                _symbols[symbol.Groups["name"].Value] = (symbol.Groups["section"].Value, Hex(symbol.Groups["value"].Value));
        }
        string section = "";
        string code = HostTool.Run("objdump", "-drw", "-M", "suffix", path);
        foreach (string line in Regex.Replace(code, @"\n\t(?=[0-9a-f]+: R_)", "\t").Split('\n'))      // an instruction's second relocation has a line of its own
        {
            if (line.StartsWith("Disassembly of section ", StringComparison.Ordinal))
                section = line["Disassembly of section ".Length..].TrimEnd(':');
            else if (CodeLine().Match(line) is { Success: true } instruction)
                Lines.Add(Read(section, instruction));
        }
    }

    /// <summary>An instruction: where it lies, its bytes, its text without comments and branch names, and what is put into its fields.</summary>
    public sealed record Line(string Section, long Address, string Bytes, string Text, IReadOnlyList<(string Symbol, long Offset)> Fields);

    public List<Line> Lines { get; } = [];

    /// <summary>The same place, by section where it has one: "cache" and ".bss+192" are.</summary>
    public (string Base, long Offset) Place(string name, long offset) =>
        _symbols.TryGetValue(name, out (string Section, long Value) known) && known.Section != "*UND*" ? (known.Section, known.Value + offset) : (name, offset);

    private Line Read(string section, Match code)
    {
        string bytes = code.Groups["bytes"].Value.Trim();
        long address = Hex(code.Groups["address"].Value);
        long next = address + bytes.Split(' ').Length;
        var fields = new List<(string, long)>();
        foreach (Match reloc in Relocation().Matches(code.Groups["text"].Value))
        {
            long place = Hex(reloc.Groups["place"].Value);
            bool isRelative = reloc.Groups["type"].Value.Contains("PC", StringComparison.Ordinal) || reloc.Groups["type"].Value.Contains("PLT", StringComparison.Ordinal);
            long addend = reloc.Groups["addend"].Value is { Length: not 0 } text ? (text[0] == '-' ? -1 : 1) * Hex(text[3..]) : InPlace(address, bytes, place);
            fields.Add(Place(reloc.Groups["symbol"].Value, addend + (isRelative ? next - place : 0)));
        }
        return new Line(section, address, bytes, Plain(Relocation().Replace(code.Groups["text"].Value, "")), fields);
    }

    // i386 keeps the addend in the code.
    private static long InPlace(long address, string bytes, long place)
    {
        string[] values = bytes.Split(' ');
        return place - address + 4 <= values.Length && values.Length >= 4
            ? BitConverter.ToInt32([.. values.Skip((int)(place - address)).Take(4).Select(value => (byte)Hex(value))])
            : 0;
    }

    /// <summary>Text without what the two write in different ways: spaces, comments, zero displacements, a scale of 1, sizes of setcc, ports in
    /// parentheses, shifts by one, products that stay where they are.</summary>
    public static string Plain(string text)
    {
        text = Regex.Replace(text, @"\s*[#<].*$", "").Trim();
        text = Regex.Replace(text, @"\s+", " ").Replace(",%eiz,1", "", StringComparison.Ordinal).Replace(",1)", ")", StringComparison.Ordinal);
        text = Regex.Replace(text, @"^(data16 |cs )+(?=nop)", "");                // prefixes that only fill
        text = Regex.Replace(text, @"(?<![0-9a-fx$])0x0\(", "(");
        text = Regex.Replace(text, @"^(set[a-z]+?)b (?=%|\(|-?0x)", "$1 ");
        text = Regex.Replace(text, @"(?<=^(in|out)[bwl] .*)\(%dx\)", "%dx");
        text = Regex.Replace(text, @"^((?:sh|ro|sa|rc)[lr][bwlq]) (%\w+)$", "$1 $$0x1,$2");
        text = Regex.Replace(text, @"^(imul[wlq] \$-?0x[0-9a-f]+,)(%\w+),\2$", "$1$2");
        return Regex.Replace(text, @"^(call|ret|leave|jmp)[lq]?\b", "$1");
    }

    private static long Hex(string digits) => long.Parse(digits, NumberStyles.HexNumber, CultureInfo.InvariantCulture);

    [GeneratedRegex(@"^(?<value>[0-9a-f]+) .{7} (?<section>\S+)\t[0-9a-f]+ (?<name>\S+)$")]
    private static partial Regex SymbolLine();

    [GeneratedRegex(@"^ *(?<address>[0-9a-f]+):\t(?<bytes>(?:[0-9a-f]{2} )+)\s*(?:\t(?<text>.*))?$")]
    private static partial Regex CodeLine();

    [GeneratedRegex(@"\s*\t(?<place>[0-9a-f]+): (?<type>R_\w+)\t(?<symbol>[^\s+-]+)(?<addend>[+-]0x[0-9a-f]+)?")]
    private static partial Regex Relocation();
}
