using System.Globalization;
using System.Text;

namespace MiniKernel.Core;

/// <summary>/proc/partitions: disks and their sizes in KiB (Linux 2.6.24 block/genhd.c, show_partition).</summary>
internal static class PartitionsFile
{
    public static string Render(Kernel kernel)
    {
        StringBuilder text = new();
        if (kernel.Block.Disks.Count != 0)
            text.Append("major minor  #blocks  name\n\n");
        foreach (Gendisk disk in kernel.Block.Disks)
        {
            if (disk.Capacity != 0)
                text.Append(CultureInfo.InvariantCulture, $"{disk.Major,4}  {disk.FirstMinor,4} {disk.Capacity >> 1,10} {disk.Name}\n");
        }
        return text.ToString();
    }
}
