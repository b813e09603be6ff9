using System.Buffers.Binary;
using System.Collections.Immutable;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace MiniKernel.Hal;

/// <summary>CRC-32 as in Ethernet, ZIP and Linux's crc32_le (reflected polynomial 0xedb88320).</summary>
/// <remarks>Eight bytes a step with eight tables (Kounavis and Berry 2005, "slicing by 8").</remarks>
public static class Crc32
{
    private const int Slices = 8, TableSize = 256;
    private const uint Polynomial = 0xedb8_8320;
    private static readonly ImmutableArray<uint> _tables = MakeTables();

    /// <summary>CRC of <paramref name="bytes"/>.</summary>
    public static uint Compute(ReadOnlySpan<byte> bytes) => Append(0, bytes);

    /// <summary>CRC of what gave <paramref name="crc"/> followed by <paramref name="bytes"/>.</summary>
    /// <param name="crc">0 when nothing went before.</param>
    /// <param name="bytes">What follows.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]   // a boot plays a megabyte before tiering would notice
    public static uint Append(uint crc, ReadOnlySpan<byte> bytes)
    {
        ReadOnlySpan<uint> tables = _tables.AsSpan();
        crc = ~crc;
        for (; bytes.Length >= Slices; bytes = bytes[Slices..])
        {
            uint low = crc ^ BinaryPrimitives.ReadUInt32LittleEndian(bytes);
            uint high = BinaryPrimitives.ReadUInt32LittleEndian(bytes[4..]);
            crc = tables[(7 * TableSize) + (byte)low] ^ tables[(6 * TableSize) + (byte)(low >> 8)]
                ^ tables[(5 * TableSize) + (byte)(low >> 16)] ^ tables[(4 * TableSize) + (int)(low >> 24)]
                ^ tables[(3 * TableSize) + (byte)high] ^ tables[(2 * TableSize) + (byte)(high >> 8)]
                ^ tables[TableSize + (byte)(high >> 16)] ^ tables[(int)(high >> 24)];
        }

        foreach (byte value in bytes)
            crc = (crc >> 8) ^ tables[(byte)(crc ^ value)];
        return ~crc;
    }

    private static ImmutableArray<uint> MakeTables()
    {
        var tables = new uint[Slices * TableSize];
        for (uint index = 0; index < TableSize; index++)
        {
            uint crc = index;
            for (int bit = 0; bit < 8; bit++)
                crc = (crc >> 1) ^ ((crc & 1) != 0 ? Polynomial : 0);
            tables[index] = crc;
        }

        for (int index = TableSize; index < tables.Length; index++)
        {
            uint before = tables[index - TableSize];
            tables[index] = (before >> 8) ^ tables[(byte)before];
        }

        return ImmutableCollectionsMarshal.AsImmutableArray(tables);
    }
}
