using MiniKernel.Hal;
using MiniKernel.Tests.Support;
using NUnit.Framework;

namespace MiniKernel.Mm.Tests;

/// <summary>cache_reap and the tunables: what idles in arrays and free slabs goes back little by little (linux-mm.md c.4, c.5).</summary>
[TestFixture, Parallelizable(ParallelScope.All), FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
public sealed class ReaperTests : IDisposable
{
    private const ulong Period = 2000, ListPeriod = 4000;        // ms, which are jiffies

    private readonly SlabMachine _machine = SlabMachine.Of("i386-32");
    private readonly KmemCache _cache;

    public ReaperTests() => _cache = _machine.Create("idle", 100);

    public void Dispose() => _machine.Dispose();

    [Test]
    public void AnArray_IsLeftOnceWhenTouched_ThenLosesAFifthOfItsLimitOrHalf()
    {
        Assert.That(Parked, Is.Zero);
        _machine.Free(_cache, _machine.Alloc(_cache));
        Assert.That(Parked, Is.EqualTo(16), "a new array is untouched: it is filled by 16");
        var seen = new List<uint>();
        for (int i = 0; i < 7; i++)
        {
            _machine.Reap(100);         // next_reap has not come: only the array is looked at
            seen.Add(Parked);
        }
        Assert.That(seen, Is.EqualTo(new uint[] { 16, 8, 4, 2, 1, 0, 0 }), "touched, then half while a fifth of 120 is more than there is");
    }

    [Test]
    public void AFullArray_LosesItsOldestFifth()
    {
        List<VirtualAddress> objects = _machine.Take(_cache, 200);
        _machine.Reap(100);
        _machine.FreeAll(_cache, objects.Take(100));
        uint before = Parked;
        Assert.That(before, Is.GreaterThan(48));
        _machine.Reap(100);
        Assert.That(Parked, Is.EqualTo(before - 24), "(120 + 4) / 5");
        _machine.Reap(100);
        Assert.That(Parked, Is.EqualTo(before - 48));
        Assert.That(_machine.Alloc(_cache), Is.EqualTo(objects[99]), "the newest stayed");
    }

    [Test]
    public void TouchedOfAnEmptyArray_IsLeftAlone_SoTheNextRefillTakesAWholeBatch()
    {
        List<VirtualAddress> objects = _machine.Take(_cache, 16);
        Assert.That(Parked, Is.Zero);
        _machine.Reap(100);
        objects.Add(_machine.Alloc(_cache));
        Assert.That(Parked, Is.GreaterThan(16), "batchcount is 60");
    }

    [Test]
    public void NextReap_IsStaggeredByTheDescriptorsAddress()
    {
        _machine.Machine.Clock.Advance(777 * VirtualClock.NsPerJiffy);
        KmemCache late = _machine.Create("late", 100);
        Assert.That(NextReap(late), Is.EqualTo(777 + ListPeriod + (late.Descriptor.Value % ListPeriod)));
        ulong due = NextReap(late);
        _machine.Reap(due - 1 - 777);
        Assert.That(NextReap(late), Is.EqualTo(due), "not yet");
        _machine.Reap(1);
        Assert.That(NextReap(late), Is.EqualTo(due + ListPeriod));
    }

    [Test]
    public void FreeSlabs_GoFromTheTail_AFifthOfFreeLimitAtATime_UnlessTheListWasUsed()
    {
        uint num = _cache.Geometry.ObjectsPerSlab;
        _machine.Mm.TuneCache(_machine.Cpu, "idle", 400, 200, 0);       // free_limit = 2 * 200 + num
        List<VirtualAddress> objects = _machine.Take(_cache, 12 * (int)num);
        _machine.FreeAll(_cache, objects);
        while (Parked != 0)
            _machine.Reap(1);
        ulong slabs = _machine.Info(_cache).TotalSlabs, before = slabs;
        uint once = ((400 + num) + (5 * num) - 1) / (5 * num);
        Assert.That(slabs, Is.GreaterThan(2 * once));

        _machine.Reap(9000);
        Assert.That(_machine.Info(_cache).TotalSlabs, Is.EqualTo(before), "free_touched: cleared, nothing destroyed");
        _machine.Reap(Period);
        Assert.That(_machine.Info(_cache).TotalSlabs, Is.EqualTo(before), "every 4 s only");
        _machine.Reap(Period);
        Assert.That(_machine.Info(_cache).TotalSlabs, Is.EqualTo(before - once));
        _machine.Reap(ListPeriod);
        Assert.That(_machine.Info(_cache).TotalSlabs, Is.EqualTo(before - (2 * once)));
        for (int i = 0; i < 20; i++)
            _machine.Reap(ListPeriod);
        Assert.That(_machine.Info(_cache).TotalSlabs, Is.Zero);
    }

    [Test]
    public void TheSharedArray_IsDrainedLikeAnyOther()
    {
        using SlabMachine machine = SlabMachine.Of("i386-64");
        KmemCache cache = machine.Create("shared", 100);
        machine.FreeAll(cache, machine.Take(cache, 600));
        ulong shared = machine.Info(cache).SharedAvailable;
        Assert.That(shared, Is.EqualTo(480), "8 * 60");
        machine.Reap(9000);
        Assert.That(machine.Info(cache).SharedAvailable, Is.EqualTo(480 - 96), "(480 + 4) / 5, once for both CPUs");
    }

    [Test]
    public void IdleMachine_GivesEveryPageBackInTheEnd()
    {
        MemoryCensus before = _machine.Census();
        _machine.FreeAll(_cache, _machine.Take(_cache, 2000));
        for (int i = 0; i < 200; i++)
            _machine.Reap(Period);
        Assert.That(_machine.Info(_cache).TotalSlabs, Is.Zero);
        _machine.Census().AssertSameAs(before);
    }

    [TestCase(0, 1, 0), TestCase(10, 0, 0), TestCase(10, 11, 0), TestCase(10, 5, -1), TestCase(-1, -1, 0)]
    public void SenselessTunables_AreIgnored(int limit, int batch, int shared)
    {
        SlabInfo before = _machine.Info(_cache);
        Assert.That(_machine.Mm.TuneCache(_machine.Cpu, "idle", limit, batch, shared));
        Assert.That(_machine.Info(_cache), Is.EqualTo(before));
        Assert.That(_machine.Mm.TuneCache(_machine.Cpu, "unknown", 10, 5, 0), Is.False);
    }

    [TestCase(1, 1, 0), TestCase(7, 3, 2), TestCase(1000, 500, 8), TestCase(int.MaxValue, 1, 0), TestCase(10, 10, int.MaxValue)]
    public void Tuning_KeepsEveryObject_AndWhatCannotBeHadIsNotMade(int limit, int batch, int shared)
    {
        MemoryCensus before = _machine.Census();
        List<VirtualAddress> objects = _machine.Take(_cache, 300);
        _machine.FreeAll(_cache, objects.Take(150));
        _machine.Mm.TuneCache(_machine.Cpu, "idle", limit, batch, shared);
        SlabInfo info = _machine.Info(_cache);
        Assert.That((info.Limit, info.BatchCount), Is.EqualTo(limit == int.MaxValue ? (120u, 60u) : ((uint)limit, (uint)batch)));
        _machine.FreeAll(_cache, objects.Skip(150));
        objects = _machine.Take(_cache, 300);
        Assert.That(objects, Is.Unique);
        _machine.FreeAll(_cache, objects);
        _machine.Mm.TuneCache(_machine.Cpu, "idle", 120, 60, 0);
        _machine.Census().AssertSameAs(before);
    }

    [Test]
    public void Tuning_ThatMeetsADoubleFreedObjectInEveryArray_LosesNothing([Values("i386-64", "x86-64-8g")] string profile)
    {
        using SlabMachine machine = SlabMachine.Of(profile);
        MemoryCensus before = machine.Census();
        KmemCache cache = machine.Create("twice", 100);
        List<VirtualAddress> objects = machine.Take(cache, 600);
        machine.Shrink(cache);
        foreach (VirtualAddress obj in objects.Take(100))
        {
            for (int cpu = 0; cpu < machine.Profile.Cpus; cpu++)
                machine.Free(cache, obj, cpu);
        }
        Assert.Throws<BugException>(() => machine.Mm.TuneCache(machine.Cpu, "twice", 20, 10, 1));
        Assert.That((machine.Info(cache).Limit, machine.Info(cache).BatchCount), Is.EqualTo((20u, 10u)));
        machine.FreeAll(cache, objects.Skip(100));
        Assert.That(machine.Destroy(cache));
        machine.Census().AssertSameAs(before);
    }

    // avail, the first field of the array_cache the descriptor's first field points to.
    private uint Parked
    {
        get
        {
            _machine.Mm.SyncViews();
            return _machine.UInt(_machine.Pointer(_cache.Descriptor));
        }
    }

    private ulong NextReap(KmemCache cache)
    {
        VirtualAddress lists = _machine.Pointer(new VirtualAddress(cache.Descriptor.Value + 80));
        return _machine.UInt(new VirtualAddress(lists.Value + 44));
    }
}
