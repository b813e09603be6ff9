namespace MiniKernel.Mm;

/// <summary>Which watermark an attempt respects, and what it may take off it (ALLOC_* of mm/page_alloc.c).</summary>
[Flags]
internal enum AllocFlags
{
    /// <summary>ALLOC_WMARK_LOW: the ordinary first attempt.</summary>
    Low = 0,

    /// <summary>ALLOC_WMARK_MIN.</summary>
    Min = 1,

    /// <summary>ALLOC_WMARK_HIGH.</summary>
    High = 2,

    /// <summary>ALLOC_NO_WATERMARKS.</summary>
    NoWatermarks = 4,

    /// <summary>ALLOC_HARDER: a quarter less.</summary>
    Harder = 8,

    /// <summary>ALLOC_HIGH: half of it, for __GFP_HIGH.</summary>
    Deeper = 16,
}

/// <summary>The watermark test.</summary>
internal sealed unsafe partial class Zone
{
    /// <summary>zone_watermark_ok: may a block be taken, leaving what the zone keeps back?</summary>
    /// <param name="order">The block wanted.</param>
    /// <param name="preferred">The request's first zone, against which lowmem_reserve is held.</param>
    /// <param name="flags">Which mark.</param>
    public bool WatermarkOk(int order, int preferred, AllocFlags flags)
    {
        if ((flags & AllocFlags.NoWatermarks) != 0)
            return true;
        long min = Mark(flags);
        if ((flags & AllocFlags.Deeper) != 0)
            min -= min / 2;
        if ((flags & AllocFlags.Harder) != 0)
            min -= min / 4;
        long free = FreePages - (1L << order) + 1;          // may be negative
        if (free <= min + _reserve[preferred])
            return false;
        for (int o = 0; o < order; o++)
        {
            free -= (long)_areas[o].Blocks << o;            // too small to help
            min >>= 1;
            if (free <= min)
                return false;
        }
        return true;
    }

    private long Mark(AllocFlags flags) =>
        (flags & AllocFlags.Min) != 0 ? Min : (flags & AllocFlags.High) != 0 ? High : Low;
}
