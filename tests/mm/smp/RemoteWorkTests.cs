using MiniKernel.Hal;
using NUnit.Framework;

namespace MiniKernel.Mm.Tests;

/// <summary>Work that reaches into another CPU's arrays, by what that CPU is doing; the CPUs run freely.</summary>
/// <remarks>The same on one baton, where order and result are fixed: tests/core, RemoteWorkTests.</remarks>
[TestFixture, NonParallelizable]
public sealed class RemoteWorkTests
{
    private const string Name = "toy";
    private const int Parked = 12;

    /// <summary>What reaches across.</summary>
    public enum Work
    {
        /// <summary>kmem_cache_shrink.</summary>
        Shrink,

        /// <summary>A line written to /proc/slabinfo.</summary>
        Tune,

        /// <summary>kmem_cache_destroy.</summary>
        Destroy,

        /// <summary>drain_all_pages.</summary>
        DrainPages,
    }

    /// <summary>What the other CPU does.</summary>
    public enum Other
    {
        /// <summary>Takes and gives back without end.</summary>
        Allocates,

        /// <summary>Sleeps in mm for an element of a mempool.</summary>
        Sleeps,

        /// <summary>Has nobody to run.</summary>
        Idles,

        /// <summary>Waits for cache_chain_mutex, which the one that works holds.</summary>
        WaitsForTheChain,
    }

    [Test]
    public void Work_IsDone_WhateverTheOtherCpuDoes([Values] Work work, [Values] Other other)
    {
        if (other == Other.WaitsForTheChain && work == Work.DrainPages)
            Assert.Pass("draining pages takes no chain mutex: nobody could wait for it there");
        using var cpus = new FreeCpus("i386-64", 2);
        new Scene(cpus, work, other).Play();
        cpus.AllIsBack();
    }

    [Test]
    public void Destroy_WhileTheOtherCpuUsesTheCache_EndsItOrLeavesItWhole()
    {
        using var cpus = new FreeCpus("i386-64", 2);
        int destroyed = 0, refused = 0;
        for (int round = 0; round < 100; round++)
        {
            KmemCache cache = cpus.Machine.Create($"round{round}", 300);
            using ManualResetEventSlim begun = new();
            bool gone = false;
            cpus.Run(
                cpu =>
                {
                    cpus.Await(cpu, begun);
                    gone = cpus.Mm.KmemCacheDestroy(cpu, cache);
                },
                cpu => UseUntilItIsGone(cpus, cpu, cache, begun, () => Volatile.Read(ref gone)));
            Assert.That(cache.IsAlive, Is.Not.EqualTo(gone));
            destroyed += gone ? 1 : 0;
            refused += gone ? 0 : 1;
            if (!gone)
                Assert.That(cpus.Machine.Destroy(cache), "nothing is in use any more");
        }
        Assert.That(cpus.Machine.ReportsOf<CacheStillInUse>(), Has.Length.EqualTo(refused));
        TestContext.Out.WriteLine($"destroyed {destroyed}, refused {refused}");
        cpus.AllIsBack();
    }

    [Test]
    public void Destroy_WhileAConstructorOfTheCacheWaitsForTheChain_IsRefused()
    {
        using var cpus = new FreeCpus("i386-64", 2);
        using ManualResetEventSlim inside = new();
        KmemCache cache = cpus.Machine.Create(Name, 3000, ctor: (_, _) =>
        {
            inside.Set();
            for (int i = 0; i < 20; i++)
                cpus.Mm.KmemCacheDestroy(cpus.Cpu, cpus.Mm.KmemCacheCreate(cpus.Cpu, "inner", 100, 0, SlabFlags.None));
        });
        VirtualAddress obj = default;
        cpus.Run(
            cpu =>
            {
                cpus.Await(cpu, inside);
                Assert.That(cpus.Mm.KmemCacheDestroy(cpu, cache), Is.False);
            },
            cpu => obj = cpus.Mm.KmemCacheAlloc(cpu, cache, GfpFlags.Kernel));
        cpus.Machine.Free(cache, obj);
        Assert.That(cpus.Machine.Destroy(cache));
        cpus.AllIsBack();
    }

    // The one that drains holds the chain; the destructor runs on the drained CPU and wants it too.
    [Test]
    public void ADestructorThatRunsForAnotherCpu_MayUseTheChain([Values] Other other)
    {
        using var cpus = new FreeCpus("i386-64", 2);
        int torn = 0;
        KmemCache cache = cpus.Machine.Create(Name, 4000, 0, SlabFlags.None, static (_, _) => { }, (_, _) =>
        {
            torn++;
            Assert.That(cpus.Mm.KmemCacheDestroy(cpus.Cpu, cpus.Mm.KmemCacheCreate(cpus.Cpu, "inner", 100, 0, SlabFlags.None)));
        });
        new Scene(cpus, Work.Shrink, other, cache).Play();
        Assert.That(torn, Is.GreaterThanOrEqualTo(Parked));
        cpus.AllIsBack();
    }

    // While a destructor runs in the middle of a flush, another CPU exchanges the very array that is being flushed.
    [Test]
    public void Tuning_InTheMiddleOfAFlush_LosesNothing()
    {
        using var cpus = new FreeCpus("i386-64", 2);
        using ManualResetEventSlim inside = new(), tuned = new();
        bool armed = false;
        KmemCache cache = cpus.Machine.Create(Name, 2000, 0, SlabFlags.None, static (_, _) => { }, (_, _) =>
        {
            if (!armed)
                return;
            armed = false;                      // once: the retuning CPU's own calls end slabs too
            inside.Set();
            cpus.Await(cpus.Cpu, tuned);
        });
        cpus.Mm.TuneCache(cpus.Machine.Cpu, Name, 400, 400, 0);
        var objects = Enumerable.Range(0, 1200).Select(_ => cpus.Machine.Alloc(cache, cpu: 1)).ToList();
        cpus.Mm.TuneCache(cpus.Machine.Cpu, Name, 400, 150, 0);       // flushed in two chunks; slabs die above 3 * 150 + 2 free objects
        cpus.Run(
            cpu =>
            {
                cpus.Await(cpu, inside);
                cpus.Mm.TuneCache(cpu, Name, 10, 5, 0);
                tuned.Set();
            },
            cpu =>
            {
                Volatile.Write(ref armed, true);
                foreach (VirtualAddress obj in objects)
                    cpus.Machine.Free(cache, obj, cpu.Id);
                Assert.That(armed, Is.False, "a destructor ran");
            });
        Assert.That(cpus.Machine.Destroy(cache));
        cpus.AllIsBack();
    }

    [Test]
    public void ACall_IsServed_ThoughTheCpuKeepsChangingItsContext()
    {
        using var cpus = new FreeCpus("i386-64", 2);
        KmemCache cache = cpus.Machine.Create(Name, 100);
        bool over = false;
        cpus.Run(
            cpu =>
            {
                for (int i = 0; i < 200; i++)
                    cpus.Mm.KmemCacheShrink(cpu, cache);
                Volatile.Write(ref over, true);
            },
            cpu =>
            {
                while (!Volatile.Read(ref over))
                {
                    cpu.AtomicContext = true;
                    VirtualAddress obj = cpus.Machine.Alloc(cache, GfpFlags.Atomic, cpu.Id);
                    cpu.AtomicContext = false;
                    cpus.Machine.Free(cache, obj, cpu.Id);
                }
            });
        Assert.That(cpus.Machine.Destroy(cache));
        cpus.AllIsBack();
    }

    [Test]
    public void AShrinker_IsNotRunningAnyMore_WhenItIsOff()
    {
        using var cpus = new FreeCpus("lab-4m", 4);
        int runs = 0;
        cpus.Run([.. Enumerable.Range(0, 4).Select(id => (Action<MmCpu>)(cpu =>
        {
            for (int round = 0; round < 40; round++)
                PressWithAShrinker(cpus, cpu, ref runs);
        }))]);
        Assert.That(runs, Is.Positive);
        cpus.AllIsBack();
    }

    private static void PressWithAShrinker(FreeCpus cpus, MmCpu cpu, ref int runs)
    {
        bool isOn = true;
        int mine = 0;
        uint Shrinker(GfpFlags flags)
        {
            if (!Volatile.Read(ref isOn))
                cpus.Fail("a shrinker ran after it was taken off");
            Interlocked.Increment(ref mine);
            return 0;
        }

        cpus.Mm.RegisterShrinker(Shrinker);
        var frames = new List<PageFrameNumber>();
        while (frames.Count < 2_000 && cpus.Mm.AllocPages(cpu, GfpFlags.Kernel | GfpFlags.NoWarn, 0) is { } frame)
            frames.Add(frame);
        cpus.Mm.UnregisterShrinker(cpu, Shrinker);
        Volatile.Write(ref isOn, false);
        foreach (PageFrameNumber frame in frames)
            cpus.Mm.FreePages(cpu, frame, 0);
        Interlocked.Add(ref runs, mine);
    }

    private static void UseUntilItIsGone(FreeCpus cpus, MmCpu cpu, KmemCache cache, ManualResetEventSlim begun, Func<bool> isGone)
    {
        try
        {
            for (int i = 0; i < 5_000 && !isGone(); i++)
            {
                VirtualAddress obj = cpus.Machine.Alloc(cache, GfpFlags.Kernel, cpu.Id);
                begun.Set();
                cpus.Machine.Free(cache, obj, cpu.Id);
            }
        }
        catch (BugException bug) when (bug.Bug.Explanation.Contains("was destroyed", StringComparison.Ordinal))
        {
            // What a driver deserves that uses what it destroys.
        }
    }

    /// <summary>CPU 0 works on a cache of which CPU 1's array holds objects.</summary>
    private sealed class Scene(FreeCpus cpus, Work work, Other other, KmemCache? given = null)
    {
        private readonly ManualResetEventSlim _ready = new(), _done = new(), _holds = new(), _asks = new();
        private KmemCache _cache = null!;
        private Mempool? _pool;
        private VirtualAddress _element;

        private KernelMm Mm => cpus.Mm;

        public void Play()
        {
            _cache = given ?? cpus.Machine.Create(Name, 4000, 0, SlabFlags.None, static (_, _) => { }, (_, _) => LetTheOtherAsk());
            Mm.TuneCache(cpus.Machine.Cpu, Name, 30, 15, 0);
            Park(1);
            if (other == Other.Sleeps)
                _element = EmptyPool();
            if (other == Other.WaitsForTheChain)
                HoldSlabsAtTheLimit();
            cpus.Run(WorkOnIt, BeBusy);
            if (_pool is { } pool)
                Mm.MempoolDestroy(cpus.Machine.Cpu, pool);
            if (work != Work.Destroy)
                Assert.That(cpus.Machine.Destroy(_cache));
            Assert.That(cpus.Machine.ReportsOf<MmReport>(), Is.Empty);
        }

        private void WorkOnIt(MmCpu cpu)
        {
            cpus.Await(cpu, _ready);
            switch (work)
            {
                case Work.Shrink:
                    Mm.KmemCacheShrink(cpu, _cache);
                    break;
                case Work.Tune:
                    Assert.That(Mm.TuneCache(cpu, Name, 20, 10, 0));
                    break;
                case Work.Destroy:
                    Assert.That(Mm.KmemCacheDestroy(cpu, _cache));
                    break;
                default:
                    Mm.DrainAllPages(cpu);
                    break;
            }
            if (other != Other.Allocates)
                AssertDrained();
            if (_pool is { } pool)
                Mm.MempoolFree(cpu, pool, _element);
            _done.Set();
        }

        private void AssertDrained()
        {
            long parked = work == Work.DrainPages
                ? Mm.Zones().Sum(zone => zone.Pagesets.Where(list => list.Cpu == 1).Sum(list => list.Count))
                : work == Work.Destroy ? 0 : (long)cpus.Machine.Info(_cache).ActiveObjects;
            Assert.That(parked, Is.Zero);
        }

        private void BeBusy(MmCpu cpu)
        {
            switch (other)
            {
                case Other.Allocates:
                    AllocateAndFree(cpu);
                    break;
                case Other.Sleeps:
                    _ready.Set();
                    Mm.MempoolFree(cpu, _pool!, Mm.MempoolAlloc(cpu, _pool!, GfpFlags.Kernel));
                    break;
                case Other.Idles:
                    _ready.Set();
                    cpus.IdleUntil(cpu, _done);
                    break;
                default:
                    _ready.Set();
                    if (given == null)
                        cpus.Await(cpu, _holds);
                    _asks.Set();
                    Assert.That(Mm.KmemCacheDestroy(cpu, Mm.KmemCacheCreate(cpu, "second", 100, 0, SlabFlags.None)));
                    break;
            }
        }

        /// <summary>Of other caches and pages too, so that there is work to look up from; of the cache itself unless it goes.</summary>
        private void AllocateAndFree(MmCpu cpu)
        {
            _ready.Set();
            while (!_done.IsSet)
            {
                if (work != Work.Destroy)
                    cpus.Machine.Free(_cache, cpus.Machine.Alloc(_cache, GfpFlags.Kernel, cpu.Id), cpu.Id);
                cpus.Machine.Kfree(cpus.Machine.Kmalloc(200, GfpFlags.Kernel, cpu.Id), cpu.Id);
                Mm.FreePages(cpu, Mm.AllocPages(cpu, GfpFlags.Kernel, 0)!.Value, 0);
            }
        }

        private void Park(int cpu)
        {
            var objects = Enumerable.Range(0, Parked).Select(_ => cpus.Machine.Alloc(_cache, cpu: cpu)).ToList();
            objects.ForEach(obj => cpus.Machine.Free(_cache, obj, cpu));
        }

        private VirtualAddress EmptyPool()
        {
            VirtualAddress only = cpus.Machine.Kmalloc(64);
            int left = 1;
            _pool = Mm.MempoolCreate(cpus.Machine.Cpu, 1, _ => left-- > 0 ? only : VirtualAddress.Null, obj => cpus.Machine.Kfree(obj));
            return Mm.MempoolAlloc(cpus.Machine.Cpu, _pool!, GfpFlags.Kernel);
        }

        // With the free slabs at their limit, the first object that CPU 0's array gives back ends a slab: before CPU 1's turn.
        private void HoldSlabsAtTheLimit()
        {
            Mm.TuneCache(cpus.Machine.Cpu, Name, 1, 1, 0);
            _asks.Set();                        // nobody asks yet
            List<VirtualAddress> objects = cpus.Machine.Take(_cache, 20);
            VirtualAddress parked = cpus.Machine.Alloc(_cache, cpu: 1);
            cpus.Machine.FreeAll(_cache, objects);
            cpus.Machine.Free(_cache, parked, cpu: 1);
            _asks.Reset();
            _holds.Reset();
        }

        private void LetTheOtherAsk()
        {
            _holds.Set();
            if (other == Other.WaitsForTheChain && cpus.Id.Value == 0)
                _asks.Wait(10_000);
        }
    }
}
