namespace MiniKernel.Mm;

/// <summary>The zones each kind of request may be served from, in the order they are tried.</summary>
/// <remarks>Source: gfp_zone, Linux 2.6.24 linux/gfp.h, and build_zonelists, mm/page_alloc.c: from the zone asked for
/// downwards, populated zones only.</remarks>
internal static class Zonelists
{
    /// <summary>A zonelist for each combination of the zone bits in <paramref name="mask"/>, indexed by them.</summary>
    public static Zone[][] Build(Zone[] zones, GfpFlags mask)
    {
        var lists = new Zone[(int)mask + 1][];
        for (int bits = 0; bits < lists.Length; bits++)
        {
            ZoneType top = ZoneOf((GfpFlags)bits, zones);
            lists[bits] = Downwards(zones, top);
        }
        return lists;
    }

    /// <summary>The populated zones from <paramref name="top"/> down.</summary>
    public static Zone[] Downwards(Zone[] zones, ZoneType top)
    {
        int count = 0;
        foreach (Zone zone in zones)
            count += Serves(zone, top) ? 1 : 0;
        var list = new Zone[count];
        foreach (Zone zone in zones)
        {
            if (Serves(zone, top))
                list[--count] = zone;
        }
        return list;
    }

    private static bool Serves(Zone zone, ZoneType top) => zone.Layout.Type <= top && zone.Layout.Spanned != 0;

    /// <summary>gfp_zone: DMA before DMA32 before HIGHMEM; a zone that is not configured reads as Normal.</summary>
    private static ZoneType ZoneOf(GfpFlags flags, Zone[] zones)
    {
        if (Asks(GfpFlags.Dma, ZoneType.Dma))
            return ZoneType.Dma;
        if (Asks(GfpFlags.Dma32, ZoneType.Dma32))
            return ZoneType.Dma32;
        return Asks(GfpFlags.HighMem, ZoneType.HighMem) ? ZoneType.HighMem : ZoneType.Normal;

        bool Asks(GfpFlags flag, ZoneType type) => (flags & flag) != 0 && IsConfigured(zones, type);
    }

    private static bool IsConfigured(Zone[] zones, ZoneType type)
    {
        foreach (Zone zone in zones)
        {
            if (zone.Layout.Type == type)
                return true;
        }
        return false;
    }
}
