namespace MiniKernel.Mm;

/// <content>struct kmem_cache as it shows in simulated memory, and the links of cache_chain.</content>
internal sealed unsafe partial class SlabAllocator<TWord>
{
    private MemoryView? _cacheChain;

    /// <summary>Brings everything mm shows of its host-side state up to date, for whoever is about to read it.</summary>
    public void SyncViews()
    {
        for (KmemCache? cache = Newest; cache != null; cache = cache.Older)
        {
            CheckAllViews(cache, cpu: 0);
            foreach (ArrayCache? array in cache.Arrays)
                array?.Sync();
            cache.Shared?.Sync();
            SyncDescriptor(cache);
        }
    }

    private void MakeChainHead()
    {
        ulong address = _image.TakeStatic(2 * TWord.Bytes);
        _map.TryHost(address, 2 * (ulong)TWord.Bytes, out byte* host);
        _cacheChain = new MemoryView(address, host, 2 * TWord.Bytes);
    }

    private void ShowDescriptor(KmemCache cache, ulong address)
    {
        _map.TryHost(address, (ulong)_layouts.CacheBytes, out byte* host);
        cache.DescriptorView = new MemoryView(address, host, _layouts.CacheBytes);
    }

    private void SyncDescriptor(KmemCache cache)
    {
        ulong name = _image.AddressOfString(cache.Name), ctor = AddressOf(cache.Ctor), dtor = AddressOf(cache.Dtor);
        cache.Lock.Enter();
        byte* at = cache.DescriptorView.Copy;
        for (int cpu = 0; cpu < _profile.Cpus; cpu++)
            TWord.Write(at + (cpu * TWord.Bytes), cache.Arrays[cpu]?.Address ?? 0);
        SlabGeometry geometry = cache.Geometry;
        uint* numbers = (uint*)(at + _layouts.CacheNumbers);
        numbers[0] = cache.BatchCount;
        numbers[1] = cache.Limit;
        numbers[2] = cache.SharedFactor;
        numbers[3] = (uint)geometry.BufferSize;
        numbers[4] = cache.Reciprocal;
        numbers[5] = (uint)geometry.Flags;
        numbers[6] = geometry.ObjectsPerSlab;
        numbers[7] = (uint)geometry.Order;
        numbers[8] = cache.NeedsDma ? (uint)GfpFlags.Dma : 0;
        TWord.Write(at + _layouts.CacheColour, geometry.Colours);
        *(uint*)(at + _layouts.CacheColourOff) = (uint)geometry.ColourOffset;
        TWord.Write(at + _layouts.CacheSlabpCache, cache.SlabpCache?.Descriptor.Value ?? 0);
        *(uint*)(at + _layouts.CacheSlabSize) = (uint)geometry.ManagementSize;
        TWord.Write(at + _layouts.CacheCtor, ctor);
        TWord.Write(at + _layouts.CacheDtor, dtor);
        TWord.Write(at + _layouts.CacheName, name);
        TWord.Write(at + _layouts.CacheNodeLists, cache.List3?.Address ?? 0);
        cache.DescriptorView.Publish();
        cache.Lock.Exit();
    }

    private ulong AddressOf(KmemCacheFunction? function) =>
        function == null ? 0 : _image.AddressOfFunction($"{function.Method.DeclaringType?.Name}.{function.Method.Name}");

    private void SyncChainAround(KmemCache cache)
    {
        SyncChainLinks(cache.Newer);
        SyncChainLinks(cache);
        SyncChainLinks(cache.Older);
    }

    /// <summary>Rewrites a descriptor's list_head (and cache_chain's own) from the chain.</summary>
    private void SyncChainLinks(KmemCache? cache)
    {
        MemoryView head = _cacheChain!;
        CheckView(_cacheCache, head, "cache_chain");
        TWord.Write(head.Copy, LinkOf(Newest));
        TWord.Write(head.Copy + TWord.Bytes, LinkOf(Oldest));
        head.Publish();
        if (cache == null)
            return;
        CheckView(cache, cache.DescriptorView, "kmem_cache");
        cache.Lock.Enter();
        byte* at = cache.DescriptorView.Copy + _layouts.CacheNext;
        TWord.Write(at, LinkOf(cache.Older));
        TWord.Write(at + TWord.Bytes, LinkOf(cache.Newer));
        cache.DescriptorView.Publish(_layouts.CacheNext, 2 * TWord.Bytes);
        cache.Lock.Exit();
    }

    private ulong LinkOf(KmemCache? cache) =>
        cache == null ? _cacheChain!.Address : cache.Descriptor.Value + (ulong)_layouts.CacheNext;
}
