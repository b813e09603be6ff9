using System.Runtime.InteropServices;
using MiniKernel.Hal;

namespace MiniKernel.Mm;

/// <content>kmem_cache_*, emulated: objects are blocks without a header, constructed and destructed each time.</content>
internal sealed unsafe partial class SlobAllocator
{
    private readonly List<nint> _records = [];

    /// <inheritdoc/>
    public KmemCache? Newest { get; private set; }

    /// <summary>sizeof(struct kmem_cache): size, align, flags, name, ctor, and the dtor of earlier versions.</summary>
    private int DescriptorBytes => 8 + (4 * _profile.WordBytes);

    /// <summary>sizeof(struct slob_rcu), which SLAB_DESTROY_BY_RCU adds to an object: rcu_head and an int.</summary>
    private ulong RcuBytes => 3 * (ulong)_profile.WordBytes;

    /// <inheritdoc/>
    public KmemCache? Create(
        int cpu, string? name, ulong size, ulong align, SlabFlags flags, KmemCacheFunction? ctor, KmemCacheFunction? dtor)
    {
        string? wrong = name == null ? "it has no name" : size is 0 or > int.MaxValue ? $"objects of {size} bytes cannot be"
            : align > int.MaxValue ? $"objects cannot be aligned to {align} bytes" : null;
        if (wrong != null)
            throw Bug("kmem_cache_create", $"slab {name}: {wrong}");
        // Linux hands the cache's flags to slob_alloc where it wants GFP flags. None of them is __GFP_WAIT: it does not sleep.
        ulong descriptor = AllocBlock(cpu, (ulong)DescriptorBytes, (GfpFlags)(uint)flags, align: 0);
        if (descriptor == 0)
            return (flags & SlabFlags.Panic) == 0 ? null : throw _reports.Panic($"Cannot create slab cache {name}");
        var cache = new KmemCache(name!, GeometryOf(size, align, flags), ctor, dtor, NewRecord(), _profile.Cpus)
        {
            Descriptor = new VirtualAddress(descriptor),
            DescriptorView = new MemoryView(descriptor, _map.Host(descriptor), DescriptorBytes),
            Older = Newest,
        };
        for (int other = 0; other < _profile.Cpus; other++)
            _cpus.ShowStack(cache, other);
        if (Newest != null)
            Newest.Newer = cache;
        Newest = cache;
        ShowDescriptor(cache);
        return cache;
    }

    /// <summary>The descriptor goes. Objects stay where they are, as in Linux: nobody counts them.</summary>
    public bool Destroy(KmemCache cache, int cpu)
    {
        cache.IsAlive = false;
        if (cache.Newer != null)
            cache.Newer.Older = cache.Older;
        else
            Newest = cache.Older;
        if (cache.Older != null)
            cache.Older.Newer = cache.Newer;
        cache.DescriptorView.Dispose();
        FreeBlock(cpu, cache.Descriptor.Value, (ulong)DescriptorBytes, "kmem_cache_destroy");
        return true;
    }

    /// <inheritdoc/>
    public ulong Allocate(KmemCache cache, int cpu, GfpFlags flags)
    {
        CheckDescriptor(cache);
        ulong size = cache.ObjectSize;
        ulong obj = size < PageSize ? AllocBlock(cpu, BlockBytes(cache), flags, cache.Geometry.Align)
            : AllocPages(cpu, flags, cache.Geometry.Order) is { } frame ? AddressOf(frame.Value, 0)
            : 0;
        if (cache.Ctor != null && obj != 0)
            Construct(cache, cpu, obj);
        return obj;
    }

    /// <inheritdoc/>
    public void Free(KmemCache cache, int cpu, ulong obj)
    {
        CheckDescriptor(cache);
        RequireObject(cache, obj);
        cache.Dtor?.Invoke(new VirtualAddress(obj), cache);
        if (cache.ObjectSize < PageSize)
            FreeBlock(cpu, obj, BlockBytes(cache), "kmem_cache_free");
        else
            _pages.FreePages(cpu, new PageFrameNumber(MappedFrameOf(obj, "kmem_cache_free")), cache.Geometry.Order);
    }

    private ulong BlockBytes(KmemCache cache) => cache.ObjectSize + Gap(cache.ObjectSize, PageSize);

    /// <summary>There is nothing to give back: a page that is wholly free has gone already.</summary>
    public bool Shrink(KmemCache cache, int cpu) => false;

    /// <summary>As above.</summary>
    public void ShrinkAll(int cpu)
    {
    }

    /// <summary>A constructor is driver code and may throw: then nobody gets the object.</summary>
    private void Construct(KmemCache cache, int cpu, ulong obj)
    {
        bool complete = false;
        try
        {
            cache.Ctor!(new VirtualAddress(obj), cache);
            complete = true;
        }
        finally
        {
            if (!complete && cache.ObjectSize < PageSize)
                FreeBlock(cpu, obj, BlockBytes(cache), "kmem_cache_alloc");
            else if (!complete)
                _pages.FreePages(cpu, new PageFrameNumber(MappedFrameOf(obj, "kmem_cache_alloc")), cache.Geometry.Order);
        }
    }

    /// <summary>No destructor is to meet what is no object.</summary>
    private void RequireObject(KmemCache cache, ulong obj)
    {
        if (cache.Dtor == null || cache.ObjectSize >= PageSize)
            return;
        uint frame = FrameOf(obj, "kmem_cache_free");
        _lock.Enter();
        try
        {
            int at = (int)((obj - AddressOf(frame, 0)) / (ulong)_unitBytes);
            RequireInUse(frame, obj, BlockBytes(cache), FindNeighbours(frame, at, "kmem_cache_free").After, "kmem_cache_free");
        }
        finally
        {
            _lock.Exit();
        }
    }

    /// <summary>SLAB's words for what SLOB does: objects lie apart by their size in units, and there are no slabs.</summary>
    private SlabGeometry GeometryOf(ulong size, ulong align, SlabFlags flags)
    {
        if ((flags & SlabFlags.DestroyByRcu) != 0)
            size += RcuBytes;
        ulong ownAlign = (flags & SlabFlags.HwCacheAlign) != 0 ? (ulong)_profile.L1CacheBytes : 0;
        int order = size < PageSize ? 0 : OrderOf(size);
        ulong taken = size < PageSize ? (ulong)(UnitsOf(size) * _unitBytes) : PageSize << order;
        return SlabGeometry.WithoutSlabs(size, taken, Math.Max(Math.Max(ownAlign, MinAlign), align), flags, order);
    }

    private CacheRecord* NewRecord()
    {
        var record = (CacheRecord*)NativeMemory.AllocZeroed((nuint)(sizeof(CacheRecord) + ((_profile.Cpus - 1) * sizeof(ObjectStack*))));
        _records.Add((nint)record);
        return record;
    }

    private void ShowDescriptor(KmemCache cache)
    {
        byte* at = cache.DescriptorView.Copy;
        int word = _profile.WordBytes;
        ((uint*)at)[0] = (uint)cache.ObjectSize;
        ((uint*)at)[1] = (uint)cache.Geometry.Align;
        _map.WriteWord(at + 8, (ulong)cache.Flags);
        _map.WriteWord(at + 8 + word, _image.AddressOfString(cache.Name));
        _map.WriteWord(at + 8 + (2 * word), AddressOf(cache.Ctor));
        _map.WriteWord(at + 8 + (3 * word), AddressOf(cache.Dtor));
        cache.DescriptorView.Publish();
    }

    private ulong AddressOf(KmemCacheFunction? function) =>
        function == null ? 0 : _image.AddressOfFunction($"{function.Method.DeclaringType?.Name}.{function.Method.Name}");

    /// <summary>Linux reads size, alignment and constructor there: a difference is reported once and put right.</summary>
    private void CheckDescriptor(KmemCache cache)
    {
        MemoryView view = cache.DescriptorView;
        _lock.Enter();
        try
        {
            if (view.IsIntact)
                return;
            int at = view.FirstDifference();
            byte found = view.Host[at], expected = view.Copy[at];
            view.Publish();
            _reports.Report(new DescriptorOverwritten(cache.Name, "kmem_cache", new VirtualAddress(view.Address + (ulong)at), expected, found));
        }
        finally
        {
            _lock.Exit();
        }
    }
}
