using MiniKernel.Hal;

namespace MiniKernel.Core;

/// <summary>linux/string.h: what looks for something in bytes and texts.</summary>
internal static class CSearchExports
{
    public static void AddTo(CExportTable table)
    {
        table.Function("memchr", static (ref CCall c) => FindByte(ref c, ifNone: false, isWanted: true));
        table.Function("memscan", static (ref CCall c) => FindByte(ref c, ifNone: true, isWanted: true));
        table.Function("memchr_inv", static (ref CCall c) => FindByte(ref c, ifNone: false, isWanted: false));
        table.Function("strchr", static (ref CCall c) => Find(ref c, c.Pointer(), (byte)c.Int(), ulong.MaxValue, orEnd: false));
        table.Function("strchrnul", static (ref CCall c) => Find(ref c, c.Pointer(), (byte)c.Int(), ulong.MaxValue, orEnd: true));
        table.Function("strnchr", FindBounded);
        table.Function("strrchr", FindLast);
        table.Function("strstr", static (ref CCall c) => FindText(ref c, c.Pointer(), c.Pointer(), ulong.MaxValue));
        table.Function("strnstr", static (ref CCall c) => FindText(ref c, c.Pointer(), c.Pointer(), c.Word()));
        table.Function("strspn", static (ref CCall c) => Span(ref c, c.Pointer(), c.Pointer(), isOfThem: true));
        table.Function("strcspn", static (ref CCall c) => Span(ref c, c.Pointer(), c.Pointer(), isOfThem: false));
        table.Function("strpbrk", FindAny);
        table.Function("strsep", Separate);
        table.Function("skip_spaces", static (ref CCall c) => SkipSpaces(ref c, c.Pointer()).Value);
        table.Function("strim", Trim);
        table.Function("strreplace", Replace);
        table.Function("match_string", Match);
    }

    private static byte At(ref CCall c, VirtualAddress p)
    {
        c.Runtime.Charge(c.Cpu, CRuntime.LoadCharge);
        return c.Kernel.Read<byte>(p, c.File, c.Line, c.Member);
    }

    private static bool IsSpace(byte character) => character is (byte)' ' or (>= (byte)'\t' and <= (byte)'\r');

    private static ulong FindByte(ref CCall c, bool ifNone, bool isWanted)
    {
        (VirtualAddress p, byte wanted, ulong length) = (c.Pointer(), (byte)c.Int(), c.Word());
        for (VirtualAddress end = p + length; p != end; p += 1)
        {
            if (At(ref c, p) == wanted == isWanted)
                return p.Value;
        }
        return ifNone ? p.Value : 0;
    }

    private static ulong Find(ref CCall c, VirtualAddress p, byte wanted, ulong most, bool orEnd)
    {
        for (; most != 0; most--, p += 1)
        {
            byte next = At(ref c, p);
            if (next == wanted)
                return p.Value;
            if (next == 0)
                return orEnd ? p.Value : 0;
        }
        return 0;
    }

    private static ulong FindBounded(ref CCall c)
    {
        (VirtualAddress p, ulong most, byte wanted) = (c.Pointer(), c.Word(), (byte)c.Int());
        return Find(ref c, p, wanted, most, orEnd: false);
    }

    private static ulong FindLast(ref CCall c)
    {
        (VirtualAddress p, byte wanted) = (c.Pointer(), (byte)c.Int());
        ulong found = 0;
        for (; ; p += 1)
        {
            byte next = At(ref c, p);
            if (next == wanted)
                found = p.Value;
            if (next == 0)
                return found;
        }
    }

    private static ulong FindText(ref CCall c, VirtualAddress p, VirtualAddress wanted, ulong most)
    {
        byte[] text = c.Runtime.ReadBytes(c.Kernel, p, c.Site), part = c.Runtime.ReadBytes(c.Kernel, wanted, c.Site);
        int at = text.AsSpan(0, (int)Math.Min((ulong)text.Length, most)).IndexOf(part);
        return at < 0 ? 0 : p.Value + (ulong)at;
    }

    private static ulong Span(ref CCall c, VirtualAddress p, VirtualAddress set, bool isOfThem)
    {
        byte[] text = c.Runtime.ReadBytes(c.Kernel, p, c.Site), characters = c.Runtime.ReadBytes(c.Kernel, set, c.Site);
        int length = isOfThem ? text.AsSpan().IndexOfAnyExcept(characters) : text.AsSpan().IndexOfAny(characters);
        return (ulong)(length < 0 ? text.Length : length);
    }

    private static ulong FindAny(ref CCall c)
    {
        VirtualAddress p = c.Pointer();
        ulong before = Span(ref c, p, c.Pointer(), isOfThem: false);
        return At(ref c, p + before) == 0 ? 0 : p.Value + before;
    }

    // The pointer to the texts goes on behind the separator; NULL when there is no more.
    private static ulong Separate(ref CCall c)
    {
        (VirtualAddress texts, VirtualAddress separators) = (c.Pointer(), c.Pointer());
        CMember pointer = new("texts", 0, c.Runtime.WordBytes);
        VirtualAddress text = c.GetPointer(texts, pointer);
        if (text.IsNull)
            return 0;
        VirtualAddress end = text + Span(ref c, text, separators, isOfThem: false);
        bool isLast = At(ref c, end) == 0;
        if (!isLast)
            c.Kernel.Write<byte>(end, 0, c.File, c.Line, c.Member);
        c.Set(texts, pointer, isLast ? 0 : end.Value + 1);
        return text.Value;
    }

    private static VirtualAddress SkipSpaces(ref CCall c, VirtualAddress p)
    {
        while (IsSpace(At(ref c, p)))
            p += 1;
        return p;
    }

    private static ulong Trim(ref CCall c)
    {
        VirtualAddress text = c.Pointer();
        byte[] bytes = c.Runtime.ReadBytes(c.Kernel, text, c.Site);
        int length = bytes.Length;
        while (length != 0 && IsSpace(bytes[length - 1]))
            length--;
        if (length != bytes.Length)
            c.Kernel.Write<byte>(text + (ulong)length, 0, c.File, c.Line, c.Member);
        return SkipSpaces(ref c, text).Value;
    }

    private static ulong Replace(ref CCall c)
    {
        (VirtualAddress p, byte old, byte other) = (c.Pointer(), (byte)c.Int(), (byte)c.Int());
        for (byte next; (next = At(ref c, p)) != 0; p += 1)
        {
            if (next == old)
                c.Kernel.Write(p, other, c.File, c.Line, c.Member);
        }
        return p.Value;
    }

    private static ulong Match(ref CCall c)
    {
        (VirtualAddress texts, ulong count, string wanted) = (c.Pointer(), c.Word(), c.Text());
        int word = c.Runtime.WordBytes;
        for (int i = 0; (ulong)i < count; i++)
        {
            VirtualAddress text = c.GetPointer(texts, new CMember("texts", i * word, word));
            if (text.IsNull)
                break;
            if (c.Runtime.ReadString(c.Kernel, text, c.Site) == wanted)
                return (ulong)i;
        }
        return CCall.Failed(Errno.EINVAL);
    }
}
