using MiniKernel.Hal;

namespace MiniKernel.Mm;

/// <summary>One cache, as a line of /proc/slabinfo 2.1 shows it.</summary>
public sealed record SlabInfo(
    string Name, ulong ActiveObjects, ulong TotalObjects, uint ObjectSize, uint ObjectsPerSlab, uint PagesPerSlab,
    uint Limit, uint BatchCount, uint Shared, ulong ActiveSlabs, ulong TotalSlabs, ulong SharedAvailable, string? Error);

/// <summary>One per-CPU page list of a zone.</summary>
public readonly record struct PagesetInfo(int Cpu, bool Cold, uint Count, uint High, uint Batch);

/// <summary>One zone, as /proc/zoneinfo and /proc/buddyinfo show it. Counts are page frames.</summary>
/// <param name="Name">DMA, DMA32, Normal or HighMem.</param>
/// <param name="StartFrame">First frame of the zone.</param>
/// <param name="Spanned">Frames from first to last, holes included.</param>
/// <param name="Present">Spanned less holes and page map.</param>
/// <param name="Free">Frames in the buddy's lists (those on per-CPU lists are not counted).</param>
/// <param name="Min">Watermark.</param>
/// <param name="Low">Watermark.</param>
/// <param name="High">Watermark.</param>
/// <param name="Protection">lowmem_reserve, an entry per configured zone type.</param>
/// <param name="FreeBlocks">Free blocks per order.</param>
/// <param name="Pagesets">Per CPU the hot list, then the cold one.</param>
/// <param name="SlabReclaimable">Frames in slabs of SLAB_RECLAIM_ACCOUNT caches.</param>
/// <param name="SlabUnreclaimable">Frames in slabs of other caches.</param>
public sealed record ZoneInfo(
    string Name, uint StartFrame, uint Spanned, uint Present, uint Free, uint Min, uint Low, uint High,
    IReadOnlyList<uint> Protection, IReadOnlyList<uint> FreeBlocks, IReadOnlyList<PagesetInfo> Pagesets,
    uint SlabReclaimable, uint SlabUnreclaimable)
{
    /// <summary>True when the zone has frames; only populated zones are listed by buddyinfo.</summary>
    public bool IsPopulated => Spanned != 0;
}

/// <summary>A stretch of physical memory the boot took: "what" is frame0, kernel, bootmem bitmap or page map.</summary>
/// <param name="What">What lies there.</param>
/// <param name="Start">First byte.</param>
/// <param name="End">First byte behind it.</param>
public sealed record Reservation(string What, PhysicalAddress Start, PhysicalAddress End);
