namespace MiniKernel.Mm;

/// <content>Arrays and lists of a cache: setup_cpu_cache, enable_cpucache, do_tune_cpucache and alloc_kmemlist.</content>
internal sealed unsafe partial class SlabAllocator<TWord>
{
    private const ulong List3ReapJiffies = 4000;        // REAPTIMEOUT_LIST3 = 4 * HZ

    /// <summary>do_tune_cpucache: new arrays for every CPU, then the shared one; old contents go back to the slabs.</summary>
    /// <returns>False when memory was short: arrays already exchanged stay, as in Linux.</returns>
    public bool Tune(KmemCache cache, int cpu, uint limit, uint batchCount, uint sharedFactor)
    {
        RequireAtRest(cache, cpu, "do_tune_cpucache");
        CheckAllViews(cache, cpu);
        cache.CallbackDepth[cpu]++;             // shrinkers and destructors run inside
        try
        {
            return Retune(cache, cpu, limit, batchCount, sharedFactor);
        }
        finally
        {
            cache.CallbackDepth[cpu]--;
        }
    }

    private bool Retune(KmemCache cache, int cpu, uint limit, uint batchCount, uint sharedFactor)
    {
        var fresh = new ArrayCache[_profile.Cpus];
        for (int other = 0; other < fresh.Length; other++)
        {
            if (AllocArray(cpu, limit, batchCount) is not { } array)
            {
                for (int made = other - 1; made >= 0; made--)
                    FreeArray(fresh[made], cpu);
                return false;
            }
            fresh[other] = array;
        }
        for (int other = 0; other < fresh.Length; other++)
        {
            if (_calls.IsDirect(cpu, other))
                ExchangeArray(cache, fresh, other);
            else
                _calls.Run(cpu, other, new ExchangeCall(this, cache, fresh));
        }
        cache.Limit = limit;
        cache.BatchCount = batchCount;
        cache.SharedFactor = sharedFactor;
        bool complete = false;
        try
        {
            RetireArrays(cache, fresh, cpu, first: 0);
        }
        finally
        {
            complete = SetUpLists(cache, cpu);
            SyncDescriptor(cache);
        }
        return complete;
    }

    /// <summary>enable_cpucache: tunables by object size.</summary>
    private bool EnableCpuCache(KmemCache cache, int cpu)
    {
        (uint limit, uint batchCount, uint shared) = cache.Geometry.Tunables(_profile);
        return Tune(cache, cpu, limit, batchCount, shared);
    }

    /// <summary>do_ccupdate_local: publishes a CPU's new array and leaves the old one in its place (null if there was none).</summary>
    private void ExchangeArray(KmemCache cache, ArrayCache[] fresh, int cpu)
    {
        (cache.Arrays[cpu], fresh[cpu]) = (fresh[cpu], cache.Arrays[cpu]!);
        _cpus.ShowStack(cache, cpu);
    }

    private sealed class ExchangeCall(SlabAllocator<TWord> allocator, KmemCache cache, ArrayCache[] fresh) : CpuCall
    {
        protected override void Run(int cpu) => allocator.ExchangeArray(cache, fresh, cpu);
    }

    private sealed class RetireCall(SlabAllocator<TWord> allocator, KmemCache cache, ArrayCache old) : CpuCall
    {
        protected override void Run(int cpu) => allocator.DrainOldest(cache, cpu, old, old.Stack->Available);
    }

    /// <summary>Retires the old arrays of all CPUs from <paramref name="first"/> on, although one may end in a BUG.</summary>
    private void RetireArrays(KmemCache cache, ArrayCache[] old, int cpu, int first)
    {
        if (first == old.Length)
            return;
        try
        {
            if (old[first] is { } array)
                RetireArray(cache, first, array, cpu);
        }
        finally
        {
            RetireArrays(cache, old, cpu, first + 1);
        }
    }

    /// <summary>Empties an array that nobody uses any more into the slabs and frees it.</summary>
    /// <param name="cache">The cache.</param>
    /// <param name="owner">Whose array it was: slabs that empty go to that CPU's lists.</param>
    /// <param name="old">The array.</param>
    /// <param name="cpu">The CPU that retunes, and frees the array's memory.</param>
    private void RetireArray(KmemCache cache, int owner, ArrayCache old, int cpu)
    {
        try
        {
            if (_calls.IsDirect(cpu, owner))
                DrainOldest(cache, owner, old, old.Stack->Available);
            else
                _calls.Run(cpu, owner, new RetireCall(this, cache, old));
        }
        finally
        {
            FreeArray(old, cpu);
        }
    }

    /// <summary>alloc_kmemlist: the shared array anew, and the lists if there are none yet.</summary>
    private bool SetUpLists(KmemCache cache, int cpu)
    {
        ArrayCache? shared = null;
        if (cache.SharedFactor != 0)
        {
            ulong entries = (ulong)cache.SharedFactor * cache.BatchCount;
            shared = AllocArray(cpu, (uint)Math.Min(entries, uint.MaxValue), SharedBatchMark);
            if (shared == null)
                return false;
        }
        if (cache.List3 == null)
        {
            ulong address = KmallocInternal(cpu, (ulong)_layouts.List3Bytes, GfpFlags.Kernel);
            if (address == 0)
            {
                if (shared != null)
                    FreeArray(shared, cpu);
                return false;
            }
            cache.List3 = NewList3(cache, address);
        }
        cache.Lock.Enter();
        ArrayCache? old = cache.Shared;
        cache.Shared = shared;
        cache.List3.Shared = shared?.Address ?? 0;
        cache.Lock.Exit();
        try
        {
            if (old != null)
                DrainOldest(cache, cpu, old, old.Stack->Available);       // still under the old free_limit
        }
        finally
        {
            cache.Lock.Enter();
            cache.List3.FreeLimit = ((1 + (uint)_profile.Cpus) * cache.BatchCount) + cache.ObjectsPerSlab;
            cache.Lock.Exit();
            if (old != null)
                FreeArray(old, cpu);
        }
        return true;
    }

    // What Linux passes for a shared array, which has no batch of its own.
    private const uint SharedBatchMark = 0xbaadf00d;

    /// <summary>setup_cpu_cache: what a new cache gets depends on how far the bootstrap is.</summary>
    private bool SetUpCpuCache(KmemCache cache, int cpu)
    {
        if (_stage == BootStage.Full)
            return EnableCpuCache(cache, cpu);
        SetUpBootArray(cache, cpu);
        cache.Limit = cache.BatchCount = 1;
        SyncDescriptor(cache);
        return true;
    }

    private KmemList3 NewList3(KmemCache cache, ulong address)
    {
        var lists = new KmemList3(_map, _layouts, address);
        // The stagger keeps caches made together from being reaped together.
        ulong stagger = cache == _cacheCache ? 0 : cache.Descriptor.Value % List3ReapJiffies;
        lists.NextReap = _clock.Jiffies + List3ReapJiffies + stagger;
        return lists;
    }

    private ArrayCache? AllocArray(int cpu, uint limit, uint batchCount)
    {
        ulong address = KmallocInternalOrNull(cpu, ArrayCache.BytesFor(_layouts, limit));
        return address == 0 ? null : new ArrayCache(_map, _layouts, address, limit, batchCount);
    }

    // An array too large for any class cannot be had, as any other.
    private ulong KmallocInternalOrNull(int cpu, ulong size) =>
        Kmalloc.Find(size, GfpFlags.Kernel) is null ? 0 : KmallocInternal(cpu, size, GfpFlags.Kernel);

    private void FreeArray(ArrayCache array, int cpu)
    {
        ulong address = array.Address;
        array.Dispose();
        KfreeInternal(cpu, address);
    }
}
