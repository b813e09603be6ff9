using MiniKernel.Hal;
using MiniKernel.Tests.Support;
using NUnit.Framework;

namespace MiniKernel.Mm.Tests;

/// <summary>What known sequences cost, counted; and that the cost of an operation does not grow with what there is.</summary>
[TestFixture, Parallelizable(ParallelScope.All)]
public sealed class MmCountersTests
{
    private const ulong Size = 64;

    [Test]
    public void AHit_CountsNothing()
    {
        using SlabMachine machine = SlabMachine.Of("i386-32");
        KmemCache cache = machine.Create("toy", Size);
        machine.Free(cache, machine.Alloc(cache));
        Assert.That(Cost(machine, () => machine.Free(cache, machine.Alloc(cache))), Is.EqualTo(default(MmCounters)));
    }

    // i386: 59 objects of 64 bytes a slab, 60 a batch. With every slab full an empty array asks in vain, grows, asks again and
    // gets what the new slab has: never more than one slab's worth of work.
    [Test]
    public void ARefill_FromANewSlab()
    {
        using SlabMachine machine = SlabMachine.Of("i386-32");
        KmemCache cache = machine.Create("toy", Size);
        SlabInfo info = machine.Info(cache);
        Assert.That((info.ObjectsPerSlab, info.BatchCount), Is.EqualTo((59u, 60u)));
        List<VirtualAddress> held = machine.Take(cache, 59);
        MmCounters cost = Cost(machine, () => held.Add(machine.Alloc(cache)));
        Assert.That((cost.Refills, cost.SlabsMade, cost.SlabsExamined, cost.SlabMoves), Is.EqualTo((2ul, 1ul, 1ul, 1ul)));
        cost = Cost(machine, () => held.AddRange(machine.Take(cache, 58)));
        Assert.That(cost, Is.EqualTo(default(MmCounters)), "the rest of the batch is on the array");
        machine.FreeAll(cache, held);
        machine.Destroy(cache);
    }

    // A batch of 60 from slabs with 59 objects each, all of them free: one whole and one object of the next.
    [Test]
    public void ARefillOfABatch_LooksAtAsManySlabsAsItNeeds()
    {
        using SlabMachine machine = SlabMachine.Of("i386-32");
        KmemCache cache = machine.Create("toy", Size);
        List<VirtualAddress> held = machine.Take(cache, 59 * 4);
        machine.FreeAll(cache, held);
        machine.Mm.TuneCache(machine.Cpu, "toy", 120, 60, 0);      // arrays anew: every object is back on its slab
        Assert.That(machine.Info(cache).ActiveObjects, Is.Zero);
        held = machine.Take(cache, 16);         // a fresh array is filled with 16 at first
        MmCounters cost = Cost(machine, () => held.Add(machine.Alloc(cache)));
        Assert.That((cost.Refills, cost.SlabsMade, cost.SlabsExamined, cost.SlabMoves, cost.ListLocks), Is.EqualTo((1ul, 0ul, 2ul, 2ul, 1ul)));
        machine.FreeAll(cache, held);
        machine.Destroy(cache);
    }

    [Test]
    public void FramesTakenAndReturned_SplitAndMergeTenTimes()
    {
        using PageMachine machine = new(TestProfiles.OneZone, boot: false);
        Zone zone = machine.ZoneNamed("Normal");
        zone.AddUntouched(new FrameRange(8192, 8192 + 4096));
        Assert.That(zone.TryTakeBlock(0, out PageFrameNumber frame));
        Assert.That((zone.Counters.Taken, zone.Counters.Splits, zone.LocksTaken), Is.EqualTo((1ul, 10ul, 1ul)));
        Assert.That(zone.TryTakeBlock(0, out PageFrameNumber buddy));
        Assert.That(zone.Counters.Splits, Is.EqualTo(10ul), "the other half was there");
        zone.ReturnBlock(buddy, 0);
        Assert.That((zone.Counters.Returned, zone.Counters.Merges), Is.EqualTo((1ul, 0ul)));
        zone.ReturnBlock(frame, 0);
        Assert.That((zone.Counters.Returned, zone.Counters.Merges, zone.LocksTaken), Is.EqualTo((2ul, 10ul, 4ul)));
    }

    [Test]
    public void APageListsRefill_TakesTheLockOnce()
    {
        using SlabMachine machine = SlabMachine.Of("i386-32");
        machine.Mm.DrainAllPages(machine.Cpu);
        uint batch = machine.Mm.Zones()[1].Pagesets[0].Batch;
        var frames = new List<PageFrameNumber>();
        MmCounters cost = Cost(machine, () =>
        {
            for (int i = 0; i < batch; i++)
                frames.Add(machine.Mm.AllocPages(machine.Cpu, GfpFlags.Kernel, 0)!.Value);
        });
        Assert.That((cost.PageRefills, cost.ZoneLocks, cost.BlocksTaken), Is.EqualTo((1ul, 1ul, (ulong)batch)));
        cost = Cost(machine, () =>
        {
            foreach (PageFrameNumber frame in frames)
                machine.Mm.FreePages(machine.Cpu, frame, 0);
            machine.Mm.DrainAllPages(machine.Cpu);
        });
        Assert.That((cost.PageFlushes, cost.BlocksReturned), Is.EqualTo((1ul, (ulong)batch)));
    }

    [Test]
    public void Reclaim_IsCounted()
    {
        using SlabMachine machine = SlabMachine.Of("lab-4m");
        var frames = new List<PageFrameNumber>();
        MmCounters cost = Cost(machine, () =>
        {
            while (machine.Mm.AllocPages(machine.Cpu, GfpFlags.Kernel | GfpFlags.NoWarn, 0) is { } frame)
                frames.Add(frame);
        });
        Assert.That(cost.Reclaims, Is.Positive);
        foreach (PageFrameNumber frame in frames)
            machine.Mm.FreePages(machine.Cpu, frame, 0);
    }

    [Test]
    public void TheCostOfObjects_DoesNotGrowWithTheObjectsThatLive([Values("i386-highmem", "x86-64-8g")] string profile)
    {
        AssertSame(CostBeside(profile, slabsFull: 160), CostBeside(profile, slabsFull: 16_000));

        static MmCounters CostBeside(string profile, int slabsFull)
        {
            using SlabMachine machine = SlabMachine.Of(profile);
            KmemCache cache = machine.Create("toy", Size);
            List<VirtualAddress> alive = machine.Take(cache, slabsFull * (int)machine.Info(cache).ObjectsPerSlab);
            Assert.That(alive, Has.Count.GreaterThan(slabsFull * 58));
            machine.Shrink(cache);              // arrays empty, every slab full
            return CostOfAThousand(machine, cache);
        }
    }

    [Test]
    public void TheCostOfObjects_DoesNotGrowWithTheCaches()
    {
        AssertSame(CostBeside(10), CostBeside(1024));

        static MmCounters CostBeside(int caches)
        {
            using SlabMachine machine = SlabMachine.Of("x86-64-2g");
            for (int i = 0; i < caches; i++)
                machine.Free(machine.Create($"other{i}", 100), machine.Alloc(machine.Mm.FindCache($"other{i}")!));
            return CostOfAThousand(machine, machine.Create("toy", Size));
        }
    }

    [Test]
    public void TheCostOfPages_DoesNotGrowWithTheMemory([Range(1, 4)] int order)
    {
        Assert.That(CostWith(64UL << 30, order), Is.EqualTo(CostWith(1UL << 30, order)));

        static MmCounters CostWith(ulong ram, int order)
        {
            using SlabMachine machine = new(TestMachine.Profile("sparc64-8k") with { Ram = ram });
            machine.Mm.DrainAllPages(machine.Cpu);
            TakeWhatIsNotWhole(machine);
            return Cost(machine, () =>
            {
                PageFrameNumber[] frames = [.. Enumerable.Range(0, 3000).Select(_ => machine.Mm.AllocPages(machine.Cpu, GfpFlags.Kernel, order)!.Value)];
                foreach (PageFrameNumber frame in frames)
                    machine.Mm.FreePages(machine.Cpu, frame, order);
            });
        }

        // What the boot left in small blocks differs with the size of the page map.
        static void TakeWhatIsNotWhole(SlabMachine machine)
        {
            for (int size = machine.Profile.MaxOrder - 2; size > 0; size--)
            {
                while (machine.Mm.Zones().Sum(zone => (long)zone.FreeBlocks[size]) != 0)
                    machine.Mm.AllocPages(machine.Cpu, GfpFlags.Kernel, size);
            }
        }
    }

    // Exactly the same, but for one chain of splits: how far the last split block has been used up is another matter.
    private static void AssertSame(MmCounters few, MmCounters many)
    {
        Assert.That(many with { Splits = 0 }, Is.EqualTo(few with { Splits = 0 }));
        Assert.That(many.Splits, Is.EqualTo(few.Splits).Within(10));
    }

    private static MmCounters CostOfAThousand(SlabMachine machine, KmemCache cache) => Cost(machine, () =>
    {
        List<VirtualAddress> objects = machine.Take(cache, 1000);
        machine.FreeAll(cache, objects);
    });

    private static MmCounters Cost(SlabMachine machine, Action work)
    {
        MmCounters before = machine.Mm.Counters;
        work();
        return machine.Mm.Counters.Since(before);
    }
}
