using System.Buffers.Binary;
using System.Text;

namespace MiniKernel.Core;

/// <summary>An object file's bytes, little-endian, with every offset checked.</summary>
/// <param name="bytes">The file.</param>
internal readonly struct ElfBytes(ReadOnlyMemory<byte> bytes)
{
    private const int LongestName = 4096;

    public int Length => bytes.Length;

    /// <summary>A stretch of the file.</summary>
    /// <exception cref="ElfFormatException">It reaches beyond the end; <paramref name="what"/> names it.</exception>
    public ReadOnlyMemory<byte> Slice(ulong offset, ulong length, string what) =>
        offset <= (ulong)bytes.Length && length <= (ulong)bytes.Length - offset
            ? bytes.Slice((int)offset, (int)length)
            : throw new ElfFormatException($"{what} reaches beyond the end of the file: {length} bytes at {offset}, the file has {bytes.Length}");

    /// <summary>A number of 1, 2, 4 or 8 bytes.</summary>
    public static ulong Number(ReadOnlySpan<byte> record, int offset, int width) => width switch
    {
        1 => record[offset],
        2 => BinaryPrimitives.ReadUInt16LittleEndian(record[offset..]),
        4 => BinaryPrimitives.ReadUInt32LittleEndian(record[offset..]),
        _ => BinaryPrimitives.ReadUInt64LittleEndian(record[offset..]),
    };

    /// <summary>A name out of a string table.</summary>
    /// <exception cref="ElfFormatException">It begins beyond the table or does not end in it.</exception>
    public static string Name(ReadOnlySpan<byte> table, ulong offset, string what)
    {
        if (offset == 0 && table.IsEmpty)
            return "";
        if (offset >= (ulong)table.Length)
            throw new ElfFormatException($"the name of {what} lies beyond the string table: offset {offset}, the table has {table.Length} bytes");
        ReadOnlySpan<byte> rest = table[(int)offset..];
        int end = rest.IndexOf((byte)0);
        if (end < 0 || end > LongestName)
            throw new ElfFormatException($"the name of {what} does not end");
        return Encoding.Latin1.GetString(rest[..end]);
    }
}
