using MiniKernel.Hal;

namespace MiniKernel.Mm;

/// <summary>Linux 2.6's SLOB: one list of partly free pages, first fit, blocks of any size beside each other.</summary>
/// <remarks>
/// Free blocks are chained in simulated memory and checked each time they are read. One lock covers all of it, held for
/// list operations only: pages are taken and given back outside. Source: slob_alloc and slob_free, Linux 2.6.24 mm/slob.c.
/// </remarks>
internal sealed unsafe partial class SlobAllocator : IObjectAllocator
{
    private const string File = "mm/slob.c";

    private readonly KernelMap _map;
    private readonly KernelImage _image;
    private readonly PageAllocator _pages;
    private readonly Page* _pageMap;
    private readonly CpuTable _cpus;
    private readonly IMmReports _reports;
    private readonly SlobPages _slobPages;
    private readonly Tracepoints _trace;
    private readonly HardwareProfile _profile;
    private readonly int _pageShift, _unitBytes, _units;        // _units: a page's
    private readonly bool _hasGaps;
    private SpinLock _lock;                                     // slob_lock

    public SlobAllocator(HardwareProfile profile, KernelMap map, KernelImage image, PageAllocator pages, CpuTable cpus, MmOptions options, IMmReports reports)
    {
        _profile = profile;
        _map = map;
        _image = image;
        _pages = pages;
        _pageMap = pages.Pages.First;
        _cpus = cpus;
        _reports = reports;
        _trace = pages.Trace;
        _hasGaps = options.Shadow;
        _pageShift = profile.PageShift;
        _unitBytes = SlobBlocks.UnitBytesOf(profile.PageSize);
        _units = profile.PageSize / _unitBytes;
        _slobPages = new SlobPages(profile.Frames, _units);
    }

    private ulong PageSize => 1UL << _pageShift;

    /// <summary>slob_alloc: a block of less than a page, from the first page of the list that has room, else from a new one.</summary>
    /// <remarks>The flags choose the zone of a new page only: GFP_DMA is content with any page that has room, as in Linux.</remarks>
    /// <returns>The block's address; 0 when no page could be had.</returns>
    private ulong AllocBlock(int cpu, ulong size, GfpFlags flags, ulong align)
    {
        int units = UnitsOf(size);
        ulong block = TakeFromPages(units, align, out int passed);
        bool isNewPage = block == 0;
        if (isNewPage)
            block = TakeFromNewPage(cpu, units, align, flags);
        if (block != 0 && _trace.IsOn)
            TraceTaken(block, units, passed, isNewPage);
        if (block != 0 && (flags & GfpFlags.Zero) != 0)
            new Span<byte>(_map.Host(block), (int)size).Clear();
        return block;
    }

    /// <summary>slob_free. A block that is none, or of another size, is a BUG; Linux would believe the caller.</summary>
    private void FreeBlock(int cpu, ulong block, ulong size, string function)
    {
        uint frame = FrameOf(block, function);
        bool isPageFree;
        _lock.Enter();
        try
        {
            isPageFree = PutIntoPage(frame, block, size, function);
            if (isPageFree)
            {
                _slobPages.End(frame);
                _pageMap[frame].Flags &= ~(PageFlags.Active | PageFlags.Private);
            }
        }
        finally
        {
            _lock.Exit();
        }
        _trace.Sink?.Trace(new SlobPutEvent(new PageFrameNumber(frame), new VirtualAddress(block), UnitsOf(size) * _unitBytes, isPageFree));
        if (isPageFree)
            _pages.FreePages(cpu, new PageFrameNumber(frame), 0);
    }

    private ulong TakeFromPages(int units, ulong align, out int passed)
    {
        passed = 0;
        _lock.Enter();
        try
        {
            uint next;
            for (uint frame = _slobPages.First; frame != 0; frame = next)
            {
                next = _slobPages.Of(frame)->Next;
                if ((_pageMap[frame].Flags & PageFlags.Active) == 0)
                {
                    _slobPages.End(frame);      // freed behind SLOB's back ("Bad page state"): it is somebody else's now
                    continue;
                }
                uint before = _slobPages.Of(frame)->Prev;
                int at = _slobPages.Of(frame)->FreeUnits < units ? -1 : TakeFromPage(frame, units, align);
                if (at < 0)
                {
                    passed++;
                    continue;
                }
                _slobPages.StartBehind(before); // the next search starts here: Knuth, vol. 1, 2.5
                return AddressOf(frame, at);
            }
            return 0;
        }
        finally
        {
            _lock.Exit();
        }
    }

    private ulong TakeFromNewPage(int cpu, int units, ulong align, GfpFlags flags)
    {
        if (AllocPages(cpu, flags, 0) is not { } page)
            return 0;
        uint frame = page.Value;
        _lock.Enter();
        try
        {
            _slobPages.Begin(frame);
            BlocksOf(frame).Write(0, _units, _units);
            _pageMap[frame].Flags |= PageFlags.Active;
            List(frame);
            int at = TakeFromPage(frame, units, align);
            return at >= 0 ? AddressOf(frame, at)
                : throw Bug("slob_alloc", $"{units * _unitBytes} bytes aligned to {align} do not fit into a page that is all free");
        }
        finally
        {
            _lock.Exit();
        }
    }

    private void TraceTaken(ulong block, int units, int passed, bool isNewPage)
    {
        uint frame = FrameOf(block, "slob_alloc");
        _trace.Sink?.Trace(new SlobTakeEvent(
            new PageFrameNumber(frame), new VirtualAddress(block), units * _unitBytes, passed, _slobPages.Of(frame)->FreeUnits * _unitBytes, isNewPage));
    }

    /// <summary>slob_new_page.</summary>
    private PageFrameNumber? AllocPages(int cpu, GfpFlags flags, int order) => (flags & GfpFlags.HighMem) == 0
        ? _pages.AllocPages(cpu, flags, order)
        : throw Bug("slob_new_page", "__GFP_HIGHMEM pages have no address");

    private int UnitsOf(ulong size) => (int)((size + (ulong)_unitBytes - 1) / (ulong)_unitBytes);

    private SlobBlocks BlocksOf(uint frame) => new(_map.Ram + ((ulong)frame << _pageShift), _unitBytes, _units);

    private ulong AddressOf(uint frame, int unit) => _map.VirtualOf((ulong)frame << _pageShift) + (ulong)(unit * _unitBytes);

    /// <summary>The frame of an address that somebody says is SLOB's.</summary>
    private uint FrameOf(ulong address, string function)
    {
        ulong offset = address - _map.Base;
        return offset < _map.Size && IsSlobPage((uint)(offset >> _pageShift)) ? (uint)(offset >> _pageShift)
            : throw Bug(function, $"{new VirtualAddress(address)} does not lie in a SLOB page");
    }

    private bool IsSlobPage(uint frame) => (_pageMap[frame].Flags & PageFlags.Active) != 0;

    private Exception Bug(string function, string explanation) => _reports.Bug(new MmBug(File, function, explanation));
}
