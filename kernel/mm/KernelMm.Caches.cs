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
        if (!_kmemCacheUp)
            throw Bug(_allocator.SourceFile, "kmem_cache_create", $"slab {name} is created before kmem_cache_init");
        if (!IsFailed(cpu, AllocationKind.CacheCreate, size, name ?? "", 0))
            return CreateInChain(cpu, name, size, align, flags, ctor, dtor);
        return (flags & SlabFlags.Panic) == 0 ? null : throw _reports.Panic($"kmem_cache_create(): failed to create slab `{name}'");
    }

    /// <summary>Ends a cache whose objects are all back.</summary>
    /// <returns>False when objects are in use: Linux's slab error is reported and the cache stays.</returns>
    public bool KmemCacheDestroy(MmCpu cpu, KmemCache? cache)
    {
        if (cache == null)
            throw Bug(_allocator.SourceFile, "kmem_cache_destroy", "the cache is NULL");
        RequireAlive(cache, "kmem_cache_destroy");
        LockChain(cpu);
        try
        {
            RequireAlive(cache, "kmem_cache_destroy");      // somebody may have had it before
            FlushQuarantine(cpu, cache);
            bool isGone = _allocator.Destroy(cache, cpu.Id);
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
        VirtualAddress obj = Allocate(cpu, cache, flags);
        Trace?.Trace(new CacheAllocEvent(obj, cache, flags, IsOwn: false));
        return obj;
    }

    /// <summary>Takes an object and zeroes it.</summary>
    public VirtualAddress KmemCacheZalloc(MmCpu cpu, KmemCache cache, GfpFlags flags) =>
        KmemCacheAlloc(cpu, cache, flags | GfpFlags.Zero);

    /// <summary>Gives an object back. An address that is none of the cache's is a BUG.</summary>
    public void KmemCacheFree(MmCpu cpu, KmemCache cache, VirtualAddress obj)
    {
        _calls.Serve(cpu.Id);
        try
        {
            RequireAlive(cache, "kmem_cache_free");
            Release(cpu, cache, obj.Value);
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
            bool isBusy = _allocator.Shrink(cache, cpu.Id);
            Trace?.Trace(new CacheShrinkEvent(cache, isBusy));
            return isBusy ? 1 : 0;
        }
        finally
        {
            UnlockChain();
        }
    }

    /// <summary>The cache whose slab page an address lies in, or null. SLOB's pages belong to no cache.</summary>
    public KmemCache? CacheOf(VirtualAddress address) => _allocator.CacheOf(address.Value);

    /// <summary>True when the address is exactly an object that is allocated now. Slow: for reports and tests.</summary>
    public bool IsAllocatedObject(VirtualAddress address) => _allocator.IsAllocated(address.Value);

    private KmemCache? CreateInChain(
        MmCpu cpu, string? name, ulong size, ulong align, SlabFlags flags, KmemCacheFunction? ctor, KmemCacheFunction? dtor)
    {
        LockChain(cpu);
        try
        {
            KmemCache? cache = _allocator.Create(cpu.Id, name, size, align, flags, ctor, dtor);
            if (cache != null)
                Trace?.Trace(new CacheCreateEvent(cache));
            return cache;
        }
        finally
        {
            UnlockChain();
        }
    }

    private VirtualAddress Allocate(MmCpu cpu, KmemCache cache, GfpFlags flags)
    {
        _calls.Serve(cpu.Id);
        RequireAlive(cache, "kmem_cache_alloc");
        if (IsFailed(cpu, AllocationKind.Slab, cache.ObjectSize, cache.Name, flags))
            return VirtualAddress.Null;
        ulong obj = _allocator.Allocate(cache, cpu.Id, flags);
        Open(cache, obj);
        return new VirtualAddress(obj);
    }

    private void RequireAlive(KmemCache cache, string function)
    {
        if (!cache.IsAlive)
            throw Bug(_allocator.SourceFile, function, $"cache `{cache.Name}' was destroyed");
    }

    private void Clear(ulong address, ulong bytes) => new Span<byte>(_map.Host(address), (int)bytes).Clear();
}
