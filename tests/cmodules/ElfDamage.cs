using System.Buffers.Binary;

namespace MiniKernel.CModules.Tests;

/// <summary>Makes damaged copies of an object file: bytes and bits changed, most of them where the loader looks, and files that end too early.</summary>
internal sealed class ElfDamage
{
    private const int Headers = 64;                        // bytes of an ELF header, of a section header
    private readonly byte[] _original;
    private readonly Random _random;
    private readonly List<(int Start, int Bytes)> _places = [];

    /// <param name="original">The file.</param>
    /// <param name="random">Decides on everything.</param>
    public ElfDamage(byte[] original, Random random)
    {
        (_original, _random) = (original, random);
        bool isWide = original[4] == 2;
        int headers = isWide ? (int)BinaryPrimitives.ReadUInt64LittleEndian(original.AsSpan(40)) : (int)BinaryPrimitives.ReadUInt32LittleEndian(original.AsSpan(32));
        int size = isWide ? 64 : 40, count = BinaryPrimitives.ReadUInt16LittleEndian(original.AsSpan(isWide ? 60 : 48));
        _places.Add((0, original.Length));
        _places.Add((0, Headers));
        _places.Add((headers, size * count));
        for (int at = headers; at < headers + (size * count); at += size)
            AddSection(original.AsSpan(at, size), isWide);
    }

    /// <summary>The next one.</summary>
    public byte[] Next()
    {
        byte[] image = [.. _original];
        if (_random.Next(10) == 0)
            return image[.._random.Next(image.Length)];
        for (int count = _random.Next(1, 5); count > 0; count--)
        {
            (int start, int bytes) = _places[_random.Next(_places.Count)];
            ref byte changed = ref image[start + _random.Next(bytes)];
            changed = _random.Next(4) switch { 0 => 0, 1 => 0xff, 2 => (byte)(changed ^ (1 << _random.Next(8))), _ => (byte)_random.Next(256) };
        }
        return image;
    }

    private void AddSection(ReadOnlySpan<byte> header, bool isWide)
    {
        const uint noBits = 8;
        (ulong offset, ulong bytes) = isWide
            ? (BinaryPrimitives.ReadUInt64LittleEndian(header[24..]), BinaryPrimitives.ReadUInt64LittleEndian(header[32..]))
            : (BinaryPrimitives.ReadUInt32LittleEndian(header[16..]), BinaryPrimitives.ReadUInt32LittleEndian(header[20..]));
        if (bytes != 0 && BinaryPrimitives.ReadUInt32LittleEndian(header[4..]) != noBits)
            _places.Add(((int)offset, (int)bytes));
    }
}
