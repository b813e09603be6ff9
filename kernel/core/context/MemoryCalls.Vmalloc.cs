using MiniKernel.Hal;
using MiniKernel.Mm;

namespace MiniKernel.Core;

/// <summary>vmalloc and kmap.</summary>
internal sealed partial class MemoryCalls
{
    public VirtualAddress Vmalloc(MmCpu cpu, ulong size, GfpFlags flags, string file, int line, string member)
    {
        CpuState state = Enter(cpu, GfpFlags.NoWait, file, line, member);
        if (state.InInterrupt)
            throw kernel.Oops.Bug(state, "mm/vmalloc.c", "__get_vm_area_node", "vmalloc() in interrupt");
        Enter(cpu, flags, file, line, member);
        VirtualAddress p = Mm.Vmalloc(cpu, size, flags);
        if (!p.IsZeroOrNull)
            Tracker?.RegionTaken(state, RegionKind.Vmalloc, p.Value, new LiveRegion("vmalloc area", size, flags));
        return p;
    }

    // mm survives any address, with Linux's words; the tracker adds what it knows, and guards what mm cannot tell apart.
    public void Vfree(MmCpu cpu, VirtualAddress p, string file, int line, string member)
    {
        CpuState state = Enter(cpu, GfpFlags.NoWait, file, line, member);
        if (state.InInterrupt)
            throw kernel.Oops.Bug(state, "mm/vmalloc.c", "vfree", "vfree() in interrupt");
        if (Tracker is { } tracker && !p.IsZeroOrNull)
        {
            bool isHeld = tracker.MayRelease(state, RegionKind.Vmalloc, p.Value, p, "vfree");
            bool isPageOfAnArea = p.Value % (ulong)Mm.Profile.PageSize == 0 && Mm.VmallocToPage(p) is not null;
            if (!isHeld && (!Mm.Profile.Mmu || isPageOfAnArea))
                return;
            if (isHeld)
                tracker.RegionGone(state, RegionKind.Vmalloc, p.Value);
        }
        Mm.Vfree(cpu, p);
    }

    public VirtualAddress Kmap(MmCpu cpu, PageFrameNumber frame, string file, int line, string member)
    {
        CpuState state = Enter(cpu, GfpFlags.Wait, file, line, member);
        VirtualAddress p = Mm.Kmap(cpu, frame);
        if (!p.IsNull && Mm.IsHighMem(frame))
            Tracker?.RegionTaken(state, RegionKind.Kmap, frame.Value, new LiveRegion("kmap", (ulong)Mm.Profile.PageSize));
        return p;
    }

    public void Kunmap(MmCpu cpu, PageFrameNumber frame, string file, int line, string member)
    {
        CpuState state = Enter(cpu, GfpFlags.NoWait, file, line, member);
        if (state.InInterrupt)
            throw kernel.Oops.Bug(state, "mm/highmem.c", "kunmap", "kunmap() in interrupt");
        if (Tracker is { } tracker && Mm.IsHighMem(frame))
        {
            if (!tracker.MayRelease(state, RegionKind.Kmap, frame.Value, $"page frame {frame}", "kunmap"))
                return;
            tracker.RegionGone(state, RegionKind.Kmap, frame.Value);
        }
        Mm.Kunmap(frame);
    }

    // pagefault_disable(): atomic until the page is unmapped, on pages of low memory too.
    public VirtualAddress KmapAtomic(MmCpu cpu, PageFrameNumber frame, KmapType type, string file, int line, string member)
    {
        CpuState state = Enter(cpu, GfpFlags.NoWait, file, line, member);
        VirtualAddress p = Mm.KmapAtomic(cpu, frame, type);
        state.AtomicKmaps.Add(new AtomicKmap(type, p));
        state.PreemptCount++;
        return p;
    }

    public void KunmapAtomic(MmCpu cpu, VirtualAddress p, KmapType type, string file, int line, string member)
    {
        CpuState state = Enter(cpu, GfpFlags.NoWait, file, line, member);
        Mm.KunmapAtomic(cpu, p, type);
        int last = state.AtomicKmaps.FindLastIndex(shown => shown.Type == type);
        if (last < 0 || state.PreemptCount == 0)
            throw kernel.Oops.Bug(state, state.Site, "kunmap_atomic() without kmap_atomic()");
        state.AtomicKmaps.RemoveAt(last);
        state.PreemptCount--;
    }

    /// <summary>Empties the places that a module's code has left full, down to so many.</summary>
    public void DropAtomicKmaps(CpuState cpu, int kept)
    {
        for (int last = cpu.AtomicKmaps.Count - 1; last >= kept; last--)
        {
            Mm.KunmapAtomic(cpu.Mm, cpu.AtomicKmaps[last].Address, cpu.AtomicKmaps[last].Type);
            cpu.AtomicKmaps.RemoveAt(last);
        }
    }
}
