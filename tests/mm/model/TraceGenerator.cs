using MiniKernel.Hal;

namespace MiniKernel.Mm.Tests.Model;

/// <summary>Makes long random call sequences that are valid (every ID and cache exists, nothing is freed twice) and that end with
/// everything freed, every cache destroyed. A model runs along so that the sequence knows when memory is exhausted.</summary>
internal sealed partial class TraceGenerator
{
    private const int MaxCaches = 14;

    private sealed record Live(string Id, TraceOperation Origin);

    private readonly HardwareProfile _profile;
    private readonly Random _random;
    private readonly TracePlayer _model;
    private readonly List<TraceOperation> _operations = [];
    private readonly List<Live> _live = [];
    private readonly List<CacheCreateOperation> _caches = [];
    private readonly List<ulong> _kmallocSizes;
    private readonly bool _withTuning, _withSlabs;
    private int _nextId;
    private int _nextCache;

    /// <param name="seed">Same seed, same trace.</param>
    /// <param name="profile">The machine it is for.</param>
    /// <param name="withTuning">Whether caches are retuned, which replay text cannot say.</param>
    /// <param name="allocator">SLOB refuses neither names nor flags nor to destroy a cache in use: such calls are left out.</param>
    public TraceGenerator(int seed, HardwareProfile profile, bool withTuning = false, AllocatorKind allocator = AllocatorKind.Slab)
    {
        _withSlabs = allocator == AllocatorKind.Slab;
        _withTuning = withTuning;
        _random = new Random(seed);
        _profile = profile;
        _model = new TracePlayer(_withSlabs ? new MmModel(profile) : new SlobModel(profile));
        _kmallocSizes = MmModel.KmallocSizes(profile);
    }

    /// <summary>A trace of about that many operations, as replay text one per line.</summary>
    public IReadOnlyList<TraceOperation> Generate(int length)
    {
        while (_operations.Count < length)
            RunPhase();
        FreeAll();
        foreach (CacheCreateOperation cache in _caches.ToList())
            Destroy(cache);
        return _operations;
    }

    private void RunPhase()
    {
        switch (_random.Next(16))
        {
            case < 3: Repeat(50, 300, MixedStep); break;
            case < 5: KmallocBurst(); break;
            case < 7: CacheBurst(); break;
            case 7: PageBurst(); break;
            case 8: Repeat(5, 25, QuietStep); break;
            case 9: SmallObjectFlood(); break;
            case 10: FreeSome(_live.Count / 2 + 1); break;
            case 11: HandOver(); break;
            case 12: SlabFlood(); break;
            default: Exhaust(); break;
        }
    }

    private void MixedStep()
    {
        switch (_random.Next(100))
        {
            case < 28: Kmalloc(AnySize(), AnySlabGfp()); break;
            case < 46: CacheAllocAny(); break;
            case < 54: AllocPages(AnyOrder(), AnyPageGfp()); break;
            case < 59: Krealloc(); break;
            case < 62: SwitchCpu(); break;
            case < 65: Do(new TickOperation((ulong)_random.Next(1, 3000))); break;
            case < 67: CreateCache(); break;
            case < 68: ShrinkAny(); break;
            case < 69: DestroyAny(); break;
            case < 70: TuneAny(); break;
            default: FreeOne(_random.Next(Math.Max(1, _live.Count))); break;
        }
    }

    /// <summary>Mostly time passing, so that the reaper gets somewhere.</summary>
    private void QuietStep()
    {
        if (_random.Next(4) == 0)
            MixedStep();
        else
            Do(new TickOperation((ulong)_random.Next(100, 9000)));
    }

    private void KmallocBurst()
    {
        ulong size = AnySize();
        uint gfp = AnySlabGfp();
        int first = _live.Count, count = _random.Next(20, size > 4096 ? 40 : 400);
        for (int i = 0; i < count; i++)
        {
            Kmalloc(size, gfp);
            if (_random.Next(60) == 0)
                SwitchCpu();
        }
        FreeFrom(first);
    }

    private void CacheBurst()
    {
        if (_caches.Count == 0 || _random.Next(3) == 0)
            CreateCache();
        if (_caches.Count == 0)
            return;
        CacheCreateOperation cache = Pick(_caches);
        int first = _live.Count, count = _random.Next(20, cache.Size > 2048 ? 40 : 300);
        for (int i = 0; i < count; i++)
        {
            CacheAlloc(cache);
            if (_random.Next(60) == 0)
                SwitchCpu();
        }
        FreeFrom(first);
    }

    private void PageBurst()
    {
        int first = _live.Count, count = _random.Next(20, 200);
        for (int i = 0; i < count; i++)
            AllocPages(AnyOrder(), AnyPageGfp());
        FreeFrom(first);
    }

    private void SmallObjectFlood()
    {
        int first = _live.Count;
        for (int i = 0; i < 600; i++)
        {
            Kmalloc((ulong)_random.Next(1, 700), Gfp.Kernel);
            if (_random.Next(5) == 0)
                FreeOne(_random.Next(_live.Count));
        }
        FreeFrom(Math.Min(first, _live.Count));
    }

    /// <summary>One CPU takes, another gives back, the reaper in between: shared arrays fill, are drained and refilled from by parts.</summary>
    private void HandOver()
    {
        ulong size = (ulong)_random.Next(1, 1500);
        int first = _live.Count;
        KmallocMany(size, _random.Next(300, 700));
        for (int round = _random.Next(6, 20); round > 0; round--)
        {
            SwitchCpu();
            switch (_random.Next(3))
            {
                case 0: KmallocMany(size, _random.Next(10, 200)); break;
                case 1: Do(new TickOperation((ulong)_random.Next(1000, 5000))); break;
                default: FreeSome(_random.Next(50, 400), first); break;
            }
        }
        FreeFrom(Math.Min(first, _live.Count));
    }

    private void KmallocMany(ulong size, int count)
    {
        for (int i = 0; i < count; i++)
            Kmalloc(size, Gfp.Kernel);
    }

    /// <summary>Hundreds of slabs with a management object each, come and gone: the caches behind those grow and shrink with them.
    /// A page taken now and then shows in what order they went.</summary>
    private void SlabFlood()
    {
        int first = _live.Count;
        KmallocMany((ulong)_profile.PageSize, _random.Next(200, 900));
        while (_live.Count > first)
        {
            FreeOne(first);
            if (_random.Next(8) == 0)
                AllocPages(0, Gfp.Kernel);
        }
    }

    /// <summary>Takes everything, largest blocks first, lives on the edge for a while, and gives most of it back.</summary>
    private void Exhaust()
    {
        int first = _live.Count;
        uint fill = _random.Next(2) == 0 ? Gfp.HighUser : Pick(EdgeGfps);
        int bottom = _random.Next(4);
        for (int order = _profile.MaxOrder - 1; order >= bottom; order--)
            FillWith(order, order > 3 ? fill | Gfp.NoRetry : fill, 4096);
        // The watermarks differ by request: each takes what it may.
        for (int i = 0; i < 4; i++)
            FillWith(_random.Next(5), Pick(EdgeGfps), 600);
        int edge = _live.Count;
        for (int i = 0, steps = _random.Next(50, 400); i < steps; i++)
            EdgeStep(first, edge);
        if (_random.Next(4) == 0)
            MixedStep();
        Shuffle(Math.Min(first, _live.Count));
        FreeSome(Math.Max(0, _live.Count - first), first);
    }

    private void FillWith(int order, uint gfp, int most)
    {
        while (most > 0 && AllocPages(order, gfp))
            most--;
    }

    /// <summary>A step that keeps memory short: what is freed is mostly what was taken since.</summary>
    private void EdgeStep(int first, int edge)
    {
        switch (_random.Next(100))
        {
            case < 18: Kmalloc((ulong)_random.Next(1, 3000), Pick(SlabGfps)); break;
            case < 26: Kmalloc(Pick(_kmallocSizes), AnySlabGfp()); break;
            case < 40: AllocPages(_random.Next(0, 3), AnyPageGfp()); break;
            case < 46: AllocPages(_random.Next(0, 7), AnyPageGfp()); break;
            case < 60: CacheAllocAny(); break;
            case < 63: CreateCache(); break;
            case < 66: Krealloc(); break;
            case < 67: DestroyAny(); break;
            case < 68: ShrinkAny(); break;
            case < 70: SwitchCpu(); break;
            case < 71: TuneAny(); break;
            case < 72: Do(new TickOperation((ulong)_random.Next(1, 5000))); break;
            case < 74: FreeOne(_random.Next(first, Math.Max(first + 1, _live.Count))); break;
            case < 76: KmallocBurst(); break;
            case < 77: CacheBurst(); break;
            default: FreeOne(_random.Next(edge, Math.Max(edge + 1, _live.Count))); break;
        }
    }
}
