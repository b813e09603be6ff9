using MiniKernel.Hal;

namespace MiniKernel.Mm;

/// <content>Memory for devices. The bus sees RAM where the CPUs do: a bus address is a physical one, and caches are coherent.</content>
/// <remarks>Source: Linux 2.6.24 arch/x86/kernel/pci-dma_32.c and pci-dma_64.c, in one rule for every profile. No device at
/// all stands for ISA: 24 bits.</remarks>
public sealed unsafe partial class KernelMm
{
    /// <summary>dma_alloc_coherent: zeroed pages the device can reach.</summary>
    /// <param name="cpu">The CPU that executes the call.</param>
    /// <param name="device">The device; null for ISA.</param>
    /// <param name="size">Bytes; whole pages in a power of two are taken.</param>
    /// <param name="flags">Zone modifiers in it are ignored: the mask decides.</param>
    /// <param name="bus">Where the device sees it.</param>
    /// <returns>Null for size 0, no memory, or none within the device's mask.</returns>
    public VirtualAddress DmaAllocCoherent(MmCpu cpu, DmaDevice? device, ulong size, GfpFlags flags, out PhysicalAddress bus)
    {
        ulong mask = device?.CoherentMask ?? DmaDevice.Mask24;
        flags &= ~(GfpFlags.Dma | GfpFlags.Dma32 | GfpFlags.HighMem);
        bus = default;
        if (size == 0)
            return VirtualAddress.Null;
        if (mask >= DmaDevice.Mask32)
            return AllocWithin(cpu, size, flags | (mask == DmaDevice.Mask32 ? GfpFlags.Dma32 : 0), mask, out bus);
        // Memory of a higher zone may do for a mask between the two, and the DMA zone is small.
        VirtualAddress address = mask > DmaDevice.Mask24 && _profile.HasDma32Zone
            ? AllocWithin(cpu, size, flags | GfpFlags.Dma32, mask, out bus)
            : VirtualAddress.Null;
        return address.IsNull ? AllocWithin(cpu, size, flags | GfpFlags.Dma, mask, out bus) : address;
    }

    /// <summary>dma_free_coherent.</summary>
    public void DmaFreeCoherent(MmCpu cpu, ulong size, VirtualAddress address) => FreePages(cpu, address, OrderOf(size));

    /// <summary>dma_map_single: where the device sees memory of the direct map.</summary>
    /// <param name="device">The device; null for ISA.</param>
    /// <param name="address">The memory. vmalloc's is in no direct map: a BUG.</param>
    /// <param name="size">Bytes.</param>
    /// <returns>0, bad_dma_address, when the device cannot reach all of it: reported.</returns>
    public PhysicalAddress DmaMapSingle(DmaDevice? device, VirtualAddress address, ulong size)
    {
        if (!TryVirtToPhys(address, out PhysicalAddress bus) || size > _map.Size - bus.Value)
            throw Bug("arch/x86/kernel/pci-dma.c", "dma_map_single", $"{address} and the {size} bytes from there are not in the direct map");
        ulong mask = device?.Mask ?? DmaDevice.Mask24;
        if (bus.Value + Math.Max(size, 1) - 1 <= mask)
            return bus;
        _reports.Report(new DmaOverflow(device?.Name, bus, size, mask));
        return default;
    }

    private VirtualAddress AllocWithin(MmCpu cpu, ulong size, GfpFlags flags, ulong mask, out PhysicalAddress bus)
    {
        bus = default;
        VirtualAddress address = GetFreePages(cpu, flags, OrderOf(size));
        if (address.IsNull)
            return address;
        TryVirtToPhys(address, out PhysicalAddress physical);
        if (physical.Value + size - 1 > mask)
        {
            FreePages(cpu, address, OrderOf(size));
            return VirtualAddress.Null;
        }
        Clear(address.Value, size);
        CloseTail(address, size, (ulong)_profile.PageSize << OrderOf(size));
        bus = physical;
        return address;
    }
}
