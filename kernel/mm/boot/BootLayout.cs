using System.Collections.Immutable;
using MiniKernel.Hal;

namespace MiniKernel.Mm;

/// <summary>Where everything lies before the first page is handed out: zones with their marks, and what boot reserves.</summary>
/// <remarks>Pure: needs a profile, no machine. Source: free_area_init_core and setup_per_zone_pages_min, Linux 2.6.24
/// mm/page_alloc.c; placement of the reservations is ours (ARCHITECTURE.md, differences).</remarks>
public sealed record BootLayout
{
    private BootLayout(ImmutableArray<ZoneLayout> zones, ImmutableArray<Reservation> reserved, ImmutableArray<FrameRange> unusable, FrameRange bitmap)
    {
        Zones = zones;
        Reserved = reserved;
        Unusable = unusable;
        Bitmap = bitmap;
    }

    /// <summary>The configured zones, lowest first; those without memory included, for they lengthen every Protection.</summary>
    public IReadOnlyList<ZoneLayout> Zones { get; }

    /// <summary>What boot takes, by address.</summary>
    public IReadOnlyList<Reservation> Reserved { get; }

    /// <summary>Holes and reservations by address, none overlapping: frames that bootmem does not release.</summary>
    internal ImmutableArray<FrameRange> Unusable { get; }

    /// <summary>The bootmem bitmap: in <see cref="Unusable"/>, but released last.</summary>
    internal FrameRange Bitmap { get; }

    /// <summary>Lays out the memory of <paramref name="profile"/>.</summary>
    /// <exception cref="ArgumentException">The machine has no room for its own page map.</exception>
    public static BootLayout Compute(HardwareProfile profile)
    {
        ArgumentNullException.ThrowIfNull(profile);
        BootReservations reservations = BootReservations.Place(profile);
        return new BootLayout(LayOutZones(profile), reservations.Named, reservations.Unusable, reservations.Bitmap);
    }

    private static ImmutableArray<ZoneLayout> LayOutZones(HardwareProfile profile)
    {
        ImmutableArray<ZoneSpan> spans = ZoneSpan.Of(profile);
        ImmutableArray<ZoneSize> sizes = [.. spans.Select(span => new ZoneSize(span.Type, Present(profile, span.Frames)))];
        ImmutableArray<ZoneMarks> marks = Watermarks.Compute(sizes, profile.PageSize);
        return [.. spans.Select((span, i) => new ZoneLayout(
            span.Name, span.Type, span.Frames.Start, span.Frames.Length, sizes[i].Present,
            marks[i].Min, marks[i].Low, marks[i].High, marks[i].Protection))];
    }

    private static uint Present(HardwareProfile profile, FrameRange zone)
    {
        uint holes = 0;
        foreach (PhysicalRange hole in profile.MemoryMap)
            holes += FrameRange.Covering(hole, profile.PageShift).Common(zone);
        uint taken = holes + BootReservations.PageMapFrames(profile, zone.Length);
        return zone.Length > taken ? zone.Length - taken : 0;
    }

    /// <summary>A configured zone's frames.</summary>
    private readonly record struct ZoneSpan(string Name, ZoneType Type, FrameRange Frames)
    {
        public static ImmutableArray<ZoneSpan> Of(HardwareProfile profile)
        {
            var spans = ImmutableArray.CreateBuilder<ZoneSpan>(4);
            uint next = 0;
            if (profile.HasDmaZone)
                Add("DMA", ZoneType.Dma, profile.DmaLimit);
            if (profile.HasDma32Zone)
                Add("DMA32", ZoneType.Dma32, profile.Dma32Limit);
            Add("Normal", ZoneType.Normal, profile.LowmemBytes);
            if (profile.HasHighMem)
                Add("HighMem", ZoneType.HighMem, profile.Ram);
            return spans.ToImmutable();

            void Add(string name, ZoneType type, ulong limit)
            {
                ulong reach = type == ZoneType.HighMem ? profile.Ram : profile.LowmemBytes;
                uint end = (uint)(Math.Min(limit, reach) >> profile.PageShift);
                spans.Add(new ZoneSpan(name, type, end > next ? new FrameRange(next, end) : default));
                next = Math.Max(next, end);
            }
        }
    }
}
