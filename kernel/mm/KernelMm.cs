using System.Text;
using MiniKernel.Hal;

namespace MiniKernel.Mm;

/// <summary>A size class of kmalloc as others see it.</summary>
/// <param name="Size">Bytes of the class.</param>
/// <param name="Cache">The cache behind it.</param>
/// <param name="DmaCache">Its DMA twin; null without a DMA zone.</param>
public sealed record KmallocClass(ulong Size, KmemCache Cache, KmemCache? DmaCache);

/// <summary>The memory management of one kernel: bootmem, zones and buddy, the object allocator and its kmalloc.</summary>
/// <remarks>The calls here are complete: correct on every path. The fast paths of <see cref="MmCpu"/> come before them.</remarks>
public sealed unsafe partial class KernelMm : IDisposable
{
    private const ulong HostModuleBytes = 16 << 20;  // of the module area, for modules whose code is the host's
    private readonly HardwareProfile _profile;
    private readonly KernelMap _map;
    private readonly KernelImage _image;
    private readonly PageAllocator _pages;
    private readonly CpuTable _cpus;
    private readonly CpuCalls _calls;
    private readonly ChainMutex _chain;
    private readonly IObjectAllocator _allocator;
    private readonly ISlabTables? _slabs;
    private readonly IMmReports _reports;
    private readonly ShrinkerList _shrinkers;
    private readonly bool _isAlwaysWatched;
    private bool _watched;                      // or traced just now
    private bool _kmemCacheUp;

    /// <summary>Prepares mm for a machine; nothing simulated happens until the boot stages are called.</summary>
    public KernelMm(Machine machine, MmOptions options, IMmReports reports)
    {
        _profile = machine.Profile;
        AddressSpaceLayout space = machine.Layout;
        _reports = reports;
        _watched = _isAlwaysWatched = options.Watched;
        Layout = BootLayout.Compute(_profile);
        _map = new KernelMap(machine.Memory, _profile, space);
        _image = new KernelImage(machine.Memory, _profile, space);
        if (options.Shadow)
        {
            _shadow = new ShadowMap(machine.AddShadow(), _map, _profile.PageShift);
            _quarantine = new Quarantine(_profile.Ram / Quarantine.Fraction);
        }
        _pages = new PageAllocator(machine.Memory, _profile, Layout, options, reports) { Reclaim = ReclaimMemory, Shadow = _shadow };
        _pages.BelowLow = _quarantine is null ? null : id => FlushQuarantine(_cpus![id]);
        _cpus = new CpuTable(_profile, _map, _pages.Pages.First, options);
        _calls = new CpuCalls(machine.Cpus, _cpus, options.FreeRunning);
        _chain = new ChainMutex(_calls);
        _shrinkers = new ShrinkerList(_calls, _profile.Cpus) { Trace = _pages.Trace };
        _pages.Calls = _calls;
        _allocator = options.Allocator == AllocatorKind.Slob
            ? new SlobAllocator(_profile, _map, _image, _pages, _cpus, options, reports)
            : _profile.WordSize == 64
            ? new SlabAllocator<Word64>(_profile, _map, _image, _pages, machine.Clock, _cpus, _calls, options, reports)
            : new SlabAllocator<Word32>(_profile, _map, _image, _pages, machine.Clock, _cpus, _calls, options, reports);
        _slabs = _allocator.Slabs;
        _vmalloc = new VmallocSpace(space.VmallocStart, space.VmallocEnd, _profile);
        _modules = _profile.WordSize == 64 ? new VmallocSpace(space.ModulesStart + HostModuleBytes, space.ModulesEnd, _profile) : _vmalloc;
        _highMem = new HighMemMap(space, _profile);
    }

    /// <summary>Zones and reservations, as the boot placed them.</summary>
    public BootLayout Layout { get; }

    /// <summary>The machine's profile.</summary>
    public HardwareProfile Profile => _profile;

    /// <summary>Page frames the boot gave to the zones.</summary>
    public ulong TotalRamPages => _pages.TotalRamPages;

    /// <summary>Free frames, those on per-CPU lists not counted.</summary>
    public ulong TotalFreePages => _pages.TotalFreePages;

    /// <summary>True when there are slabs and size classes: with SLOB there are none.</summary>
    public bool HasSlabs => _slabs != null;

    /// <summary>The object allocator's file in Linux, for reports: "mm/slab.c" or "mm/slob.c".</summary>
    public string AllocatorFile => _allocator.SourceFile;

    /// <summary>How often Linux would have called the OOM killer.</summary>
    public ulong OutOfMemoryCalls => _pages.OutOfMemoryCalls;

    /// <summary>The kmalloc classes, ascending; none with SLOB.</summary>
    public IReadOnlyList<KmallocClass> KmallocClasses
    {
        get
        {
            var classes = new List<KmallocClass>();
            foreach (KmallocEntry entry in _slabs is { } slabs ? slabs.Kmalloc.Entries : [])
                classes.Add(new KmallocClass(entry.Size, entry.Cache!, entry.DmaCache));
            return classes;
        }
    }

    /// <summary>One CPU's fast paths.</summary>
    public MmCpu Cpu(int id)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(id);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(id, _profile.Cpus);
        return _cpus[id];
    }

    /// <summary>Boot stage: bootmem's free frames go to the zones, low memory first (mem_init).</summary>
    public void MemInit() => _pages.FreeBootmem();

    /// <summary>Boot stage: the object allocator; SLAB makes cache_cache, the kmalloc caches, all arrays (kmem_cache_init).</summary>
    public void KmemCacheInit()
    {
        _allocator.Bootstrap();
        _kmemCacheUp = true;
    }

    /// <summary>Boot stage: watermarks and lowmem_reserve (init_per_zone_pages_min).</summary>
    public void SetWatermarks() => _pages.SetWatermarks();

    /// <summary>All boot stages in Linux's order.</summary>
    public void Boot()
    {
        MemInit();
        KmemCacheInit();
        SetWatermarks();
    }

    /// <summary>Adds a function that direct reclaim calls with the flags of the request; it frees what it can and says how much that was.</summary>
    public void RegisterShrinker(Func<GfpFlags, uint> shrinker) => _shrinkers.Add(shrinker);

    /// <summary>Removes a shrinker; when it returns, no other CPU is in it.</summary>
    public void UnregisterShrinker(MmCpu cpu, Func<GfpFlags, uint> shrinker) => _shrinkers.Remove(cpu.Id, shrinker);

    /// <summary>One pass of a CPU's reaper (cache_reap); due every 2,000 ms. Without slabs there is nothing to reap.</summary>
    public void CacheReap(MmCpu cpu)
    {
        _calls.Serve(cpu.Id);
        if (_slabs is not { } slabs || !_chain.TryEnterIdle(cpu.Id, Task))
            return;                             // as in Linux: the next pass will do
        try
        {
            slabs.Reap(cpu.Id);
            Trace?.Trace(new CacheReapEvent());
        }
        finally
        {
            UnlockChain();
        }
    }

    /// <summary>What /proc/slabinfo shows, newest cache first, nothing with SLOB; for when no other CPU makes or ends a cache.</summary>
    public IReadOnlyList<SlabInfo> SlabInfos() => _slabs?.Snapshot() ?? [];

    /// <summary>Patterns of <see cref="MmOptions.SlabDebug"/> that no cache there is or was goes by; with SLOB, which has no such checks, none.</summary>
    public IReadOnlyList<string> UnmetSlabDebugPatterns() => _slabs?.UnmetDebugPatterns ?? [];

    /// <summary>SLOB's pages, counted; null with another allocator.</summary>
    public SlobInfo? SlobInfo() => (_allocator as SlobAllocator)?.Snapshot();

    /// <summary>What /proc/slabinfo shows, whatever other CPUs do meanwhile.</summary>
    public IReadOnlyList<SlabInfo> SlabInfos(MmCpu cpu)
    {
        LockChain(cpu);
        try
        {
            return SlabInfos();
        }
        finally
        {
            UnlockChain();
        }
    }

    /// <summary>What /proc/zoneinfo and /proc/buddyinfo show.</summary>
    public IReadOnlyList<ZoneInfo> Zones() => _pages.Snapshot();

    /// <summary>Brings what mm shows of itself in simulated memory up to date, before somebody dumps it.</summary>
    public void SyncViews() => _allocator.SyncViews();

    /// <summary>Takes zeroed bytes of the kernel image's .data, for good, for a variable that drivers use.</summary>
    /// <returns>Their address in the kernel image's mapping.</returns>
    public VirtualAddress TakeKernelData(int bytes) => OpenImage(_image.TakeStatic(bytes), bytes);

    /// <summary>Address of a name as the kernel image has it, for drivers to read.</summary>
    public VirtualAddress AddressOfName(string name) => OpenImage(_image.AddressOfString(name), Encoding.UTF8.GetByteCount(name) + 1);

    /// <summary>Retunes a cache, as a line written to /proc/slabinfo does.</summary>
    /// <returns>False when no cache of slabs has that name. Values that make no sense are ignored, as in Linux.</returns>
    public bool TuneCache(MmCpu cpu, string name, int limit, int batchCount, int shared)
    {
        LockChain(cpu);
        try
        {
            if (_slabs is not { } slabs || FindCache(name) is not { } cache)
                return false;
            if (limit >= 1 && batchCount >= 1 && batchCount <= limit && shared >= 0)
            {
                slabs.Tune(cache, cpu.Id, (uint)limit, (uint)batchCount, (uint)shared);
                Trace?.Trace(new CacheTuneEvent(cache, (uint)limit, (uint)batchCount, (uint)shared));
            }
            return true;
        }
        finally
        {
            UnlockChain();
        }
    }

    /// <summary>The cache of that name, or null.</summary>
    public KmemCache? FindCache(string name)
    {
        for (KmemCache? cache = _allocator.Newest; cache != null; cache = cache.Older)
        {
            if (cache.Name == name)
                return cache;
        }
        return null;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _allocator.Dispose();
        _cpus.Dispose();
        _pages.Dispose();
    }

    /// <summary>Direct reclaim: the shrinkers, then every cache.</summary>
    private void ReclaimMemory(int cpu, GfpFlags flags)
    {
        _shrinkers.Run(cpu, flags);
        FlushQuarantine(_cpus[cpu]);
        if (!_kmemCacheUp || !_chain.EnterSoon(cpu, Task))
            return;
        try
        {
            _allocator.ShrinkAll(cpu);
        }
        finally
        {
            UnlockChain();
        }
    }

    private Exception Bug(string file, string function, string explanation) =>
        _reports.Bug(new MmBug(file, function, explanation));
}
