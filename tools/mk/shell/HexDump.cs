using System.Globalization;
using System.Text;

namespace MiniKernel.Cli.Shell;

/// <summary>Bytes in the layout of hexdump -C: address, 16 bytes, the same as characters; * for rows that repeat.</summary>
internal static class HexDump
{
    private const int RowBytes = 16;

    /// <summary>Writes them.</summary>
    /// <param name="output">Where to.</param>
    /// <param name="start">Address of the first byte.</param>
    /// <param name="bytes">All of them.</param>
    /// <param name="digits">Digits of an address.</param>
    public static void Write(TextWriter output, ulong start, ReadOnlySpan<byte> bytes, int digits)
    {
        bool isRepeating = false;
        for (int at = 0; at < bytes.Length; at += RowBytes)
        {
            ReadOnlySpan<byte> row = bytes[at..Math.Min(at + RowBytes, bytes.Length)];
            bool repeats = at != 0 && row.Length == RowBytes && row.SequenceEqual(bytes.Slice(at - RowBytes, RowBytes));
            if (!repeats)
                output.WriteLine($"{Address(start + (ulong)at, digits)}  {Row(row)}");
            else if (!isRepeating)
                output.WriteLine("*");
            isRepeating = repeats;
        }
        if (!bytes.IsEmpty)
            output.WriteLine(Address(start + (ulong)bytes.Length, digits));
    }

    private static string Address(ulong address, int digits) => address.ToString($"x{digits}", CultureInfo.InvariantCulture);

    private static string Row(ReadOnlySpan<byte> row)
    {
        var text = new StringBuilder();
        for (int i = 0; i < RowBytes; i++)
        {
            text.Append(i < row.Length ? row[i].ToString("x2", CultureInfo.InvariantCulture) : "  ");
            text.Append(i == 7 ? "  " : " ");
        }
        text.Append(" |");
        foreach (byte value in row)
            text.Append(value is >= 0x20 and < 0x7f ? (char)value : '.');
        return text.Append('|').ToString();
    }
}
