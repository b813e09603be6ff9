using MiniKernel.Mm;

namespace MiniKernel.Cli.Replay;

/// <summary>How memory stood at a moment of a replay.</summary>
/// <param name="InUseBytes">Requested by the trace and not given back: objects only.</param>
/// <param name="ActiveBytes">Buffers that are not on their slab's free chain; those parked in per-CPU arrays are.</param>
/// <param name="SlabBytes">Pages of all slabs.</param>
/// <param name="FreeBlocks">Free blocks by order, all zones together.</param>
internal sealed record MemoryMoment(ulong InUseBytes, ulong ActiveBytes, ulong SlabBytes, IReadOnlyList<ulong> FreeBlocks)
{
    private ulong FreeFrames => UsableFrames(0);

    /// <summary>The order of the largest free block; -1 when nothing is free.</summary>
    public int LargestOrder => Enumerable.Range(0, FreeBlocks.Count).LastOrDefault(order => FreeBlocks[order] != 0, -1);

    /// <summary>Counts what there is now.</summary>
    public static MemoryMoment Of(KernelMm mm, ulong inUseBytes)
    {
        ulong active = 0, slabs = 0;
        foreach (SlabInfo cache in mm.SlabInfos())
        {
            active += cache.ActiveObjects * cache.ObjectSize;
            slabs += cache.TotalSlabs * cache.PagesPerSlab * (ulong)mm.Profile.PageSize;
        }
        ulong[] blocks = new ulong[mm.Profile.MaxOrder];
        foreach (ZoneInfo zone in mm.Zones())
        {
            for (int order = 0; order < blocks.Length; order++)
                blocks[order] += zone.FreeBlocks[order];
        }
        return new MemoryMoment(inUseBytes, active, slabs, blocks);
    }

    /// <summary>The part of free memory that lies in blocks too small for an order, 0 to 1: Linux's unusable_free_index
    /// (mm/vmstat.c, /sys/kernel/debug/extfrag). 1 when nothing is free.</summary>
    public double UnusableIndex(int order) => FreeFrames == 0 ? 1 : (double)(FreeFrames - UsableFrames(order)) / FreeFrames;

    private ulong UsableFrames(int order)
    {
        ulong frames = 0;
        for (int o = order; o < FreeBlocks.Count; o++)
            frames += FreeBlocks[o] << o;
        return frames;
    }
}
