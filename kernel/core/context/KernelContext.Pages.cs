using System.Runtime.CompilerServices;
using MiniKernel.Hal;
using MiniKernel.Mm;

namespace MiniKernel.Core;

/// <content>Whole pages, and how addresses relate.</content>
public readonly ref partial struct KernelContext
{
    /// <summary>2^order page frames in a row; null when there are none.</summary>
    public PageFrameNumber? AllocPages(
        GfpFlags flags, int order, [CallerFilePath] string file = "", [CallerLineNumber] int line = 0, [CallerMemberName] string member = "")
        => order == 0 && _kernel.Mm.TryAllocPage(_cpu, flags, out PageFrameNumber frame) ? frame : _kernel.Memory.AllocPages(_cpu, flags, order, file, line, member);

    /// <summary>__free_pages: gives back what <see cref="AllocPages"/> returned.</summary>
    public void FreePages(
        PageFrameNumber frame, int order, [CallerFilePath] string file = "", [CallerLineNumber] int line = 0, [CallerMemberName] string member = "")
    {
        if (order != 0 || !_kernel.Mm.TryFreePage(_cpu, frame))
            _kernel.Memory.FreePages(_cpu, frame, order, file, line, member);
    }

    /// <summary>get_page: one user more of a frame that somebody has; of a compound page it is the whole.</summary>
    public void GetPage(
        PageFrameNumber frame, [CallerFilePath] string file = "", [CallerLineNumber] int line = 0, [CallerMemberName] string member = "")
        => _kernel.Memory.GetPage(_cpu, frame, file, line, member);

    /// <summary>put_page: one user less; the last one frees it.</summary>
    public void PutPage(
        PageFrameNumber frame, [CallerFilePath] string file = "", [CallerLineNumber] int line = 0, [CallerMemberName] string member = "")
        => _kernel.Memory.PutPage(_cpu, frame, file, line, member);

    /// <summary>__get_free_pages: the same by address.</summary>
    public VirtualAddress GetFreePages(
        GfpFlags flags, int order, [CallerFilePath] string file = "", [CallerLineNumber] int line = 0, [CallerMemberName] string member = "")
        => _kernel.Memory.GetFreePages(_cpu, flags, order, file, line, member);

    /// <summary>free_pages: gives back what <see cref="GetFreePages"/> and its kin returned; null is fine.</summary>
    public void FreePages(
        VirtualAddress p, int order, [CallerFilePath] string file = "", [CallerLineNumber] int line = 0, [CallerMemberName] string member = "")
        => _kernel.Memory.FreePages(_cpu, p, order, file, line, member);

    /// <summary>One page of zeroes.</summary>
    public VirtualAddress GetZeroedPage(
        GfpFlags flags, [CallerFilePath] string file = "", [CallerLineNumber] int line = 0, [CallerMemberName] string member = "")
        => _kernel.Memory.GetFreePages(_cpu, flags | GfpFlags.Zero, 0, file, line, member);

    /// <summary>__get_dma_pages: pages an ISA device can reach.</summary>
    public VirtualAddress GetDmaPages(
        GfpFlags flags, int order, [CallerFilePath] string file = "", [CallerLineNumber] int line = 0, [CallerMemberName] string member = "")
        => _kernel.Memory.GetFreePages(_cpu, flags | GfpFlags.Dma, order, file, line, member);

    /// <summary>Pages in a row for exactly <paramref name="bytes"/> bytes; those beyond go back at once.</summary>
    public VirtualAddress AllocPagesExact(
        ulong bytes, GfpFlags flags, [CallerFilePath] string file = "", [CallerLineNumber] int line = 0, [CallerMemberName] string member = "")
        => _kernel.Memory.AllocPagesExact(_cpu, bytes, flags, file, line, member);

    /// <summary>Gives back what <see cref="AllocPagesExact"/> returned.</summary>
    public void FreePagesExact(
        VirtualAddress p, ulong bytes, [CallerFilePath] string file = "", [CallerLineNumber] int line = 0, [CallerMemberName] string member = "")
        => _kernel.Memory.FreePagesExact(_cpu, p, bytes, file, line, member);

    /// <summary>virt_to_phys. What is not in the direct map has no such address: an oops.</summary>
    public PhysicalAddress VirtToPhys(
        VirtualAddress p, [CallerFilePath] string file = "", [CallerLineNumber] int line = 0, [CallerMemberName] string member = "")
        => _kernel.Access.VirtToPhys(_cpu, p, file, line, member);

    /// <summary>phys_to_virt.</summary>
    public VirtualAddress PhysToVirt(PhysicalAddress address) => _kernel.Mm.PhysToVirt(address);

    /// <summary>page_address: null for a HighMem page.</summary>
    public VirtualAddress PageAddress(PageFrameNumber frame) => _kernel.Mm.PageAddress(frame);

    /// <summary>page_to_phys.</summary>
    public PhysicalAddress PageToPhys(PageFrameNumber frame) => new((ulong)frame.Value << _kernel.Machine.Profile.PageShift);
}
