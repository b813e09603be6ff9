using System.Runtime.InteropServices;
using MiniKernel.Hal;

namespace MiniKernel.Mm;

/// <summary>Linux 2.6's SLAB: caches of equal objects on slabs of pages, with a stack of free objects a CPU.</summary>
/// <remarks>struct slab, bufctl arrays and kmem_list3 are bytes in simulated memory and are checked each time they are read;
/// geometry, tunables and array entries live on the host and show in simulated memory. Source: Linux 2.6.24 mm/slab.c.</remarks>
internal sealed unsafe partial class SlabAllocator<TWord> : IObjectAllocator, ISlabTables
    where TWord : struct, IWord
{
    private const string SourceFile = "mm/slab.c";
    private const uint BufctlEnd = ~0u, BufctlFree = ~0u - 1;

    private readonly HardwareProfile _profile;
    private readonly StructLayouts _layouts;
    private readonly KernelMap _map;
    private readonly KernelImage _image;
    private readonly PageAllocator _pages;
    private readonly Page* _pageMap;
    private readonly Tracepoints _trace;
    private readonly VirtualClock _clock;
    private readonly IMmReports _reports;
    private readonly MmOptions _options;
    private readonly CpuTable _cpus;
    private readonly CpuCalls _calls;
    private readonly List<nint> _records = [];
    private KmemCache[] _byIndex = new KmemCache[64];     // replaced when it grows: readers need no lock
    private int _count;
    private readonly int _pageShift;

    public SlabAllocator(
        HardwareProfile profile, KernelMap map, KernelImage image, PageAllocator pages, VirtualClock clock, CpuTable cpus,
        CpuCalls calls, MmOptions options, IMmReports reports)
    {
        _profile = profile;
        _layouts = new StructLayouts(profile);
        _map = map;
        _image = image;
        _pages = pages;
        _pageMap = pages.Pages.First;
        _trace = pages.Trace;
        _clock = clock;
        _cpus = cpus;
        _calls = calls;
        _options = options;
        _reports = reports;
        _pageShift = profile.PageShift;
        Kmalloc = new KmallocCaches(profile);
    }

    /// <summary>malloc_sizes.</summary>
    public KmallocCaches Kmalloc { get; }

    /// <summary>Head of cache_chain: the newest cache.</summary>
    public KmemCache? Newest { get; private set; }

    private KmemCache? Oldest { get; set; }

    /// <summary>Takes an object: this CPU's stack first, the slabs behind it.</summary>
    /// <returns>The object's address; 0 when no page could be had.</returns>
    public ulong Allocate(KmemCache cache, int cpu, GfpFlags flags)
    {
        if (cache.Geometry.IsDebug)
            CheckDmaFlag(cache, flags);
        ArrayCache? array = cache.Arrays[cpu];
        ulong buffer;
        if (array != null && array.Stack->Available != 0)
        {
            buffer = array.Pop();
            array.Stack->Touched = 1;
        }
        else
        {
            buffer = Refill(cache, cpu, flags);
        }
        // Somebody may have freed a pointer into an object at the end of memory: only that much is checked, as in Linux.
        if (buffer - _map.Base > _map.Size - cache.BufferSize && buffer != 0)
            throw Bug("kmem_cache_alloc", $"0x{buffer:x} of cache `{cache.Name}' reaches beyond memory: it was freed but is no object");
        if (buffer != 0 && _trace.IsOn)
            TraceTaken(cache, cpu, buffer);
        return buffer != 0 && cache.Geometry.IsDebug ? CheckAfterAlloc(cache, cpu, buffer) : buffer;
    }

    /// <summary>Gives an object back to this CPU's stack.</summary>
    public void Free(KmemCache cache, int cpu, ulong obj)
    {
        ulong buffer = cache.Geometry.IsDebug ? CheckBeforeFree(cache, obj) : obj;
        ArrayCache array = ArrayOf(cache, cpu);
        if (array.Stack->Available < array.Stack->Limit)
            array.Push(buffer);
        else
            Flush(cache, cpu, buffer);
        if (_trace.IsOn)
            TracePut(cache, cpu, buffer);
    }

    /// <summary>kmalloc for mm itself: arrays, lists, off-slab management.</summary>
    public ulong KmallocInternal(int cpu, ulong size, GfpFlags flags)
    {
        KmemCache cache = Kmalloc.Find(size, flags)
            ?? throw Bug("__find_general_cachep", $"kmalloc of {size} bytes before its cache exists");
        ulong obj = AllocateOwn(cache, cpu, flags);
        _trace.Sink?.Trace(new KmallocEvent(new VirtualAddress(obj), cache.BufferSize, size, flags, IsOwn: true));
        return obj;
    }

    /// <summary>An object for mm's own use, which it will address as words: a pointer into an object that somebody freed and
    /// that comes back now must not be taken for one.</summary>
    private ulong AllocateOwn(KmemCache cache, int cpu, GfpFlags flags)
    {
        ulong obj = Allocate(cache, cpu, flags);
        return (obj & ((uint)TWord.Bytes - 1)) == 0 ? obj
            : throw Bug("kmem_cache_alloc", $"0x{obj:x} of cache `{cache.Name}' is not aligned: it was freed but is no object");
    }

    /// <summary>kfree for mm itself.</summary>
    public void KfreeInternal(int cpu, ulong address)
    {
        KmemCache cache = CacheOf(address) ?? throw Bug("kfree", $"0x{address:x} is not in a slab");
        Free(cache, cpu, address);
        _trace.Sink?.Trace(new KfreeEvent(new VirtualAddress(address), IsOwn: true));
    }

    /// <summary>The cache whose slab page an address lies in; null for any other address.</summary>
    public KmemCache? CacheOf(ulong address)
    {
        ulong offset = address - _map.Base;
        if (offset >= _map.Size)
            return null;
        CacheRecord* record = _pageMap[offset >> _pageShift].Cache;
        return record == null ? null : _byIndex[(int)record->CacheIndex];
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        for (int i = 0; i < _count; i++)
            ReleaseHostState(_byIndex[i]);
        foreach (nint record in _records)
            NativeMemory.Free((void*)record);
        _cacheChain?.Dispose();
    }

    private ArrayCache ArrayOf(KmemCache cache, int cpu) =>
        cache.Arrays[cpu] ?? throw Bug("cpu_cache_get", $"cache `{cache.Name}' has no array for CPU {cpu} yet");

    private Exception Bug(string function, string explanation) => _reports.Bug(new MmBug(SourceFile, function, explanation));

    private KmemCache NewCache(string name, SlabGeometry geometry, KmemCacheFunction? ctor, KmemCacheFunction? dtor)
    {
        int cpus = _profile.Cpus;
        var record = (CacheRecord*)NativeMemory.AllocZeroed((nuint)(sizeof(CacheRecord) + ((cpus - 1) * sizeof(ObjectStack*))));
        *record = new CacheRecord(_count);
        _records.Add((nint)record);
        var cache = new KmemCache(name, geometry, ctor, dtor, record, cpus);
        cache.NeedsDma &= _profile.HasDmaZone;
        AddToIndex(cache);
        for (int cpu = 0; cpu < cpus; cpu++)
            _cpus.ShowStack(cache, cpu);
        return cache;
    }

    private void AddToIndex(KmemCache cache)
    {
        KmemCache[] table = _byIndex;
        if (_count == table.Length)
            Array.Resize(ref table, 2 * _count);
        table[_count++] = cache;
        Volatile.Write(ref _byIndex, table);
    }

    private static void ReleaseHostState(KmemCache cache)
    {
        foreach (ArrayCache? array in cache.Arrays)
            array?.Dispose();
        cache.Shared?.Dispose();
        cache.List3?.Dispose();
        cache.DescriptorView?.Dispose();
    }

    /// <summary>Puts a cache at the head of cache_chain.</summary>
    private void LinkNewest(KmemCache cache)
    {
        cache.Older = Newest;
        cache.Newer = null;
        if (Newest != null)
            Newest.Newer = cache;
        else
            Oldest = cache;
        Newest = cache;
        SyncChainAround(cache);
    }

    private void UnlinkFromChain(KmemCache cache)
    {
        KmemCache? newer = cache.Newer, older = cache.Older;
        if (newer != null)
            newer.Older = older;
        else
            Newest = older;
        if (older != null)
            older.Newer = newer;
        else
            Oldest = newer;
        cache.Newer = cache.Older = null;
        SyncChainLinks(newer);
        SyncChainLinks(older);
    }
}
