using MiniKernel.Hal;

namespace MiniKernel.Core;

/// <summary>linux/string.h, and what gcc calls by itself.</summary>
internal static class CStringExports
{
    public static void AddTo(CExportTable table)
    {
        table.Function("memset", Memset);
        table.Function("memcpy", Memmove);
        table.Function("memmove", Memmove);
        table.Function("memcmp", Memcmp);
        table.Function("strlen", static (ref CCall c) => Length(ref c, c.Pointer(), ulong.MaxValue));
        table.Function("strnlen", static (ref CCall c) => Length(ref c, c.Pointer(), c.Word()));
        table.Function("strcmp", static (ref CCall c) => Compare(ref c, c.Pointer(), c.Pointer(), ulong.MaxValue));
        table.Function("strncmp", static (ref CCall c) => Compare(ref c, c.Pointer(), c.Pointer(), c.Word()));
        table.Function("strcpy", static (ref CCall c) => Copy(ref c, c.Pointer(), c.Pointer(), ulong.MaxValue, pads: false));
        table.Function("strncpy", static (ref CCall c) => Copy(ref c, c.Pointer(), c.Pointer(), c.Word(), pads: true));
        table.Function("strlcpy", static (ref CCall c) => CopyBounded(ref c, c.Pointer(), c.Pointer(), c.Word()));
        table.Function("strcat", Concatenate);
        table.Function("strlcat", ConcatenateBounded);
        table.Function("strchr", FindFirst);
    }

    private static byte At(ref CCall c, VirtualAddress p) => c.Kernel.Read<byte>(p, c.File, c.Line, c.Member);

    private static ulong Memset(ref CCall c)
    {
        (VirtualAddress p, byte value, ulong length) = (c.Pointer(), (byte)c.Int(), c.Word());
        c.Kernel.Memset(p, value, length, c.File, c.Line, c.Member);
        return p.Value;
    }

    // Overlapping or not, as x86's own memcpy mostly does.
    private static ulong Memmove(ref CCall c)
    {
        (VirtualAddress to, VirtualAddress from, ulong length) = (c.Pointer(), c.Pointer(), c.Word());
        c.Kernel.Memmove(to, from, length, c.File, c.Line, c.Member);
        return to.Value;
    }

    private static ulong Memcmp(ref CCall c)
    {
        (VirtualAddress left, VirtualAddress right, ulong length) = (c.Pointer(), c.Pointer(), c.Word());
        for (ulong i = 0; i < length; i++)
        {
            int difference = At(ref c, left + i) - At(ref c, right + i);
            if (difference != 0)
                return (ulong)difference;
        }
        return 0;
    }

    private static ulong Length(ref CCall c, VirtualAddress p, ulong most)
    {
        ulong length = 0;
        while (length < most && At(ref c, p + length) != 0)
            length++;
        return length;
    }

    private static ulong Compare(ref CCall c, VirtualAddress left, VirtualAddress right, ulong most)
    {
        for (ulong i = 0; i < most; i++)
        {
            byte one = At(ref c, left + i), other = At(ref c, right + i);
            if (one != other)
                return one < other ? ulong.MaxValue : 1;
            if (one == 0)
                break;
        }
        return 0;
    }

    private static ulong Copy(ref CCall c, VirtualAddress to, VirtualAddress from, ulong most, bool pads)
    {
        bool isOver = false;
        for (ulong i = 0; i < most && (!isOver || pads); i++)
        {
            byte next = isOver ? (byte)0 : At(ref c, from + i);
            c.Kernel.Write(to + i, next, c.File, c.Line, c.Member);
            isOver |= next == 0;
        }
        return to.Value;
    }

    private static ulong CopyBounded(ref CCall c, VirtualAddress to, VirtualAddress from, ulong size)
    {
        ulong length = Length(ref c, from, ulong.MaxValue);
        if (size != 0)
        {
            ulong copied = Math.Min(length, size - 1);
            c.Kernel.Memmove(to, from, copied, c.File, c.Line, c.Member);
            c.Kernel.Write<byte>(to + copied, 0, c.File, c.Line, c.Member);
        }
        return length;
    }

    private static ulong Concatenate(ref CCall c)
    {
        (VirtualAddress to, VirtualAddress from) = (c.Pointer(), c.Pointer());
        Copy(ref c, to + Length(ref c, to, ulong.MaxValue), from, ulong.MaxValue, pads: false);
        return to.Value;
    }

    private static ulong ConcatenateBounded(ref CCall c)
    {
        (VirtualAddress to, VirtualAddress from, ulong size) = (c.Pointer(), c.Pointer(), c.Word());
        ulong before = Length(ref c, to, size);
        return before + CopyBounded(ref c, to + before, from, size - before);
    }

    private static ulong FindFirst(ref CCall c)
    {
        (VirtualAddress p, byte wanted) = (c.Pointer(), (byte)c.Int());
        for (; ; p += 1)
        {
            byte next = At(ref c, p);
            if (next == wanted)
                return p.Value;
            if (next == 0)
                return 0;
        }
    }
}
