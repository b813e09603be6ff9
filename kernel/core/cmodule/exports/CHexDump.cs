using System.Globalization;
using System.Text;
using MiniKernel.Hal;

namespace MiniKernel.Core;

/// <summary>Bytes in rows, as print_hex_dump() shows them.</summary>
internal static class CHexDump
{
    private const int AddressPrefix = 1, OffsetPrefix = 2;
    private const int WideRow = 32, UsualRow = 16;

    /// <summary>The rows, without line ends.</summary>
    /// <param name="bytes">The bytes.</param>
    /// <param name="at">Where they lie.</param>
    /// <param name="prefix">What each row begins with.</param>
    /// <param name="type">DUMP_PREFIX_NONE, DUMP_PREFIX_ADDRESS or DUMP_PREFIX_OFFSET.</param>
    /// <param name="row">Bytes of a row: 32, else 16.</param>
    /// <param name="group">Bytes of a number: 2, 4 or 8, else 1; 1 too when the bytes are no whole numbers.</param>
    /// <param name="hasText">True to show the bytes as characters too.</param>
    public static IEnumerable<string> Lines(byte[] bytes, VirtualAddress at, string prefix, int type, int row, int group, bool hasText)
    {
        row = row == WideRow ? WideRow : UsualRow;
        for (int offset = 0; offset < bytes.Length; offset += row)
        {
            byte[] line = bytes[offset..Math.Min(offset + row, bytes.Length)];
            int bytesEach = group is 2 or 4 or 8 && line.Length % group == 0 ? group : 1;
            string where = type switch { AddressPrefix => $"{at + (ulong)offset}: ", OffsetPrefix => $"{offset:x8}: ", _ => "" };
            string text = hasText ? $"{Hex(line, bytesEach).PadRight((row * 2) + (row / bytesEach) - 1)}  {Characters(line)}" : Hex(line, bytesEach);
            yield return $"{prefix}{where}{text}";
        }
    }

    // Numbers are little-endian, as the machine is.
    private static string Hex(byte[] bytes, int group)
    {
        StringBuilder text = new();
        for (int i = 0; i < bytes.Length; i += group)
        {
            text.Append(i == 0 ? "" : " ");
            for (int j = group - 1; j >= 0; j--)
                text.Append(bytes[i + j].ToString("x2", CultureInfo.InvariantCulture));
        }
        return text.ToString();
    }

    private static string Characters(byte[] bytes) => string.Concat(bytes.Select(value => value is >= 0x20 and < 0x7f ? (char)value : '.'));
}
