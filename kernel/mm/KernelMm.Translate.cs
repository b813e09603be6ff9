using MiniKernel.Hal;

namespace MiniKernel.Mm;

/// <content>The kernel's page table: the direct map, vmalloc areas, and the pages of kmap and kmap_atomic.</content>
public sealed unsafe partial class KernelMm
{
    /// <summary>Looks an address up as the MMU would; on 64-bit machines the kernel image's own mapping too.</summary>
    /// <returns>False where nothing is mapped: a page fault.</returns>
    public bool TryTranslate(VirtualAddress address, out PhysicalAddress physical)
    {
        if (TryVirtToPhys(address, out physical) || _map.TryImage(address.Value, out physical))
            return true;
        if (!_vmalloc.TryTranslate(address.Value, out uint frame) && !_modules.TryTranslate(address.Value, out frame) && !_highMem.TryTranslate(address.Value, out frame))
            return false;
        physical = new PhysicalAddress(((ulong)frame << _profile.PageShift) | (address.Value & PageOffsetMask));
        return true;
    }

    /// <summary>The bytes from an address to the end of its page, for the kernel's own copying.</summary>
    /// <returns>False where nothing is mapped. The next page may lie anywhere.</returns>
    public bool TryGetMapped(VirtualAddress address, out Span<byte> restOfPage)
    {
        bool isMapped = TryTranslate(address, out PhysicalAddress physical);
        restOfPage = isMapped
            ? new Span<byte>(_map.Ram + physical.Value, _profile.PageSize - (int)(physical.Value & PageOffsetMask))
            : default;
        return isMapped;
    }

    private ulong PageOffsetMask => (ulong)_profile.PageSize - 1;
}
