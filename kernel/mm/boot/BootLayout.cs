using System.Collections.Immutable;
using MiniKernel.Hal;

namespace MiniKernel.Mm;

/// <summary>Where everything lies before the first page is handed out: zones with their marks, and what boot reserves.</summary>
/// <remarks>Pure: needs a profile, no machine. Plain loops: it runs once, cold, and LINQ over structs cost ten times the
/// start-up time. Source: free_area_init_core and setup_per_zone_pages_min, Linux 2.6.24 mm/page_alloc.c; placement of
/// the reservations is ours (ARCHITECTURE.md, differences).</remarks>
public sealed record BootLayout
{
    private readonly FrameRange[] _unusable;

    private BootLayout(ZoneLayout[] zones, BootReservations reservations)
    {
        Zones = zones;
        Reserved = reservations.Named;
        Bitmap = reservations.Bitmap;
        _unusable = reservations.Unusable;
    }

    /// <summary>The configured zones, lowest first; those without memory included, for they lengthen every Protection.</summary>
    public IReadOnlyList<ZoneLayout> Zones { get; }

    /// <summary>What boot takes, by address.</summary>
    public IReadOnlyList<Reservation> Reserved { get; }

    /// <summary>Holes and reservations by address, none touching another: frames that bootmem does not release.</summary>
    internal ReadOnlySpan<FrameRange> Unusable => _unusable;

    /// <summary>The bootmem bitmap: in <see cref="Unusable"/>, but released last.</summary>
    internal FrameRange Bitmap { get; }

    /// <summary>Lays out the memory of <paramref name="profile"/>.</summary>
    /// <exception cref="ArgumentException">The machine has no room for its own page map.</exception>
    public static BootLayout Compute(HardwareProfile profile)
    {
        ArgumentNullException.ThrowIfNull(profile);
        var reservations = BootReservations.Place(profile);
        ZoneSpan[] spans = Spans(profile);
        var sizes = new ZoneSize[spans.Length];
        for (int i = 0; i < spans.Length; i++)
            sizes[i] = new ZoneSize(spans[i].Type, Present(profile, spans[i].Frames));
        ZoneMarks[] marks = Watermarks.Compute(sizes, profile.PageSize);
        var zones = new ZoneLayout[spans.Length];
        for (int i = 0; i < spans.Length; i++)
            zones[i] = Zone(spans[i], sizes[i], marks[i]);
        return new BootLayout(zones, reservations);
    }

    private static ZoneLayout Zone(ZoneSpan span, ZoneSize size, ZoneMarks marks) => new(
        span.Name, span.Type, span.Frames.Start, span.Frames.Length, size.Present,
        marks.Min, marks.Low, marks.High, ImmutableArray.Create(marks.Protection));

    private static ZoneSpan[] Spans(HardwareProfile profile)
    {
        var spans = new ZoneSpan[1 + (profile.HasDmaZone ? 1 : 0) + (profile.HasDma32Zone ? 1 : 0) + (profile.HasHighMem ? 1 : 0)];
        int count = 0;
        uint next = 0;
        if (profile.HasDmaZone)
            Add("DMA", ZoneType.Dma, Math.Min(profile.DmaLimit, profile.LowmemBytes));
        if (profile.HasDma32Zone)
            Add("DMA32", ZoneType.Dma32, Math.Min(profile.Dma32Limit, profile.LowmemBytes));
        Add("Normal", ZoneType.Normal, profile.LowmemBytes);
        if (profile.HasHighMem)
            Add("HighMem", ZoneType.HighMem, profile.Ram);
        return spans;

        void Add(string name, ZoneType type, ulong limit)
        {
            uint end = (uint)(limit >> profile.PageShift);
            spans[count++] = new ZoneSpan(name, type, end > next ? new FrameRange(next, end) : default);
            next = Math.Max(next, end);
        }
    }

    private static uint Present(HardwareProfile profile, FrameRange zone)
    {
        uint taken = BootReservations.PageMapFrames(profile, zone.Length);
        foreach (PhysicalRange hole in profile.MemoryMap)
            taken += FrameRange.Covering(hole, profile.PageShift).Common(zone);
        return zone.Length > taken ? zone.Length - taken : 0;
    }

    /// <summary>A configured zone's frames.</summary>
    private readonly record struct ZoneSpan(string Name, ZoneType Type, FrameRange Frames);
}
