using System.Globalization;
using System.Text;
using MiniKernel.Core;

namespace MiniKernel.Cli.Hosting;

/// <summary>Writes lines of the kernel log as dmesg shows them, in dmesg's colours where colours are wanted.</summary>
internal sealed class DmesgWriter(TextWriter output, bool coloured)
{
    private const string Reset = "\e[0m", Green = "\e[32m", Yellow = "\e[33m", Red = "\e[31m", BoldRed = "\e[1;31m", Bold = "\e[1m";

    /// <summary>Writes one line.</summary>
    public void Write(PrintkRecord record)
    {
        string text = Printable(record.Text);
        if (!coloured)
        {
            output.Write(record.TimeStamp);
            output.WriteLine(text);
            return;
        }
        output.Write($"{Green}{record.TimeStamp}{Reset}");
        if (Colour(record.Level) is { } colour)
        {
            output.WriteLine($"{colour}{text}{Reset}");
            return;
        }
        int subsystem = SubsystemLength(text);
        output.WriteLine($"{Yellow}{text.AsSpan(0, subsystem)}{Reset}{text.AsSpan(subsystem)}");
    }

    // dmesg writes what is not printable as \x1b, so that a message cannot play with the terminal.
    private static string Printable(string text)
    {
        if (!text.AsSpan().ContainsAnyInRange('\0', '\x1f') && !text.Contains('\x7f', StringComparison.Ordinal))
            return text;
        var printable = new StringBuilder(text.Length + 8);
        foreach (char c in text)
        {
            if (char.IsControl(c) && c != '\t')
                printable.Append(CultureInfo.InvariantCulture, $"\\x{(int)c:x2}");
            else
                printable.Append(c);
        }
        return printable.ToString();
    }

    private static string? Colour(LogLevel level) => level switch
    {
        LogLevel.Emergency => Bold, // "System halted." of every orderly end has this level
        <= LogLevel.Critical => BoldRed,
        LogLevel.Error => Red,
        LogLevel.Warning => Bold,
        _ => null,
    };

    // "scull: " at the start of a line: one word and a colon.
    private static int SubsystemLength(string text)
    {
        int colon = text.IndexOf(": ", StringComparison.Ordinal);
        return colon > 0 && !text.AsSpan(0, colon).Contains(' ') ? colon + 1 : 0;
    }
}
