using MiniKernel.Hal;
using MiniKernel.Tests.Support;
using NUnit.Framework;

namespace MiniKernel.Mm.Tests;

/// <summary>Constructors, destructors and shrinkers are driver code inside mm: when they run, and what they may do there.</summary>
[TestFixture, Parallelizable(ParallelScope.All), FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
public sealed class ConstructorTests : IDisposable
{
    private readonly SlabMachine _machine = SlabMachine.Of("i386-64");
    private readonly MemoryCensus _before;

    public ConstructorTests() => _before = _machine.Census();

    private sealed class DriverFault : Exception;

    public void Dispose() => _machine.Dispose();

    [TestCase(100ul), TestCase(600ul), TestCase(5000ul)]
    public void EachObject_IsBuiltOnceASlab_AndTornDownOnce(ulong size)
    {
        var alive = new HashSet<ulong>();
        int built = 0, torn = 0;
        KmemCache cache = _machine.Create("built", size, 0, SlabFlags.None, Build, Tear);
        for (int round = 0; round < 3; round++)
        {
            List<VirtualAddress> objects = _machine.Take(cache, 40);
            Assert.That(objects.All(obj => alive.Contains(obj.Value)), "handed out constructed");
            Assert.That(built - torn, Is.EqualTo((int)_machine.Info(cache).TotalObjects), "every object of every slab");
            _machine.FreeAll(cache, objects);
        }
        Assert.That(_machine.Destroy(cache));
        Assert.That((alive.Count, built), Is.EqualTo((0, torn)));
        AllIsBack();

        void Build(VirtualAddress obj, KmemCache owner)
        {
            Assert.That(owner.Name, Is.EqualTo("built"));
            Assert.That(alive.Add(obj.Value), "built twice");
            built++;
        }

        void Tear(VirtualAddress obj, KmemCache owner)
        {
            Assert.That(alive.Remove(obj.Value), "torn down but not built");
            torn++;
        }
    }

    [Test]
    public void AFreedObject_KeepsItsState()
    {
        KmemCache cache = _machine.Create("kept", 64, 0, SlabFlags.None, (obj, _) => _machine.Bytes(obj, 64).Fill(7));
        VirtualAddress obj = _machine.Alloc(cache);
        _machine.Bytes(obj, 64).Fill(9);
        _machine.Free(cache, obj);
        Assert.That(_machine.Alloc(cache), Is.EqualTo(obj));
        Assert.That(_machine.Bytes(obj, 64).IndexOfAnyExcept((byte)9), Is.Negative);
    }

    [Test]
    public void AThrowingConstructor_LeaksNothing_WhicheverObjectItFailsAt(
        [Values(400ul, 600ul, 5000ul)] ulong size, [Values(SlabFlags.None, SlabFlags.Poison, SlabFlags.RedZone)] SlabFlags flags)
    {
        int calls = 0, failAt = -1;
        KmemCache cache = _machine.Create("fragile", size, 0, flags, (_, _) =>
        {
            if (calls++ == failAt)
                throw new DriverFault();
        });
        MemoryCensus empty = _machine.Census();
        uint perSlab = _machine.Info(cache).ObjectsPerSlab;
        int indexes = (flags & SlabFlags.Poison) != 0 ? 1 : (int)perSlab;      // poisoned: one at each allocation
        for (failAt = 0; failAt < indexes; failAt++)
        {
            calls = 0;
            Assert.Throws<DriverFault>(() => _machine.Alloc(cache), $"object {failAt}");
            _machine.Census().AssertSameAs(empty);
        }
        failAt = -1;
        _machine.Free(cache, _machine.Alloc(cache));
        Assert.That(_machine.Destroy(cache));
        AllIsBack();
    }

    [Test]
    public void AConstructor_MayAllocateFromItsOwnCache_AndFromOthers()
    {
        var inner = new List<VirtualAddress>();
        var blocks = new List<VirtualAddress>();
        bool nested = false;
        KmemCache cache = _machine.Create("nested", 300, 0, SlabFlags.None, (_, owner) =>
        {
            blocks.Add(_machine.Kmalloc(40));
            if (nested)
                return;
            nested = true;
            inner.Add(_machine.Alloc(owner));
            nested = false;
        });
        List<VirtualAddress> objects = _machine.Take(cache, 60);
        Assert.That(objects.Concat(inner).Distinct().Count(), Is.EqualTo(objects.Count + inner.Count));
        Assert.That(inner, Is.Not.Empty);
        _machine.FreeAll(cache, objects.Concat(inner));
        blocks.ForEach(block => _machine.Kfree(block));
        Assert.That(_machine.Destroy(cache));
        AllIsBack();
    }

    [Test]
    public void ADestructor_MayTakeFromItsOwnCache_WhileALongArrayIsDrained([Values(0, 3)] int shared)
    {
        var taken = new List<VirtualAddress>();
        bool greedy = false;
        KmemCache cache = _machine.Create("greedy", 100, 0, SlabFlags.None, Nothing, (_, owner) =>
        {
            while (greedy && taken.Count < 700)
                taken.Add(_machine.Alloc(owner));
        });
        _machine.Mm.TuneCache(_machine.Cpu, "greedy", 1000, shared == 0 ? 1 : 300, shared);
        List<VirtualAddress> objects = _machine.Take(cache, 1900);
        _machine.FreeAll(cache, objects);
        greedy = true;
        _machine.Shrink(cache);
        _machine.Shrink(cache);
        greedy = false;
        Assert.That(taken, Is.Not.Empty.And.Unique);
        _machine.FreeAll(cache, taken);
        Assert.That(_machine.Destroy(cache));
        AllIsBack();
    }

    [Test]
    public void ADestructor_MayFreeAndAllocateElsewhere()
    {
        var blocks = new Dictionary<ulong, VirtualAddress>();
        KmemCache cache = _machine.Create("owner", 300, 0, SlabFlags.None,
            (obj, _) => blocks.Add(obj.Value, _machine.Kmalloc(300)),
            (obj, _) =>
            {
                _machine.Kfree(blocks[obj.Value]);
                blocks.Remove(obj.Value);
                _machine.Kfree(_machine.Kmalloc(2000));
            });
        _machine.FreeAll(cache, _machine.Take(cache, 200));
        _machine.Reap(9000);
        Assert.That(_machine.Destroy(cache));
        Assert.That(blocks, Is.Empty);
        AllIsBack();
    }

    [Test]
    public void AThrowingDestructor_StillGivesItsPagesBack()
    {
        bool fails = true;
        KmemCache cache = _machine.Create("sour", 600, 0, SlabFlags.None, Nothing, (_, _) =>
        {
            if (fails)
                throw new DriverFault();
        });
        _machine.FreeAll(cache, _machine.Take(cache, 3));
        Assert.Throws<DriverFault>(() => _machine.Destroy(cache));
        Assert.That(cache.IsAlive && _machine.Info(cache).TotalSlabs == 0, "the slab went, the cache stayed");
        fails = false;
        Assert.That(_machine.Destroy(cache));
        AllIsBack();
    }

    [Test]
    public void AThrowingDestructor_InTheMiddleOfAFlush_LosesNoOtherObject()
    {
        int torn = 0;
        KmemCache cache = _machine.Create("sour", 2000, 0, SlabFlags.None, Nothing, (_, _) =>
        {
            if (torn++ == 4)
                throw new DriverFault();
        });
        _machine.Mm.TuneCache(_machine.Cpu, "sour", 20, 10, 0);
        List<VirtualAddress> objects = _machine.Take(cache, 120);
        int faults = 0;
        foreach (VirtualAddress obj in objects)
        {
            try
            {
                _machine.Free(cache, obj);
            }
            catch (DriverFault)
            {
                faults++;
            }
        }
        Assert.That(faults, Is.EqualTo(1));
        Assert.That(_machine.Destroy(cache));
        AllIsBack();
    }

    [Test]
    public void EndingOrRetuningTheCache_FromItsOwnCallbacks_IsABug()
    {
        Action<KmemCache>? prank = null;
        KmemCache cache = _machine.Create("suicidal", 100, 0, SlabFlags.None, (_, owner) => prank?.Invoke(owner), (_, owner) => prank?.Invoke(owner));
        foreach (Action<KmemCache> attempt in new Action<KmemCache>[] { owner => _machine.Destroy(owner), owner => _machine.Mm.TuneCache(_machine.Cpu, owner.Name, 10, 5, 0) })
        {
            prank = attempt;
            Assert.Throws<BugException>(() => _machine.Alloc(cache), "from the constructor");
            prank = null;
            _machine.Free(cache, _machine.Alloc(cache));
            prank = attempt;
            Assert.Throws<BugException>(() => _machine.Shrink(cache), "from the destructor");
        }
        prank = owner => _machine.Shrink(owner);
        _machine.Free(cache, _machine.Alloc(cache));
        _machine.Reap(9000);
        prank = null;
        Assert.That(_machine.Destroy(cache));
        AllIsBack();
    }

    [Test]
    public void AShrinker_ThatDestroysTheGrowingCache_OrThrows_IsSurvived([Values(100ul, 600ul)] ulong size, [Values] bool throws)
    {
        using SlabMachine machine = SlabMachine.Of("lab-4m");
        MemoryCensus before = machine.Census();
        KmemCache cache = machine.Create("victim", size);
        int runs = 0;
        uint Shrinker(GfpFlags flags)
        {
            runs++;
            return throws ? throw new DriverFault() : machine.Destroy(cache) ? 1u : 0;
        }

        machine.Mm.RegisterShrinker(Shrinker);
        var objects = new List<VirtualAddress>();
        Assert.That(() => Exhaust(machine, cache, objects), throws ? Throws.InstanceOf<DriverFault>() : Throws.InstanceOf<BugException>());
        Assert.That(runs, Is.EqualTo(1));
        machine.Mm.UnregisterShrinker(machine.Cpu, Shrinker);
        machine.FreeAll(cache, objects);
        Assert.That(machine.Destroy(cache));
        machine.Census().AssertSameAs(before);
    }

    private static void Exhaust(SlabMachine machine, KmemCache cache, List<VirtualAddress> objects)
    {
        for (VirtualAddress obj = machine.Alloc(cache); !obj.IsNull; obj = machine.Alloc(cache))
            objects.Add(obj);
    }

    private static void Nothing(VirtualAddress obj, KmemCache cache)
    {
    }

    private void AllIsBack() => _machine.Census().AssertSameAs(_before);
}
