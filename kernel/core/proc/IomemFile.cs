using System.Globalization;
using System.Text;
using MiniKernel.Hal;

namespace MiniKernel.Core;

/// <summary>/proc/iomem: what lies where in physical memory (Linux 2.6.24 kernel/resource.c, r_show).</summary>
internal static class IomemFile
{
    public static string Render(HardwareProfile profile)
    {
        StringBuilder text = new();
        ulong start = 0;
        foreach (PhysicalRange hole in profile.MemoryMap)
        {
            AppendRam(text, profile, start, hole.Start);
            Append(text, hole.Start, hole.End, 0, "reserved");
            start = hole.End;
        }
        AppendRam(text, profile, start, profile.Ram);
        return text.ToString();
    }

    private static void AppendRam(StringBuilder text, HardwareProfile profile, ulong start, ulong end)
    {
        if (start >= end)
            return;
        Append(text, start, end, 0, "System RAM");
        PhysicalRange image = profile.KernelImage;
        if (image.Start >= start && image.End <= end)
            Append(text, image.Start, image.End, 1, "Kernel code");
    }

    private static void Append(StringBuilder text, ulong start, ulong end, int depth, string what) =>
        text.Append(' ', depth * 2).Append(CultureInfo.InvariantCulture, $"{start:x8}-{end - 1:x8} : {what}\n");
}
