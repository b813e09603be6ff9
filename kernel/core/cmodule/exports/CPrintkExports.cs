using MiniKernel.Hal;

namespace MiniKernel.Core;

/// <summary>linux/printk.h; what BUG() and WARN_ON() of the headers call.</summary>
internal static class CPrintkExports
{
    public static void AddTo(CExportTable table)
    {
        table.Function("printk", static (ref CCall c) => Printk(ref c, CFormat.Format(ref c, c.Text())), isVariadic: true);
        table.Function("vprintk", static (ref CCall c) => Printk(ref c, FormatList(ref c)));
        table.Function("printk_ratelimit", RateLimit);
        table.Function("__bug", static (ref CCall c) => throw c.Runtime.Kernel.Oops.Bug(c.Cpu, new CallSite(c.Text(), c.Int(), c.Member), ""));
        table.Function("__warn", static (ref CCall c) => Warn(ref c, new CallSite(c.Text(), c.Int(), c.Member)));
        table.Function("__warn_text", WarnText, isVariadic: true);
        table.Function("panic", static (ref CCall c) => throw c.Runtime.Kernel.Oops.Panic(CFormat.Format(ref c, c.Text()).TrimEnd('\n')), isVariadic: true);
        table.Function("dump_stack", static (ref CCall c) => { c.Runtime.Kernel.Oops.DumpStack(c.Cpu); return 0; });
        table.Function("print_hex_dump", HexDump);
        table.Function("hex_dump_to_buffer", HexLine);
    }

    /// <summary>A format and a va_list, made one text.</summary>
    public static string FormatList(ref CCall c)
    {
        string format = c.Text();
        CCall inner = c.WithList(c.Pointer());
        return CFormat.Format(ref inner, format);
    }

    // Up to 2.6.24 whatever has no level goes on with a line that has no end; later that is said with KERN_CONT.
    private static ulong Printk(ref CCall c, string text)
    {
        (LogLevel level, string rest, bool continues) = LevelOf(text);
        continues |= rest.Length == text.Length && c.Runtime.Kernel.Options.Api == KernelApi.Linux2624;
        c.Runtime.Kernel.Time.PrintkPart(c.Cpu.Mm, level, rest, continues);
        return (ulong)rest.Length;
    }

    // "<3>text", or nothing for the default level; "<c>" continues a line.
    private static (LogLevel Level, string Text, bool Continues) LevelOf(string text)
    {
        if (text.Length < 3 || text[0] != '<' || text[2] != '>' || text[1] is not ((>= '0' and <= '7') or 'c'))
            return (LogLevel.Warning, text, false);
        return text[1] == 'c' ? (LogLevel.Warning, text[3..], true) : ((LogLevel)(text[1] - '0'), text[3..], false);
    }

    private static ulong RateLimit(ref CCall c)
    {
        if (!c.Runtime.MessageLimit.Allow(c.Runtime.Kernel.Machine.Clock.NowNs, out uint missed))
            return 0;
        if (missed != 0)
            c.Kernel.Printk(LogLevel.Warning, $"printk: {missed} messages suppressed.");
        return 1;
    }

    private static ulong Warn(ref CCall c, CallSite site)
    {
        c.Runtime.Kernel.Oops.Warn(c.Cpu, site);
        return 0;
    }

    private static ulong WarnText(ref CCall c)
    {
        CallSite site = new(c.Text(), c.Int(), c.Member);
        string text = CFormat.Format(ref c, c.Text());
        Warn(ref c, site);
        c.Kernel.Printk(LogLevel.Warning, text.TrimEnd('\n'));
        return 0;
    }

    // 1 is DUMP_PREFIX_ADDRESS, 2 DUMP_PREFIX_OFFSET.
    private static ulong HexDump(ref CCall c)
    {
        (string level, string prefix, int type, int row, int group) = (c.Text(), c.Text(), c.Int(), c.Int(), c.Int());
        (VirtualAddress at, ulong length, bool ascii) = (c.Pointer(), c.Word(), (c.Int() & 1) != 0);
        CHexDump dump = new(row, group, ascii);
        byte[] bytes = new byte[Math.Min(length, 1 << 20)];
        c.Kernel.CopyFrom(at, bytes, c.File, c.Line, c.Member);
        foreach (string line in dump.Lines(bytes, at, prefix, type))
            Printk(ref c, $"{level}{line}\n");
        return 0;
    }

    private static ulong HexLine(ref CCall c)
    {
        (VirtualAddress at, ulong length, int row, int group) = (c.Pointer(), c.Word(), c.Int(), c.Int());
        (VirtualAddress line, ulong size, bool ascii) = (c.Pointer(), c.Word(), (c.Int() & 1) != 0);
        CHexDump dump = new(row, group, ascii);
        byte[] bytes = new byte[Math.Min(length, (ulong)dump.Row)];
        c.Kernel.CopyFrom(at, bytes, c.File, c.Line, c.Member);
        return CTextExports.Store(ref c, line, size, dump.Line(bytes));
    }
}
