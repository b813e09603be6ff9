using System.Globalization;
using MiniKernel.Cli.Config;
using MiniKernel.Cli.Words;
using MiniKernel.Mm;

namespace MiniKernel.Cli.Geometry;

/// <summary>A cache whose geometry is asked for.</summary>
internal sealed record CacheRequest(string Name, ulong Size, ulong Align, SlabFlags Flags)
{
    private const string Form = "NAME:SIZE[:ALIGN[:FLAG|FLAG...]]";

    /// <summary>Reads a --cache value, NAME:SIZE[:ALIGN[:FLAG|FLAG...]].</summary>
    public static CacheRequest? FromOption(string text, FlagWords words, List<string> mistakes)
    {
        string[] parts = text.Split(':');
        if (parts.Length is < 2 or > 4)
        {
            mistakes.Add($"mk: --cache {text}: {Form} is expected");
            return null;
        }
        return Read([.. parts, .. Enumerable.Repeat("", 4 - parts.Length)], words, $"mk: --cache {text}", mistakes);
    }

    /// <summary>Reads a CSV file whose header is name,size,align,flags.</summary>
    public static IEnumerable<CacheRequest> FromCsv(TextReader csv, string file, FlagWords words, List<string> mistakes)
    {
        int number = 0;
        while (csv.ReadLine() is { } line)
        {
            number++;
            line = line.TrimStart('\uFEFF').TrimEnd();
            if (line.Length == 0 || (number == 1 && line.Replace(" ", "", StringComparison.Ordinal) == "name,size,align,flags"))
                continue;
            if (CsvLine.Split(line) is not { Count: >= 2 and <= 4 } fields)
                mistakes.Add($"{file}:{number}: {ConfigNode.Quote(line)} is not a line of name,size,align,flags");
            else if (Read([.. fields, .. Enumerable.Repeat("", 4 - fields.Count)], words, $"{file}:{number}", mistakes) is { } request)
                yield return request;
        }
    }

    private static CacheRequest? Read(string[] fields, FlagWords words, string where, List<string> mistakes)
    {
        int before = mistakes.Count;
        string name = fields[0].Trim();
        if (name.Length == 0)
            mistakes.Add($"{where}: the cache has no name; {Form} is expected");
        ulong size = Number(fields[1], "size", where, mistakes);
        ulong align = fields[2].Trim().Length == 0 ? 0 : Number(fields[2], "align", where, mistakes);
        string flagText = fields[3].Trim();
        uint flags = 0;
        if (flagText.Length != 0 && flagText != "-" && !words.TryParse(flagText, out flags, out string mistake))
            mistakes.Add($"{where}: {mistake}");
        return mistakes.Count == before ? new CacheRequest(name, size, align, (SlabFlags)flags) : null;
    }

    private static ulong Number(string text, string what, string where, List<string> mistakes)
    {
        if (!ulong.TryParse(text.Trim(), NumberStyles.None, CultureInfo.InvariantCulture, out ulong number))
            mistakes.Add($"{where}: {what} {ConfigNode.Quote(text.Trim())} is not a whole number of bytes");
        return number;
    }
}
