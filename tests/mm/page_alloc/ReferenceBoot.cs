using MiniKernel.Hal;

namespace MiniKernel.Mm.Tests;

/// <summary>Boot placement and bootmem release with a bit a frame, written from the facts sheet alone.</summary>
internal sealed class ReferenceBoot
{
    private readonly HardwareProfile _profile;
    private readonly bool[] _taken;
    private readonly uint _lowEnd;

    public ReferenceBoot(HardwareProfile profile)
    {
        _profile = profile;
        _taken = new bool[profile.Frames];
        _lowEnd = (uint)(profile.LowmemBytes / (uint)profile.PageSize);
        foreach (PhysicalRange hole in profile.MemoryMap)
            Mark(Frame(hole.Start), Frame(hole.End));
        int[] holes = [.. _taken.Select(taken => taken ? 1 : 0)];
        Mark(0, 1);
        Mark(Frame(profile.KernelImage.Start), Frame(profile.KernelImage.End));
        BitmapStart = Frame(profile.KernelImage.End);
        BitmapEnd = BitmapStart + Ceiling((_lowEnd + 7) / 8);
        Mark(BitmapStart, BitmapEnd);
        uint mapFrames = Ceiling((ulong)profile.Frames * StructPage);
        PageMapStart = FirstFit((uint)(Math.Min(profile.DmaLimit, profile.LowmemBytes) / (uint)profile.PageSize), mapFrames) ?? FirstFit(0, mapFrames)!.Value;
        PageMapEnd = PageMapStart + mapFrames;
        Mark(PageMapStart, PageMapEnd);
        Zones = LayOut(holes);
    }

    public uint BitmapStart { get; }

    public uint BitmapEnd { get; }

    public uint PageMapStart { get; }

    public uint PageMapEnd { get; }

    /// <summary>Populated zones, lowest first.</summary>
    public List<ReferenceZone> Zones { get; }

    public uint Released { get; private set; }

    private uint StructPage => _profile.WordSize == 32 ? 32u : 56u;

    public void Release()
    {
        ReleaseWords(0, _lowEnd);
        for (uint frame = BitmapStart; frame < BitmapEnd; frame++)
            ReleaseFrame(frame);
        ReleaseWords(_lowEnd, _profile.Frames);
    }

    public ReferenceZone ZoneOf(uint frame) => Zones.Single(zone => frame >= zone.Start && frame < zone.End);

    private void ReleaseWords(uint start, uint end)
    {
        uint bits = (uint)_profile.WordSize;
        for (uint word = start / bits * bits; word < end; word += bits)
        {
            if (IsWholeAndFree(word, bits, start, end))
                ReleaseWord(word, bits);
            else
            {
                for (uint frame = Math.Max(word, start); frame < Math.Min(word + bits, end); frame++)
                {
                    if (!_taken[frame])
                        ReleaseFrame(frame);
                }
            }
        }
    }

    private bool IsWholeAndFree(uint word, uint bits, uint start, uint end)
    {
        if (word < start || word + bits > end || word + bits > ZoneOf(word).End)
            return false;
        for (uint frame = word; frame < word + bits; frame++)
        {
            if (_taken[frame])
                return false;
        }
        return true;
    }

    private void ReleaseWord(uint word, uint bits)
    {
        uint block = Math.Min(bits, 1u << (_profile.MaxOrder - 1));
        int order = (int)Math.Log2(block);
        for (uint frame = word; frame < word + bits; frame += block)
            ZoneOf(word).ReturnBlock(frame, order);
        Released += bits;
    }

    private void ReleaseFrame(uint frame)
    {
        ZoneOf(frame).FreePage(0, frame);
        Released++;
    }

    private List<ReferenceZone> LayOut(int[] holes)
    {
        var zones = new List<ReferenceZone>();
        uint start = 0;
        foreach (ulong limit in new[] { _profile.DmaLimit, _profile.Dma32Limit, _profile.LowmemBytes, _profile.Ram })
        {
            uint end = Math.Min(Frame(limit), limit == _profile.Ram ? _profile.Frames : _lowEnd);
            if (end <= start)
                continue;
            int present = (int)(end - start) - holes[(int)start..(int)end].Sum() - (int)Ceiling((ulong)(end - start) * StructPage);
            zones.Add(new ReferenceZone(start, end, present, _profile.PageSize, _profile.MaxOrder, _profile.Cpus));
            start = end;
        }
        return zones;
    }

    private uint? FirstFit(uint from, uint length)
    {
        uint free = 0;
        for (uint frame = from; frame < _lowEnd; frame++)
        {
            free = _taken[frame] ? 0 : free + 1;
            if (free == length)
                return frame + 1 - length;
        }
        return null;
    }

    private void Mark(uint start, uint end) => Array.Fill(_taken, true, (int)start, (int)(end - start));

    private uint Frame(ulong address) => (uint)(address / (uint)_profile.PageSize);

    private uint Ceiling(ulong bytes) => (uint)((bytes + (uint)_profile.PageSize - 1) / (uint)_profile.PageSize);
}
