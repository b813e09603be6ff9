namespace MiniKernel.Core;

/// <summary>linux/delay.h, linux/time.h.</summary>
internal static class CTimeExports
{
    private const ulong NsPerSecond = 1_000_000_000, NsPerMicrosecond = 1_000;

    public static void AddTo(CExportTable table)
    {
        table.Function("msleep", static (ref CCall c) => { c.Kernel.Msleep(c.UInt(), c.File, c.Line, c.Member); return 0; });
        table.Function("msleep_interruptible", static (ref CCall c) => { c.Kernel.Msleep(c.UInt(), c.File, c.Line, c.Member); return 0; });
        table.Function("usleep_range", UsleepRange);
        table.Function("__ndelay", static (ref CCall c) => { c.Runtime.Kernel.Time.Pass(c.Cpu.Mm, c.Word()); return 0; });
        table.Function("__udelay", static (ref CCall c) => { c.Kernel.Udelay(c.UInt()); return 0; });
        table.Function("__mdelay", static (ref CCall c) => { c.Kernel.Mdelay(c.UInt()); return 0; });
        table.Function("ktime_get_ns", static (ref CCall c) => Now(ref c));
        table.Function("get_seconds", static (ref CCall c) => Now(ref c) / NsPerSecond);
        table.Function("getnstimeofday", static (ref CCall c) => Store(ref c, 1));
        table.Function("do_gettimeofday", static (ref CCall c) => Store(ref c, NsPerMicrosecond));
    }

    // Linux's own would be a high-resolution timer's; here it is the next tick.
    private static ulong UsleepRange(ref CCall c)
    {
        ulong nsPerJiffy = Hal.VirtualClock.NsPerJiffy, ns = c.Word() * NsPerMicrosecond;
        c.Kernel.ScheduleTimeoutUninterruptible((long)Math.Max(1, (ns + nsPerJiffy - 1) / nsPerJiffy), c.File, c.Line, c.Member);
        return 0;
    }

    private static ulong Now(ref CCall c)
    {
        c.Runtime.Kernel.Time.Charge(c.Cpu.Mm);
        return c.Runtime.Kernel.Machine.Clock.NowNs;
    }

    private static ulong Store(ref CCall c, ulong unit)
    {
        ulong now = Now(ref c);
        (Hal.VirtualAddress at, TimespecStruct layout) = (c.Pointer(), c.Runtime.Structs.Timespec);
        c.Set(at, layout.Seconds, now / NsPerSecond);
        c.Set(at, layout.Nanoseconds, now % NsPerSecond / unit);
        return 0;
    }
}
