using System.Buffers.Binary;
using System.Globalization;
using System.Text;
using MiniKernel.Hal;
using MiniKernel.Mm;

namespace MiniKernel.Core;

/// <summary>The letters behind %p that Linux 2.6.24 has not and 5.10 has (Documentation/core-api/printk-formats.rst).</summary>
/// <remarks>%pe the name of an error pointer; %*pE, with a c h n o p or s, bytes escaped; %*pb a bitmap's digits, %*pbl its list of ranges;
/// %pUb %pUB %pUl %pUL a UUID; %pGg the gfp_t behind the pointer.</remarks>
internal static class CModernPointerFormat
{
    private const ulong MostErrors = 4095;                  // MAX_ERRNO

    // Where the bytes of a little-endian UUID stand in its text.
    private static ReadOnlySpan<byte> LittleEndian => [3, 2, 1, 0, 5, 4, 7, 6, 8, 9, 10, 11, 12, 13, 14, 15];

    /// <summary>Whether the width before the p is a number of bytes or bits.</summary>
    public static bool IsWidthCount(char letter) => letter is 'E' or 'b';

    /// <summary>The pointer's text; null if the letters are none of these.</summary>
    /// <param name="call">Whose argument the pointer was.</param>
    /// <param name="p">The pointer.</param>
    /// <param name="width">The width that was given, -1 for none: of %pE the number of bytes, of %pb that of bits.</param>
    /// <param name="format">The format.</param>
    /// <param name="at">The p; afterwards the last letter that belongs to it.</param>
    public static string? Format(ref CCall call, VirtualAddress p, int width, string format, ref int at)
    {
        switch (CPointerFormat.Skip(format, ref at, "eEbU"))
        {
            case 'e':
                return ErrorName(call.Runtime.WordBytes, p);
            case 'E':
                string letters = "";
                for (char next; (next = CPointerFormat.Skip(format, ref at, "achnops")) != '\0';)
                    letters += next;
                return CEscapedText.Of(CPointerFormat.Read(ref call, p, width < 0 ? 1 : width), letters);
            case 'b':
                return Bitmap(ref call, p, Math.Max(width, 0), CPointerFormat.Skip(format, ref at, "l") == 'l');
            case 'U':
                return Uuid(CPointerFormat.Read(ref call, p, 16), CPointerFormat.Skip(format, ref at, "bBlL"));
        }
        if (string.CompareOrdinal(format, at + 1, "Gg", 0, 2) != 0)
            return null;
        at += 2;
        return GfpText.Of((GfpFlags)call.Get(p, new CMember("gfp", 0, 4)));
    }

    private static string? ErrorName(int word, VirtualAddress p)
    {
        ulong below = (word == 8 ? ulong.MaxValue : uint.MaxValue) - p.Value;
        return below < MostErrors ? "-" + CErrorNames.Of((int)below + 1) : null;
    }

    // unsigned longs, the low bits first.
    private static string Bitmap(ref CCall call, VirtualAddress p, int bits, bool isList)
    {
        int word = call.Runtime.WordBytes;
        byte[] bytes = CPointerFormat.Read(ref call, p, (bits + (word * 8) - 1) / (word * 8) * word);
        return isList ? Ranges(bytes, bits) : Chunks(bytes, bits);
    }

    // 32 bits each, the highest first, which may be narrower.
    private static string Chunks(byte[] bytes, int bits)
    {
        StringBuilder text = new();
        for (int chunk = (bits + 31) / 32 - 1; chunk >= 0; chunk--)
        {
            int width = Math.Min(32, bits - (chunk * 32));
            uint value = BinaryPrimitives.ReadUInt32LittleEndian(bytes.AsSpan(chunk * 4)) & (uint.MaxValue >> (32 - width));
            text.Append(value.ToString($"x{(width + 3) / 4}", CultureInfo.InvariantCulture)).Append(chunk > 0 ? "," : "");
        }
        return text.ToString();
    }

    private static string Ranges(byte[] bytes, int bits)
    {
        List<string> ranges = [];
        for (int first = 0; first < bits; first++)
        {
            int last = first;
            while (last < bits && (bytes[last / 8] >> (last % 8) & 1) != 0)
                last++;
            if (last == first)
                continue;
            ranges.Add(last - first == 1 ? $"{first}" : $"{first}-{last - 1}");
            first = last;
        }
        return string.Join(',', ranges);
    }

    private static string Uuid(byte[] bytes, char order)
    {
        StringBuilder text = new();
        for (int i = 0; i < bytes.Length; i++)
        {
            byte value = bytes[order is 'l' or 'L' ? LittleEndian[i] : i];
            text.Append(i is 4 or 6 or 8 or 10 ? "-" : "").Append(value.ToString(order is 'B' or 'L' ? "X2" : "x2", CultureInfo.InvariantCulture));
        }
        return text.ToString();
    }
}
