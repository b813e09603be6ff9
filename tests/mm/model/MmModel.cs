using MiniKernel.Hal;

namespace MiniKernel.Mm.Tests.Model;

/// <summary>An independent model of Linux 2.6.24's memory management as linux-mm.md settles it: it predicts the
/// physical address of every allocation of a call sequence from power-on. Plain and slow on purpose.</summary>
internal sealed partial class MmModel : ITraceTarget
{
    private const int ReapPeriodMs = 2000;

    private readonly HardwareProfile _profile;
    private readonly ModelPages _pages;
    private readonly LinkedList<ModelCache> _chain = new();      // newest first
    private readonly Dictionary<uint, ModelSlab> _slabOfFrame = [];
    private int _cpu;
    private ulong _nowMs;
    private ulong _nextReapMs = ReapPeriodMs;

    public MmModel(HardwareProfile profile)
    {
        _profile = profile;
        _pages = new ModelPages(profile) { Reclaim = ReclaimCaches };
        _pages.ReleaseBootMemory();
        BootSlabs();
        _pages.SetWatermarks();
    }

    /// <summary>Every configured zone, low to high.</summary>
    public IReadOnlyList<ZoneSnapshot> Zones => [.. _pages.Zones.Select(zone => zone.Snapshot())];

    /// <summary>Every cache, newest first.</summary>
    public IReadOnlyList<CacheSnapshot> Caches => [.. _chain.Select(cache => cache.Snapshot())];

    public ModelGeometry GeometryOf(string name) => Find(name).Geometry;

    public Outcome AllocPages(int order, uint gfp) => Outcome.AtOrNull(AllocFrames(order, gfp) is { } frame ? Physical(frame) : null);

    public Outcome FreePages(ulong physical, int order)
    {
        FreeFrames((uint)(physical / (ulong)_profile.PageSize), order);
        return Outcome.Done();
    }

    public Outcome Kmalloc(ulong size, uint gfp) => Catching(() => KmallocOutcome(size, gfp));

    public Outcome Krealloc(Outcome old, ulong size, uint gfp) => Catching(() =>
    {
        if (size == 0)
        {
            Kfree(old);
            return Outcome.Zero;
        }
        // ksize is obj_size, as in a kernel with debug support compiled in; without it, it would be buffer_size.
        ulong have = old.Kind == OutcomeKind.Address ? CacheOf(old.Value).Geometry.ObjectSize : 0;
        if (have >= size)
            return old;
        Outcome grown = KmallocOutcome(size, gfp);
        if (grown.Kind == OutcomeKind.Address)
            Kfree(old);
        return grown;
    });

    public Outcome Kfree(Outcome pointer)
    {
        if (pointer.Kind == OutcomeKind.Address)
            FreeObject(CacheOf(pointer.Value), pointer.Value);
        return Outcome.Done();
    }

    public Outcome CacheCreate(string name, ulong size, ulong align, uint flags) => Catching(() =>
    {
        ulong largest = (ulong)_profile.PageSize << ModelGeometry.OrderCap(_profile);
        if (size < (ulong)_profile.WordBytes || size > largest)
            throw new ModelBugException();
        if (_chain.Any(cache => cache.Name == name))
            return Outcome.Null;
        if ((flags & ~SlabBits.CreateMask) != 0 || (flags & (SlabBits.Poison | SlabBits.DestroyByRcu)) == (SlabBits.Poison | SlabBits.DestroyByRcu))
            throw new ModelBugException();
        return CreateCache(name, size, align, flags) is null ? Outcome.Null : Outcome.Done();
    });

    public Outcome CacheAlloc(string name, uint gfp) => Catching(() =>
    {
        ModelCache cache = Find(name);
        return AllocObject(cache, gfp) is { } address ? Outcome.At(address + cache.Geometry.ObjectOffset) : Outcome.Null;
    });

    public Outcome CacheFree(string name, ulong physical)
    {
        ModelCache cache = Find(name);
        FreeObject(cache, physical - cache.Geometry.ObjectOffset);
        return Outcome.Done();
    }

    public Outcome CacheShrink(string name) => Outcome.Done(Shrink(Find(name)) ? 1u : 0);

    /// <summary>Done when the cache is gone, NULL when objects remain.</summary>
    public Outcome CacheDestroy(string name)
    {
        ModelCache cache = Find(name);
        _chain.Remove(cache);
        if (Shrink(cache))
        {
            _chain.AddFirst(cache);
            return Outcome.Null;
        }
        FreeCacheParts(cache);
        return Outcome.Done();
    }

    public Outcome Tune(string name, int limit, int batch, int shared)
    {
        if (limit >= 1 && batch >= 1 && batch <= limit && shared >= 0)
            TuneCpuCache(Find(name), limit, batch, shared);
        return Outcome.Done();
    }

    public Outcome Cpu(int cpu)
    {
        _cpu = cpu;
        return Outcome.Done();
    }

    public Outcome Tick(ulong ms)
    {
        ulong end = _nowMs + ms;
        while (_nextReapMs <= end)
        {
            _nowMs = _nextReapMs;
            _nextReapMs += ReapPeriodMs;
            for (int cpu = 0; cpu < _profile.Cpus; cpu++)
                OnCpu(cpu, ReapAllCaches);
        }
        _nowMs = end;
        return Outcome.Done();
    }

    /// <summary>Shrinks every cache, newest first.</summary>
    public void ShrinkAll()
    {
        foreach (ModelCache cache in _chain)
            Shrink(cache);
    }

    public void DrainPerCpuPages() => _pages.DrainAllPerCpu();

    private static Outcome Catching(Func<Outcome> call)
    {
        try
        {
            return call();
        }
        catch (ModelBugException)
        {
            return Outcome.Bug;
        }
    }

    private Outcome KmallocOutcome(ulong size, uint gfp)
    {
        if (size == 0)
            return Outcome.Zero;
        return ClassCache(size, gfp) is { } cache ? Outcome.AtOrNull(AllocObject(cache, gfp)) : Outcome.Null;
    }

    private ModelCache Find(string name) => _chain.First(cache => cache.Name == name);

    private ModelCache CacheOf(ulong physical) => _slabOfFrame[(uint)(physical / (ulong)_profile.PageSize)].Cache;

    private ulong Physical(uint frame) => frame * (ulong)_profile.PageSize;

    private ulong VirtualOf(ulong physical) => physical + (_profile.WordSize == 32 ? 0xC0000000 : 0xffff810000000000);

    private uint? AllocFrames(int order, uint gfp) => _pages.Alloc(order, gfp, _cpu);

    private void FreeFrames(uint frame, int order) => _pages.Free(frame, order, _cpu);

    private void OnCpu(int cpu, Action action)
    {
        int current = _cpu;
        _cpu = cpu;
        action();
        _cpu = current;
    }
}
