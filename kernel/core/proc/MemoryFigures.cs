using MiniKernel.Hal;
using MiniKernel.Mm;

namespace MiniKernel.Core;

/// <summary>How much memory there is and how much of it is free, in pages: si_meminfo().</summary>
internal readonly record struct MemoryFigures(ulong Total, ulong Free, ulong HighTotal, ulong HighFree, ulong Reclaimable, ulong Unreclaimable)
{
    /// <summary>A kernel's figures now.</summary>
    public static MemoryFigures Of(Kernel kernel)
    {
        (KernelMm mm, HardwareProfile profile) = (kernel.Mm, kernel.Machine.Profile);
        ulong free = 0, highTotal = 0, highFree = 0, reclaimable = 0, unreclaimable = 0;
        foreach (ZoneInfo zone in mm.Zones())
        {
            free += zone.Free;
            reclaimable += zone.SlabReclaimable;
            unreclaimable += zone.SlabUnreclaimable;
            if (zone.Name != "HighMem")
                continue;
            highTotal += zone.Spanned - FrameCount.Holes(profile, zone.StartFrame, zone.Spanned);
            highFree += zone.Free;
        }
        return new(mm.TotalRamPages, free, highTotal, highFree, reclaimable, unreclaimable);
    }

    /// <summary>The same in a unit that so many bits make a page.</summary>
    public static MemoryFigures operator <<(MemoryFigures pages, int bits) => new(
        pages.Total << bits, pages.Free << bits, pages.HighTotal << bits, pages.HighFree << bits, pages.Reclaimable << bits, pages.Unreclaimable << bits);
}
