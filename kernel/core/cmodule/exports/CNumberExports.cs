using MiniKernel.Hal;

namespace MiniKernel.Core;

/// <summary>simple_strtol() and its family, which stop where the number does; kstrtol() and its own, which take whole texts only.</summary>
internal static class CNumberExports
{
    public static void AddTo(CExportTable table)
    {
        table.Function("simple_strtoull", static (ref CCall c) => Simple(ref c, isSigned: false));
        table.Function("simple_strtoul", static (ref CCall c) => Simple(ref c, isSigned: false));
        table.Function("simple_strtoll", static (ref CCall c) => Simple(ref c, isSigned: true));
        table.Function("simple_strtol", static (ref CCall c) => Simple(ref c, isSigned: true));
        table.Function("kstrtoull", static (ref CCall c) => Whole(ref c, 8, isSigned: false));
        table.Function("kstrtoll", static (ref CCall c) => Whole(ref c, 8, isSigned: true));
        table.Function("kstrtoul", static (ref CCall c) => Whole(ref c, c.Runtime.WordBytes, isSigned: false));
        table.Function("kstrtol", static (ref CCall c) => Whole(ref c, c.Runtime.WordBytes, isSigned: true));
        table.Function("kstrtouint", static (ref CCall c) => Whole(ref c, 4, isSigned: false));
        table.Function("kstrtoint", static (ref CCall c) => Whole(ref c, 4, isSigned: true));
        table.Function("kstrtou16", static (ref CCall c) => Whole(ref c, 2, isSigned: false));
        table.Function("kstrtos16", static (ref CCall c) => Whole(ref c, 2, isSigned: true));
        table.Function("kstrtou8", static (ref CCall c) => Whole(ref c, 1, isSigned: false));
        table.Function("kstrtos8", static (ref CCall c) => Whole(ref c, 1, isSigned: true));
        table.Function("kstrtobool", Bool);
    }

    private static ulong Simple(ref CCall c, bool isSigned)
    {
        (VirtualAddress text, VirtualAddress end, uint numberBase) = (c.Pointer(), c.Pointer(), c.UInt());
        byte[] bytes = c.Runtime.ReadBytes(c.Kernel, text, c.Site);
        int at = isSigned && bytes.Length != 0 && bytes[0] == '-' ? 1 : 0;
        int sign = at;
        ulong value = CNumber.Read(bytes, ref at, numberBase, out _);
        if (!end.IsNull)
            c.Set(end, new CMember("end", 0, c.Runtime.WordBytes), text.Value + (at == sign ? 0 : (ulong)at));
        return sign == 0 ? value : 0 - value;
    }

    // A sign, digits, and one line end at the most.
    private static ulong Whole(ref CCall c, int width, bool isSigned)
    {
        byte[] bytes = c.Runtime.ReadBytes(c.Kernel, c.Pointer(), c.Site);
        (uint numberBase, VirtualAddress result) = (c.UInt(), c.Pointer());
        bool isNegative = isSigned && bytes.Length != 0 && bytes[0] == '-';
        int at = isNegative || (bytes.Length != 0 && bytes[0] == '+') ? 1 : 0, start = at;
        ulong value = CNumber.Read(bytes, ref at, numberBase, out bool isTooLarge);
        if (at == start || (at != bytes.Length && !(bytes[at] == '\n' && at == bytes.Length - 1)))
            return CCall.Failed(Errno.EINVAL);
        Int128 most = (Int128.One << ((width * 8) - (isSigned ? 1 : 0))) - 1, number = isNegative ? -(Int128)value : value;
        if (isTooLarge || number > most || number < (isSigned ? -most - 1 : 0))
            return CCall.Failed(Errno.ERANGE);
        c.Set(result, new CMember("result", 0, width), unchecked((ulong)number));
        return 0;
    }

    private static ulong Bool(ref CCall c)
    {
        (string text, VirtualAddress result) = (c.Text(), c.Pointer());
        bool? value = text switch
        {
            ['y' or 'Y' or '1', ..] or ['o' or 'O', 'n' or 'N', ..] => true,
            ['n' or 'N' or '0', ..] or ['o' or 'O', 'f' or 'F', ..] => false,
            _ => null,
        };
        if (value is not { } known)
            return CCall.Failed(Errno.EINVAL);
        c.Set(result, new CMember("result", 0, 1), CCall.Return(known));
        return 0;
    }
}
