namespace MiniKernel.Core;

/// <summary>linux/delay.h, linux/jiffies.h.</summary>
internal static class CTimeExports
{
    public static void AddTo(CExportTable table)
    {
        table.Function("msleep", static (ref CCall c) => { c.Kernel.Msleep(c.UInt()); return 0; });
        table.Function("__udelay", static (ref CCall c) => { c.Kernel.Udelay(c.UInt()); return 0; });
        table.Function("__mdelay", static (ref CCall c) => { c.Kernel.Mdelay(c.UInt()); return 0; });
        table.Function("schedule_timeout", static (ref CCall c) => (ulong)c.Kernel.ScheduleTimeout(c.Long()));
    }
}
