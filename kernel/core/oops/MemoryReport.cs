using System.Globalization;
using System.Text;
using MiniKernel.Hal;
using MiniKernel.Mm;

namespace MiniKernel.Core;

/// <summary>show_mem(): the state of memory as a failure report shows it (Linux 2.6.24 mm/page_alloc.c, show_free_areas).</summary>
internal static class MemoryReport
{
    /// <summary>The lines of show_mem, without page cache: there is none.</summary>
    public static string ShowMem(KernelMm mm, HardwareProfile profile)
    {
        IReadOnlyList<ZoneInfo> zones = mm.Zones();
        int kibShift = profile.PageShift - 10;    // frames to KiB
        StringBuilder text = new("Mem-info:\n");
        foreach (ZoneInfo zone in zones)
            AppendPagesets(text, zone);
        AppendTotals(text, zones);
        foreach (ZoneInfo zone in zones)
            AppendZone(text, zone, kibShift);
        foreach (ZoneInfo zone in zones)
            AppendBlocks(text, zone, kibShift);
        return text.ToString();
    }

    private static void AppendPagesets(StringBuilder text, ZoneInfo zone)
    {
        if (!zone.IsPopulated)
            return;
        text.Append(CultureInfo.InvariantCulture, $"{zone.Name} per-cpu:\n");
        for (int i = 0; i + 1 < zone.Pagesets.Count; i += 2)
        {
            (PagesetInfo hot, PagesetInfo cold) = (zone.Pagesets[i], zone.Pagesets[i + 1]);
            text.Append(CultureInfo.InvariantCulture, $"CPU {hot.Cpu,4}: Hot: hi:{hot.High,5}, btch:{hot.Batch,4} usd:{hot.Count,4}");
            text.Append(CultureInfo.InvariantCulture, $"   Cold: hi:{cold.High,5}, btch:{cold.Batch,4} usd:{cold.Count,4}\n");
        }
    }

    private static void AppendTotals(StringBuilder text, IReadOnlyList<ZoneInfo> zones)
    {
        ulong free = 0, slab = 0;
        foreach (ZoneInfo zone in zones)
        {
            free += zone.Free;
            slab += zone.SlabReclaimable + zone.SlabUnreclaimable;
        }
        text.Append("Active:0 inactive:0 dirty:0 writeback:0 unstable:0\n");
        text.Append(CultureInfo.InvariantCulture, $" free:{free} slab:{slab} mapped:0 pagetables:0 bounce:0\n");
    }

    private static void AppendZone(StringBuilder text, ZoneInfo zone, int kibShift)
    {
        if (!zone.IsPopulated)
            return;
        text.Append(
            CultureInfo.InvariantCulture,
            $"{zone.Name} free:{Kib(zone.Free)}kB min:{Kib(zone.Min)}kB low:{Kib(zone.Low)}kB high:{Kib(zone.High)}kB"
            + $" active:0kB inactive:0kB present:{Kib(zone.Present)}kB pages_scanned:0 all_unreclaimable? no\nlowmem_reserve[]:");
        foreach (uint reserve in zone.Protection)
            text.Append(CultureInfo.InvariantCulture, $" {reserve}");
        text.Append('\n');

        ulong Kib(uint frames) => (ulong)frames << kibShift;
    }

    private static void AppendBlocks(StringBuilder text, ZoneInfo zone, int kibShift)
    {
        if (!zone.IsPopulated)
            return;
        text.Append(CultureInfo.InvariantCulture, $"{zone.Name}:");
        ulong total = 0;
        for (int order = 0; order < zone.FreeBlocks.Count; order++)
        {
            total += (ulong)zone.FreeBlocks[order] << order;
            text.Append(CultureInfo.InvariantCulture, $" {zone.FreeBlocks[order]}*{1UL << (order + kibShift)}kB");
        }
        text.Append(CultureInfo.InvariantCulture, $" = {total << kibShift}kB\n");
    }
}
