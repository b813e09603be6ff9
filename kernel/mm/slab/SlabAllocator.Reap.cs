namespace MiniKernel.Mm;

/// <content>Giving memory back: cache_reap, kmem_cache_shrink, drain_array and drain_freelist.</content>
internal sealed unsafe partial class SlabAllocator<TWord>
{
    /// <summary>One pass of a CPU's reaper over all caches, newest first (cache_reap, every 2 s).</summary>
    public void Reap(int cpu)
    {
        CheckView(_cacheCache, _cacheChain!, "cache_chain");
        for (KmemCache? cache = Newest; cache != null; cache = cache.Older)
            ReapCache(cache, cpu);
    }

    /// <inheritdoc/>
    public bool Shrink(KmemCache cache, int cpu)
    {
        CheckAllViews(cache);
        for (int other = 0; other < _profile.Cpus; other++)
        {
            if (cache.Arrays[other] is { } array)
                DrainArray(cache, other, array, force: true);
        }
        if (cache.Shared is { } shared)
            DrainArray(cache, cpu, shared, force: true);
        KmemList3 lists = cache.List3;
        CheckView(cache, lists.Numbers, "kmem_list3");
        DrainFreeList(cache, cpu, lists.FreeObjects);
        bool noneFull = IsEmpty(cache, lists.Full, "kmem_cache_shrink"), nonePartial = IsEmpty(cache, lists.Partial, "kmem_cache_shrink");
        return !noneFull || !nonePartial;
    }

    /// <summary>Shrinks every cache, newest first: the slab part of direct reclaim.</summary>
    public void ShrinkAll(int cpu)
    {
        for (KmemCache? cache = Newest; cache != null; cache = cache.Older)
        {
            if (cache.List3 != null)
                Shrink(cache, cpu);
        }
    }

    private void ReapCache(KmemCache cache, int cpu)
    {
        KmemList3 lists = cache.List3;
        ArrayCache array = ArrayOf(cache, cpu);
        CheckViews(cache, array);
        DrainArray(cache, cpu, array, force: false);
        if (lists.NextReap > _clock.Jiffies)
            return;
        lists.NextReap = _clock.Jiffies + List3ReapJiffies;
        if (cache.Shared is { } shared)
            DrainArray(cache, cpu, shared, force: false);
        if (lists.FreeTouched != 0)
            lists.FreeTouched = 0;
        else
            DrainFreeList(cache, cpu, SlabsToReap(cache, lists.FreeLimit));
    }

    // A fifth of what may lie idle, rounded up.
    private static ulong SlabsToReap(KmemCache cache, ulong freeLimit)
    {
        ulong fifth = 5 * (ulong)cache.ObjectsPerSlab;
        return (freeLimit + fifth - 1) / fifth;
    }

    /// <summary>drain_array: everything by force; otherwise the oldest fifth, unless the array was used since last time.</summary>
    private void DrainArray(KmemCache cache, int cpu, ArrayCache array, bool force)
    {
        ObjectStack* stack = array.Stack;
        if (stack->Available == 0)
            return;
        if (stack->Touched != 0 && !force)
        {
            stack->Touched = 0;
            array.Sync();
            return;
        }
        uint count = force ? stack->Available : (stack->Limit + 4) / 5;
        if (count > stack->Available)
            count = (stack->Available + 1) / 2;
        CheckViews(cache, array);
        try
        {
            DrainOldest(cache, cpu, array, count);
        }
        finally
        {
            if (array.Stack != null)
                array.Sync();
        }
    }

    /// <summary>drain_freelist: destroys free slabs from the tail of their list.</summary>
    private void DrainFreeList(KmemCache cache, int cpu, ulong count)
    {
        KmemList3 lists = cache.List3;
        for (ulong done = 0; done < count; done++)
        {
            ulong slab = lists.Last(lists.Free);
            if (slab == lists.Free)
            {
                RequireEmpty(lists, slab, "drain_freelist");
                return;
            }
            byte* host = CheckSlab(cache, slab, "drain_freelist");
            if (!IsWholeSlabFree(cache, host))
                throw CorruptSlab(cache, slab, new Slab<TWord>(host).InUse, "drain_freelist");
            Unlink(host, slab, "drain_freelist");
            AddFreeObjects(lists, -cache.ObjectsPerSlab);
            DestroySlab(cache, cpu, host, slab);
        }
    }

    private static bool IsWholeSlabFree(KmemCache cache, byte* host)
    {
        var slab = new Slab<TWord>(host);
        return slab.InUse == 0 && IsChainIntact(slab.Bufctl, slab.Free, cache.ObjectsPerSlab, cache.ObjectsPerSlab);
    }
}
