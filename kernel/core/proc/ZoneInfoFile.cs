using System.Globalization;
using System.Numerics;
using System.Text;
using MiniKernel.Hal;
using MiniKernel.Mm;

namespace MiniKernel.Core;

/// <summary>/proc/zoneinfo (Linux 2.6.24 mm/vmstat.c, zoneinfo_show).</summary>
/// <remarks>Items of the page cache and of swapping are 0: there is neither.</remarks>
internal static class ZoneInfoFile
{
    private const int DefPriority = 12;           // of a zone that has never been under pressure

    public static string Render(IReadOnlyList<ZoneInfo> zones, HardwareProfile profile)
    {
        StringBuilder text = new();
        foreach (ZoneInfo zone in zones)
        {
            if (!zone.IsPopulated)
                continue;
            AppendZone(text, zone);
            AppendItems(text, zone);
            AppendPagesets(text, zone, profile);
            text.Append(
                CultureInfo.InvariantCulture,
                $"\n  all_unreclaimable: 0\n  prev_priority:     {DefPriority}\n  start_pfn:         {zone.StartFrame}\n");
        }
        return text.ToString();
    }

    private static void AppendZone(StringBuilder text, ZoneInfo zone) => text.Append(
        CultureInfo.InvariantCulture,
        $"Node 0, zone {zone.Name,8}\n  pages free     {zone.Free}\n        min      {zone.Min}\n        low      {zone.Low}\n"
        + $"        high     {zone.High}\n        scanned  0 (a: 0 i: 0)\n        spanned  {zone.Spanned}\n        present  {zone.Present}");

    private static void AppendItems(StringBuilder text, ZoneInfo zone)
    {
        foreach ((string name, uint value) in Items(zone))
            text.Append(CultureInfo.InvariantCulture, $"\n    {name,-12} {value}");
        text.Append("\n        protection: (").AppendJoin(", ", zone.Protection).Append(')');
    }

    /// <summary>What a zone counts (vmstat_text).</summary>
    internal static (string Name, uint Value)[] Items(ZoneInfo zone) =>
        [
            ("nr_free_pages", zone.Free), ("nr_active", 0), ("nr_inactive", 0), ("nr_anon_pages", 0), ("nr_mapped", 0),
            ("nr_file_pages", 0), ("nr_dirty", 0), ("nr_writeback", 0), ("nr_slab_reclaimable", zone.SlabReclaimable),
            ("nr_slab_unreclaimable", zone.SlabUnreclaimable), ("nr_page_table_pages", 0), ("nr_unstable", 0), ("nr_bounce", 0),
            ("nr_vmscan_write", 0),
        ];

    private static void AppendPagesets(StringBuilder text, ZoneInfo zone, HardwareProfile profile)
    {
        text.Append("\n  pagesets");
        for (int i = 0; i < zone.Pagesets.Count; i++)
        {
            PagesetInfo list = zone.Pagesets[i];
            text.Append(
                CultureInfo.InvariantCulture,
                $"\n    cpu: {list.Cpu} pcp: {(list.Cold ? 1 : 0)}\n              count: {list.Count}\n              high:  {list.High}"
                + $"\n              batch: {list.Batch}");
            if (list.Cold && profile.Cpus > 1)
                text.Append(CultureInfo.InvariantCulture, $"\n  vm stats threshold: {StatThreshold(zone, profile)}");
        }
    }

    // calculate_threshold(): how far a CPU's counters may drift; mem is in units of 128 MiB.
    private static int StatThreshold(ZoneInfo zone, HardwareProfile profile)
    {
        uint mem = zone.Present >> (27 - profile.PageShift);
        return Math.Min(125, 2 * FindLastSet((uint)profile.Cpus) * (1 + FindLastSet(mem)));
    }

    private static int FindLastSet(uint value) => 32 - BitOperations.LeadingZeroCount(value);
}
