using MiniKernel.Hal;

namespace MiniKernel.Mm.Tests.Model;

/// <summary>The real allocator on a machine of its own, as a trace sees it.</summary>
internal sealed class KernelTarget : ITraceTarget, IMmReports, IDisposable
{
    private const ulong ReapPeriodNs = 2000 * VirtualClock.NsPerJiffy;

    public sealed class BugException(MmBug bug) : Exception(bug.ToString());

    private sealed class PanicException(string text) : Exception(text);

    private readonly Machine _machine;
    private readonly KernelMm _mm;
    private readonly bool _fastPath;
    private readonly Dictionary<string, KmemCache> _caches = [];
    private MmCpu _cpu;
    private ulong _nextReapNs = ReapPeriodNs;

    public KernelTarget(HardwareProfile profile, bool fastPath, MmOptions options)
    {
        _fastPath = fastPath;
        _machine = new Machine(profile);
        _mm = new KernelMm(_machine, options, this);
        _mm.Boot();
        _cpu = _mm.Cpu(0);
    }

    /// <summary>The last BUG's text, for a failure message.</summary>
    public string LastBug { get; private set; } = "";

    public IReadOnlyList<ZoneSnapshot> Zones => [.. _mm.Zones().Select(zone => new ZoneSnapshot(
        zone.Name, zone.StartFrame, zone.Spanned, zone.Present, zone.Min, zone.Low, zone.High, [.. zone.Protection.Select(value => (long)value)],
        zone.Free, [.. zone.FreeBlocks.Select(count => (int)count)], [.. zone.Pagesets.Select(pageset => (int)pageset.Count)]))];

    public IReadOnlyList<CacheSnapshot> Caches => [.. _mm.SlabInfos().Select(cache => new CacheSnapshot(
        cache.Name, (long)cache.ActiveObjects, (long)cache.TotalObjects, cache.ObjectSize, cache.ObjectsPerSlab, cache.PagesPerSlab,
        cache.Limit, cache.BatchCount, cache.Shared, (long)cache.ActiveSlabs, (long)cache.TotalSlabs, (long)cache.SharedAvailable))];

    /// <summary>Tells somebody what mm does from now on, or nobody.</summary>
    public void Trace(IMmTrace? trace) => _mm.SetTrace(_cpu, trace);

    public Outcome AllocPages(int order, uint gfp) => Catching(() =>
        _mm.AllocPages(_cpu, (GfpFlags)gfp, order) is { } frame ? Outcome.At(frame.Value * (ulong)_machine.Profile.PageSize) : Outcome.Null);

    public Outcome FreePages(ulong physical, int order) => Catching(() =>
    {
        _mm.FreePages(_cpu, new PageFrameNumber((uint)(physical / (ulong)_machine.Profile.PageSize)), order);
        return Outcome.Done();
    });

    public Outcome Kmalloc(ulong size, uint gfp) => Catching(() =>
    {
        if (!_fastPath || !_cpu.TryKmalloc(size, (GfpFlags)gfp, out VirtualAddress pointer))
            pointer = _mm.Kmalloc(_cpu, size, (GfpFlags)gfp);
        return OutcomeOf(pointer);
    });

    public Outcome Krealloc(Outcome old, ulong size, uint gfp) =>
        Catching(() => OutcomeOf(_mm.Krealloc(_cpu, PointerOf(old), size, (GfpFlags)gfp)));

    public Outcome Kfree(Outcome pointer) => Catching(() =>
    {
        VirtualAddress address = PointerOf(pointer);
        if (!_fastPath || !_cpu.TryKfree(address))
            _mm.Kfree(_cpu, address);
        return Outcome.Done();
    });

    public Outcome CacheCreate(string name, ulong size, ulong align, uint flags) => Catching(() =>
    {
        if (_mm.KmemCacheCreate(_cpu, name, size, align, (SlabFlags)flags) is not { } cache)
            return Outcome.Null;
        _caches.Add(name, cache);
        return Outcome.Done();
    });

    public Outcome CacheAlloc(string name, uint gfp) => Catching(() =>
    {
        KmemCache cache = _caches[name];
        if (!_fastPath || !_cpu.TryAlloc(cache, (GfpFlags)gfp, out VirtualAddress pointer))
            pointer = _mm.KmemCacheAlloc(_cpu, cache, (GfpFlags)gfp);
        return OutcomeOf(pointer);
    });

    public Outcome CacheFree(string name, ulong physical) => Catching(() =>
    {
        VirtualAddress address = _mm.PhysToVirt(new PhysicalAddress(physical));
        if (!_fastPath || !_cpu.TryFree(_caches[name], address))
            _mm.KmemCacheFree(_cpu, _caches[name], address);
        return Outcome.Done();
    });

    public Outcome CacheShrink(string name) => Catching(() => Outcome.Done((ulong)_mm.KmemCacheShrink(_cpu, _caches[name])));

    public Outcome CacheDestroy(string name) => Catching(() =>
    {
        if (!_mm.KmemCacheDestroy(_cpu, _caches[name]))
            return Outcome.Null;
        _caches.Remove(name);
        return Outcome.Done();
    });

    public Outcome Tune(string name, int limit, int batch, int shared) =>
        Catching(() => _mm.TuneCache(_cpu, name, limit, batch, shared) ? Outcome.Done() : Outcome.Null);

    public Outcome Cpu(int cpu)
    {
        _cpu = _mm.Cpu(cpu);
        return Outcome.Done();
    }

    public Outcome Tick(ulong ms) => Catching(() =>
    {
        ulong end = _machine.Clock.NowNs + ms * VirtualClock.NsPerJiffy;
        while (_nextReapNs <= end)
        {
            _machine.Clock.Advance(_nextReapNs - _machine.Clock.NowNs);
            _nextReapNs += ReapPeriodNs;
            for (int cpu = 0; cpu < _machine.Profile.Cpus; cpu++)
                _mm.CacheReap(_mm.Cpu(cpu));
        }
        _machine.Clock.Advance(end - _machine.Clock.NowNs);
        return Outcome.Done();
    });

    /// <summary>Shrinks every cache, the newest first.</summary>
    public void ShrinkAll()
    {
        foreach (string name in Caches.Select(cache => cache.Name).ToList())
            _mm.KmemCacheShrink(_cpu, _mm.FindCache(name)!);
    }

    public void Dispose()
    {
        _mm.Dispose();
        _machine.Dispose();
    }

    Exception IMmReports.Bug(MmBug bug)
    {
        LastBug = bug.ToString();
        return new BugException(bug);
    }

    Exception IMmReports.Panic(string text) => new PanicException(text);

    void IMmReports.Report(MmReport report)
    {
    }

    private static Outcome Catching(Func<Outcome> call)
    {
        try
        {
            return call();
        }
        catch (BugException)
        {
            return Outcome.Bug;
        }
    }

    private Outcome OutcomeOf(VirtualAddress pointer)
    {
        if (pointer.IsNull)
            return Outcome.Null;
        if (pointer == VirtualAddress.ZeroSizePointer)
            return Outcome.Zero;
        return _mm.TryVirtToPhys(pointer, out PhysicalAddress physical)
            ? Outcome.At(physical.Value)
            : throw new InvalidOperationException($"{pointer} is in no direct map");
    }

    private VirtualAddress PointerOf(Outcome outcome) => outcome.Kind switch
    {
        OutcomeKind.Address => _mm.PhysToVirt(new PhysicalAddress(outcome.Value)),
        OutcomeKind.Zero => VirtualAddress.ZeroSizePointer,
        _ => VirtualAddress.Null,
    };
}
