using System.Runtime.CompilerServices;
using MiniKernel.Hal;

namespace MiniKernel.Mm;

/// <summary>alloc_pages and __free_pages over the machine's zones.</summary>
/// <remarks>Source: Linux 2.6.24 mm/page_alloc.c, __alloc_pages, without kswapd (ARCHITECTURE.md, differences). A single
/// frame from a per-CPU list takes the path in this file; everything else is in PageAllocator.Slow.cs and
/// PageAllocator.Free.cs. Nothing here allocates on the managed heap except <see cref="Snapshot"/> and reports.
/// Unsafe: callers pass CPU numbers of the profile; frame numbers are checked.</remarks>
internal sealed unsafe partial class PageAllocator : IDisposable
{
    private const GfpFlags ZoneFlags = GfpFlags.Dma | GfpFlags.HighMem | GfpFlags.Dma32;
    private readonly PhysicalMemory _memory;
    private readonly BootLayout _layout;
    private readonly MmOptions _options;
    private readonly IMmReports _reports;
    private readonly Zone[] _zones;                     // configured, lowest first
    private readonly Zone[] _byAddress;                 // populated, highest first: most frames lie high
    private readonly Zone[] _preferred;                 // by the zone bits of a request
    private readonly Zone[][] _zonelists;               // likewise
    private readonly bool[] _reclaiming;                // PF_MEMALLOC, per CPU
    private readonly Page* _pages;
    private readonly uint _frames, _wordFrames;         // frames of RAM; frames a word of the bootmem bitmap covers
    private readonly int _maxOrder, _cpus, _pageShift;
    private ulong _reclaims;

    /// <summary>An allocator that owns nothing yet: every frame is reserved until <see cref="FreeBootmem"/>.</summary>
    public PageAllocator(PhysicalMemory memory, HardwareProfile profile, BootLayout layout, MmOptions options, IMmReports reports)
    {
        _memory = memory;
        _layout = layout;
        _options = options;
        _reports = reports;
        _maxOrder = profile.MaxOrder;
        _cpus = profile.Cpus;
        _pageShift = profile.PageShift;
        _frames = profile.Frames;
        _wordFrames = (uint)profile.WordSize;
        Pages = new PageMap(_frames, _maxOrder);
        _pages = Pages.First;
        _zones = new Zone[layout.Zones.Count];
        for (int i = 0; i < _zones.Length; i++)
            _zones[i] = new Zone(layout.Zones[i], i, profile, memory, Pages, reports) { Trace = Trace };
        _byAddress = Zonelists.Downwards(_zones, ZoneType.HighMem);
        _zonelists = Zonelists.Build(_zones, ZoneFlags);
        _preferred = new Zone[_zonelists.Length];
        for (int i = 0; i < _preferred.Length; i++)
            _preferred[i] = _zonelists[i][0];
        _reclaiming = new bool[_cpus];
    }

    /// <summary>mem_map.</summary>
    public PageMap Pages { get; }

    /// <summary>Who is told of what mm does.</summary>
    public Tracepoints Trace { get; } = new();

    /// <summary>The configured zones, lowest first.</summary>
    public IReadOnlyList<Zone> Zones => _zones;

    /// <summary>Frames released at boot: totalram_pages, HighMem included.</summary>
    public uint TotalRamPages { get; private set; }

    /// <summary>The HighMem part of <see cref="TotalRamPages"/>.</summary>
    public uint TotalHighPages { get; private set; }

    /// <summary>Direct reclaim on a CPU, for a request with these flags: runs the shrinkers and shrinks the caches. May call back into the allocator.</summary>
    public Action<int, GfpFlags>? Reclaim { get; set; }

    /// <summary>Called when a request finds every zone below its low mark: gives back at once what merely waits.</summary>
    public Func<int, bool>? BelowLow { get; set; }

    /// <summary>Where it is said what pages are used for; null when nobody asks.</summary>
    public ShadowMap? Shadow { get; init; }

    /// <summary>Direct reclaims so far: allocstall.</summary>
    public ulong Reclaims => Volatile.Read(ref _reclaims);

    /// <summary>How other CPUs' lists are reached; null while there is one thread only.</summary>
    public CpuCalls? Calls { get; set; }

    /// <summary>Frames in the buddy's free lists: nr_free_pages().</summary>
    public ulong TotalFreePages
    {
        get
        {
            long free = 0;
            foreach (Zone zone in _zones)
                free += zone.FreePages;
            return (ulong)free;
        }
    }

    /// <summary>alloc_pages: 2^order frames, aligned to their size.</summary>
    /// <param name="cpu">The CPU that executes the call.</param>
    /// <param name="flags">Which zones, and how hard to try.</param>
    /// <param name="order">log2 of the frames wanted; from the profile's maxOrder on nothing is ever found.</param>
    /// <returns>The first frame; null when no block could be had.</returns>
    public PageFrameNumber? AllocPages(int cpu, GfpFlags flags, int order)
    {
        PageFrameNumber? taken = order == 0 && !Trace.IsOn && TryAllocPage(cpu, flags, out PageFrameNumber frame) ? frame : AllocSlow(cpu, flags, order);
        if (Shadow is { } shadow && taken is { } first)
            shadow.PagesTaken(first, order);
        return taken;
    }

    /// <summary>alloc_pages of a single frame when this CPU's hot list of the preferred zone has one.</summary>
    /// <returns>False when the complete call has to be made instead; nothing has changed then.</returns>
    public bool TryAllocPage(int cpu, GfpFlags flags, out PageFrameNumber frame)
    {
        Zone zone = _preferred[(int)(flags & ZoneFlags)];
        PerCpuPages* hot = zone.HotList(cpu);
        // The preferred zone keeps back nothing against itself, so its low watermark is the whole test.
        if ((flags & (GfpFlags.Zero | GfpFlags.Cold)) != 0 || hot->Count == 0 || zone.FreePages <= zone.Low)
        {
            frame = default;
            return false;
        }
        frame = new PageFrameNumber(PerCpuPages.PopHead(hot));
        Page* page = _pages + frame.Value;
        if (page->State != 0)
            ReportBadPage(frame.Value, atFree: false);
        page->State = Page.AllocatedSingle;
        return true;
    }

    /// <summary>__free_pages: drops a reference, and frees the block with the last one.</summary>
    /// <param name="cpu">The CPU that executes the call; a single frame goes to its hot list.</param>
    /// <param name="frame">First frame of the block.</param>
    /// <param name="order">The order it was allocated with.</param>
    public void FreePages(int cpu, PageFrameNumber frame, int order)
    {
        if (order != 0 || Trace.IsOn || !TryFreePage(cpu, frame))
            FreeSlow(cpu, frame.Value, order);
        if (Shadow is { } shadow && frame.Value < _frames && _pages[frame.Value].Count == 0)
            shadow.PagesFreed(frame, order);
    }

    /// <summary>__free_pages of a frame that was allocated singly and has one reference.</summary>
    /// <returns>False when the complete call has to be made instead; nothing has changed then.</returns>
    public bool TryFreePage(int cpu, PageFrameNumber frame)
    {
        if (frame.Value >= _frames || _pages[frame.Value].State != Page.AllocatedSingle)
            return false;
        _pages[frame.Value].State = 0;
        Zone zone = ZoneOf(frame.Value);
        PerCpuPages* hot = zone.HotList(cpu);
        if (PerCpuPages.PushHead(hot, frame.Value) >= hot->High)
            zone.Flush(hot);
        return true;
    }

    /// <summary>Puts the layout's watermarks and lowmem_reserve in force; until then they are 0.</summary>
    public void SetWatermarks()
    {
        foreach (Zone zone in _zones)
            zone.SetWatermarks();
    }

    /// <summary>drain_all_pages: CPUs ascending, within a CPU zones upward, hot before cold, from the tail.</summary>
    /// <param name="requester">The CPU that asks; the others' lists are drained as those CPUs.</param>
    public void DrainAllPcps(int requester)
    {
        for (int cpu = 0; cpu < _cpus; cpu++)
        {
            if (Calls is { } calls && !calls.IsDirect(requester, cpu))
                calls.Run(requester, cpu, new DrainCall(this));
            else
                DrainPcps(cpu);
        }
    }

    private void DrainPcps(int cpu)
    {
        foreach (Zone zone in _zones)
            zone.Drain(cpu);
    }

    private sealed class DrainCall(PageAllocator pages) : CpuCall
    {
        protected override void Run(int cpu) => pages.DrainPcps(cpu);
    }

    /// <summary>Counts frames that became slab pages, or with a negative number ceased to be.</summary>
    public void AccountSlab(PageFrameNumber frame, int frames, bool reclaimable)
    {
        ZoneOf(frame.Value).AccountSlab(frames, reclaimable);
    }

    /// <summary>True for a hole and for what boot took and keeps: such a frame is never free.</summary>
    public bool IsReserved(PageFrameNumber frame)
    {
        if (_layout.Bitmap.Contains(frame.Value))
            return false;
        foreach (FrameRange range in _layout.Unusable)
        {
            if (range.Contains(frame.Value))
                return true;
        }
        return frame.Value >= _frames;
    }

    /// <summary>The zones as /proc shows them, the empty ones included.</summary>
    public IReadOnlyList<ZoneInfo> Snapshot() => [.. _zones.Select(zone => zone.Snapshot())];

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (Zone zone in _zones)
            zone.Dispose();
        Pages.Dispose();
    }

    /// <summary>page_zone of a frame below <see cref="_frames"/>.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private Zone ZoneOf(uint frame)
    {
        Zone[] zones = _byAddress;
        int i = 0;
        while (frame < zones[i].StartFrame)
            i++;
        return zones[i];
    }
}
