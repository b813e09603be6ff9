using System.Globalization;
using System.Text;
using MiniKernel.Mm;

namespace MiniKernel.Core;

/// <summary>/proc/vmstat (Linux 2.6.24 mm/vmstat.c): what the zones count, added up, and direct reclaims.</summary>
/// <remarks>Linux's other events are not there: pgalloc and pgfree would have to be counted on the fast paths, and the rest
/// belongs to paging and swapping.</remarks>
internal static class VmstatFile
{
    public static string Render(KernelMm mm)
    {
        StringBuilder text = new();
        foreach (IGrouping<string, (string Name, uint Value)> item in mm.Zones().SelectMany(ZoneInfoFile.Items).GroupBy(item => item.Name))
            text.Append(CultureInfo.InvariantCulture, $"{item.Key} {item.Sum(zone => zone.Value)}\n");
        return text.Append(CultureInfo.InvariantCulture, $"allocstall {mm.Counters.Reclaims}\n").ToString();
    }
}
