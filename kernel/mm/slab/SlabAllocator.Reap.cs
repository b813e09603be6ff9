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
        CheckAllViews(cache, cpu);
        for (int other = 0; other < _profile.Cpus; other++)
        {
            if (_calls.IsDirect(cpu, other))
                DrainAll(cache, other);
            else
                _calls.Run(cpu, other, new DrainCall(this, cache));
        }
        if (cache.Shared is { } shared)
            DrainArray(cache, cpu, shared, force: true);
        DrainFreeList(cache, cpu, cache.List3.FreeObjects);
        return HasObjectsInUse(cache);
    }

    /// <summary>do_drain: everything a CPU's array holds, done as that CPU.</summary>
    private void DrainAll(KmemCache cache, int cpu)
    {
        if (cache.Arrays[cpu] is { } array)
            DrainArray(cache, cpu, array, force: true);
    }

    private sealed class DrainCall(SlabAllocator<TWord> allocator, KmemCache cache) : CpuCall
    {
        protected override void Run(int cpu) => allocator.DrainAll(cache, cpu);
    }

    private bool HasObjectsInUse(KmemCache cache)
    {
        KmemList3 lists = cache.List3;
        cache.Lock.Enter();
        try
        {
            bool noneFull = IsEmpty(cache, lists.Full, "kmem_cache_shrink"), nonePartial = IsEmpty(cache, lists.Partial, "kmem_cache_shrink");
            return !noneFull || !nonePartial;
        }
        finally
        {
            cache.Lock.Exit();
        }
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
        ArrayCache array = ArrayOf(cache, cpu);
        CheckViewsLocked(cache, array);
        DrainArray(cache, cpu, array, force: false);
        if (!IsListReapDue(cache))
            return;
        if (cache.Shared is { } shared)
            DrainArray(cache, cpu, shared, force: false);
        if (!WasFreeListUsed(cache))
            DrainFreeList(cache, cpu, SlabsToReap(cache, cache.List3.FreeLimit));
    }

    /// <summary>True once every four seconds, to whichever CPU comes first.</summary>
    private bool IsListReapDue(KmemCache cache)
    {
        KmemList3 lists = cache.List3;
        cache.Lock.Enter();
        bool due = lists.NextReap <= _clock.Jiffies;
        if (due)
            lists.NextReap = _clock.Jiffies + List3ReapJiffies;
        cache.Lock.Exit();
        return due;
    }

    /// <summary>Reads and clears free_touched.</summary>
    private static bool WasFreeListUsed(KmemCache cache)
    {
        cache.Lock.Enter();
        bool used = cache.List3.FreeTouched != 0;
        if (used)
            cache.List3.FreeTouched = 0;
        cache.Lock.Exit();
        return used;
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
        CheckViewsLocked(cache, array);
        _trace.Sink?.Trace(new ArrayDrainEvent(cache, array == cache.Shared ? -1 : cpu, count, force));
        try
        {
            DrainOldest(cache, cpu, array, count);
        }
        finally
        {
            if (array == cache.Arrays[cpu] || array == cache.Shared)
                SyncLocked(cache, array);
        }
    }

    /// <summary>drain_freelist: destroys free slabs from the tail of their list.</summary>
    private void DrainFreeList(KmemCache cache, int cpu, ulong count)
    {
        for (ulong done = 0; done < count && TakeFreeSlab(cache, out ulong slab, out byte* host); done++)
            DestroySlab(cache, cpu, host, slab);
    }

    /// <summary>Takes the last free slab off its list.</summary>
    private bool TakeFreeSlab(KmemCache cache, out ulong slab, out byte* host)
    {
        KmemList3 lists = cache.List3;
        cache.Lock.Enter();
        try
        {
            host = null;
            slab = lists.Last(lists.Free);
            if (slab == lists.Free)
            {
                RequireEmpty(lists, slab, "drain_freelist");
                return false;
            }
            host = CheckSlab(cache, slab, "drain_freelist");
            if (!IsWholeSlabFree(cache, host))
                throw CorruptSlab(cache, slab, new Slab<TWord>(host).InUse, "drain_freelist");
            Unlink(host, slab, "drain_freelist");
            AddFreeObjects(lists, -cache.ObjectsPerSlab);
            cache.Counters.Destroyed++;
            return true;
        }
        finally
        {
            cache.Lock.Exit();
        }
    }

    private static bool IsWholeSlabFree(KmemCache cache, byte* host)
    {
        var slab = new Slab<TWord>(host);
        return slab.InUse == 0 && IsChainIntact(slab.Bufctl, slab.Free, cache.ObjectsPerSlab, cache.ObjectsPerSlab);
    }
}
