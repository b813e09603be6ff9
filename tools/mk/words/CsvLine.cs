using System.Text;

namespace MiniKernel.Cli.Words;

/// <summary>One line of comma-separated values (RFC 4180, without line ends inside quotation marks).</summary>
internal static class CsvLine
{
    /// <summary>Its fields; null when a quotation mark is out of place.</summary>
    public static List<string>? Split(string line)
    {
        var fields = new List<string>();
        int at = 0;
        while (true)
        {
            if (ReadField(line, ref at) is not { } field)
                return null;
            fields.Add(field);
            if (at == line.Length)
                return fields;
            at++; // the comma
        }
    }

    /// <summary>A field as it must be written.</summary>
    public static string Field(string text) =>
        text.AsSpan().IndexOfAny("\",\r\n") < 0 ? text : $"\"{text.Replace("\"", "\"\"", StringComparison.Ordinal)}\"";

    private static string? ReadField(string line, ref int at)
    {
        if (at == line.Length || line[at] != '"')
        {
            int comma = line.IndexOf(',', at);
            int end = comma < 0 ? line.Length : comma;
            string plain = line[at..end];
            at = end;
            return plain.Contains('"', StringComparison.Ordinal) ? null : plain;
        }
        var text = new StringBuilder();
        for (at++; at < line.Length; at++)
        {
            if (line[at] != '"')
                text.Append(line[at]);
            else if (at + 1 < line.Length && line[at + 1] == '"')
                text.Append(line[++at]);
            else
                break;
        }
        if (at == line.Length)
            return null;
        at++;
        return at == line.Length || line[at] == ',' ? text.ToString() : null;
    }
}
