using System.Numerics;
using MiniKernel.Hal;

namespace MiniKernel.Core;

/// <summary>Counts of page frames that only messages need.</summary>
internal static class FrameCount
{
    /// <summary>Frames of a stretch that lie in holes.</summary>
    public static uint Holes(HardwareProfile profile, uint start, uint count)
    {
        ulong end = (ulong)start + count, holes = 0;
        foreach (PhysicalRange hole in profile.MemoryMap)
        {
            ulong from = Math.Max(start, hole.Start >> profile.PageShift), to = Math.Min(end, hole.End >> profile.PageShift);
            holes += to > from ? to - from : 0;
        }
        return (uint)holes;
    }

    /// <summary>zone_batchsize() of Linux 2.6.24 mm/page_alloc.c.</summary>
    public static uint PcpBatch(uint present, int pageSize)
    {
        uint batch = Math.Min(present / 1024, 512 * 1024 / (uint)pageSize) / 4;
        batch = Math.Max(batch, 1);
        return (1u << BitOperations.Log2(batch + (batch / 2))) - 1;
    }
}
