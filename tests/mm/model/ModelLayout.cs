using MiniKernel.Hal;

namespace MiniKernel.Mm.Tests.Model;

/// <summary>A zone's extent and numbers.</summary>
internal sealed record ModelZoneLayout(string Name, uint Start, uint Spanned, uint Present)
{
    public uint End => Start + Spanned;

    public bool IsHighMem => Name == "HighMem";

    public long Min { get; set; }

    public long Low { get; set; }

    public long High { get; set; }

    public long[] Protection { get; set; } = [];
}

/// <summary>Zones, reserved frames and watermarks of a profile: linux-mm.md d.1, d.4 and "Boot" in h.</summary>
internal sealed class ModelLayout
{
    private readonly HardwareProfile _profile;
    private readonly bool[] _hole;
    private readonly bool[] _reserved;

    public ModelLayout(HardwareProfile profile)
    {
        _profile = profile;
        _hole = new bool[profile.Frames];
        _reserved = new bool[profile.Frames];
        foreach (PhysicalRange hole in profile.MemoryMap)
            Mark(_hole, FrameOf(hole.Start), FrameUp(hole.End));
        Zones = MakeZones();
        Reserve();
        SetWatermarks(Zones, profile.PageSize);
    }

    /// <summary>The configured zones, low to high, populated or not.</summary>
    public List<ModelZoneLayout> Zones { get; }

    public uint LowmemFrames => FrameOf(_profile.LowmemBytes);

    /// <summary>The frames of the bootmem bitmap: [Start, End).</summary>
    public (uint Start, uint End) Bitmap { get; private set; }

    public (uint Start, uint End) PageMap { get; private set; }

    public int PageStructBytes => _profile.WordSize == 32 ? 32 : 56;

    public bool IsUsable(uint frame) => !_hole[frame] && !_reserved[frame];

    /// <summary>min, low, high and lowmem_reserve of d.4 from the zones' present pages.</summary>
    public static void SetWatermarks(List<ModelZoneLayout> zones, int pageSize)
    {
        int[] ratio = [.. zones.Select(zone => zone.Name is "DMA" or "DMA32" ? 256 : 32)];
        long lowPages = zones.Where(zone => !zone.IsHighMem).Sum(zone => (long)zone.Present);
        long minFreeKb = Math.Clamp(IntegerRoot(lowPages * (pageSize / 1024) * 16), 128, 65536);
        long pagesMin = minFreeKb / (pageSize / 1024);
        foreach (ModelZoneLayout zone in zones)
        {
            long share = pagesMin * zone.Present / lowPages;
            zone.Min = zone.IsHighMem ? Math.Clamp(zone.Present / 1024, 32, 128) : share;
            zone.Low = zone.Min + share / 4;
            zone.High = zone.Min + share / 2;
        }
        for (int i = 0; i < zones.Count; i++)
        {
            zones[i].Protection = new long[zones.Count];
            for (int j = i + 1; j < zones.Count; j++)
                zones[i].Protection[j] = zones.Skip(i + 1).Take(j - i).Sum(zone => (long)zone.Present) / ratio[i];
        }
    }

    private static long IntegerRoot(long value)
    {
        long root = (long)Math.Sqrt(value);
        while (root * root > value)
            root--;
        while ((root + 1) * (root + 1) <= value)
            root++;
        return root;
    }

    private static void Mark(bool[] map, uint start, uint end)
    {
        for (uint frame = start; frame < end; frame++)
            map[frame] = true;
    }

    private uint FrameOf(ulong address) => (uint)(address / (ulong)_profile.PageSize);

    private uint FrameUp(ulong bytes) => (uint)((bytes + (ulong)_profile.PageSize - 1) / (ulong)_profile.PageSize);

    private List<ModelZoneLayout> MakeZones()
    {
        var zones = new List<ModelZoneLayout>();
        uint start = 0;
        if (_profile.DmaLimit != 0)
            Add("DMA", Math.Min(_profile.DmaLimit, _profile.LowmemBytes));
        if (_profile.Dma32Limit != 0)
            Add("DMA32", Math.Min(_profile.Dma32Limit, _profile.LowmemBytes));
        Add("Normal", _profile.LowmemBytes);
        if (_profile.WordSize == 32 && _profile.LowmemLimit != 0)
            Add("HighMem", _profile.Ram);
        return zones;

        void Add(string name, ulong endAddress)
        {
            uint end = Math.Max(start, FrameOf(endAddress));
            uint spanned = end - start, holes = 0;
            for (uint frame = start; frame < end; frame++)
                holes += _hole[frame] ? 1u : 0;
            uint map = FrameUp((ulong)spanned * (ulong)PageStructBytes);
            zones.Add(new ModelZoneLayout(name, spanned == 0 ? 0 : start, spanned, spanned - holes - map));
            start = end;
        }
    }

    private void Reserve()
    {
        _reserved[0] = true;
        uint imageEnd = FrameUp(_profile.KernelImage.End);
        Mark(_reserved, FrameOf(_profile.KernelImage.Start), imageEnd);
        Bitmap = (imageEnd, imageEnd + FrameUp((LowmemFrames + 7) / 8));
        Mark(_reserved, Bitmap.Start, Bitmap.End);
        uint mapFrames = FrameUp((ulong)_profile.Frames * (ulong)PageStructBytes);
        uint mapStart = FirstFit(FrameOf(_profile.DmaLimit), mapFrames) ?? FirstFit(0, mapFrames)
            ?? throw new InvalidOperationException("the page map does not fit");
        PageMap = (mapStart, mapStart + mapFrames);
        Mark(_reserved, PageMap.Start, PageMap.End);
    }

    private uint? FirstFit(uint from, uint frames)
    {
        uint run = 0;
        for (uint frame = from; frame < LowmemFrames; frame++)
        {
            run = IsUsable(frame) ? run + 1 : 0;
            if (run == frames)
                return frame + 1 - frames;
        }
        return null;
    }
}
