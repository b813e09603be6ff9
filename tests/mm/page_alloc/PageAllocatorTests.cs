using MiniKernel.Hal;
using NUnit.Framework;

namespace MiniKernel.Mm.Tests;

/// <summary>alloc_pages and __free_pages while there is memory.</summary>
[TestFixture, Parallelizable(ParallelScope.All), FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
public sealed unsafe class PageAllocatorTests : IDisposable
{
    private readonly PageMachine _machine = new(TestProfiles.HighMem);
    private readonly long _atBoot;

    public PageAllocatorTests() => _atBoot = _machine.FreeAndParked;

    [TearDown]
    public void EveryFrameIsBack() =>
        Assert.That(_machine.FreeAndParked, Is.EqualTo(_atBoot));

    public void Dispose() => _machine.Dispose();

    [TestCase(GfpFlags.Kernel, "Normal")]
    [TestCase(GfpFlags.Atomic, "Normal")]
    [TestCase(GfpFlags.Dma32 | GfpFlags.Kernel, "Normal", Description = "no DMA32 zone on i386")]
    [TestCase(GfpFlags.Kernel | GfpFlags.Dma, "DMA")]
    [TestCase(GfpFlags.Dma, "DMA")]
    [TestCase(GfpFlags.HighUser, "HighMem")]
    [TestCase(GfpFlags.HighUserMovable, "HighMem")]
    [TestCase(GfpFlags.HighUser | GfpFlags.Dma, "DMA", Description = "DMA goes before HIGHMEM")]
    public void Flags_ChooseTheZone(GfpFlags flags, string zone)
    {
        Zone expected = _machine.ZoneNamed(zone);
        for (int order = 0; order < 3; order++)
        {
            uint frame = _machine.Take(flags, order);
            Assert.That(frame, Is.InRange(expected.StartFrame, expected.Layout.EndFrame - 1));
            _machine.Free(frame, order);
        }
    }

    [TestCase("x86-64-2g", GfpFlags.Kernel, "DMA32", Description = "Normal has no memory")]
    [TestCase("x86-64-8g", GfpFlags.Dma32, "DMA32")]
    [TestCase("x86-64-8g", GfpFlags.HighUser, "Normal", Description = "no HighMem on 64-bit")]
    [TestCase("sparc64-8k", GfpFlags.Kernel | GfpFlags.Dma, "Normal", Description = "no DMA zone: the flag is ignored")]
    [TestCase("arm-32", GfpFlags.HighUser, "DMA", Description = "all of it is DMA")]
    public void Flags_ThatNameNoZoneOfThisMachine_FallDown(string profile, GfpFlags flags, string zone)
    {
        using var machine = new PageMachine(ShippedProfiles.Find(profile)!);
        Zone expected = machine.ZoneNamed(zone);
        Assert.That(machine.Take(flags), Is.InRange(expected.StartFrame, expected.Layout.EndFrame - 1));
    }

    [Test]
    public void Order_FromMaxOrderOn_IsNullInSilence([Values(11, 12, 31, 64, int.MaxValue, -1)] int order)
    {
        Assert.That(_machine.Allocator.AllocPages(0, GfpFlags.Kernel, order), Is.Null);
        Assert.That(_machine.Reports.All, Is.Empty);
    }

    [Test]
    public void Frame_FreedOnOneCpu_IsThatCpusNext()
    {
        uint frame = _machine.Take(cpu: 1);
        _machine.Free(frame, cpu: 2);
        uint next = _machine.Take(cpu: 1);
        Assert.That(next, Is.EqualTo(frame + 1), "the rest of CPU 1's refill");
        Assert.That(_machine.Take(cpu: 2), Is.EqualTo(frame));
        _machine.Free(frame);
        _machine.Free(next);
    }

    [Test]
    public void Zero_ClearsTheWholeBlock([Values(0, 3)] int order)
    {
        uint frame = _machine.Take(order: order);
        Span<byte> bytes = _machine.Memory.Slice(new PhysicalAddress((ulong)frame << 12), 4096 << order);
        bytes.Fill(0xff);
        _machine.Free(frame, order);
        Assert.That(_machine.Take(GfpFlags.Kernel | GfpFlags.Zero, order), Is.EqualTo(frame));
        Assert.That(bytes.ContainsAnyExcept((byte)0), Is.False);
        _machine.Free(frame, order);
    }

    [Test]
    public void Compound_EveryFrameKnowsTheHead()
    {
        uint frame = _machine.Take(GfpFlags.Kernel | GfpFlags.Comp, 3);
        for (uint i = 0; i < 8; i++)
            Assert.That(_machine.Allocator.Pages.HeadOf(new PageFrameNumber(frame + i)).Value, Is.EqualTo(frame));
        _machine.Free(frame, 3);
        for (uint i = 0; i < 8; i++)
            Assert.That(_machine.Allocator.Pages.HeadOf(new PageFrameNumber(frame + i)).Value, Is.EqualTo(frame + i));
        Assert.That(_machine.Reports.All, Is.Empty);
    }

    [Test]
    public void SingleFrame_IsNoCompoundPage()
    {
        uint frame = _machine.Take(GfpFlags.Kernel | GfpFlags.Comp);
        Assert.That(_machine.PageOf(frame)->Flags, Is.EqualTo(PageFlags.None));
        _machine.Free(frame);
    }

    [Test]
    public void Split_LetsEachFrameBeFreedAlone()
    {
        uint frame = _machine.Take(order: 3);
        _machine.Allocator.SplitPage(new PageFrameNumber(frame), 3);
        for (uint i = 8; i-- > 0;)
            _machine.Free(frame + i);
        Assert.That(_machine.Reports.All, Is.Empty);
    }

    [Test]
    public void Reference_KeepsABlock()
    {
        uint frame = _machine.Take(order: 2);
        _machine.PageOf(frame)->Count++;
        long free = _machine.FreeAndParked;
        _machine.Free(frame, 2);
        Assert.That(_machine.FreeAndParked, Is.EqualTo(free), "one user is left");
        _machine.Free(frame, 2);
    }

    [Test]
    public void DrainAllPcps_EmptiesEveryList()
    {
        for (int cpu = 0; cpu < 4; cpu++)
        {
            _machine.Free(_machine.Take(cpu: cpu), cpu: cpu);
            _machine.Free(_machine.Take(GfpFlags.HighUser | GfpFlags.Cold, cpu: cpu), cpu: cpu);
        }
        _machine.Allocator.DrainAllPcps(0);
        Assert.That(_machine.Allocator.Zones.Sum(zone => zone.PerCpuCount), Is.Zero);
        Assert.That(_machine.Allocator.TotalFreePages, Is.EqualTo((ulong)_atBoot));
    }

    [Test]
    public void Snapshot_ShowsTheZones()
    {
        uint frame = _machine.Take(order: 1);
        _machine.Allocator.AccountSlab(new PageFrameNumber(frame), 2, reclaimable: true);
        _machine.Allocator.AccountSlab(new PageFrameNumber(frame), 5, reclaimable: false);
        _machine.Allocator.AccountSlab(new PageFrameNumber(frame), -1, reclaimable: false);
        IReadOnlyList<ZoneInfo> zones = _machine.Allocator.Snapshot();
        ZoneLayout normal = _machine.Layout.Zones[1];
        Assert.That(zones.Select(zone => zone.Name), Is.EqualTo(["DMA", "Normal", "HighMem"]));
        Assert.That((zones[1].SlabReclaimable, zones[1].SlabUnreclaimable), Is.EqualTo((2u, 4u)));
        Assert.That((zones[1].Min, zones[1].Low, zones[1].High), Is.EqualTo((normal.Min, normal.Low, normal.High)));
        Assert.That(zones[0].Protection, Is.EqualTo(_machine.Layout.Zones[0].Protection));
        Assert.That(zones.Sum(zone => zone.Free), Is.EqualTo((long)_machine.Allocator.TotalFreePages));
        foreach (ZoneInfo zone in zones)
            Assert.That(zone.FreeBlocks.Select((blocks, order) => (long)blocks << order).Sum(), Is.EqualTo(zone.Free), zone.Name);
        Assert.That(zones[1].Pagesets[1], Is.EqualTo(new PagesetInfo(0, true, 0, 62, 15)), "cold list of a zone with batch 31");
        Assert.That(zones[1].Pagesets, Has.Count.EqualTo(8));
        _machine.Free(frame, 1);
    }

    [Test]
    public void Totals_CountWhatBootReleased()
    {
        uint kept = 1 + (3 << 8) + 7 + (512 * 1024 / 128);      // frame 0, image, bitmap of 229376 bits, page map
        Assert.That(_machine.Allocator.TotalRamPages, Is.EqualTo((512 * 1024) - 96 - kept + 7), "the bitmap is released");
        Assert.That(_machine.Allocator.TotalHighPages, Is.EqualTo((512u * 1024) - 229376));
    }

    [Test]
    public void Paths_AllocateNothingOnTheManagedHeap()
    {
        PageAllocator pages = _machine.Allocator;
        pages.Reclaim = static (_, _) => { };
        Walk(pages);
        long before = GC.GetAllocatedBytesForCurrentThread();
        Walk(pages);
        Assert.That(GC.GetAllocatedBytesForCurrentThread() - before, Is.Zero);
    }

    private static void Walk(PageAllocator pages)
    {
        Span<uint> frames = stackalloc uint[400];
        for (int order = 0; order < 8; order++)
        {
            for (int i = 0; i < frames.Length; i++)
                frames[i] = pages.AllocPages(0, i % 3 == 0 ? GfpFlags.Kernel | GfpFlags.Comp : GfpFlags.HighUser | GfpFlags.Cold, order)!.Value.Value;
            foreach (uint frame in frames)
                pages.FreePages(0, new PageFrameNumber(frame), order);
        }
        pages.DrainAllPcps(0);
    }
}
