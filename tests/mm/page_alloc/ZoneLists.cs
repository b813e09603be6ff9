using NUnit.Framework;

namespace MiniKernel.Mm.Tests;

/// <summary>Reads a zone's lists out of the page map, runs of untouched blocks written out.</summary>
internal static unsafe class ZoneLists
{
    /// <summary>Per order the first frames of the free blocks, head of the list first.</summary>
    public static List<uint>[] FreeLists(PageMachine machine, Zone zone)
    {
        var lists = new List<uint>[machine.Profile.MaxOrder];
        for (int order = 0; order < lists.Length; order++)
            lists[order] = [];
        Page* pages = machine.Allocator.Pages.First;
        for (uint frame = zone.Layout.StartFrame; frame < zone.Layout.EndFrame; frame++)
        {
            if ((pages[frame].Flags & PageFlags.Buddy) != 0 && pages[frame].Prev == 0)
                Follow(pages, frame, lists[pages[frame].Order]);
        }
        return lists;
    }

    /// <summary>A per-CPU list, head first.</summary>
    public static List<uint> PerCpu(PerCpuPages* list)
    {
        var frames = new List<uint>();
        for (uint i = 0; i < list->Count; i++)
            frames.Add(PerCpuPages.At(list, i));
        return frames;
    }

    private static void Follow(Page* pages, uint head, List<uint> list)
    {
        Assert.That(list, Is.Empty, "one head a list");
        for (uint frame = head, previous = 0; frame != 0; previous = frame, frame = pages[frame].Next)
        {
            Assert.That(pages[frame].Prev, Is.EqualTo(previous));
            uint blocks = (pages[frame].Flags & PageFlags.Untouched) != 0 ? (uint)pages[frame].Slab : 1;
            for (uint i = 0; i < blocks; i++)
                list.Add(frame - (i << pages[frame].Order));
        }
    }
}
