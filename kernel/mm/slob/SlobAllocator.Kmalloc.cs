using MiniKernel.Hal;

namespace MiniKernel.Mm;

/// <content>kmalloc: below a page a block behind a header with its size, otherwise compound pages.</content>
internal sealed unsafe partial class SlobAllocator
{
    /// <summary>ARCH_KMALLOC_MINALIGN and ARCH_SLAB_MINALIGN at SLOB's own defaults, alignof(unsigned long): also the bytes of
    /// the header.</summary>
    private ulong MinAlign => (ulong)_profile.WordBytes;

    /// <inheritdoc/>
    public ulong Kmalloc(int cpu, ulong size, GfpFlags flags)
    {
        ulong align = MinAlign;
        if (size >= PageSize - align)
            return KmallocPages(cpu, size, flags);
        ulong block = AllocBlock(cpu, BlockBytes(size), flags, align);
        if (block == 0)
            return 0;
        *(uint*)_map.Host(block) = (uint)size;
        return block + align;
    }

    /// <inheritdoc/>
    public ulong KmallocBytes(ulong size, GfpFlags flags) => size >= PageSize - MinAlign ? PageSize << OrderOf(size) : BlockBytes(size);

    /// <summary>A request with its header, and in shadow mode with the red zone behind it.</summary>
    private ulong BlockBytes(ulong size) => MinAlign + size + Gap(size, PageSize - MinAlign);

    private ulong Gap(ulong size, ulong limit) => _hasGaps ? ShadowMap.RedZoneFor(size, limit) : 0;

    /// <inheritdoc/>
    public void Kfree(int cpu, ulong address)
    {
        uint frame = MappedFrameOf(address, "kfree");
        if (!IsSlobPage(frame))
            PutPage(cpu, frame);
        else
            FreeBlock(cpu, address - MinAlign, BlockBytes(SizeOf(frame, address, "kfree")), "kfree");
    }

    /// <summary>What was asked for, in whole units; of pages exactly what was asked for.</summary>
    /// <remarks>The units are 2.6.28's. 2.6.24 reads its own header wrong (ARCHITECTURE.md, differences).</remarks>
    public ulong Ksize(ulong address)
    {
        uint frame = MappedFrameOf(address, "ksize");
        if (!IsSlobPage(frame))
            return PagesSizeOf(frame);
        ulong size = SizeOf(frame, address, "ksize"), block = address - MinAlign;
        _lock.Enter();
        try
        {
            int at = (int)((block - AddressOf(frame, 0)) / (ulong)_unitBytes);
            RequireInUse(frame, block, BlockBytes(size), FindNeighbours(frame, at, "ksize").After, "ksize");
        }
        finally
        {
            _lock.Exit();
        }
        return (ulong)(UnitsOf(size) * _unitBytes);
    }

    private ulong KmallocPages(int cpu, ulong size, GfpFlags flags)
    {
        if (AllocPages(cpu, flags | GfpFlags.Comp, OrderOf(size)) is not { } frame)
            return 0;
        _pageMap[frame.Value].Slab = size;      // page->private
        return AddressOf(frame.Value, 0);
    }

    private int OrderOf(ulong size)
    {
        int order = 0;
        while (order < 64 - _pageShift && PageSize << order < size)
            order++;
        return order;
    }

    /// <summary>put_page: whatever page it is, it loses a reference.</summary>
    private void PutPage(int cpu, uint frame)
    {
        PageFrameNumber head = _pages.Pages.HeadOf(new PageFrameNumber(frame));
        Page* page = _pageMap + head.Value;
        bool isCompound = (page->Flags & PageFlags.Compound) != 0;
        if (page->Count == 1)
            page->Slab = 0;
        _pages.FreePages(cpu, head, isCompound ? page->Order : 0);
    }

    private ulong PagesSizeOf(uint frame)
    {
        Page* page = _pageMap + frame;
        ulong size = page->Slab;
        return page->Count > 0 && size <= PageSize << page->Order ? size
            : throw Bug("ksize", $"the page at {new VirtualAddress(AddressOf(frame, 0))} is not kmalloc's");
    }

    /// <summary>The size in the header before an object.</summary>
    private ulong SizeOf(uint frame, ulong address, string function)
    {
        ulong offset = address - AddressOf(frame, 0);
        return offset >= MinAlign ? *(uint*)_map.Host(address - MinAlign)
            : throw Bug(function, $"{new VirtualAddress(address)} is too near the start of its page for kmalloc's header");
    }

    private uint MappedFrameOf(ulong address, string function)
    {
        ulong offset = address - _map.Base;
        return offset < _map.Size ? (uint)(offset >> _pageShift)
            : throw Bug(function, $"{new VirtualAddress(address)} is not an address of the direct map");
    }
}
