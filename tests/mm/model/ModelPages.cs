using MiniKernel.Hal;

namespace MiniKernel.Mm.Tests.Model;

/// <summary>The page allocator: boot release, the allocation path of d.5, frees.</summary>
internal sealed class ModelPages
{
    private const int CostlyOrder = 3;

    private readonly HardwareProfile _profile;
    private readonly ModelLayout _layout;

    public ModelPages(HardwareProfile profile)
    {
        _profile = profile;
        _layout = new ModelLayout(profile);
        Zones = [.. _layout.Zones.Select((layout, index) => new ModelZone(layout, index, profile.MaxOrder, profile.Cpus, profile.PageSize))];
    }

    public List<ModelZone> Zones { get; }

    /// <summary>Runs shrinkers and shrinks every cache; returns frames freed.</summary>
    public Func<long> Reclaim { get; set; } = () => 0;

    /// <summary>The bootmem release of h, by CPU 0.</summary>
    public void ReleaseBootMemory()
    {
        ReleaseWords(0, _layout.LowmemFrames);
        for (uint frame = _layout.Bitmap.Start; frame < _layout.Bitmap.End; frame++)
            Free(frame, 0, 0);
        ReleaseWords(_layout.LowmemFrames, _profile.Frames);
    }

    public void SetWatermarks() => Zones.ForEach(zone => zone.SetWatermarks());

    public void Free(uint frame, int order, int cpu)
    {
        ModelZone zone = ZoneOf(frame);
        if (order == 0)
            zone.ReturnSingle(zone.Hot[cpu], frame);
        else
            zone.Return(frame, order);
    }

    public uint? Alloc(int order, uint gfp, int cpu)
    {
        if (order >= _profile.MaxOrder)
            return null;
        List<ModelZone> zonelist = ZonelistFor(gfp);
        if (zonelist.Count == 0)
            return null;
        if (FromZones(zonelist, order, gfp, cpu, zone => zone.Low, false, false) is { } early)
            return early;
        if (AtMin() is { } second)
            return second;
        if ((gfp & Gfp.Wait) == 0)
            return null;
        while (true)
        {
            bool progress = Reclaim() > 0;
            if (order > 0)
                DrainAllPerCpu();
            if (progress)
            {
                if (AtMin() is { } reclaimed)
                    return reclaimed;
            }
            else
            {
                // Without victims the OOM killer fails the request; NOFS and NOIO could only spin and fail likewise.
                if ((gfp & Gfp.Fs) == 0 || (gfp & Gfp.NoRetry) != 0)
                    return null;
                return FromZones(zonelist, order, gfp, cpu, zone => zone.High, false, false);
            }
            bool retry = (gfp & Gfp.NoRetry) == 0 && (order <= CostlyOrder || (gfp & Gfp.Repeat) != 0);
            if (!retry)
                return null;
        }

        uint? AtMin() => FromZones(zonelist, order, gfp, cpu, zone => zone.Min, (gfp & Gfp.High) != 0, (gfp & Gfp.Wait) == 0);
    }

    public void DrainAllPerCpu()
    {
        for (int cpu = 0; cpu < _profile.Cpus; cpu++)
        {
            foreach (ModelZone zone in Zones)
            {
                zone.Drain(zone.Hot[cpu], zone.Hot[cpu].Frames.Count);
                zone.Drain(zone.Cold[cpu], zone.Cold[cpu].Frames.Count);
            }
        }
    }

    private static uint? FromZones(List<ModelZone> zonelist, int order, uint gfp, int cpu, Func<ModelZone, long> mark, bool high, bool harder)
    {
        foreach (ModelZone zone in zonelist)
        {
            if (!zone.WatermarkOk(order, mark(zone), zonelist[0].Index, high, harder))
                continue;
            ModelPerCpuList list = ((gfp & Gfp.Cold) != 0 ? zone.Cold : zone.Hot)[cpu];
            uint? frame = order == 0 ? zone.TakeSingle(list) : zone.Take(order);
            if (frame is not null)
                return frame;
        }
        return null;
    }

    private List<ModelZone> ZonelistFor(uint gfp)
    {
        string top = "Normal";
        if ((gfp & Gfp.Dma) != 0 && HasZone("DMA"))
            top = "DMA";
        else if ((gfp & Gfp.Dma32) != 0 && HasZone("DMA32"))
            top = "DMA32";
        else if ((gfp & Gfp.HighMem) != 0 && HasZone("HighMem"))
            top = "HighMem";
        int index = Zones.FindIndex(zone => zone.Layout.Name == top);
        return [.. Zones.Take(index + 1).Where(zone => zone.IsPopulated).Reverse()];
    }

    private bool HasZone(string name) => Zones.Any(zone => zone.Layout.Name == name);

    private ModelZone ZoneOf(uint frame) => Zones.First(zone => zone.Contains(frame));

    private void ReleaseWords(uint start, uint end)
    {
        uint bits = (uint)_profile.WordSize;
        // A word's block may be larger than the buddy's largest: then as many of those as the word holds.
        int order = Math.Min(_profile.WordSize == 32 ? 5 : 6, _profile.MaxOrder - 1);
        for (uint word = start / bits * bits; word < end; word += bits)
        {
            if (IsWholeWord(word, bits, start, end))
            {
                for (uint block = word; block < word + bits; block += 1u << order)
                    Free(block, order, 0);
                continue;
            }
            for (uint frame = Math.Max(word, start); frame < Math.Min(word + bits, end); frame++)
            {
                if (_layout.IsUsable(frame))
                    Free(frame, 0, 0);
            }
        }
    }

    private bool IsWholeWord(uint word, uint bits, uint start, uint end)
    {
        if (word < start || word + bits > end || ZoneOf(word) != ZoneOf(word + bits - 1))
            return false;
        for (uint frame = word; frame < word + bits; frame++)
        {
            if (!_layout.IsUsable(frame))
                return false;
        }
        return true;
    }
}
