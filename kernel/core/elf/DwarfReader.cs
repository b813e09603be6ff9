using System.Buffers.Binary;
using System.Text;

namespace MiniKernel.Core;

/// <summary>Reads numbers and strings of DWARF one after the other, and nothing beyond the end.</summary>
/// <param name="bytes">The bytes.</param>
/// <param name="what">Names them in messages.</param>
internal ref struct DwarfReader(ReadOnlySpan<byte> bytes, string what)
{
    private const int LongestUleb = 10;                     // bytes of a 64-bit number
    private readonly ReadOnlySpan<byte> _bytes = bytes;

    /// <summary>Bytes read so far.</summary>
    public int Position { get; private set; }

    /// <summary>True behind the last byte.</summary>
    public readonly bool IsAtEnd => Position == _bytes.Length;

    /// <summary>The next bytes.</summary>
    /// <exception cref="ElfFormatException">There are not as many.</exception>
    public ReadOnlySpan<byte> Take(ulong count)
    {
        if (count > (ulong)(_bytes.Length - Position))
            throw new ElfFormatException($"{what} ends in the middle, at {Position} of {_bytes.Length} bytes");
        ReadOnlySpan<byte> taken = _bytes.Slice(Position, (int)count);
        Position += (int)count;
        return taken;
    }

    /// <summary>A part of what is left, to be read by itself.</summary>
    public DwarfReader Part(ulong count) => new(Take(count), what);

    public byte U8() => Take(1)[0];

    public ushort U16() => BinaryPrimitives.ReadUInt16LittleEndian(Take(2));

    public uint U32() => BinaryPrimitives.ReadUInt32LittleEndian(Take(4));

    /// <summary>An address or an offset.</summary>
    /// <param name="width">1, 2, 4 or 8.</param>
    public ulong Number(int width) => width is 1 or 2 or 4 or 8
        ? ElfBytes.Number(Take((ulong)width), 0, width)
        : throw new ElfFormatException($"{what} has a number of {width} bytes");

    /// <summary>initial_length: how long a unit is, and whether its offsets have 4 or 8 bytes.</summary>
    public (ulong Length, int OffsetBytes) InitialLength()
    {
        uint length = U32();
        return length switch
        {
            uint.MaxValue => (Number(8), 8),
            >= 0xfffffff0 => throw new ElfFormatException($"{what} has a unit of a reserved length"),
            _ => (length, 4),
        };
    }

    /// <summary>ULEB128.</summary>
    public ulong Uleb()
    {
        ulong value = 0;
        for (int i = 0; i < LongestUleb; i++)
        {
            byte next = U8();
            value |= (ulong)(next & 0x7f) << (7 * i);
            if (next < 0x80)
                return value;
        }
        throw new ElfFormatException($"{what} has a number that does not end");
    }

    /// <summary>SLEB128.</summary>
    public long Sleb()
    {
        long value = 0;
        for (int i = 0; i < LongestUleb; i++)
        {
            byte next = U8();
            int shift = 7 * i;
            value |= (long)(next & 0x7f) << shift;
            if (next < 0x80)
                return (next & 0x40) != 0 && shift + 7 < 64 ? value | (-1L << (shift + 7)) : value;
        }
        throw new ElfFormatException($"{what} has a number that does not end");
    }

    /// <summary>A string that ends with 0.</summary>
    public string Text()
    {
        int length = _bytes[Position..].IndexOf((byte)0);
        string text = Encoding.UTF8.GetString(Take(length < 0 ? ulong.MaxValue : (ulong)length));
        Position++;
        return text;
    }
}
