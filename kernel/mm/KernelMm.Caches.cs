using MiniKernel.Hal;

namespace MiniKernel.Mm;

/// <content>kmem_cache_create, destroy, alloc, free, shrink.</content>
public sealed unsafe partial class KernelMm
{
    /// <summary>Makes a cache of objects of <paramref name="size"/> bytes.</summary>
    /// <param name="cpu">The CPU that executes the call.</param>
    /// <param name="name">Shown in /proc/slabinfo; must be new.</param>
    /// <param name="size">Bytes of an object.</param>
    /// <param name="align">Least alignment, or 0.</param>
    /// <param name="flags">See <see cref="SlabFlags"/>.</param>
    /// <param name="ctor">Runs once for each object of a new slab.</param>
    /// <param name="dtor">Runs for each object of a dying slab; needs a constructor beside it.</param>
    /// <returns>Null for a duplicate name, an object no slab can hold, or no memory; panics instead with SLAB_PANIC. What
    /// Linux calls an "Early error" is a BUG.</returns>
    public KmemCache? KmemCacheCreate(
        MmCpu cpu, string? name, ulong size, ulong align, SlabFlags flags, KmemCacheFunction? ctor = null, KmemCacheFunction? dtor = null)
    {
        string? early = name == null ? "it has no name"
            : dtor != null && ctor == null ? "it has a destructor but no constructor"
            : SlabGeometry.EarlyError(_profile, size);
        if (early != null)
            throw Bug("mm/slab.c", "kmem_cache_create", $"Early error in slab {name}: {early}");
        if (!_kmemCacheUp)
            throw Bug("mm/slab.c", "kmem_cache_create", $"slab {name} is created before kmem_cache_init");

        KmemCache? cache = IsFailed(cpu, AllocationKind.CacheCreate, size, name!, 0) ? null : CreateInChain(cpu, name!, size, align, flags, ctor, dtor);
        if (cache == null && (flags & SlabFlags.Panic) != 0)
            throw _reports.Panic($"kmem_cache_create(): failed to create slab `{name}'");
        return cache;
    }

    /// <summary>Ends a cache whose objects are all back.</summary>
    /// <returns>False when objects are in use: Linux's slab error is reported and the cache stays.</returns>
    public bool KmemCacheDestroy(MmCpu cpu, KmemCache? cache)
    {
        if (cache == null)
            throw Bug("mm/slab.c", "kmem_cache_destroy", "the cache is NULL");
        RequireAlive(cache, "kmem_cache_destroy");
        LockChain(cpu);
        try
        {
            RequireAlive(cache, "kmem_cache_destroy");      // somebody may have had it before
            FlushQuarantine(cpu, cache);
            bool isGone = _slab.Destroy(cache, cpu.Id);
            if (isGone)
                Trace?.Trace(new CacheDestroyEvent(cache));
            return isGone;
        }
        finally
        {
            UnlockChain();
        }
    }

    /// <summary>Takes an object.</summary>
    /// <returns>Null when no page could be had under <paramref name="flags"/>.</returns>
    public VirtualAddress KmemCacheAlloc(MmCpu cpu, KmemCache cache, GfpFlags flags)
    {
        VirtualAddress obj = Allocate(cpu, cache, cache.ObjectSize, flags);
        Trace?.Trace(new CacheAllocEvent(obj, cache, flags, IsOwn: false));
        return obj;
    }

    /// <summary>Takes an object and zeroes it.</summary>
    public VirtualAddress KmemCacheZalloc(MmCpu cpu, KmemCache cache, GfpFlags flags) =>
        KmemCacheAlloc(cpu, cache, flags | GfpFlags.Zero);

    /// <summary>Gives an object back. An address of another cache, or of no slab, is a BUG.</summary>
    public void KmemCacheFree(MmCpu cpu, KmemCache cache, VirtualAddress obj)
    {
        _calls.Serve(cpu.Id);
        try
        {
            Give(cpu, cache, obj);
        }
        finally
        {
            Trace?.Trace(new CacheFreeEvent(obj, cache, IsOwn: false));
        }
    }

    /// <summary>Gives back every page of the cache that holds no object in use.</summary>
    /// <returns>1 when slabs with objects in use remain, else 0.</returns>
    public int KmemCacheShrink(MmCpu cpu, KmemCache cache)
    {
        RequireAlive(cache, "kmem_cache_shrink");
        LockChain(cpu);
        try
        {
            RequireAlive(cache, "kmem_cache_shrink");
            FlushQuarantine(cpu, cache);
            bool isBusy = _slab.Shrink(cache, cpu.Id);
            Trace?.Trace(new CacheShrinkEvent(cache, isBusy));
            return isBusy ? 1 : 0;
        }
        finally
        {
            UnlockChain();
        }
    }

    /// <summary>The cache whose slab page an address lies in, or null.</summary>
    public KmemCache? CacheOf(VirtualAddress address) => _slab.CacheOf(address.Value);

    /// <summary>True when the address is exactly an object that is allocated now. Slow: for reports and tests.</summary>
    public bool IsAllocatedObject(VirtualAddress address) => _slab.IsAllocated(address.Value);

    private KmemCache? CreateInChain(
        MmCpu cpu, string name, ulong size, ulong align, SlabFlags flags, KmemCacheFunction? ctor, KmemCacheFunction? dtor)
    {
        KmemCache? cache = null;
        LockChain(cpu);
        try
        {
            if (FindCache(name) != null)
                _reports.Report(new DuplicateCache(name));
            else if (FlagErrorOf(flags, dtor) is { } wrong)
                throw Bug("mm/slab.c", "kmem_cache_create", $"slab {name}: {wrong}");
            else if ((cache = _slab.Create(cpu.Id, name, size, align, flags, ctor, dtor)) == null)
                _reports.Report(new CacheNotCreated(name));
            else
                Trace?.Trace(new CacheCreateEvent(cache));
        }
        finally
        {
            UnlockChain();
        }
        return cache;
    }

    /// <param name="cpu">The CPU that executes the call.</param>
    /// <param name="cache">Where from.</param>
    /// <param name="size">What was asked for; the object may be larger.</param>
    /// <param name="flags">How.</param>
    private VirtualAddress Allocate(MmCpu cpu, KmemCache cache, ulong size, GfpFlags flags)
    {
        _calls.Serve(cpu.Id);
        RequireAlive(cache, "kmem_cache_alloc");
        if (IsFailed(cpu, AllocationKind.Slab, size, cache.Name, flags))
            return VirtualAddress.Null;
        ulong obj = _slab.Allocate(cache, cpu.Id, flags);
        if (obj != 0 && (flags & GfpFlags.Zero) != 0)
            Clear(obj, cache.ObjectSize);
        if (obj != 0)
            _shadow?.ObjectOpened(obj, size, cache.ObjectSize);
        return new VirtualAddress(obj);
    }

    private void Give(MmCpu cpu, KmemCache cache, VirtualAddress obj)
    {
        RequireAlive(cache, "kmem_cache_free");
        KmemCache? owner = _slab.CacheOf(obj.Value);
        if (owner != cache)
        {
            throw Bug("mm/slab.c", "kmem_cache_free", owner == null
                ? $"{obj} is not in a slab; it was freed to cache `{cache.Name}'"
                : $"{obj} belongs to cache `{owner.Name}'; it was freed to cache `{cache.Name}'");
        }
        Release(cpu, cache, obj.Value);
    }

    private void RequireAlive(KmemCache cache, string function)
    {
        if (!cache.IsAlive)
            throw Bug("mm/slab.c", function, $"cache `{cache.Name}' was destroyed");
    }

    private void Clear(ulong address, ulong bytes) => new Span<byte>(_map.Host(address), (int)bytes).Clear();

    private static string? FlagErrorOf(SlabFlags flags, KmemCacheFunction? dtor) =>
        dtor != null && (flags & SlabFlags.DestroyByRcu) != 0
            ? "SLAB_DESTROY_BY_RCU and a destructor exclude each other"
            : SlabGeometry.FlagError(flags);
}
