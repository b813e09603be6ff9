namespace MiniKernel.Mm.Tests.Model;

// The single steps: each runs on the model at once, so that only what really exists is freed.
internal sealed partial class TraceGenerator
{
    private static readonly ulong[] Aligns = [0, 0, 0, 0, 8, 16, 32, 64, 128, 256, 1024];

    private static readonly uint[] CommonSlabFlags =
    [
        0, 0, SlabBits.HwCacheAlign, SlabBits.HwCacheAlign, SlabBits.ReclaimAccount, SlabBits.HwCacheAlign | SlabBits.ReclaimAccount,
        SlabBits.MemSpread, SlabBits.CacheDma, SlabBits.CacheDma | SlabBits.HwCacheAlign, SlabBits.DestroyByRcu, SlabBits.DestroyByRcu | SlabBits.HwCacheAlign,
        SlabBits.Poison, SlabBits.RedZone, SlabBits.StoreUser, SlabBits.RedZone | SlabBits.StoreUser, SlabBits.Debug,
        SlabBits.Debug | SlabBits.HwCacheAlign,
    ];

    private static readonly uint[] RefusedSlabFlags =
    [
        SlabBits.Poison | SlabBits.DestroyByRcu, 0x1, 0x8000, 0x80000000, 0x1000000 | SlabBits.HwCacheAlign,
    ];

    private static readonly uint[] SlabGfps =
    [
        Gfp.Kernel, Gfp.Kernel, Gfp.Kernel, Gfp.Kernel, Gfp.Atomic, Gfp.Atomic, Gfp.NoWait, Gfp.NoIo, Gfp.NoFs, Gfp.User, Gfp.Temporary,
        Gfp.Kernel | Gfp.Zero, Gfp.Kernel | Gfp.NoRetry, Gfp.Kernel | Gfp.NoWarn, Gfp.Kernel | Gfp.Repeat, Gfp.Kernel | Gfp.Cold,
        Gfp.Kernel | Gfp.High, Gfp.Kernel | Gfp.NoMemAlloc, Gfp.NoFs | Gfp.NoRetry, Gfp.NoIo | Gfp.Repeat,
    ];

    private static readonly uint[] EdgeGfps =
    [
        Gfp.HighUser, Gfp.Kernel, Gfp.Kernel, Gfp.Atomic, Gfp.NoWait, Gfp.NoFs, Gfp.NoIo, Gfp.Kernel | Gfp.Dma, Gfp.Atomic | Gfp.Dma, Gfp.Dma,
        Gfp.Kernel | Gfp.Dma32, Gfp.Kernel | Gfp.NoRetry, Gfp.Kernel | Gfp.High, Gfp.Kernel | Gfp.Repeat, Gfp.Kernel | Gfp.Cold, Gfp.NoFs | Gfp.Repeat,
    ];

    private Outcome Do(TraceOperation operation)
    {
        _operations.Add(operation);
        return _model.Apply(operation);
    }

    private bool DoAlloc(string id, TraceOperation operation)
    {
        Outcome result = Do(operation);
        // NULL and ZERO_SIZE_PTR may be freed too; now and then they are.
        bool keep = result.Kind == OutcomeKind.Address || (operation is KmallocOperation && result.Kind != OutcomeKind.Bug && _random.Next(3) == 0);
        if (keep)
            _live.Add(new Live(id, operation));
        return result.Kind == OutcomeKind.Address;
    }

    private string NewId() => $"a{_nextId++}";

    private bool AllocPages(int order, uint gfp)
    {
        string id = NewId();
        if (order > 4)
            gfp &= ~Gfp.Zero;
        return DoAlloc(id, new AllocPagesOperation(id, order, gfp));
    }

    private void Kmalloc(ulong size, uint gfp)
    {
        string id = NewId();
        DoAlloc(id, new KmallocOperation(id, size, gfp));
    }

    private void Krealloc()
    {
        List<Live> candidates = [.. _live.Where(live => live.Origin is KmallocOperation)];
        if (candidates.Count > 0)
            Do(new KreallocOperation(Pick(candidates).Id, _random.Next(12) == 0 ? 0 : AnySize(), AnySlabGfp()));
    }

    private void CacheAllocAny()
    {
        if (_caches.Count > 0)
            CacheAlloc(Pick(_caches));
    }

    private void CacheAlloc(CacheCreateOperation cache)
    {
        string id = NewId();
        uint gfp = AnySlabGfp() & ~Gfp.Dma;
        if ((cache.Flags & SlabBits.CacheDma) != 0)
            gfp |= Gfp.Dma;
        // A mismatch is a BUG when a slab must grow, with debugging on each call.
        if (_random.Next(60) == 0)
            gfp ^= Gfp.Dma;
        DoAlloc(id, new CacheAllocOperation(id, cache.Name, gfp));
    }

    private void CreateCache()
    {
        if (_caches.Count >= MaxCaches)
        {
            DestroyAny();
            return;
        }
        if (_withSlabs && _caches.Count > 0 && _random.Next(20) == 0)
        {
            // A name that exists is refused.
            Do(_random.Next(3) == 0 ? new CacheCreateOperation("size-256", 300, 0, 0) : Pick(_caches) with { Size = 100 });
            return;
        }
        string name = _random.Next(4) == 0 ? $"n{_random.Next(8)}" : $"c{_nextCache++}";
        ulong size = _random.Next(40) switch
        {
            0 => (ulong)_random.Next(0, _profile.WordBytes),
            1 => ((ulong)_profile.PageSize << ModelGeometry.OrderCap(_profile)) + (ulong)_random.Next(0, 2),
            < 6 => (ulong)_random.Next(_profile.PageSize / 2, _profile.PageSize * 4),
            < 16 => (ulong)_random.Next(_profile.PageSize / 16, _profile.PageSize),
            < 20 => Pick(_kmallocSizes),
            _ => (ulong)_random.Next(_profile.WordBytes, 600),
        };
        ulong align = _random.Next(25) == 0 ? (ulong)_profile.PageSize : Pick(Aligns);
        uint flags = _random.Next(30) == 0 ? Pick(RefusedSlabFlags) : Pick(CommonSlabFlags);
        var create = new CacheCreateOperation(name, size, align, flags);
        if (_caches.Any(cache => cache.Name == name))
        {
            if (_withSlabs)
                Do(create);
            return;
        }
        if (Do(create).Kind == OutcomeKind.Done)
            _caches.Add(create);
    }

    private void ShrinkAny()
    {
        if (_caches.Count > 0)
            Do(new CacheShrinkOperation(Pick(_caches).Name));
    }

    private void DestroyAny()
    {
        if (_caches.Count == 0)
            return;
        CacheCreateOperation cache = Pick(_caches);
        // Mostly a cache without objects, sometimes one that must be refused.
        if (!_withSlabs || _random.Next(3) != 0)
        {
            foreach (Live live in _live.Where(live => live.Origin is CacheAllocOperation alloc && alloc.Name == cache.Name).ToList())
                Free(live);
        }
        Destroy(cache);
    }

    private void TuneAny()
    {
        if (!_withTuning)
            return;
        string name = _caches.Count > 0 && _random.Next(3) != 0 ? Pick(_caches).Name : _random.Next(10) == 0 ? "kmem_cache" : $"size-{Pick(_kmallocSizes)}";
        int limit = _random.Next(0, 150);
        Do(new TuneOperation(name, limit, _random.Next(6) == 0 ? limit + 1 : _random.Next(0, limit + 1), _random.Next(-1, 10)));
    }

    private void Destroy(CacheCreateOperation cache)
    {
        if (Do(new CacheDestroyOperation(cache.Name)).Kind == OutcomeKind.Done)
            _caches.Remove(cache);
    }

    private void SwitchCpu()
    {
        if (_profile.Cpus > 1)
            Do(new CpuOperation(_random.Next(_profile.Cpus)));
    }

    private void FreeOne(int index)
    {
        if (index < _live.Count)
            Free(_live[index]);
    }

    private void Free(Live live)
    {
        _live.Remove(live);
        Do(live.Origin switch
        {
            AllocPagesOperation => new FreePagesOperation(live.Id),
            KmallocOperation => new KfreeOperation(live.Id),
            _ => new CacheFreeOperation(live.Id),
        });
    }

    private void FreeAll()
    {
        Shuffle(0);
        while (_live.Count > 0)
            Free(_live[^1]);
    }

    /// <summary>Frees what was taken since, oldest first, newest first or in any order, and not always all of it.</summary>
    private void FreeFrom(int first)
    {
        int keep = _random.Next(3) == 0 ? _random.Next(10) : 0;
        int style = _random.Next(3);
        if (style == 2)
            Shuffle(first);
        while (_live.Count > first + keep)
            Free(_live[style == 0 ? first : ^1]);
    }

    private void FreeSome(int count, int first = 0)
    {
        for (int i = 0; i < count && _live.Count > first; i++)
            Free(_live[_random.Next(first, _live.Count)]);
    }

    private void Shuffle(int first)
    {
        for (int i = _live.Count - 1; i > first; i--)
        {
            int other = _random.Next(first, i + 1);
            (_live[i], _live[other]) = (_live[other], _live[i]);
        }
    }

    private void Repeat(int least, int most, Action step)
    {
        for (int i = _random.Next(least, most); i > 0; i--)
            step();
    }

    private int AnyOrder() => _random.Next(30) switch
    {
        < 18 => 0,
        < 22 => 1,
        < 25 => 2,
        < 27 => _random.Next(3, 6),
        < 29 => _random.Next(0, _profile.MaxOrder),
        _ => _random.Next(_profile.MaxOrder, _profile.MaxOrder + 2),
    };

    private ulong AnySize() => _random.Next(20) switch
    {
        0 => 0,
        1 => _kmallocSizes[^1] + (ulong)_random.Next(0, 2),
        < 5 => Pick(_kmallocSizes),
        < 7 => Pick(_kmallocSizes) + 1,
        < 9 => (ulong)_random.Next(1, 40000),
        < 12 => (ulong)_random.Next(500, 5000),
        _ => (ulong)_random.Next(1, 600),
    };

    private uint AnySlabGfp()
    {
        uint gfp = Pick(SlabGfps);
        if (_random.Next(8) == 0)
            gfp |= Gfp.Dma;
        return _random.Next(150) == 0 ? gfp | Pick([Gfp.HighMem, Gfp.Dma32, Gfp.Movable, Gfp.Comp, 0x200000u, 0x80000000u]) : gfp;
    }

    private uint AnyPageGfp()
    {
        uint gfp = Pick(SlabGfps);
        return gfp | _random.Next(12) switch
        {
            0 or 1 => Gfp.HighMem,
            2 => Gfp.Dma,
            3 => Gfp.Dma32,
            4 => Gfp.Cold,
            5 => Gfp.Comp,
            6 => Gfp.HighMem | Gfp.Movable,
            7 => Gfp.Dma | Gfp.HighMem,
            _ => 0u,
        };
    }

    private T Pick<T>(IReadOnlyList<T> choices) => choices[_random.Next(choices.Count)];
}
