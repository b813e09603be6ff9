using MiniKernel.Hal;

namespace MiniKernel.Mm;

/// <content>A cache's birth and death: kmem_cache_create and kmem_cache_destroy behind their sanity checks.</content>
internal sealed unsafe partial class SlabAllocator<TWord>
{
    /// <summary>Makes a cache (kmem_cache_create behind its sanity checks).</summary>
    /// <returns>Null when memory or a fitting slab order is missing.</returns>
    private KmemCache? Create(
        int cpu, string name, ulong size, ulong align, SlabFlags flags, KmemCacheFunction? ctor, KmemCacheFunction? dtor)
    {
        flags = WithForcedDebug(name, size, flags);
        ulong descriptor = AllocDescriptor(cpu);
        if (descriptor == 0)
            return null;
        if (GeometryOf(size, align, flags) is not { } geometry)
        {
            _reports.Report(new CacheNotCreated(name));     // of a lack of memory Linux says nothing here
            FreeDescriptor(cpu, descriptor);
            return null;
        }
        KmemCache cache = NewCache(name, geometry, ctor, dtor);
        cache.Descriptor = new VirtualAddress(descriptor);
        if (geometry.IsOffSlab)
            cache.SlabpCache = Kmalloc.Find(geometry.ManagementSize, GfpFlags.NoWait);
        ShowDescriptor(cache, descriptor);
        if (!SetUpCpuCache(cache, cpu))
        {
            Dismantle(cache, cpu);
            return null;
        }
        LinkNewest(cache);
        SyncDescriptor(cache);
        return cache;
    }

    /// <summary>In shadow mode a red zone parts the objects, unless the largest slab has no room for one.</summary>
    private SlabGeometry? GeometryOf(ulong size, ulong align, SlabFlags flags)
    {
        SlabGeometry? apart = _options.Shadow
            ? SlabGeometry.Compute(_profile, size, align, flags, _earlyInit, ShadowMap.RedZoneFor(size))
            : null;
        return apart ?? SlabGeometry.Compute(_profile, size, align, flags, _earlyInit);
    }

    /// <inheritdoc/>
    public bool Destroy(KmemCache cache, int cpu)
    {
        RequireAtRest(cache, cpu, "kmem_cache_destroy");
        UnlinkFromChain(cache);
        bool complete = false, busy = true;
        try
        {
            busy = Shrink(cache, cpu) || !Withdraw(cache, cpu);
            complete = true;
        }
        finally
        {
            if (busy || !complete)
                LinkNewest(cache);          // "Can't free all objects": it goes back, as the newest
        }
        if (busy)
        {
            _reports.Report(new CacheStillInUse(cache.Name));
            return false;
        }
        Dismantle(cache, cpu);
        return true;
    }

    /// <summary>Takes a cache away from the CPUs, and looks again whether one of them took an object meanwhile or is in the
    /// middle of adding or ending a slab (its constructor or destructor may sleep, or wait for this very call).</summary>
    /// <returns>False when one is: the cache is theirs again.</returns>
    private bool Withdraw(KmemCache cache, int cpu)
    {
        bool isGone = false;
        cache.IsAlive = false;
        try
        {
            bool isIdle = true;
            for (int other = 0; other < _profile.Cpus; other++)
            {
                var call = new WithdrawCall(this, cache);
                _calls.Run(cpu, other, call);
                isIdle &= call.IsIdle;
            }
            if (!isIdle || HasObjectsInUse(cache))
                return false;
            DrainFreeList(cache, cpu, cache.List3.FreeObjects);
            return isGone = true;
        }
        finally
        {
            cache.IsAlive = !isGone;
        }
    }

    /// <summary>Drains a CPU's array, unless that CPU is in the middle of something with the cache.</summary>
    private sealed class WithdrawCall(SlabAllocator<TWord> allocator, KmemCache cache) : CpuCall
    {
        public bool IsIdle { get; private set; }

        protected override void Run(int cpu)
        {
            IsIdle = cache.CallbackDepth[cpu] == 0;
            if (IsIdle)
                allocator.DrainAll(cache, cpu);
        }
    }

    /// <summary>__kmem_cache_destroy: arrays, lists, descriptor.</summary>
    private void Dismantle(KmemCache cache, int cpu)
    {
        cache.IsAlive = false;
        for (int other = 0; other < _profile.Cpus; other++)
        {
            if (_calls.IsDirect(cpu, other))
                _cpus.HideStack(cache, other);
            else
                _calls.Run(cpu, other, new HideCall(_cpus, cache));
            ulong address = cache.Arrays[other]?.Address ?? 0;
            cache.Arrays[other]?.Dispose();
            cache.Arrays[other] = null;
            if (address != 0)
                KfreeInternal(cpu, address);
        }
        ulong shared = cache.Shared?.Address ?? 0, list3 = cache.List3?.Address ?? 0;
        cache.Shared?.Dispose();
        cache.Shared = null;
        if (shared != 0)
            KfreeInternal(cpu, shared);
        cache.List3?.Dispose();
        if (list3 != 0)
            KfreeInternal(cpu, list3);
        cache.DescriptorView.Dispose();
        FreeDescriptor(cpu, cache.Descriptor.Value);
    }

    private sealed class HideCall(CpuTable cpus, KmemCache cache) : CpuCall
    {
        protected override void Run(int cpu) => cpus.HideStack(cache, cpu);
    }

    /// <summary>A constructor, destructor or shrinker that runs inside a call on this cache must not pull it away.</summary>
    private void RequireAtRest(KmemCache cache, int cpu, string function)
    {
        if (cache.CallbackDepth[cpu] != 0)
            throw Bug(function, $"cache `{cache.Name}' is in use by a call on this CPU that has not come back: a constructor, destructor or shrinker");
    }

    private ulong AllocDescriptor(int cpu)
    {
        ulong descriptor = AllocateFrom(_cacheCache, cpu, GfpFlags.Kernel);
        if (descriptor != 0)
            new Span<byte>(_map.Host(descriptor), (int)_cacheCache.ObjectSize).Clear();      // kmem_cache_zalloc
        return descriptor;
    }

    private void FreeDescriptor(int cpu, ulong descriptor) => FreeTo(_cacheCache, cpu, descriptor);

    /// <inheritdoc/>
    public IReadOnlyList<string> UnmetDebugPatterns =>
        SlabDebugPatterns.Unmet(_options.SlabDebug, Volatile.Read(ref _byIndex).TakeWhile(cache => cache is not null).Select(cache => cache.Name));

    /// <summary>What CONFIG_DEBUG_SLAB adds to every cache, for the caches slabDebug names.</summary>
    /// <remarks>Red zones and user words only where they do not push the object over a power of two (kmem_cache_create).</remarks>
    private SlabFlags WithForcedDebug(string name, ulong size, SlabFlags flags)
    {
        if (!SlabDebugPatterns.Match(_options.SlabDebug, name))
            return flags;
        const ulong overhead = SlabGeometry.RedZoneBytes + 16;
        bool fits = size < 4096 || BitLength(size - 1) == BitLength(size - 1 + overhead);
        if (fits)
            flags |= SlabFlags.RedZone | SlabFlags.StoreUser;
        return (flags & SlabFlags.DestroyByRcu) == 0 ? flags | SlabFlags.Poison : flags;

        static int BitLength(ulong value) => 64 - System.Numerics.BitOperations.LeadingZeroCount(value);
    }
}
