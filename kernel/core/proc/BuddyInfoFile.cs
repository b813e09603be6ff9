using System.Globalization;
using System.Text;
using MiniKernel.Mm;

namespace MiniKernel.Core;

/// <summary>/proc/buddyinfo: free blocks of each order (Linux 2.6.24 mm/vmstat.c, frag_show).</summary>
internal static class BuddyInfoFile
{
    public static string Render(IReadOnlyList<ZoneInfo> zones)
    {
        StringBuilder text = new();
        foreach (ZoneInfo zone in zones)
        {
            if (!zone.IsPopulated)
                continue;
            text.Append(CultureInfo.InvariantCulture, $"Node 0, zone {zone.Name,8} ");
            foreach (uint blocks in zone.FreeBlocks)
                text.Append(CultureInfo.InvariantCulture, $"{blocks,6} ");
            text.Append('\n');
        }
        return text.ToString();
    }
}
