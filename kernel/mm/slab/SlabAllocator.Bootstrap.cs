using MiniKernel.Hal;

namespace MiniKernel.Mm;

/// <content>How SLAB pulls itself up: kmem_cache_init. The first caches live on statics until kmalloc can replace them.</content>
internal sealed unsafe partial class SlabAllocator<TWord>
{
    private enum BootStage
    {
        /// <summary>Only cache_cache exists.</summary>
        None,

        /// <summary>Boot arrays can be kmalloc'ed (PARTIAL_AC).</summary>
        Arrays,

        /// <summary>List heads can be kmalloc'ed too (PARTIAL_L3).</summary>
        Lists,

        /// <summary>Everything can.</summary>
        Full,
    }

    private readonly ulong[] _bootList3s = new ulong[3];
    private readonly List<KmemCache> _onStaticLists = [];
    private KmemCache _cacheCache = null!;      // made by Bootstrap, before any other cache
    private ulong _bootArrayGeneric;
    private BootStage _stage;
    private bool _earlyInit = true;             // slab_early_init: the first two caches stay on-slab

    /// <summary>Brings up cache_cache, the kmalloc caches, and every cache's arrays.</summary>
    public void Bootstrap()
    {
        const int bootCpu = 0;
        MakeCacheCache();
        MakeKmallocCaches(bootCpu);
        ReplaceBootArray(_cacheCache, bootCpu);
        ReplaceBootArray(Kmalloc.Find((ulong)_layouts.BootArrayBytes, GfpFlags.NoWait)!, bootCpu);
        foreach (KmemCache cache in _onStaticLists)
            ReplaceStaticLists(cache, bootCpu);
        for (KmemCache? cache = Newest; cache != null; cache = cache.Older)
        {
            if (!EnableCpuCache(cache, bootCpu))
                throw Bug("kmem_cache_init", $"no memory for the arrays of cache `{cache.Name}'");
        }
        _stage = BootStage.Full;
    }

    /// <summary>The cache of cache descriptors, on statics at the start of .data.</summary>
    private void MakeCacheCache()
    {
        ulong descriptor = _image.TakeStatic(_layouts.CacheBytes), array = _image.TakeStatic(_layouts.BootArrayBytes);
        _bootArrayGeneric = _image.TakeStatic(_layouts.BootArrayBytes);
        for (int i = 0; i < _bootList3s.Length; i++)
            _bootList3s[i] = _image.TakeStatic(_layouts.List3Bytes);
        MakeChainHead();

        _cacheCache = NewCache("kmem_cache", SlabGeometry.OfCacheCache(_profile, (uint)_layouts.CacheBytes), null, null);
        _cacheCache.Descriptor = new VirtualAddress(descriptor);
        ShowDescriptor(_cacheCache, descriptor);
        UseBootArray(_cacheCache, 0, array);
        UseStaticLists(_cacheCache);
        _cacheCache.Limit = _cacheCache.BatchCount = 1;
        LinkNewest(_cacheCache);
        SyncDescriptor(_cacheCache);
    }

    /// <summary>malloc_sizes: first the classes that hold boot arrays and list heads, then all others ascending, each with
    /// its DMA twin.</summary>
    private void MakeKmallocCaches(int cpu)
    {
        KmallocEntry arrays = Kmalloc.EntryFor((ulong)_layouts.BootArrayBytes), lists = Kmalloc.EntryFor((ulong)_layouts.List3Bytes);
        arrays.Cache = MakeKmallocCache(cpu, arrays, dma: false);
        lists.Cache ??= MakeKmallocCache(cpu, lists, dma: false);
        _earlyInit = false;
        foreach (KmallocEntry entry in Kmalloc.Entries)
        {
            entry.Cache ??= MakeKmallocCache(cpu, entry, dma: false);
            if (_profile.HasDmaZone)
                entry.DmaCache = MakeKmallocCache(cpu, entry, dma: true);
        }
    }

    private KmemCache MakeKmallocCache(int cpu, KmallocEntry entry, bool dma)
    {
        SlabFlags flags = SlabFlags.HwCacheAlign | SlabFlags.Panic | (dma ? SlabFlags.CacheDma : SlabFlags.None);
        KmemCache cache = Create(cpu, dma ? entry.DmaName : entry.Name, entry.Size, KmallocCaches.MinAlign, flags, null, null)
            ?? throw _reports.Panic($"kmem_cache_create(): failed to create slab `{entry.Name}'");
        _cpus.ShowKmallocCache(entry.Slot, cache, dma, alsoDma: !_profile.HasDmaZone);
        return cache;
    }

    /// <summary>The first array of a cache made during bootstrap: one entry, static for the very first.</summary>
    private void SetUpBootArray(KmemCache cache, int cpu)
    {
        UseBootArray(cache, cpu, _stage == BootStage.None ? _bootArrayGeneric : KmallocInternal(cpu, (ulong)_layouts.BootArrayBytes, GfpFlags.Kernel));
        if (_stage == BootStage.Lists)
        {
            cache.List3 = NewList3(cache, KmallocInternal(cpu, (ulong)_layouts.List3Bytes, GfpFlags.Kernel));
            return;
        }
        UseStaticLists(cache);
        bool servesLists = Kmalloc.EntryFor((ulong)_layouts.List3Bytes).Size <= cache.ObjectSize;
        _stage = servesLists ? BootStage.Lists : BootStage.Arrays;
    }

    private void UseBootArray(KmemCache cache, int cpu, ulong address)
    {
        cache.Arrays[cpu] = new ArrayCache(_map, _layouts, address, limit: 1, batchCount: 1);
        _cpus.ShowStack(cache, cpu);
    }

    private void UseStaticLists(KmemCache cache)
    {
        cache.List3 = NewList3(cache, _bootList3s[_onStaticLists.Count]);
        _onStaticLists.Add(cache);
    }

    private void ReplaceBootArray(KmemCache cache, int cpu)
    {
        ulong address = KmallocInternal(cpu, (ulong)_layouts.BootArrayBytes, GfpFlags.Kernel);
        ArrayCache old = ArrayOf(cache, cpu);
        UseBootArray(cache, cpu, address);
        ArrayCache fresh = ArrayOf(cache, cpu);
        fresh.Stack->Touched = old.Stack->Touched;
        if (old.Stack->Available != 0)
            fresh.Push(old.Pop());
        fresh.Sync();
        old.Dispose();
        SyncDescriptor(cache);
    }

    private void ReplaceStaticLists(KmemCache cache, int cpu)
    {
        ulong address = KmallocInternal(cpu, (ulong)_layouts.List3Bytes, GfpFlags.Kernel);
        KmemList3 old = cache.List3;
        cache.List3 = new KmemList3(_map, _layouts, address);
        cache.List3.TakeOver(old);
        old.Dispose();
        SyncDescriptor(cache);
    }
}
