using MiniKernel.Hal;

namespace MiniKernel.Mm;

/// <content>A slab's birth and death: cache_grow and slab_destroy.</content>
internal sealed unsafe partial class SlabAllocator<TWord>
{
    // GFP_SLAB_BUG_MASK: zones a slab cannot come from, and bits that mean nothing (above __GFP_BITS_SHIFT = 21).
    private const GfpFlags NeverInSlab = GfpFlags.Dma32 | GfpFlags.HighMem | (GfpFlags)~((1u << 21) - 1);

    // GFP_RECLAIM_MASK | GFP_CONSTRAINT_MASK: what of the caller's flags reaches the page allocator.
    private const GfpFlags PassedOn = GfpFlags.Wait | GfpFlags.High | GfpFlags.Io | GfpFlags.Fs | GfpFlags.NoWarn | GfpFlags.Repeat
        | GfpFlags.NoFail | GfpFlags.NoRetry | GfpFlags.NoMemAlloc | GfpFlags.HardWall | GfpFlags.ThisNode;

    /// <summary>Adds a slab.</summary>
    /// <returns>False when no page could be had.</returns>
    private bool Grow(KmemCache cache, int cpu, GfpFlags flags)
    {
        if ((flags & NeverInSlab) != 0)
            throw Bug("cache_grow", $"flags 0x{(uint)(flags & NeverInSlab):x} cannot be used with a slab cache (`{cache.Name}')");
        ulong colourOffset = NextColour(cache);
        CheckDmaFlag(cache, flags);
        _trace.Sink?.Trace(new CacheGrowBeginEvent(cache, colourOffset, flags));
        ulong slab = 0;
        PageFrameNumber? frame = null;
        cache.CallbackDepth[cpu]++;             // shrinkers and constructors run inside
        try
        {
            slab = AddSlab(cache, cpu, colourOffset, flags & PassedOn, out frame);
            return slab != 0;
        }
        finally
        {
            cache.CallbackDepth[cpu]--;
            _trace.Sink?.Trace(new CacheGrowEvent(cache, slab == 0 ? null : frame, new VirtualAddress(slab)));
        }
    }

    /// <returns>Address of the struct slab; 0 when there is none.</returns>
    private ulong AddSlab(KmemCache cache, int cpu, ulong colourOffset, GfpFlags local, out PageFrameNumber? pages)
    {
        pages = _pages.AllocPages(cpu, PageFlagsOf(cache, local), cache.Geometry.Order);
        if (pages is not { } frame)
            return 0;
        ulong slab = AllocManagement(cache, cpu, frame, colourOffset, local);
        if (slab == 0)
            return 0;
        ulong start = _map.VirtualOf((ulong)frame.Value << _pageShift);
        ulong memOffset = cache.Geometry.IsOffSlab ? colourOffset : colourOffset + cache.Geometry.ManagementSize;
        MapPages(cache, frame, slab, memOffset);
        byte* host = _map.Host(slab);
        WriteSlab(cache, host, start + memOffset, memOffset);
        if (cache.Geometry.IsDebug || cache.Ctor != null)
            PrepareObjects(cache, cpu, frame, slab, start + memOffset);
        FinishGrow(cache, host, slab);
        return slab;
    }

    private void FinishGrow(KmemCache cache, byte* host, ulong slab)
    {
        KmemList3 lists = cache.List3;
        cache.Lock.Enter();
        try
        {
            LinkTail(lists, lists.Free, host, slab, "cache_grow");
            AddFreeObjects(lists, cache.ObjectsPerSlab);
            cache.Counters.Made++;
        }
        finally
        {
            cache.Lock.Exit();
        }
    }

    /// <summary>Takes this slab's colour and moves the counter on, whether or not the slab comes to be.</summary>
    private static ulong NextColour(KmemCache cache)
    {
        KmemList3 lists = cache.List3;
        cache.Lock.Enter();
        uint colour = lists.ColourNext;
        lists.ColourNext = colour + 1 >= cache.Geometry.Colours ? 0 : colour + 1;
        cache.Lock.Exit();
        return colour * cache.Geometry.ColourOffset;
    }

    /// <summary>kmem_flagcheck: GFP_DMA and a DMA cache belong together.</summary>
    private void CheckDmaFlag(KmemCache cache, GfpFlags flags)
    {
        bool asksForDma = (flags & GfpFlags.Dma) != 0;
        if (!_profile.HasDmaZone || asksForDma == cache.NeedsDma)
            return;
        throw Bug("kmem_flagcheck", asksForDma
            ? $"GFP_DMA given for cache `{cache.Name}', which was created without SLAB_CACHE_DMA"
            : $"GFP_DMA missing for cache `{cache.Name}', which was created with SLAB_CACHE_DMA");
    }

    private GfpFlags PageFlagsOf(KmemCache cache, GfpFlags local)
    {
        if (cache.NeedsDma)
            local |= GfpFlags.Dma;
        if (!_profile.Mmu)
            local |= GfpFlags.Comp;
        return (cache.Flags & SlabFlags.ReclaimAccount) != 0 ? local | GfpFlags.Reclaimable : local;
    }

    /// <summary>alloc_slabmgmt: behind the colour inside the slab, or a kmalloc object.</summary>
    /// <returns>Its address; 0 when there is no memory for it, and the pages have gone back.</returns>
    private ulong AllocManagement(KmemCache cache, int cpu, PageFrameNumber frame, ulong colourOffset, GfpFlags local)
    {
        if (!cache.Geometry.IsOffSlab)
            return _map.VirtualOf((ulong)frame.Value << _pageShift) + colourOffset;
        ulong slab = 0;
        try
        {
            slab = AllocateFrom(cache.SlabpCache!, cpu, local);
        }
        finally
        {
            if (slab == 0)                      // no memory, or a shrinker threw
                _pages.FreePages(cpu, frame, cache.Geometry.Order);
        }
        return slab;
    }

    /// <summary>slab_map_pages: each page leads to its cache and slab. The first one also keeps where the buffers start,
    /// which a slab's own fields are checked against.</summary>
    private void MapPages(KmemCache cache, PageFrameNumber frame, ulong slab, ulong memOffset)
    {
        uint pages = cache.Geometry.PagesPerSlab;
        for (uint i = 0; i < pages; i++)
        {
            Page* page = _pageMap + frame.Value + i;
            page->Flags |= PageFlags.Slab;
            page->Cache = cache.Record;
            page->Slab = slab;
        }
        _pageMap[frame.Value].Prev = (uint)memOffset;
        _pages.AccountSlab(frame, (int)pages, (cache.Flags & SlabFlags.ReclaimAccount) != 0);
    }

    private static void WriteSlab(KmemCache cache, byte* host, ulong mem, ulong memOffset)
    {
        new Span<byte>(host, Slab<TWord>.StructBytes).Clear();      // list, nodeid and padding included
        var slab = new Slab<TWord>(host) { ColourOff = memOffset, Mem = mem };
        uint* bufctl = slab.Bufctl;
        uint objects = cache.ObjectsPerSlab;
        for (uint i = 0; i < objects; i++)
            bufctl[i] = i + 1;
        bufctl[objects - 1] = BufctlEnd;
    }

    /// <summary>cache_init_objs for caches with a constructor or debugging. A constructor is driver code: it may allocate,
    /// even from this cache, and it may fail, which undoes the slab.</summary>
    private void PrepareObjects(KmemCache cache, int cpu, PageFrameNumber frame, ulong slab, ulong mem)
    {
        bool complete = false;
        try
        {
            for (uint i = 0; i < cache.ObjectsPerSlab; i++)
                PrepareObject(cache, mem + (i * cache.BufferSize));
            complete = true;
        }
        finally
        {
            if (!complete)
                ReleasePages(cache, cpu, frame, slab);
        }
    }

    private void PrepareObject(KmemCache cache, ulong buffer)
    {
        if (cache.Geometry.IsDebug)
            InitDebugObject(cache, buffer);
        // Poisoned objects are constructed at each allocation instead.
        if (cache.Ctor != null && (cache.Flags & SlabFlags.Poison) == 0)
            cache.Ctor(new VirtualAddress(buffer + cache.Geometry.ObjectOffset), cache);
    }

    /// <summary>Ends a slab that is on no list any more: destructors, then its pages, then its management.</summary>
    private void DestroySlab(KmemCache cache, int cpu, byte* host, ulong slab)
    {
        ulong mem = new Slab<TWord>(host).Mem, start = mem - new Slab<TWord>(host).ColourOff;
        var frame = new PageFrameNumber((uint)((start - _map.Base) >> _pageShift));
        _trace.Sink?.Trace(new SlabDestroyEvent(cache, frame, new VirtualAddress(slab)));
        cache.CallbackDepth[cpu]++;
        try
        {
            if (cache.Geometry.IsDebug)
                CheckDeadSlab(cache, mem);
            if (cache.Dtor != null)
                RunDestructors(cache, mem);
        }
        finally
        {
            cache.CallbackDepth[cpu]--;
            ReleasePages(cache, cpu, frame, slab);
        }
    }

    private static void RunDestructors(KmemCache cache, ulong mem)
    {
        for (uint i = 0; i < cache.ObjectsPerSlab; i++)
            cache.Dtor!(new VirtualAddress(mem + (i * cache.BufferSize) + cache.Geometry.ObjectOffset), cache);
    }

    private void ReleasePages(KmemCache cache, int cpu, PageFrameNumber frame, ulong slab)
    {
        uint pages = cache.Geometry.PagesPerSlab;
        for (uint i = 0; i < pages; i++)
        {
            Page* page = _pageMap + frame.Value + i;
            page->Flags &= ~PageFlags.Slab;
            page->Cache = null;
            page->Slab = 0;
        }
        _pageMap[frame.Value].Prev = 0;
        _pages.AccountSlab(frame, -(int)pages, (cache.Flags & SlabFlags.ReclaimAccount) != 0);
        _pages.FreePages(cpu, frame, cache.Geometry.Order);
        if (cache.Geometry.IsOffSlab)
            FreeTo(cache.SlabpCache!, cpu, slab);
    }
}
