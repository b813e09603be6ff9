using MiniKernel.Hal;

namespace MiniKernel.Mm.Tests;

/// <summary>What a caller does to two caches around a flipped byte, the same each time, with every answer kept.</summary>
internal sealed class CorruptionScenario : IDisposable
{
    private const ulong BugAnswer = ulong.MaxValue;
    private const int Limit = 4, Batch = 2, SharedFactor = 2;      // small arrays: their batches cross every list soon

    private readonly List<(KmemCache Cache, VirtualAddress Object)> _held = [];
    private readonly List<ulong> _answers = [];
    private int _complaints;

    public CorruptionScenario(HardwareProfile profile, SlabFlags flags)
    {
        Machine = new SlabMachine(profile);
        ulong page = (ulong)profile.PageSize, debugBytes = flags.HasFlag(SlabFlags.RedZone) ? 24u : 0;
        Caches = [Machine.Create("on-slab", page / 10, 0, flags), Machine.Create("off-slab", (page / 8) - debugBytes, 0, flags)];
        Machine.Mm.TuneCache(Machine.Cpu, "kmem_cache", Limit, Batch, SharedFactor);
        foreach (KmemCache cache in Caches)
        {
            Machine.Mm.TuneCache(Machine.Cpu, cache.Name, Limit, Batch, SharedFactor);
            FillLists(cache);
        }
    }

    /// <summary>The orders in which the flipped byte may be met.</summary>
    public static IReadOnlyList<string> Orders { get; } =
        ["alloc free shrink reap", "free alloc reap free", "shrink alloc free", "reap alloc free reap", "destroy alloc free", "tune free alloc", "inspect create free"];

    public SlabMachine Machine { get; }

    public IReadOnlyList<KmemCache> Caches { get; }

    /// <summary>What the calls returned, then the state they left.</summary>
    public IReadOnlyList<ulong> Answers => _answers;

    /// <summary>BUGs, reports and errors in /proc/slabinfo.</summary>
    public int Complaints => _complaints + Machine.Reports.All.Count;

    public void Run(string order)
    {
        foreach (string step in order.Split(' '))
            Step(step);
        Step("free");
        Step("destroy");
        Step("create");
        Step("inspect");
        ShrinkEverything();
        RecordState();
    }

    public void Dispose() => Machine.Dispose();

    /// <summary>Two full slabs, a partial one, a free one, one whose objects are all parked in arrays.</summary>
    private void FillLists(KmemCache cache)
    {
        int objects = (int)cache.Geometry.ObjectsPerSlab;
        List<VirtualAddress> all = Machine.Take(cache, 5 * objects);
        var bySlab = all.OrderBy(obj => obj.Value).Chunk(objects).ToList();
        Machine.FreeAll(cache, bySlab[4][..6]);        // these end up in the shared array
        Machine.FreeAll(cache, bySlab[3]);
        Machine.FreeAll(cache, bySlab[4][6..]);        // and these push the others out of the CPU's array
        Machine.FreeAll(cache, bySlab[2][..2]);
        foreach (VirtualAddress obj in bySlab[0].Concat(bySlab[1]).Concat(bySlab[2][2..]))
            _held.Add((cache, obj));
        if (Machine.Profile.Cpus > 1)
            _held.Add((cache, Machine.Alloc(cache, cpu: 1)));
    }

    private void Step(string step)
    {
        switch (step)
        {
            case "alloc":
                Allocate();
                break;
            case "free":
                FreeHeld();
                break;
            case "shrink":
                ForEach(cache => (ulong)Machine.Shrink(cache));
                break;
            case "reap":
                Ask(Reap);
                break;
            case "destroy":
                ForEach(cache => Machine.Destroy(cache) ? 1u : 0);
                break;
            case "tune":
                ForEach(cache => Machine.Mm.TuneCache(Machine.Cpu, cache.Name, Limit + 1, Batch, SharedFactor) ? 1u : 0);
                break;
            case "create":
                UseOthers();
                break;
            default:
                Inspect();
                break;
        }
    }

    private void Allocate()
    {
        foreach (KmemCache cache in Caches)
        {
            int count = (3 * (int)cache.Geometry.ObjectsPerSlab) + 3;
            for (int i = 0; i < count; i++)
            {
                int cpu = i % Machine.Profile.Cpus;
                Ask(() => Keep(cache, Machine.Alloc(cache, GfpFlags.Kernel, cpu)));
            }
        }
    }

    private ulong Keep(KmemCache cache, VirtualAddress obj)
    {
        if (!obj.IsNull)
            _held.Add((cache, obj));
        return obj.Value;
    }

    private void FreeHeld()
    {
        (KmemCache Cache, VirtualAddress Object)[] order = [.. _held];
        _held.Clear();
        new Random(7).Shuffle(order);
        for (int i = 0; i < order.Length; i++)
        {
            (KmemCache cache, VirtualAddress obj) = order[i];
            int cpu = i % Machine.Profile.Cpus;
            Ask(() =>
            {
                Machine.Free(cache, obj, cpu);
                return 0;
            });
        }
    }

    private ulong Reap()
    {
        Machine.Reap(9000);         // past every stagger of next_reap
        Machine.Reap(9000);
        return 0;
    }

    private void UseOthers()
    {
        KmemCache? third = null;
        Ask(() => (third = Machine.Mm.KmemCacheCreate(Machine.Cpu, "third", 100, 0, SlabFlags.None))?.Descriptor.Value ?? 0);
        VirtualAddress obj = default;
        if (third != null)
        {
            Ask(() => (obj = Machine.Alloc(third)).Value);
            Ask(() => Done(() => Machine.Free(third, obj)));
            Ask(() => Machine.Destroy(third) ? 1u : 0);
        }
        foreach (ulong size in new ulong[] { 32, 64, 128, 1024 })
        {
            VirtualAddress block = default;
            Ask(() => (block = Machine.Kmalloc(size)).Value);
            Ask(() => Done(() => Machine.Kfree(block)));
        }
    }

    private void Inspect()
    {
        foreach (SlabInfo info in Machine.Mm.SlabInfos())
        {
            if (info.Error != null)
                _complaints++;
        }
        Machine.Mm.SyncViews();
    }

    private void ShrinkEverything()
    {
        foreach (SlabInfo info in Machine.Mm.SlabInfos())
            Ask(() => (ulong)Machine.Shrink(Machine.Mm.FindCache(info.Name)!));
    }

    private void RecordState()
    {
        foreach (SlabInfo info in Machine.Mm.SlabInfos())
        {
            _answers.AddRange([info.ActiveObjects, info.TotalObjects, info.ActiveSlabs, info.TotalSlabs, info.SharedAvailable]);
            if (info.Error != null)
                _complaints++;
        }
        foreach (ZoneInfo zone in Machine.Mm.Zones())
            _answers.AddRange([zone.Free, zone.SlabReclaimable + zone.SlabUnreclaimable, .. zone.FreeBlocks]);
    }

    private void ForEach(Func<KmemCache, ulong> call)
    {
        foreach (KmemCache cache in Caches)
            Ask(() => call(cache));
    }

    private static ulong Done(Action call)
    {
        call();
        return 0;
    }

    private void Ask(Func<ulong> call)
    {
        try
        {
            _answers.Add(call());
        }
        catch (BugException)
        {
            _complaints++;
            _answers.Add(BugAnswer);
        }
    }
}
