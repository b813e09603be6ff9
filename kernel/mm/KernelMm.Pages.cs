using System.Numerics;
using System.Runtime.CompilerServices;
using MiniKernel.Hal;

namespace MiniKernel.Mm;

/// <content>The page allocator's entry points, and addresses.</content>
public sealed unsafe partial class KernelMm
{
    /// <summary>alloc_pages: 2^order contiguous frames.</summary>
    /// <returns>Null when they cannot be had, at once for an order the buddy does not have.</returns>
    public PageFrameNumber? AllocPages(MmCpu cpu, GfpFlags flags, int order)
    {
        _calls.Serve(cpu.Id);
        PageFrameNumber? frame = IsPageFailed(cpu, flags, order) ? null : _pages.AllocPages(cpu.Id, flags, order);
        if (frame is { } first)
            _shadow?.PagesOpened(first, order);
        return frame;
    }

    /// <summary>alloc_pages of one frame when the CPU's list has it and nobody watches; false: make the complete call.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public bool TryAllocPage(MmCpu cpu, GfpFlags flags, out PageFrameNumber frame)
    {
        frame = default;
        return !_watched && (flags & cpu.State->SlowFlags) == 0 && _pages.TryAllocPage(cpu.Id, flags, out frame);
    }

    /// <summary>__free_pages of one frame that was allocated singly, when nobody watches; false: make the complete call.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public bool TryFreePage(MmCpu cpu, PageFrameNumber frame) => !_watched && _pages.TryFreePage(cpu.Id, frame);

    /// <summary>__free_pages: drops a reference, and frees the block with the last one.</summary>
    public void FreePages(MmCpu cpu, PageFrameNumber frame, int order)
    {
        _calls.Serve(cpu.Id);
        _pages.FreePages(cpu.Id, frame, order);
    }

    /// <summary>get_page: one user more, of a compound page as a whole. Of a frame nobody has it is a BUG, as with CONFIG_DEBUG_VM.</summary>
    public void GetPage(PageFrameNumber frame) => _pages.GetPage(frame);

    /// <summary>page_count: users of a frame; 0 of one that is free.</summary>
    public int PageCount(PageFrameNumber frame) => _pages.PageCount(frame);

    /// <summary>compound_head and compound_order: the first frame of a compound page, and what it was allocated with; any other frame alone.</summary>
    public (PageFrameNumber Head, int Order) CompoundPage(PageFrameNumber frame) => _pages.CompoundPage(frame);

    /// <summary>drain_all_pages: the frames on every CPU's lists go back to the buddy.</summary>
    public void DrainAllPages(MmCpu cpu) => _pages.DrainAllPcps(cpu.Id);

    /// <summary>__get_free_pages: the same by address. HighMem has none: asking for it is a BUG.</summary>
    public VirtualAddress GetFreePages(MmCpu cpu, GfpFlags flags, int order)
    {
        if ((flags & GfpFlags.HighMem) != 0)
            throw Bug("mm/page_alloc.c", "__get_free_pages", "__GFP_HIGHMEM pages have no address");
        return AllocPages(cpu, flags, order) is { } frame ? PageAddress(frame) : VirtualAddress.Null;
    }

    /// <summary>free_pages: nothing for NULL.</summary>
    public void FreePages(MmCpu cpu, VirtualAddress address, int order)
    {
        if (address.IsNull)
            return;
        FreePages(cpu, FrameOf(address, "free_pages"), order);
    }

    /// <summary>alloc_pages_exact (2.6.27): whole pages for <paramref name="bytes"/>, without the rest of the block.</summary>
    public VirtualAddress AllocPagesExact(MmCpu cpu, ulong bytes, GfpFlags flags)
    {
        int order = OrderOf(bytes);
        VirtualAddress address = GetFreePages(cpu, flags, order);
        if (address.IsNull)
            return address;
        PageFrameNumber first = FrameOf(address, "alloc_pages_exact");
        _pages.SplitPage(first, order);
        for (ulong i = PagesFor(bytes); i < 1UL << order; i++)
            FreePages(cpu, first + (uint)i, 0);
        return address;
    }

    /// <summary>free_pages_exact: page by page.</summary>
    public void FreePagesExact(MmCpu cpu, VirtualAddress address, ulong bytes)
    {
        PageFrameNumber first = FrameOf(address, "free_pages_exact");
        for (ulong i = 0; i < PagesFor(bytes); i++)
            FreePages(cpu, first + (uint)i, 0);
    }

    /// <summary>get_order: the smallest order that holds <paramref name="bytes"/>.</summary>
    public int OrderOf(ulong bytes) => bytes <= 1 ? 0 : Math.Max(0, BitOperations.Log2(bytes - 1) + 1 - _profile.PageShift);

    /// <summary>page_address: null for a HighMem frame that kmap does not show.</summary>
    public VirtualAddress PageAddress(PageFrameNumber frame)
    {
        ulong physical = (ulong)frame.Value << _profile.PageShift;
        return physical < _map.Size ? new VirtualAddress(_map.VirtualOf(physical)) : KmapAddress(frame);
    }

    /// <summary>Physical address of a frame's first byte.</summary>
    public PhysicalAddress PhysicalOf(PageFrameNumber frame) => new((ulong)frame.Value << _profile.PageShift);

    /// <summary>virt_to_phys, for addresses of the direct map.</summary>
    public bool TryVirtToPhys(VirtualAddress address, out PhysicalAddress physical)
    {
        ulong offset = address.Value - _map.Base;
        physical = new PhysicalAddress(offset);
        return offset < _map.Size;
    }

    /// <summary>phys_to_virt; null outside low memory.</summary>
    public VirtualAddress PhysToVirt(PhysicalAddress physical) =>
        physical.Value < _map.Size ? new VirtualAddress(_map.VirtualOf(physical.Value)) : VirtualAddress.Null;

    private ulong PagesFor(ulong bytes) => (bytes + (ulong)_profile.PageSize - 1) >> _profile.PageShift;

    private PageFrameNumber FrameOf(VirtualAddress address, string function) =>
        TryVirtToPhys(address, out PhysicalAddress physical)
            ? new PageFrameNumber((uint)(physical.Value >> _profile.PageShift))
            : throw Bug("mm/page_alloc.c", function, $"{address} is not an address of the direct map");
}
