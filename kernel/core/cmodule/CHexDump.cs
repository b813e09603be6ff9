using System.Text;
using MiniKernel.Hal;

namespace MiniKernel.Core;

/// <summary>print_hex_dump() and its kin: lines of bytes in groups, the number of a group first by its highest byte, and the characters behind them.</summary>
internal sealed class CHexDump
{
    private const int AddressPrefix = 1, OffsetPrefix = 2;      // DUMP_PREFIX_ADDRESS, DUMP_PREFIX_OFFSET
    private readonly int _group;
    private readonly bool _ascii;

    /// <summary>Lines of a form; what print_hex_dump() does not know is 16 bytes one by one.</summary>
    public CHexDump(int row, int group, bool ascii)
    {
        Row = row == 32 ? 32 : 16;
        _group = group is 2 or 4 or 8 ? group : 1;
        _ascii = ascii;
    }

    /// <summary>Bytes a line.</summary>
    public int Row { get; }

    /// <summary>All lines of some bytes, each with its prefix and where it lies, without line ends.</summary>
    /// <param name="bytes">The bytes.</param>
    /// <param name="at">Where they lie.</param>
    /// <param name="prefix">What each line begins with.</param>
    /// <param name="type">DUMP_PREFIX_NONE, DUMP_PREFIX_ADDRESS or DUMP_PREFIX_OFFSET.</param>
    public IEnumerable<string> Lines(byte[] bytes, VirtualAddress at, string prefix, int type)
    {
        for (int offset = 0; offset < bytes.Length; offset += Row)
        {
            string where = type switch { AddressPrefix => $"{at + (ulong)offset}: ", OffsetPrefix => $"{offset:x8}: ", _ => "" };
            yield return $"{prefix}{where}{Line(bytes.AsSpan(offset, Math.Min(Row, bytes.Length - offset)))}";
        }
    }

    /// <summary>A line of at most <see cref="Row"/> bytes.</summary>
    public string Line(ReadOnlySpan<byte> bytes)
    {
        int group = bytes.Length % _group == 0 ? _group : 1;        // no whole groups
        StringBuilder text = new();
        for (int at = 0; at < bytes.Length; at += group)
        {
            text.Append(at == 0 ? "" : " ");
            for (int i = group - 1; i >= 0; i--)
                text.Append($"{bytes[at + i]:x2}");
        }
        if (!_ascii)
            return text.ToString();
        int columns = (Row * 2) + (Row / group) - 1;
        text.Append(' ', Math.Max(0, columns - text.Length) + 2);
        foreach (byte value in bytes)
            text.Append(value is >= 0x20 and < 0x7f ? (char)value : '.');
        return text.ToString();
    }
}
