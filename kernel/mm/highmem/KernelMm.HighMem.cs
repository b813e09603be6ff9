using MiniKernel.Hal;

namespace MiniKernel.Mm;

/// <content>kmap and kmap_atomic: HighMem pages shown for a while. Pages of low memory have their address already.</content>
public sealed unsafe partial class KernelMm
{
    private readonly HighMemMap _highMem;

    /// <summary>PageHighMem.</summary>
    public bool IsHighMem(PageFrameNumber frame) => (ulong)frame.Value << _profile.PageShift >= _map.Size;

    /// <summary>kmap: shows a page until the matching <see cref="Kunmap"/>; sleeps while every slot is in use.</summary>
    /// <returns>Null only where Linux would sleep for ever.</returns>
    public VirtualAddress Kmap(MmCpu cpu, PageFrameNumber frame)
    {
        RequireRam(frame, "kmap");
        if (!IsHighMem(frame))
            return PageAddress(frame);
        for (ulong waitedMs = 0; ;)
        {
            ulong seen = _highMem.Waiters.WakeUps, address = _highMem.Map(frame.Value);
            if (address != 0)
                return new VirtualAddress(address);
            if (Sleep(cpu, _highMem.Waiters, seen, PatienceMs, ref waitedMs))
                continue;
            _reports.Report(new BlockedForever(_highMem.Waiters.Name));
            return VirtualAddress.Null;
        }
    }

    /// <summary>kunmap; a page nobody has mapped is a BUG.</summary>
    public void Kunmap(PageFrameNumber frame)
    {
        RequireRam(frame, "kunmap");
        if (!IsHighMem(frame))
            return;
        if (!_highMem.Unmap(frame.Value, out bool isUnused))
            throw Bug("mm/highmem.c", "kunmap_high", $"page frame {frame} is not mapped");
        if (isUnused)
            WakeUp(_highMem.Waiters);
    }

    /// <summary>kmap_atomic: shows a page in one of this CPU's slots. The caller is atomic until it is unmapped.</summary>
    public VirtualAddress KmapAtomic(MmCpu cpu, PageFrameNumber frame, KmapType type)
    {
        RequireRam(frame, "kmap_atomic");
        RequireType(type, "kmap_atomic");
        if (!IsHighMem(frame))
            return PageAddress(frame);
        ulong address = _highMem.MapAtomic(cpu.Id, type, frame.Value);
        return address != 0
            ? new VirtualAddress(address)
            : throw Bug("arch/x86/mm/highmem_32.c", "kmap_atomic_prot", $"the slot {type} of CPU {cpu.Id} is in use");
    }

    /// <summary>kunmap_atomic; an address that is neither the slot's nor of low memory is a BUG (CONFIG_DEBUG_HIGHMEM).</summary>
    public void KunmapAtomic(MmCpu cpu, VirtualAddress address, KmapType type)
    {
        RequireType(type, "kunmap_atomic");
        if (!_highMem.UnmapAtomic(cpu.Id, type, address.Value) && !TryVirtToPhys(address, out _))
            throw Bug("arch/x86/mm/highmem_32.c", "kunmap_atomic", $"{address} is not the slot {type} of CPU {cpu.Id}");
    }

    private VirtualAddress KmapAddress(PageFrameNumber frame) => new(_highMem.AddressOf(frame.Value));

    private void RequireRam(PageFrameNumber frame, string function)
    {
        if (frame.Value >= _profile.Frames)
            throw Bug("mm/highmem.c", function, $"page frame {frame} is not RAM");
    }

    private void RequireType(KmapType type, string function)
    {
        if ((uint)type >= AddressSpaceLayout.KmapTypes)
            throw Bug("mm/highmem.c", function, $"there is no slot {type}");
    }
}
