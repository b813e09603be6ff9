using MiniKernel.Hal;

namespace MiniKernel.Mm.Tests.Model;

// Creation of caches, the bootstrap and the kmalloc table: linux-mm.md a.1, b.6, c.4, c.7, f and "Slab bootstrap" in h.
internal sealed partial class MmModel
{
    private enum BootStage { None, PartialAc, PartialL3, Full }

    private sealed class KmallocClass(ulong size)
    {
        public ulong Size => size;

        public ModelCache? Cache { get; set; }

        public ModelCache? DmaCache { get; set; }
    }

    private readonly List<KmallocClass> _classes = [];
    private BootStage _stage;
    private bool _earlyInit = true;
    private ModelCache _cacheCache = null!;

    private ulong Word => (ulong)_profile.WordBytes;

    private ulong ArrayHeaderBytes => _profile.Cpus == 1 ? 16u : _profile.WordSize == 32 ? 20u : 24u;

    private ulong List3Bytes => (_profile.WordSize, _profile.Cpus == 1) switch
    {
        (32, true) => 52,
        (32, false) => 56,
        (_, true) => 96,
        (_, false) => 104,
    };

    private ulong DescriptorBytes => (_profile.WordSize == 32 ? 80u : 120u) + Word * (ulong)_profile.Cpus;

    private ulong BootArrayBytes => ArrayHeaderBytes + Word;

    /// <summary>The class sizes of a.1 under the articles' conditions.</summary>
    public static List<ulong> KmallocSizes(HardwareProfile profile)
    {
        var sizes = new List<ulong>();
        if (profile.PageSize == 4096)
            sizes.Add(32);
        sizes.Add(64);
        if (profile.L1CacheBytes < 64)
            sizes.Add(96);
        sizes.Add(128);
        if (profile.L1CacheBytes < 128)
            sizes.Add(192);
        ulong largest = profile.Mmu ? 131072u : profile.LargeAllocs ? 32u << 20 : 1u << 20;
        for (ulong size = 256; size <= largest; size *= 2)
            sizes.Add(size);
        return sizes;
    }

    private ModelCache? ClassCache(ulong size, uint gfp)
    {
        KmallocClass? found = _classes.FirstOrDefault(candidate => size <= candidate.Size);
        if (found is null)
            return null;
        ModelCache? cache = _profile.HasDmaZone && (gfp & Gfp.Dma) != 0 ? found.DmaCache : found.Cache;
        return cache ?? throw new InvalidOperationException("model: a kmalloc class is used before it exists");
    }

    private ulong? KernelKmalloc(ulong size) => AllocObject(ClassCache(size, Gfp.Kernel)!, Gfp.Kernel);

    private void FreeKernel(ulong? address)
    {
        if (address is { } physical)
            FreeObject(CacheOf(physical), physical);
    }

    private void BootSlabs()
    {
        _classes.AddRange(KmallocSizes(_profile).Select(size => new KmallocClass(size)));
        KmallocClass arrayClass = _classes.First(candidate => BootArrayBytes <= candidate.Size);
        KmallocClass list3Class = _classes.First(candidate => List3Bytes <= candidate.Size);

        _cacheCache = new ModelCache("kmem_cache", ModelGeometry.ForCacheCache(_profile, DescriptorBytes), null, _profile.Cpus)
        {
            List3 = new ModelList3 { NextReap = List3ReapMs },
        };
        _cacheCache.Arrays[0] = new ModelArray(null, 1, 1);
        _chain.AddFirst(_cacheCache);

        arrayClass.Cache = CreateClassCache(arrayClass, false);
        if (list3Class != arrayClass)
            list3Class.Cache = CreateClassCache(list3Class, false);
        _earlyInit = false;
        foreach (KmallocClass each in _classes)
        {
            each.Cache ??= CreateClassCache(each, false);
            if (_profile.HasDmaZone)
                each.DmaCache = CreateClassCache(each, true);
        }

        _cacheCache.Arrays[0]!.Address = KernelKmalloc(BootArrayBytes);
        arrayClass.Cache!.Arrays[0]!.Address = KernelKmalloc(BootArrayBytes);
        _cacheCache.List3!.Address = KernelKmalloc(List3Bytes);
        arrayClass.Cache!.List3!.Address = KernelKmalloc(List3Bytes);
        if (list3Class != arrayClass)
            list3Class.Cache!.List3!.Address = KernelKmalloc(List3Bytes);

        foreach (ModelCache cache in _chain)
        {
            if (!EnableCpuCache(cache))
                throw new InvalidOperationException("model: no memory for enable_cpucache at boot");
        }
        _stage = BootStage.Full;
    }

    private ModelCache CreateClassCache(KmallocClass each, bool dma) =>
        CreateCache($"size-{each.Size}{(dma ? "(DMA)" : "")}", each.Size, 8, SlabBits.HwCacheAlign | SlabBits.Panic | (dma ? SlabBits.CacheDma : 0))
        ?? throw new InvalidOperationException($"model: size-{each.Size} cannot be created");

    /// <summary>kmem_cache_create behind its sanity checks.</summary>
    private ModelCache? CreateCache(string name, ulong size, ulong align, uint flags)
    {
        if (AllocObject(_cacheCache, Gfp.Kernel) is not { } descriptor)
            return null;
        if (ModelGeometry.Compute(_profile, size, align, flags, _earlyInit) is not { } geometry)
        {
            FreeObject(_cacheCache, descriptor);
            return null;
        }
        var cache = new ModelCache(name, geometry, descriptor, _profile.Cpus);
        if (geometry.OffSlab)
            cache.ManagementCache = ClassCache(geometry.ManagementBytes, 0);
        if (!SetUpCpuCache(cache))
        {
            FreeCacheParts(cache);
            return null;
        }
        _chain.AddFirst(cache);
        return cache;
    }

    private bool SetUpCpuCache(ModelCache cache)
    {
        if (_stage == BootStage.Full)
            return EnableCpuCache(cache);
        ulong? array = _stage == BootStage.None ? null : KernelKmalloc(BootArrayBytes);
        ulong? list3 = _stage == BootStage.PartialL3 ? KernelKmalloc(List3Bytes) : null;
        cache.Arrays[0] = new ModelArray(array, 1, 1);
        cache.List3 = new ModelList3 { Address = list3, NextReap = FirstReap(cache) };
        if (_stage == BootStage.None)
        {
            bool sameClass = _classes.First(candidate => BootArrayBytes <= candidate.Size) == _classes.First(candidate => List3Bytes <= candidate.Size);
            _stage = sameClass ? BootStage.PartialL3 : BootStage.PartialAc;
        }
        else
        {
            _stage = BootStage.PartialL3;
        }
        return true;
    }

    private ulong FirstReap(ModelCache cache) =>
        _nowMs + List3ReapMs + (cache.Descriptor is { } descriptor ? VirtualOf(descriptor) % List3ReapMs : 0);

    private bool EnableCpuCache(ModelCache cache) =>
        TuneCpuCache(cache, cache.Geometry.Limit, cache.Geometry.Batch, cache.Geometry.Shared);

    /// <summary>do_tune_cpucache.</summary>
    private bool TuneCpuCache(ModelCache cache, int limit, int batch, int sharedFactor)
    {
        var arrays = new ModelArray[_profile.Cpus];
        for (int cpu = 0; cpu < arrays.Length; cpu++)
        {
            if (NewArray(limit, batch) is not { } array)
            {
                while (--cpu >= 0)
                    FreeKernel(arrays[cpu].Address);
                return false;
            }
            arrays[cpu] = array;
        }
        ModelArray?[] old = [.. cache.Arrays];
        arrays.CopyTo(cache.Arrays, 0);
        (cache.Limit, cache.Batch, cache.Shared) = (limit, batch, sharedFactor);
        for (int cpu = 0; cpu < old.Length; cpu++)
        {
            if (old[cpu] is not { } array)
                continue;
            OnCpu(cpu, () => FreeOldest(cache, array, array.Entries.Count));
            FreeKernel(array.Address);
        }

        ModelArray? shared = null;
        if (sharedFactor > 0)
        {
            shared = NewArray(sharedFactor * batch, 0);
            if (shared is null)
                return false;
        }
        ModelArray? oldShared = cache.List3?.Shared;
        if (cache.List3 is null)
        {
            if (KernelKmalloc(List3Bytes) is not { } list3)
            {
                FreeKernel(shared?.Address);
                return false;
            }
            cache.List3 = new ModelList3 { Address = list3, NextReap = FirstReap(cache) };
        }
        if (oldShared is not null)
            FreeOldest(cache, oldShared, oldShared.Entries.Count);
        cache.List3.Shared = shared;
        cache.List3.FreeLimit = (1 + _profile.Cpus) * batch + cache.Geometry.Num;
        FreeKernel(oldShared?.Address);
        return true;
    }

    private ModelArray? NewArray(int limit, int batch) =>
        KernelKmalloc(ArrayHeaderBytes + (ulong)limit * Word) is { } address ? new ModelArray(address, limit, batch) : null;

    /// <summary>__kmem_cache_destroy.</summary>
    private void FreeCacheParts(ModelCache cache)
    {
        foreach (ModelArray? array in cache.Arrays)
            FreeKernel(array?.Address);
        FreeKernel(cache.List3?.Shared?.Address);
        FreeKernel(cache.List3?.Address);
        FreeObject(_cacheCache, cache.Descriptor!.Value);
    }
}
