using MiniKernel.Hal;

namespace MiniKernel.Core;

/// <summary>linux/percpu.h.</summary>
internal static class CPerCpuExports
{
    public static void AddTo(CExportTable table)
    {
        table.Function("__alloc_percpu", Alloc);
        table.Function("free_percpu", Free);
    }

    private static ulong Alloc(ref CCall c)
    {
        c.Kernel.MightSleep(c.File, c.Line, c.Member);
        (ulong bytes, ulong alignment) = (c.Word(), c.Word());
        VirtualAddress p = c.Runtime.PerCpu.Alloc(c.Cpu, bytes, Math.Max(alignment, 1));
        if (!p.IsNull)
            c.Runtime.Kernel.Tracker?.RegionTaken(c.Cpu, RegionKind.PerCpu, p.Value, new LiveRegion("per-CPU memory", bytes));
        return p.Value;
    }

    private static ulong Free(ref CCall c)
    {
        VirtualAddress p = c.Pointer();
        if (p.IsNull || (c.Runtime.Kernel.Tracker is { } tracker && !tracker.MayRelease(c.Cpu, RegionKind.PerCpu, p.Value, p, "free_percpu")))
            return 0;
        c.Runtime.Kernel.Tracker?.RegionGone(c.Cpu, RegionKind.PerCpu, p.Value);
        if (!c.Runtime.PerCpu.Free(c.Cpu, p))
            throw c.Runtime.Kernel.Oops.Bug(c.Cpu, c.Site, $"free_percpu({p}): nothing begins there");
        return 0;
    }
}
