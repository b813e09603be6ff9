using MiniKernel.Hal;

namespace MiniKernel.Mm;

/// <content>The seam: kmalloc by size class, and the checks of kmem_cache_* before anything is done.</content>
internal sealed unsafe partial class SlabAllocator<TWord>
{
    string IObjectAllocator.SourceFile => SourceFile;

    ISlabTables IObjectAllocator.Slabs => this;

    ulong IObjectAllocator.Kmalloc(int cpu, ulong size, GfpFlags flags)
    {
        if (Kmalloc.Find(size, flags) is not { } cache)
            return 0;
        return cache.IsAlive ? AllocateZeroed(cache, cpu, flags) : throw Bug("kmem_cache_alloc", $"cache `{cache.Name}' was destroyed");
    }

    ulong IObjectAllocator.KmallocBytes(ulong size, GfpFlags flags) => Kmalloc.Find(size, flags)?.BufferSize ?? 0;

    void IObjectAllocator.Kfree(int cpu, ulong address) =>
        Free(CacheOf(address) ?? throw Bug("kfree", $"{new VirtualAddress(address)} is not in a slab"), cpu, address);

    ulong IObjectAllocator.Ksize(ulong address) =>
        CacheOf(address) is { } cache ? cache.ObjectSize : throw Bug("ksize", $"{new VirtualAddress(address)} is not in a slab");

    KmemCache? IObjectAllocator.Create(
        int cpu, string? name, ulong size, ulong align, SlabFlags flags, KmemCacheFunction? ctor, KmemCacheFunction? dtor)
    {
        string? early = name == null ? "it has no name"
            : dtor != null && ctor == null ? "it has a destructor but no constructor"
            : SlabGeometry.EarlyError(_profile, size);
        if (early != null)
            throw Bug("kmem_cache_create", $"Early error in slab {name}: {early}");
        KmemCache? cache = null;
        if (HasCache(name!))
            _reports.Report(new DuplicateCache(name!));
        else if (FlagErrorOf(flags, dtor) is { } wrong)
            throw Bug("kmem_cache_create", $"slab {name}: {wrong}");
        else
            cache = Create(cpu, name!, size, align, flags, ctor, dtor);
        if (cache == null && (flags & SlabFlags.Panic) != 0)
            throw _reports.Panic($"kmem_cache_create(): failed to create slab `{name}'");
        return cache;
    }

    ulong IObjectAllocator.Allocate(KmemCache cache, int cpu, GfpFlags flags) => AllocateZeroed(cache, cpu, flags);

    /// <summary>An address of another cache, or of no slab, is a BUG.</summary>
    void IObjectAllocator.Free(KmemCache cache, int cpu, ulong obj)
    {
        KmemCache? owner = CacheOf(obj);
        if (owner != cache)
        {
            throw Bug("kmem_cache_free", owner == null
                ? $"{new VirtualAddress(obj)} is not in a slab; it was freed to cache `{cache.Name}'"
                : $"{new VirtualAddress(obj)} belongs to cache `{owner.Name}'; it was freed to cache `{cache.Name}'");
        }
        Free(cache, cpu, obj);
    }

    private ulong AllocateZeroed(KmemCache cache, int cpu, GfpFlags flags)
    {
        ulong obj = Allocate(cache, cpu, flags);
        if (obj != 0 && (flags & GfpFlags.Zero) != 0)
            new Span<byte>(_map.Host(obj), (int)cache.ObjectSize).Clear();
        return obj;
    }

    private bool HasCache(string name)
    {
        KmemCache? cache = Newest;
        while (cache != null && cache.Name != name)
            cache = cache.Older;
        return cache != null;
    }

    private static string? FlagErrorOf(SlabFlags flags, KmemCacheFunction? dtor) =>
        dtor != null && (flags & SlabFlags.DestroyByRcu) != 0
            ? "SLAB_DESTROY_BY_RCU and a destructor exclude each other"
            : SlabGeometry.FlagError(flags);
}
