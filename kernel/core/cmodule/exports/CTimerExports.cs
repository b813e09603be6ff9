using MiniKernel.Hal;

namespace MiniKernel.Core;

/// <summary>linux/timer.h.</summary>
internal static class CTimerExports
{
    public static void AddTo(CExportTable table)
    {
        table.Function("add_timer", AddTimer);
        table.Function("mod_timer", ModTimer);
        table.Function("del_timer", static (ref CCall c) => CCall.Return(c.Kernel.DelTimer(c.Runtime.Timers.Next(ref c))));
        table.Function("del_timer_sync", static (ref CCall c) => CCall.Return(c.Kernel.DelTimerSync(c.Runtime.Timers.Next(ref c), c.File, c.Line, c.Member)));
        table.Function("timer_pending", static (ref CCall c) => CCall.Return(c.Runtime.Timers.Next(ref c).IsPending));
    }

    /// <summary>A timer that calls what its structure says when it expires.</summary>
    public static KernelTimer Make(CKeptPlace place)
    {
        TimerListStruct layout = place.Runtime.Structs.TimerList;
        return new KernelTimer(place.Name, kernel => place.Runtime.CallFrom(kernel, place, layout.Function, layout.Data))
        {
            Note = place.Runtime.NoteOf(place, layout.Function),
        };
    }

    private static ulong AddTimer(ref CCall c)
    {
        VirtualAddress at = c.Pointer();
        KernelTimer timer = c.Runtime.Timers.At(ref c, at);
        if (timer.IsPending)
            throw c.Runtime.Kernel.Oops.Bug(c.Cpu, c.Site, $"add_timer() of timer `{timer.Name}', which is pending");
        Arm(ref c, at, timer, c.Get(at, c.Runtime.Structs.TimerList.Expires));
        return 0;
    }

    private static ulong ModTimer(ref CCall c)
    {
        (VirtualAddress at, ulong expires) = (c.Pointer(), c.Word());
        KernelTimer timer = c.Runtime.Timers.At(ref c, at);
        c.Set(at, c.Runtime.Structs.TimerList.Expires, expires);
        return CCall.Return(Arm(ref c, at, timer, expires));
    }

    private static bool Arm(ref CCall c, VirtualAddress at, KernelTimer timer, ulong expires)
    {
        if (c.Get(at, c.Runtime.Structs.TimerList.Function) == 0)
            throw c.Runtime.Kernel.Oops.Bug(c.Cpu, c.Site, $"timer `{timer.Name}' has no function");
        ulong now = c.Runtime.Kernel.Machine.Clock.Jiffies;
        long distance = c.Runtime.WordBytes == 8 ? (long)(expires - now) : (int)((uint)expires - (uint)now);   // across the wrap of jiffies
        return c.Kernel.ModTimer(timer, distance <= 0 ? now : now + (ulong)distance, c.File, c.Line, c.Member);
    }
}
