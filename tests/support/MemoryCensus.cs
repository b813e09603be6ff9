using MiniKernel.Mm;
using NUnit.Framework;

namespace MiniKernel.Tests.Support;

/// <summary>Every page frame and every object in use, counted: what two moments are compared by.</summary>
/// <param name="FreeFrames">Frames in the buddy's lists and on per-CPU lists.</param>
/// <param name="SlabFrames">Frames in slabs.</param>
/// <param name="Objects">Objects in use, by cache; with SLOB all of them, and their bytes.</param>
public sealed record MemoryCensus(ulong FreeFrames, ulong SlabFrames, IReadOnlyDictionary<string, ulong> Objects)
{
    /// <summary>Shrinks every cache, so that arrays are empty and free slabs gone, and counts.</summary>
    public static MemoryCensus Take(KernelMm mm)
    {
        MmCpu cpu = mm.Cpu(0);
        mm.FlushQuarantine(cpu);
        foreach (SlabInfo cache in mm.SlabInfos())
            mm.KmemCacheShrink(cpu, mm.FindCache(cache.Name)!);
        ulong free = 0, slab = 0;
        foreach (ZoneInfo zone in mm.Zones())
        {
            free += zone.Free;
            slab += zone.SlabReclaimable + zone.SlabUnreclaimable;
            foreach (PagesetInfo list in zone.Pagesets)
                free += list.Count;
        }
        Dictionary<string, ulong> objects = mm.SlabInfos().ToDictionary(cache => cache.Name, cache => cache.ActiveObjects);
        if (mm.SlobInfo() is { } slob)
            (objects["SLOB blocks"], objects["SLOB bytes"]) = (slob.Blocks, slob.UsedBytes);
        return new(free, slab, objects);
    }

    /// <summary>Fails the test with every cache that differs.</summary>
    public void AssertSameAs(MemoryCensus before)
    {
        ArgumentNullException.ThrowIfNull(before);
        Assert.That(Objects, Is.EquivalentTo(before.Objects), "objects in use, by cache");
        Assert.That((FreeFrames, SlabFrames), Is.EqualTo((before.FreeFrames, before.SlabFrames)), "free frames, frames in slabs");
    }
}
