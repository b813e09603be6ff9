using MiniKernel.Hal;
using MiniKernel.Mm;

namespace MiniKernel.Core;

/// <summary>Memory for devices.</summary>
internal sealed partial class MemoryCalls
{
    public VirtualAddress DmaAllocCoherent(
        MmCpu cpu, DmaDevice? device, ulong size, out PhysicalAddress bus, GfpFlags flags, string file, int line, string member)
    {
        CpuState state = Enter(cpu, flags, file, line, member);
        VirtualAddress p = Mm.DmaAllocCoherent(cpu, device, size, flags, out bus);
        if (!p.IsNull)
            Tracker?.RegionTaken(state, RegionKind.Coherent, p.Value, new LiveRegion("DMA coherent memory", size, flags));
        return p;
    }

    public void DmaFreeCoherent(
        MmCpu cpu, DmaDevice? device, ulong size, VirtualAddress p, PhysicalAddress bus, string file, int line, string member)
    {
        CpuState state = Enter(cpu, GfpFlags.NoWait, file, line, member);
        if (!state.InterruptsEnabled && state.BootIsOver)
            kernel.Oops.Warn(state, state.Site);
        if (!p.IsNull && Tracker is { } tracker)
        {
            if (!tracker.MayRelease(state, RegionKind.Coherent, p.Value, p, "dma_free_coherent", size))
                return;
            NameWrongBus(state, device, p, bus);
            tracker.RegionGone(state, RegionKind.Coherent, p.Value);
        }
        Mm.DmaFreeCoherent(cpu, size, p);
    }

    public PhysicalAddress DmaMapSingle(MmCpu cpu, DmaDevice? device, VirtualAddress p, ulong size, DmaDirection direction, string file, int line, string member)
    {
        CpuState state = Enter(cpu, GfpFlags.NoWait, file, line, member);
        RequireDirection(state, direction, "dma_map_single");
        if (size == 0)
            kernel.Oops.Warn(state, state.Site);
        PhysicalAddress bus = Mm.DmaMapSingle(device, p, size);
        if (bus.Value != 0)
            Tracker?.RegionTaken(state, RegionKind.DmaMapping, bus.Value, new LiveRegion("DMA mapping", size));
        return bus;
    }

    // Nothing to do on a coherent machine without an IOMMU; but who forgets it, or does it twice, fails on others.
    public void DmaUnmapSingle(MmCpu cpu, PhysicalAddress bus, ulong size, DmaDirection direction, string file, int line, string member)
    {
        CpuState state = Enter(cpu, GfpFlags.NoWait, file, line, member);
        RequireDirection(state, direction, "dma_unmap_single");
        if (Tracker is { } tracker && tracker.MayRelease(state, RegionKind.DmaMapping, bus.Value, bus, "dma_unmap_single", size))
            tracker.RegionGone(state, RegionKind.DmaMapping, bus.Value);
    }

    public DmaPool? DmaPoolCreate(
        MmCpu cpu, string name, DmaDevice? device, ulong size, ulong align, ulong boundary, string file, int line, string member)
    {
        CpuState state = Enter(cpu, GfpFlags.Kernel, file, line, member);
        DmaPool? pool = Mm.DmaPoolCreate(cpu, name, device, size, align, boundary);
        if (pool is not null)
            Tracker?.RegionTaken(state, RegionKind.DmaPool, pool.Descriptor.Value, new LiveRegion($"dma_pool {name}", 0));
        return pool;
    }

    public void DmaPoolDestroy(MmCpu cpu, DmaPool pool, string file, int line, string member)
    {
        CpuState state = Enter(cpu, GfpFlags.Wait, file, line, member);
        Mm.DmaPoolDestroy(cpu, pool);
        Tracker?.RegionGone(state, RegionKind.DmaPool, pool.Descriptor.Value);
    }

    public VirtualAddress DmaPoolAlloc(MmCpu cpu, DmaPool pool, GfpFlags flags, out PhysicalAddress bus, string file, int line, string member)
    {
        CpuState state = Enter(cpu, flags, file, line, member);
        VirtualAddress block = Mm.DmaPoolAlloc(cpu, pool, flags, out bus);
        if (!block.IsNull)
            Tracker?.RegionTaken(state, RegionKind.DmaBlock, block.Value, new LiveRegion($"block of dma_pool {pool.Name}", pool.BlockSize, flags, pool));
        return block;
    }

    // mm refuses a bad block by itself, with Linux's words; the tracker adds what it knows.
    public void DmaPoolFree(MmCpu cpu, DmaPool pool, VirtualAddress block, PhysicalAddress bus, string file, int line, string member)
    {
        CpuState state = Enter(cpu, GfpFlags.NoWait, file, line, member);
        if (pool.IsAlive)
            Tracker?.MayRelease(state, RegionKind.DmaBlock, block.Value, block, "dma_pool_free", source: pool);
        if (Mm.DmaPoolFree(cpu, pool, block, bus))
            Tracker?.RegionGone(state, RegionKind.DmaBlock, block.Value);
    }

    private void NameWrongBus(CpuState state, DmaDevice? device, VirtualAddress p, PhysicalAddress bus)
    {
        if (!Mm.TryVirtToPhys(p, out PhysicalAddress real) || real == bus)
            return;
        kernel.Error($"{device?.Name ?? "ISA"}: dma_free_coherent({p}): bus address {bus}, but it is {real}\n  called at {state.Site}");
    }

    private void RequireDirection(CpuState state, DmaDirection direction, string function)
    {
        if (direction is not (DmaDirection.Bidirectional or DmaDirection.ToDevice or DmaDirection.FromDevice))
            throw kernel.Oops.Bug(state, "include/asm-x86/dma-mapping.h", function, $"direction {(int)direction} is not a DMA direction");
    }
}
