using MiniKernel.Hal;
using MiniKernel.Mm;

namespace MiniKernel.Core;

/// <summary>linux/highmem.h; of linux/mm.h what counts: references of pages, and memory.</summary>
internal static class CHighMemExports
{
    private const int NextType = -1;              // since 2.6.37 the places of a CPU are a stack

    public static void AddTo(CExportTable table)
    {
        table.Function("kmap", static (ref CCall c) => c.Kernel.Kmap(CPageExports.Frame(ref c), c.File, c.Line, c.Member).Value);
        table.Function("kunmap", static (ref CCall c) => { c.Kernel.Kunmap(CPageExports.Frame(ref c), c.File, c.Line, c.Member); return 0; });
        table.Function("__mk_kmap_atomic", KmapAtomic);
        table.Function("__mk_kunmap_atomic", KunmapAtomic);
        table.Function("get_page", static (ref CCall c) => { c.Kernel.GetPage(CPageExports.Frame(ref c), c.File, c.Line, c.Member); return 0; });
        table.Function("put_page", static (ref CCall c) => { c.Kernel.PutPage(CPageExports.Frame(ref c), c.File, c.Line, c.Member); return 0; });
        table.Function("page_count", static (ref CCall c) => (ulong)c.Runtime.Kernel.Mm.PageCount(CPageExports.Frame(ref c)));
        table.Function("si_meminfo", MemInfo);
        table.Function("nr_free_pages", static (ref CCall c) => (ulong)c.Runtime.Kernel.Mm.Zones().Sum(zone => (long)zone.Free));
    }

    private static ulong KmapAtomic(ref CCall c)
    {
        (PageFrameNumber frame, int type) = (CPageExports.Frame(ref c), c.Int());
        if (type == NextType)
            type = FreePlace(c.Cpu);
        if ((uint)type > (uint)KmapType.Softirq1)
            throw c.Runtime.Kernel.Oops.Bug(c.Cpu, c.Site, $"kmap_atomic: a CPU has no place {type}");
        return c.Kernel.KmapAtomic(frame, (KmapType)type, c.File, c.Line, c.Member).Value;
    }

    // Who names no place gets one that nobody has named either.
    private static int FreePlace(CpuState cpu)
    {
        int place = 0;
        while (cpu.AtomicKmaps.Exists(kmap => (int)kmap.Type == place))
            place++;
        return place;
    }

    private static ulong KunmapAtomic(ref CCall c)
    {
        (VirtualAddress p, int type) = (c.Pointer(), c.Int());
        if (c.Cpu.AtomicKmaps is not [.., { } last])
            throw c.Runtime.Kernel.Oops.Bug(c.Cpu, c.Site, $"kunmap_atomic({p}): nothing is mapped on this CPU");
        c.Kernel.KunmapAtomic(p, type == NextType ? last.Type : (KmapType)type, c.File, c.Line, c.Member);
        return 0;
    }

    private static ulong MemInfo(ref CCall c)
    {
        VirtualAddress info = c.Pointer();
        SysinfoStruct members = c.Runtime.Structs.Sysinfo;
        MemoryFigures figures = MemoryFigures.Of(c.Runtime.Kernel);
        c.Set(info, members.TotalRam, figures.Total);
        c.Set(info, members.FreeRam, figures.Free);
        c.Set(info, members.SharedRam, 0);
        c.Set(info, members.BufferRam, 0);
        c.Set(info, members.TotalHigh, figures.HighTotal);
        c.Set(info, members.FreeHigh, figures.HighFree);
        c.Set(info, members.Unit, c.Kernel.PageSize);
        return 0;
    }
}
