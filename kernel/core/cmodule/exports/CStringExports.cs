using MiniKernel.Hal;
using MiniKernel.Mm;

namespace MiniKernel.Core;

/// <summary>linux/string.h: what copies and compares, and what gcc calls by itself.</summary>
internal static class CStringExports
{
    private const ulong BytesAtOnce = 16;         // of what moves blocks

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
        table.Function("strncat", ConcatenateSome);
        table.Function("strscpy", CopyOrRefuse);
        table.Function("strcasecmp", static (ref CCall c) => Compare(ref c, c.Pointer(), c.Pointer(), ulong.MaxValue, ignoresCase: true));
        table.Function("strncasecmp", static (ref CCall c) => Compare(ref c, c.Pointer(), c.Pointer(), c.Word(), ignoresCase: true));
        table.Function("sysfs_streq", static (ref CCall c) => CCall.Return(c.Text().TrimEnd('\n') == c.Text().TrimEnd('\n')));
        table.Function("kstrdup", static (ref CCall c) => Duplicate(ref c, c.Pointer(), ulong.MaxValue - 1));
        table.Function("kstrndup", static (ref CCall c) => Duplicate(ref c, c.Pointer(), c.Word()));
        table.Function("kmemdup", DuplicateBytes);
        table.Function("kmemdup_nul", DuplicateText);
    }

    private static byte At(ref CCall c, VirtualAddress p)
    {
        c.Runtime.Charge(c.Cpu, CRuntime.LoadCharge);
        return c.Kernel.Read<byte>(p, c.File, c.Line, c.Member);
    }

    private static ulong Memset(ref CCall c)
    {
        (VirtualAddress p, byte value, ulong length) = (c.Pointer(), (byte)c.Int(), c.Word());
        c.Kernel.Memset(p, value, length, c.File, c.Line, c.Member);
        c.Runtime.Charge(c.Cpu, (long)(length / BytesAtOnce));
        return p.Value;
    }

    // Overlapping or not, as x86's own memcpy mostly does.
    private static ulong Memmove(ref CCall c)
    {
        (VirtualAddress to, VirtualAddress from, ulong length) = (c.Pointer(), c.Pointer(), c.Word());
        c.Kernel.Memmove(to, from, length, c.File, c.Line, c.Member);
        c.Runtime.Charge(c.Cpu, (long)(length / BytesAtOnce));
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

    private static ulong Compare(ref CCall c, VirtualAddress left, VirtualAddress right, ulong most, bool ignoresCase = false)
    {
        for (ulong i = 0; i < most; i++)
        {
            byte one = At(ref c, left + i), other = At(ref c, right + i);
            if (ignoresCase)
                (one, other) = (Lower(one), Lower(other));
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

    private static byte Lower(byte character) => character is >= (byte)'A' and <= (byte)'Z' ? (byte)(character + 32) : character;

    private static ulong ConcatenateSome(ref CCall c)
    {
        (VirtualAddress to, VirtualAddress from, ulong most) = (c.Pointer(), c.Pointer(), c.Word());
        ulong copied = Length(ref c, from, most);
        VirtualAddress end = to + Length(ref c, to, ulong.MaxValue);
        c.Kernel.Memmove(end, from, copied, c.File, c.Line, c.Member);
        c.Kernel.Write<byte>(end + copied, 0, c.File, c.Line, c.Member);
        return to.Value;
    }

    private static ulong CopyOrRefuse(ref CCall c)
    {
        (VirtualAddress to, VirtualAddress from, ulong size) = (c.Pointer(), c.Pointer(), c.Word());
        if (size == 0)
            return CCall.Failed(Errno.E2BIG);
        ulong length = Length(ref c, from, size), copied = Math.Min(length, size - 1);
        c.Kernel.Memmove(to, from, copied, c.File, c.Line, c.Member);
        c.Kernel.Write<byte>(to + copied, 0, c.File, c.Line, c.Member);
        return length < size ? length : CCall.Failed(Errno.E2BIG);
    }

    private static ulong Duplicate(ref CCall c, VirtualAddress text, ulong most) =>
        text.IsNull ? 0 : Duplicate(ref c, text, Length(ref c, text, most), c.Gfp(), isText: true);

    private static ulong DuplicateBytes(ref CCall c)
    {
        (VirtualAddress from, ulong length, GfpFlags flags) = (c.Pointer(), c.Word(), c.Gfp());
        return Duplicate(ref c, from, length, flags, isText: false);
    }

    private static ulong DuplicateText(ref CCall c)
    {
        (VirtualAddress from, ulong length, GfpFlags flags) = (c.Pointer(), c.Word(), c.Gfp());
        return from.IsNull ? 0 : Duplicate(ref c, from, length, flags, isText: true);
    }

    private static ulong Duplicate(ref CCall c, VirtualAddress from, ulong length, GfpFlags flags, bool isText)
    {
        VirtualAddress copy = c.Kernel.Kmalloc(length + (isText ? 1u : 0), flags, c.File, c.Line, c.Member);
        if (copy.IsNull)
            return 0;
        c.Kernel.Memmove(copy, from, length, c.File, c.Line, c.Member);
        if (isText)
            c.Kernel.Write<byte>(copy + length, 0, c.File, c.Line, c.Member);
        return copy.Value;
    }
}
