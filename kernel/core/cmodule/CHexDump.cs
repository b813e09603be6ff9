using System.Text;

namespace MiniKernel.Core;

/// <summary>Lines of print_hex_dump(): bytes in groups, the number of a group first by its highest byte, and the characters behind them.</summary>
internal sealed class CHexLine
{
    private readonly int _group;
    private readonly bool _ascii;

    /// <summary>Lines of a form; what print_hex_dump() does not know is 16 bytes one by one.</summary>
    public CHexLine(int row, int group, bool ascii)
    {
        Row = row == 32 ? 32 : 16;
        _group = group is 2 or 4 or 8 ? group : 1;
        _ascii = ascii;
    }

    /// <summary>Bytes a line.</summary>
    public int Row { get; }

    private int Columns => (Row * 2) + (Row / _group) - 1;

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
        text.Append(' ', Math.Max(0, Columns - text.Length) + 2);
        foreach (byte value in bytes)
            text.Append(value is >= 0x20 and < 0x7f ? (char)value : '.');
        return text.ToString();
    }
}
