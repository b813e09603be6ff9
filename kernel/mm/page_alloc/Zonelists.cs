using System.Collections.Immutable;

namespace MiniKernel.Mm;

/// <summary>The zones each kind of request may be served from, in the order they are tried.</summary>
/// <remarks>Source: gfp_zone, Linux 2.6.24 linux/gfp.h, and build_zonelists, mm/page_alloc.c: from the zone asked for
/// downwards, populated zones only.</remarks>
internal static class Zonelists
{
    /// <summary>A zonelist for each combination of the zone bits in <paramref name="mask"/>, indexed by them.</summary>
    public static Zone[][] Build(ImmutableArray<Zone> zones, GfpFlags mask)
    {
        var lists = new Zone[(int)mask + 1][];
        for (int bits = 0; bits < lists.Length; bits++)
        {
            ZoneType top = ZoneOf((GfpFlags)bits, zones);
            lists[bits] = [.. zones.Where(zone => zone.Layout.Type <= top && zone.Layout.Spanned != 0).Reverse()];
        }
        return lists;
    }

    /// <summary>gfp_zone: DMA before DMA32 before HIGHMEM; a zone that is not configured reads as Normal.</summary>
    private static ZoneType ZoneOf(GfpFlags flags, ImmutableArray<Zone> zones)
    {
        if (Asks(GfpFlags.Dma, ZoneType.Dma))
            return ZoneType.Dma;
        if (Asks(GfpFlags.Dma32, ZoneType.Dma32))
            return ZoneType.Dma32;
        return Asks(GfpFlags.HighMem, ZoneType.HighMem) ? ZoneType.HighMem : ZoneType.Normal;

        bool Asks(GfpFlags flag, ZoneType type) =>
            (flags & flag) != 0 && zones.Any(zone => zone.Layout.Type == type);
    }
}
