namespace MiniKernel.Mm;

/// <summary>What the watermarks of a zone follow from.</summary>
/// <param name="Type">Its kind.</param>
/// <param name="Present">present_pages.</param>
internal readonly record struct ZoneSize(ZoneType Type, uint Present);

/// <summary>A zone's watermarks and lowmem_reserve, in page frames.</summary>
internal readonly record struct ZoneMarks(uint Min, uint Low, uint High, uint[] Protection);

/// <summary>How much memory each zone keeps back.</summary>
/// <remarks>Source: init_per_zone_pages_min, setup_per_zone_pages_min, setup_per_zone_lowmem_reserve, Linux 2.6.24
/// mm/page_alloc.c. Proven against the zone records in tests/mm/data/zones.</remarks>
internal static class Watermarks
{
    private const uint MinFreeKbytes = 128, MaxFreeKbytes = 65536;
    private const uint HighMemMin = 32, HighMemMax = 128;      // frames: SWAP_CLUSTER_MAX and four times that

    /// <summary>The marks of all configured zones, lowest zone first.</summary>
    public static ZoneMarks[] Compute(ReadOnlySpan<ZoneSize> zones, int pageSize)
    {
        ulong lowPages = 0;
        foreach (ZoneSize zone in zones)
            lowPages += zone.Type == ZoneType.HighMem ? 0 : zone.Present;
        ulong minTotal = MinFree(lowPages * (uint)pageSize / 1024) / ((uint)pageSize / 1024);
        var marks = new ZoneMarks[zones.Length];
        for (int i = 0; i < zones.Length; i++)
            marks[i] = Marks(zones[i], minTotal, lowPages, Protection(zones, i));
        return marks;
    }

    /// <summary>min_free_kbytes for that many KiB of low memory.</summary>
    public static uint MinFree(ulong lowKbytes) =>
        Math.Clamp(IntegerSquareRoot(lowKbytes * 16), MinFreeKbytes, MaxFreeKbytes);

    private static ZoneMarks Marks(ZoneSize zone, ulong minTotal, ulong lowPages, uint[] protection)
    {
        uint share = (uint)(minTotal * zone.Present / Math.Max(1, lowPages));
        uint min = zone.Type == ZoneType.HighMem ? Math.Clamp(zone.Present / 1024, HighMemMin, HighMemMax) : share;
        return new ZoneMarks(min, min + (share / 4), min + (share / 2), protection);
    }

    /// <summary>lowmem_reserve of zone <paramref name="zone"/>: an entry per zone a request may prefer.</summary>
    private static uint[] Protection(ReadOnlySpan<ZoneSize> zones, int zone)
    {
        var protection = new uint[zones.Length];
        uint above = 0;
        for (int preferred = zone + 1; preferred < zones.Length; preferred++)
        {
            above += zones[preferred].Present;
            protection[preferred] = above / ReserveRatio(zones[zone].Type);
        }
        return protection;
    }

    private static uint ReserveRatio(ZoneType type) => type is ZoneType.Dma or ZoneType.Dma32 ? 256u : 32u;

    private static uint IntegerSquareRoot(ulong value)
    {
        uint root = (uint)Math.Sqrt(value);
        while ((ulong)root * root > value)
            root--;
        while (((ulong)root + 1) * (root + 1) <= value)
            root++;
        return root;
    }
}
