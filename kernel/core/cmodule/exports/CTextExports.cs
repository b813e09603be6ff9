using System.Text;
using MiniKernel.Hal;

namespace MiniKernel.Core;

/// <summary>linux/kernel.h: what makes texts of values, and values of texts.</summary>
internal static class CTextExports
{
    public static void AddTo(CRuntime runtime)
    {
        CExportTable table = runtime.Exports;
        table.Function("sprintf", static (ref CCall c) => Store(ref c, c.Pointer(), int.MaxValue, CFormat.Format(ref c, c.Text())), isVariadic: true);
        table.Function("snprintf", static (ref CCall c) => Store(ref c, c.Pointer(), c.Word(), CFormat.Format(ref c, c.Text())), isVariadic: true);
        table.Function("scnprintf", static (ref CCall c) => StoreWhatFits(ref c, c.Pointer(), c.Word(), CFormat.Format(ref c, c.Text())), isVariadic: true);
        table.Function("vsprintf", static (ref CCall c) => Store(ref c, c.Pointer(), int.MaxValue, CPrintkExports.FormatList(ref c)));
        table.Function("vsnprintf", static (ref CCall c) => Store(ref c, c.Pointer(), c.Word(), CPrintkExports.FormatList(ref c)));
        table.Function("vscnprintf", static (ref CCall c) => StoreWhatFits(ref c, c.Pointer(), c.Word(), CPrintkExports.FormatList(ref c)));
        table.Function("kasprintf", static (ref CCall c) => Allocate(ref c, (Mm.GfpFlags)c.UInt(), CFormat.Format(ref c, c.Text())), isVariadic: true);
        table.Function("kvasprintf", static (ref CCall c) => Allocate(ref c, (Mm.GfpFlags)c.UInt(), CPrintkExports.FormatList(ref c)));
        table.Function("sscanf", static (ref CCall c) => (ulong)CScan.Scan(ref c, c.Pointer(), c.Text()), isVariadic: true);
        table.Function("vsscanf", ScanList);
        table.Function("hex_to_bin", static (ref CCall c) => (char)(byte)c.Int() is var digit && char.IsAsciiHexDigit(digit) ? (ulong)Convert.ToInt32(digit.ToString(), 16) : ulong.MaxValue);
        table.Function("int_sqrt", static (ref CCall c) => Root(c.Word()));
        runtime.Kernel.Context(runtime.Kernel.Current.Id).CopyTo(runtime.AddVariable("hex_asc", 17), "0123456789abcdef"u8);
    }

    /// <summary>Puts a text into a buffer, cut off where it ends.</summary>
    /// <returns>Bytes of the whole text.</returns>
    public static ulong Store(ref CCall c, VirtualAddress buffer, ulong size, string text)
    {
        byte[] bytes = Encoding.UTF8.GetBytes(text);
        if (size != 0)
        {
            ReadOnlySpan<byte> kept = bytes.AsSpan(0, (int)Math.Min((ulong)bytes.Length, size - 1));
            c.Kernel.CopyTo(buffer, kept, c.File, c.Line, c.Member);
            c.Kernel.Write<byte>(buffer + (ulong)kept.Length, 0, c.File, c.Line, c.Member);
        }
        return (ulong)bytes.Length;
    }

    private static ulong StoreWhatFits(ref CCall c, VirtualAddress buffer, ulong size, string text)
    {
        ulong whole = Store(ref c, buffer, size, text);
        return size == 0 ? 0 : Math.Min(whole, size - 1);
    }

    private static ulong Allocate(ref CCall c, Mm.GfpFlags flags, string text)
    {
        ulong bytes = (ulong)Encoding.UTF8.GetByteCount(text) + 1;
        VirtualAddress p = c.Kernel.Kmalloc(bytes, flags, c.File, c.Line, c.Member);
        if (!p.IsNull)
            Store(ref c, p, bytes, text);
        return p.Value;
    }

    private static ulong ScanList(ref CCall c)
    {
        (VirtualAddress text, string format) = (c.Pointer(), c.Text());
        CCall inner = c.WithList(c.Pointer());
        return (ulong)CScan.Scan(ref inner, text, format);
    }

    private static ulong Root(ulong x)
    {
        ulong root = (ulong)Math.Sqrt(x);
        while ((UInt128)root * root > x)
            root--;
        while ((UInt128)(root + 1) * (root + 1) <= x)
            root++;
        return root;
    }
}
