using System.Text;
using MiniKernel.Hal;

namespace MiniKernel.Core;

/// <summary>printk and its formats; what BUG() and WARN_ON() of the headers call.</summary>
internal static class CPrintkExports
{
    private const int BytesALine = 16;

    public static void AddTo(CExportTable table)
    {
        table.Function("printk", Printk, isVariadic: true);
        table.Function("sprintf", static (ref CCall c) => Format(ref c, c.Pointer(), int.MaxValue), isVariadic: true);
        table.Function("snprintf", static (ref CCall c) => Format(ref c, c.Pointer(), (int)Math.Min(c.Word(), int.MaxValue)), isVariadic: true);
        table.Function("__bug", static (ref CCall c) => throw c.Runtime.Kernel.Oops.Bug(c.Cpu, new CallSite(c.Text(), c.Int(), c.Member), ""));
        table.Function("__warn", Warn);
        table.Function("dump_stack", static (ref CCall c) => { c.Runtime.Kernel.Oops.DumpStack(c.Cpu); return 0; });
        table.Function("print_hex_dump_bytes", HexDump);
    }

    private static ulong Printk(ref CCall c)
    {
        string text = CFormat.Format(ref c, c.Text());
        (LogLevel level, string rest) = LevelOf(text);
        c.Kernel.Printk(level, rest.TrimEnd('\n'));
        return (ulong)rest.Length;
    }

    // "<3>text", or nothing for the default level; "<c>" continues a line.
    private static (LogLevel Level, string Text) LevelOf(string text)
    {
        if (text.Length < 3 || text[0] != '<' || text[2] != '>')
            return (LogLevel.Warning, text);
        char level = text[1];
        return (level is >= '0' and <= '7' ? (LogLevel)(level - '0') : LogLevel.Info, text[3..]);
    }

    private static ulong Format(ref CCall c, VirtualAddress buffer, int size)
    {
        byte[] bytes = Encoding.UTF8.GetBytes(CFormat.Format(ref c, c.Text()));
        if (size != 0)
        {
            ReadOnlySpan<byte> kept = bytes.AsSpan(0, Math.Min(bytes.Length, size - 1));
            c.Kernel.CopyTo(buffer, kept, c.File, c.Line, c.Member);
            c.Kernel.Write<byte>(buffer + (ulong)kept.Length, 0, c.File, c.Line, c.Member);
        }
        return (ulong)bytes.Length;
    }

    private static ulong Warn(ref CCall c)
    {
        c.Runtime.Kernel.Oops.Warn(c.Cpu, new CallSite(c.Text(), c.Int(), c.Member));
        return 0;
    }

    // print_hex_dump(KERN_DEBUG, prefix, type, 16, 1, buf, len, true): 1 is DUMP_PREFIX_ADDRESS, 2 DUMP_PREFIX_OFFSET.
    private static ulong HexDump(ref CCall c)
    {
        (string prefix, int type, VirtualAddress at, ulong length) = (c.Text(), c.Int(), c.Pointer(), c.Word());
        byte[] bytes = new byte[Math.Min(length, 1 << 20)];
        c.Kernel.CopyFrom(at, bytes, c.File, c.Line, c.Member);
        foreach (string line in CHexDump.Lines(bytes, at, prefix, type, BytesALine, 1, hasText: true))
            c.Kernel.Printk(LogLevel.Debug, line);
        return 0;
    }
}
