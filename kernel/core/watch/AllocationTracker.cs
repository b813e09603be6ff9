using MiniKernel.Hal;
using MiniKernel.Mm;

namespace MiniKernel.Core;

/// <summary>Tracked mode: who holds what, taken where; refuses a bad free by name before mm sees it.</summary>
/// <remarks>Lives wholly on the host, and mm knows nothing of it: the same calls give the same addresses with and without.
/// An object is known by its address, pages by the physical address of their first frame (HighMem has no other).</remarks>
internal sealed partial class AllocationTracker(Kernel kernel)
{
    /// <summary>"Order" of pages from alloc_pages_exact.</summary>
    public const int ExactPages = -1;

    private readonly Dictionary<ulong, LiveObject> _objects = [];
    private readonly Dictionary<ulong, LiveObject> _pages = [];
    private readonly Dictionary<KmemCache, LiveObject> _caches = [];
    private readonly FreedHistory _freedObjects = NewHistory(kernel.Options);
    private readonly FreedHistory _freedPages = NewHistory(kernel.Options);

    /// <summary>Objects, blocks of pages, caches and everything else that somebody holds.</summary>
    public int LiveCount => _objects.Count + _pages.Count + _caches.Count + _regions.Count;

    /// <summary>Notes what kmalloc or a cache handed out.</summary>
    /// <param name="cpu">Who took it.</param>
    /// <param name="p">Where it is; nothing is noted for NULL and ZERO_SIZE_PTR.</param>
    /// <param name="size">Bytes asked for.</param>
    /// <param name="flags">How.</param>
    /// <param name="cache">Of kmem_cache_alloc; kmalloc's is looked up, and with SLOB there is none.</param>
    public void ObjectTaken(CpuState cpu, VirtualAddress p, ulong size, GfpFlags flags, KmemCache? cache = null)
    {
        if (p.IsZeroOrNull)
            return;
        cache ??= kernel.Mm.CacheOf(p);
        _objects[p.Value] = new LiveObject
        {
            Key = p.Value,
            Cache = cache,
            Kind = cache is null ? "kmalloc" : null,
            Size = size,
            Extent = cache?.Geometry.BufferSize ?? size,
            Flags = flags,
            Owner = cpu.Module,
            Taken = cpu.Site,
            TakenBy = cpu.TaskName,
            TakenNs = Now,
        };
        _freedObjects.Forget(p.Value);
    }

    /// <summary>Notes that an object goes back.</summary>
    public void ObjectGone(CpuState cpu, VirtualAddress p)
    {
        if (_objects.Remove(p.Value, out LiveObject? gone))
            _freedObjects.Remember(gone, cpu, ++_frees);
    }

    /// <summary>Is that an object somebody holds? If not, says what it is.</summary>
    /// <param name="cpu">Who asks.</param>
    /// <param name="p">What is to be freed.</param>
    /// <param name="function">The call, for the report.</param>
    /// <param name="cache">The cache the caller names; null for kfree, which finds it.</param>
    public bool MayFree(CpuState cpu, VirtualAddress p, string function, KmemCache? cache = null)
    {
        if (!_objects.TryGetValue(p.Value, out LiveObject? live))
            return Refuse(cpu, function, p, Diagnose(p));
        if (cache is not null && live.Cache != cache)
            return Refuse(cpu, function, p, new Diagnosis($"wrong cache: `{cache.Name}', but the object is of `{live.What}'", live));
        if (cache is null && live.Cache is not null && !kernel.Mm.HasSlabs)
            return Refuse(cpu, function, p, new Diagnosis($"an object of cache `{live.What}': SLOB can free it with kmem_cache_free() only", live));
        return true;
    }

    /// <summary>Is that a cache? A destroyed one is refused.</summary>
    public bool MayUseCache(CpuState cpu, KmemCache? cache, string function)
    {
        if (cache is null || cache.IsAlive)
            return true;                          // NULL is mm's to oops about, as Linux would
        kernel.Error($"BUG: {function}(): cache `{cache.Name}' has been destroyed\n  called at {cpu.Site} by {Caller(cpu)}");
        return false;
    }

    public void CacheCreated(CpuState cpu, KmemCache cache) => _caches[cache] = new LiveObject
    {
        Key = cache.Descriptor.Value,
        Cache = cache,
        Size = 0,
        Extent = 0,
        Flags = GfpFlags.Kernel,
        Owner = cpu.Module,
        Taken = cpu.Site,
        TakenBy = cpu.TaskName,
        TakenNs = Now,
    };

    public void CacheDestroyed(KmemCache cache) => _caches.Remove(cache);

    /// <summary>Notes pages that were handed out.</summary>
    public void PagesTaken(CpuState cpu, PageFrameNumber frame, uint count, int order, GfpFlags flags)
    {
        ulong key = KeyOf(frame), bytes = (ulong)count << kernel.Machine.Profile.PageShift;
        _pages[key] = new LiveObject
        {
            Key = key,
            Order = order,
            IsOfFrames = true,
            Size = bytes,
            Extent = bytes,
            Flags = flags,
            Owner = cpu.Module,
            Taken = cpu.Site,
            TakenBy = cpu.TaskName,
            TakenNs = Now,
        };
        _freedPages.Forget(key);
    }

    /// <summary>Pages go back, if they are the caller's to give.</summary>
    /// <returns>False when that was refused.</returns>
    public bool ReleasePages(CpuState cpu, PageFrameNumber frame, uint count, int order, string function)
    {
        ulong key = KeyOf(frame);
        if (!_pages.TryGetValue(key, out LiveObject? live))
            return Refuse(cpu, function, $"page frame {frame}", DiagnosePages(key));
        if (live.Order != order || live.Size != (ulong)count << kernel.Machine.Profile.PageShift)
            return Refuse(cpu, function, $"page frame {frame}", new Diagnosis($"{Shape(order, count)}, but it was allocated as {live.What}", live));
        _pages.Remove(key);
        _freedPages.Remember(live, cpu, ++_frees);
        return true;
    }

    /// <summary>The same by address.</summary>
    public bool ReleasePages(CpuState cpu, VirtualAddress p, uint count, int order, string function)
    {
        if (!kernel.Mm.TryVirtToPhys(p, out PhysicalAddress address))
            return Refuse(cpu, function, p, "wild pointer, not in the direct map");
        if (address.Value % (ulong)kernel.Machine.Profile.PageSize != 0)
            return Refuse(cpu, function, p, "not the start of a page");
        return ReleasePages(cpu, new PageFrameNumber((uint)(address.Value >> kernel.Machine.Profile.PageShift)), count, order, function);
    }

    /// <summary>Lists what a module holds that goes or has died, by call site, and strikes it off.</summary>
    public void ReportLeaks(LoadedModule owner)
    {
        if (LiveCount != 0)
            Report(live => live.Owner == owner);
    }

    /// <summary>At shutdown: lists everything that is still held, except by modules that stay for good, and by the kernel for C code that is there still.</summary>
    public void ReportWhatIsLeft()
    {
        if (LiveCount == 0)
            return;
        bool hasCode = kernel.Modules.Loaded.Any(static module => module.Image is not null);
        Report(live => live.Owner is { } owner ? owner is not { IsPermanent: true, State: ModuleState.Live } : !(hasCode && live.Taken.IsCode));
    }

    private static string Caller(CpuState cpu) => cpu.Module?.Name ?? "kernel";

    private static string Shape(int order, uint count) => order == ExactPages ? $"freed as {count} exact pages" : $"freed as order {order}";

    private ulong KeyOf(PageFrameNumber frame) => (ulong)frame.Value << kernel.Machine.Profile.PageShift;

    private void Report(Predicate<LiveObject> isLeaked)
    {
        LeakReport report = new();
        report.Add(_objects, isLeaked, static live => live.What);
        report.Add(_pages, isLeaked, static live => live.What);
        report.Add(_caches, isLeaked, static live => $"cache `{live.What}'");
        AddRegions(report, isLeaked);
        foreach (Leak leak in report.BySite)
        {
            kernel.LeakList.Add(leak);
            kernel.Error(leak.ToString());
        }
    }

    private Diagnosis Diagnose(VirtualAddress p)
    {
        if (p.IsNull)
            return "NULL pointer";
        if (_freedObjects.Find(p.Value) is { } freed)
            return Diagnosis.DoubleFree(freed, $"an object of `{freed.What}'");
        if (Around(_objects, p.Value) is { } outer)
            return new Diagnosis($"pointer into the middle of an object of `{outer.What}', {p.Value - outer.Key} bytes behind its start {new VirtualAddress(outer.Key)}", outer);
        if (RegionAround(p.Value) is { } region)
            return new Diagnosis($"no object, but {region.What}", region);
        if (!kernel.Mm.TryVirtToPhys(p, out PhysicalAddress address))
            return "wild pointer, not in the direct map";
        if (Around(_pages, address.Value) is { } pages)
            return new Diagnosis($"no object, but {pages.What}", pages);
        if (kernel.Mm.CacheOf(p) is { } cache)
            return $"wild pointer into a slab of `{cache.Name}', not an object anybody holds";
        return "wild pointer, not in any slab";
    }

    private Diagnosis DiagnosePages(ulong key)
    {
        if (_freedPages.Find(key) is { } freed)
            return Diagnosis.DoubleFree(freed, freed.What);
        if (Around(_pages, key) is { } pages)
            return new Diagnosis($"not the first of {pages.What}", pages);
        return "nobody holds these pages";
    }

    // Only an error looks through the whole table.
    private static LiveObject? Around(Dictionary<ulong, LiveObject> table, ulong address)
    {
        foreach (LiveObject live in table.Values)
        {
            if (address > live.Key && address - live.Key < live.Extent)
                return live;
        }
        return table.GetValueOrDefault(address);
    }

    private bool Refuse(CpuState cpu, string function, object what, Diagnosis why)
    {
        if (kernel.Shadow is { } shadow)
            shadow.BadFree(cpu, what as VirtualAddress?, $"{what}", $"{function}({what}): {why.Headline}", why);
        else
            kernel.Error($"BUG: {function}({what}): {why.Text}\n  refused at {cpu.Site} by {Caller(cpu)}");
        return false;
    }
}
