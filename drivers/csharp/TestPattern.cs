using System.Buffers.Binary;

namespace MiniKernel.Drivers;

/// <summary>Bytes that look random and are the same every time: xorshift (Marsaglia 2003).</summary>
internal static class TestPattern
{
    /// <summary>A pattern of <paramref name="length"/> bytes, a multiple of four.</summary>
    public static byte[] Make(int length, uint seed)
    {
        byte[] bytes = new byte[length];
        uint state = seed;
        for (int at = 0; at < length; at += sizeof(uint))
        {
            state ^= state << 13;
            state ^= state >> 17;
            state ^= state << 5;
            BinaryPrimitives.WriteUInt32LittleEndian(bytes.AsSpan(at), state);
        }
        return bytes;
    }
}
