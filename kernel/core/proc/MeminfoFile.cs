using System.Globalization;
using System.Text;
using MiniKernel.Hal;
using MiniKernel.Mm;

namespace MiniKernel.Core;

/// <summary>/proc/meminfo (Linux 2.6.24 fs/proc/proc_misc.c, meminfo_read_proc).</summary>
/// <remarks>What belongs to user space, swap and the page cache is 0: there is none.</remarks>
internal static class MeminfoFile
{
    private const int OvercommitRatio = 50;       // percent of RAM, vm.overcommit_ratio

    public static string Render(Kernel kernel)
    {
        HardwareProfile profile = kernel.Machine.Profile;
        MemoryFigures figures = MemoryFigures.Of(kernel) << (profile.PageShift - 10);
        StringBuilder text = new();
        AppendUsage(text, figures, profile);
        AppendSlab(text, figures);
        AppendLimits(text, figures, kernel.Mm.VmallocInfo);
        AppendHugePages(text, profile);
        return text.ToString();
    }

    private static void AppendUsage(StringBuilder text, MemoryFigures figures, HardwareProfile profile)
    {
        Append(text, "MemTotal", figures.Total);
        Append(text, "MemFree", figures.Free);
        AppendZeroes(text, "Buffers", "Cached", "SwapCached", "Active", "Inactive");
        if (profile.HasHighMem)
        {
            Append(text, "HighTotal", figures.HighTotal);
            Append(text, "HighFree", figures.HighFree);
            Append(text, "LowTotal", figures.Total - figures.HighTotal);
            Append(text, "LowFree", figures.Free - figures.HighFree);
        }
        AppendZeroes(text, "SwapTotal", "SwapFree", "Dirty", "Writeback", "AnonPages", "Mapped");
    }

    private static void AppendSlab(StringBuilder text, MemoryFigures figures)
    {
        Append(text, "Slab", figures.Reclaimable + figures.Unreclaimable);
        Append(text, "SReclaimable", figures.Reclaimable);
        Append(text, "SUnreclaim", figures.Unreclaimable);
        AppendZeroes(text, "PageTables", "NFS_Unstable", "Bounce");
    }

    private static void AppendLimits(StringBuilder text, MemoryFigures figures, VmallocInfo vmalloc)
    {
        Append(text, "CommitLimit", figures.Total * OvercommitRatio / 100);
        Append(text, "Committed_AS", 0);
        Append(text, "VmallocTotal", vmalloc.Total >> 10);
        Append(text, "VmallocUsed", vmalloc.Used >> 10);
        Append(text, "VmallocChunk", vmalloc.LargestChunk >> 10);
    }

    private static void AppendHugePages(StringBuilder text, HardwareProfile profile)
    {
        foreach (string label in (ReadOnlySpan<string>)["HugePages_Total:", "HugePages_Free:", "HugePages_Rsvd:", "HugePages_Surp:"])
            text.Append(CultureInfo.InvariantCulture, $"{label,-16} {0,5}\n");
        text.Append(CultureInfo.InvariantCulture, $"Hugepagesize:    {(profile.WordSize == 64 ? 2048 : 4096),5} kB\n");
    }

    private static void AppendZeroes(StringBuilder text, params ReadOnlySpan<string> labels)
    {
        foreach (string label in labels)
            Append(text, label, 0);
    }

    private static void Append(StringBuilder text, string label, ulong kib) =>
        text.Append(CultureInfo.InvariantCulture, $"{label + ':',-13} {kib,8} kB\n");
}
