namespace MiniKernel.Mm;

/// <summary>Which watermark an attempt respects, and what it may take off it (ALLOC_* of mm/page_alloc.c).</summary>
[Flags]
public enum AllocFlags
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
        long needed = min, free = FreePages - (1L << order) + 1;        // may be negative
        bool isOk = free > min + _reserve[preferred];
        int tooSmall = 0;
        while (isOk && tooSmall < order)
        {
            free -= (long)_areas[tooSmall].Blocks << tooSmall;      // too small to help
            min >>= 1;
            tooSmall++;
            isOk = free > min;
        }
        if (Trace.Sink is { } trace)
        {
            long reserve = tooSmall == 0 ? _reserve[preferred] : 0;
            trace.Trace(new ZoneWatermarkEvent(
                Layout, order, flags, FreePages, Mark(flags), needed, _reserve[preferred], tooSmall, free, min + reserve, isOk));
        }
        return isOk;
    }

    private long Mark(AllocFlags flags) =>
        (flags & AllocFlags.Min) != 0 ? Min : (flags & AllocFlags.High) != 0 ? High : Low;
}
