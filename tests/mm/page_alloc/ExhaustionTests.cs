using NUnit.Framework;

namespace MiniKernel.Mm.Tests;

/// <summary>Watermarks, lowmem_reserve, reclaim, and what each kind of request gets when nothing is left.</summary>
[TestFixture, Parallelizable(ParallelScope.All), FixtureLifeCycle(LifeCycle.InstancePerTestCase), CancelAfter(20_000)]
public sealed unsafe class ExhaustionTests : IDisposable
{
    private PageMachine _machine = new(TestProfiles.Default);
    private readonly List<uint> _freed = [];

    private ZoneLayout Dma => _machine.Layout.Zones[0];

    private ZoneLayout Normal => _machine.Layout.Zones[1];

    public void Dispose() => _machine.Dispose();

    [TestCase(GfpFlags.NoWait, Description = "a quarter off")]
    [TestCase(GfpFlags.Atomic, Description = "half off, then a quarter")]
    [TestCase(GfpFlags.NoIo)]
    [TestCase(GfpFlags.NoFs)]
    [TestCase(GfpFlags.Kernel)]
    [TestCase(GfpFlags.Kernel | GfpFlags.High)]
    public void Normal_IsEmptiedToTheRequestsFloor(GfpFlags flags)
    {
        _machine.Exhaust(flags);
        Assert.That(_machine.ZoneNamed("Normal").FreePages, Is.InRange(Floor(Normal.Min, flags) - BatchOf("Normal") + 1, Floor(Normal.Min, flags)));
        long reserve = Dma.Protection[1];
        Assert.That(_machine.ZoneNamed("DMA").FreePages, Is.EqualTo(Floor(Dma.Min, flags) + reserve), "DMA keeps its lowmem_reserve too");
    }

    [TestCase(GfpFlags.Dma)]
    [TestCase(GfpFlags.Kernel | GfpFlags.Dma)]
    public void Dma_RequestsOwnZone_HasNoReserveAgainstThem(GfpFlags flags)
    {
        long normal = _machine.ZoneNamed("Normal").FreePages;
        _machine.Exhaust(flags);
        Assert.That(_machine.ZoneNamed("DMA").FreePages, Is.EqualTo(Floor(Dma.Min, flags)));
        Assert.That(_machine.ZoneNamed("Normal").FreePages, Is.EqualTo(normal), "nothing falls upward");
    }

    [Test]
    public void Normal_AboveItsLowMark_IsUsedBeforeDmaIs()
    {
        long dma = _machine.ZoneNamed("DMA").FreePages;
        while (_machine.ZoneNamed("Normal").FreePages > Normal.Low)
            _machine.Take();
        Assert.That(_machine.ZoneNamed("DMA").FreePages, Is.EqualTo(dma));
        while (_machine.ZoneNamed("DMA").FreePages > Dma.Low + Dma.Protection[1])
            Assert.That(_machine.Take(), Is.LessThan(4096u), "then DMA down to low + lowmem_reserve");
        Assert.That(_machine.Take(), Is.GreaterThan(4096u), "then Normal below its low mark");
    }

    [Test]
    public void HighOrder_NeedsLargeBlocksBeyondTheMark()
    {
        // Every second frame free: plenty of memory, none of it in pairs.
        Replace(watermarks: false);
        List<uint> all = _machine.Exhaust(GfpFlags.NoWait);
        foreach (uint frame in all.Where(frame => frame % 2 == 0))
            _machine.Free(frame);
        _machine.Allocator.DrainAllPcps(0);
        Assert.That(_machine.Allocator.TotalFreePages, Is.GreaterThan(7000));
        Assert.That(_machine.Allocator.AllocPages(0, GfpFlags.NoWait, 1), Is.Null);
        Assert.That(_machine.Reports.All, Is.EqualTo(new MmReport[] { new PageAllocationFailure(GfpFlags.NoWait, 1) }));
    }

    [TestCase(GfpFlags.NoWait, false)]
    [TestCase(GfpFlags.Atomic, false)]
    [TestCase(GfpFlags.Dma, false)]
    [TestCase(GfpFlags.NoIo, false)]
    [TestCase(GfpFlags.NoFs, false)]
    [TestCase(GfpFlags.Kernel, true)]
    [TestCase(GfpFlags.Kernel | GfpFlags.Dma, true)]
    [TestCase(GfpFlags.Kernel | GfpFlags.NoRetry, false)]
    [TestCase(GfpFlags.Kernel | GfpFlags.Repeat, true)]
    [TestCase(GfpFlags.NoFs | GfpFlags.Repeat, false)]
    public void Exhausted_ReturnsNullAndSaysSo(GfpFlags flags, bool oom)
    {
        _machine.Exhaust(GfpFlags.Kernel | GfpFlags.Dma);
        _machine.Exhaust(GfpFlags.Kernel);
        _machine.Exhaust(flags);
        _machine.Reports.All.Clear();
        Assert.That(_machine.Allocator.AllocPages(0, flags, 0), Is.Null);
        MmReport[] expected = oom ? [new OutOfMemory(flags, 0), new PageAllocationFailure(flags, 0)] : [new PageAllocationFailure(flags, 0)];
        Assert.That(_machine.Reports.All, Is.EqualTo(expected));
        _machine.Reports.All.Clear();
        Assert.That(_machine.Allocator.AllocPages(0, flags | GfpFlags.NoWarn, 0), Is.Null);
        Assert.That(_machine.Reports.All.OfType<PageAllocationFailure>(), Is.Empty);
    }

    [Test]
    public void Exhausted_WithPanicPolicy_PanicsWhereLinuxWouldKill()
    {
        Replace(oom: OomPolicy.Panic);
        Assert.That(() => _machine.Exhaust(GfpFlags.Kernel), Throws.TypeOf<PanicException>());
        Assert.That(_machine.Reports.All, Is.EqualTo(new[] { new OutOfMemory(GfpFlags.Kernel | GfpFlags.NoWarn, 0) }));
        Assert.That(_machine.Allocator.AllocPages(0, GfpFlags.NoFs, 0), Is.Null, "no victim is looked for without __GFP_FS");
        Assert.That(_machine.Allocator.AllocPages(0, GfpFlags.Kernel | GfpFlags.NoRetry, 0), Is.Null);
        Assert.That(_machine.Allocator.AllocPages(0, GfpFlags.Kernel, 4), Is.Null, "nor for more than eight frames");
    }

    [TestCase(GfpFlags.Kernel | GfpFlags.NoFail)]
    [TestCase(GfpFlags.NoFs | GfpFlags.NoFail)]
    [TestCase(GfpFlags.NoIo | GfpFlags.NoFail)]
    public void Exhausted_NoFail_Panics(GfpFlags flags)
    {
        _machine.Exhaust(GfpFlags.Kernel);
        Assert.That(() => _machine.Allocator.AllocPages(0, flags, 0), Throws.TypeOf<PanicException>());
    }

    [Test]
    public void Exhausted_LargeOrder_FailsWithoutOom()
    {
        _machine.Exhaust(GfpFlags.Kernel);
        _machine.Reports.All.Clear();
        Assert.That(_machine.Allocator.AllocPages(0, GfpFlags.Kernel, 4), Is.Null);
        Assert.That(_machine.Reports.All, Is.EqualTo(new[] { new PageAllocationFailure(GfpFlags.Kernel, 4) }));
    }

    [Test]
    public void Reclaim_ThatFreesEnough_ServesTheRequest()
    {
        List<uint> held = _machine.Exhaust(GfpFlags.Kernel);
        ReclaimFrees(held, 200);
        Assert.That(_machine.Allocator.AllocPages(0, GfpFlags.Kernel, 0), Is.Not.Null);
        Assert.That(_machine.Reports.All.OfType<PageAllocationFailure>(), Is.Empty);
    }

    [Test]
    public void Reclaim_ThatFreesALittle_IsCalledAgain()
    {
        List<uint> held = _machine.Exhaust(GfpFlags.Kernel);
        ReclaimFrees(held, 1);
        Assert.That(_machine.Allocator.AllocPages(0, GfpFlags.Kernel, 2), Is.Not.Null);
        Assert.That(_freed, Has.Count.GreaterThan(3), "a frame a round, drained each time for order 2");
    }

    [Test]
    public void Reclaim_NoRetry_IsCalledOnce()
    {
        List<uint> held = _machine.Exhaust(GfpFlags.Kernel);
        ReclaimFrees(held, 1);
        Assert.That(_machine.Allocator.AllocPages(0, GfpFlags.Kernel | GfpFlags.NoRetry, 2), Is.Null);
        Assert.That(_freed, Has.Count.EqualTo(1));
    }

    [TestCase(GfpFlags.NoWait)]
    [TestCase(GfpFlags.Atomic)]
    public void Reclaim_IsNotForThoseWhoMayNotSleep(GfpFlags flags)
    {
        _machine.Exhaust(flags);
        ReclaimFrees([], 0);
        _machine.Allocator.Reclaim = (_, _) => Assert.Fail("reclaimed");
        Assert.That(_machine.Allocator.AllocPages(0, flags, 0), Is.Null);
    }

    [Test]
    public void Reclaim_ThatOnlyPretends_DoesNotHang([Values(GfpFlags.Kernel, GfpFlags.NoFs, GfpFlags.Kernel | GfpFlags.Repeat)] GfpFlags flags)
    {
        _machine.Exhaust(GfpFlags.Kernel);
        _machine.Allocator.Reclaim = (cpu, _) =>
        {
            if (_machine.Allocator.AllocPages(cpu, GfpFlags.Kernel, 0) is { } frame)
                _machine.Allocator.FreePages(cpu, frame, 0);
        };
        Assert.That(_machine.Allocator.AllocPages(0, flags, 1), Is.Null);
    }

    [Test]
    public void Reclaim_MayUseTheLastFrame_ButGoesNoDeeper()
    {
        _machine.Exhaust(GfpFlags.Kernel);
        int depth = 0;
        var emergency = new List<uint>();
        _machine.Allocator.Reclaim = (_, _) =>
        {
            Assert.That(++depth, Is.EqualTo(1), "no reclaim inside reclaim");
            Assert.That(_machine.Allocator.AllocPages(0, GfpFlags.Kernel | GfpFlags.NoMemAlloc | GfpFlags.NoWarn, 0), Is.Null);
            emergency.AddRange(_machine.Exhaust(GfpFlags.Kernel));
            depth--;
        };
        Assert.That(_machine.Allocator.AllocPages(0, GfpFlags.Kernel, 0), Is.Null);
        Assert.That(emergency, Has.Count.GreaterThan((int)Normal.Min), "no watermark holds a reclaiming task back");
        Assert.That(_machine.Allocator.TotalFreePages, Is.Zero);
    }

    [Test]
    public void Reclaim_NoFailInside_Panics()
    {
        _machine.Exhaust(GfpFlags.Kernel);
        _machine.Allocator.Reclaim = (_, _) => _machine.Exhaust(GfpFlags.Kernel | GfpFlags.NoFail);
        Assert.That(() => _machine.Allocator.AllocPages(0, GfpFlags.Kernel, 0), Throws.TypeOf<PanicException>());
    }

    [Test]
    public void Reclaim_ThatThrows_LeavesTheCpuOrdinary()
    {
        _machine.Exhaust(GfpFlags.Kernel);
        _machine.Allocator.Reclaim = (_, _) => throw new InvalidOperationException("a shrinker's bug");
        Assert.That(() => _machine.Allocator.AllocPages(0, GfpFlags.Kernel, 0), Throws.InvalidOperationException);
        _machine.Allocator.Reclaim = null;
        Assert.That(_machine.Allocator.AllocPages(0, GfpFlags.Kernel | GfpFlags.NoWarn, 0), Is.Null, "watermarks hold again");
    }

    [Test]
    public void Everything_CanBeGivenBack()
    {
        long before = _machine.FreeAndParked;
        var held = new List<uint>();
        foreach (GfpFlags flags in new[] { GfpFlags.HighUser, GfpFlags.Kernel, GfpFlags.Dma, GfpFlags.Atomic })
            held.AddRange(_machine.Exhaust(flags));
        Assert.That(held, Is.Unique);
        foreach (uint frame in held)
            _machine.Free(frame);
        _machine.Allocator.DrainAllPcps(0);
        Assert.That(_machine.FreeAndParked, Is.EqualTo(before));
        Assert.That(_machine.Allocator.TotalFreePages, Is.EqualTo((ulong)before));
    }

    [Test]
    public void Watermarks_BeforeSlabBootstrap_HoldNothingBack()
    {
        using var machine = new PageMachine(TestProfiles.Default, watermarks: false);
        Assert.That(machine.Exhaust(GfpFlags.Atomic), Has.Count.EqualTo(machine.Allocator.TotalRamPages));
    }

    private static long Floor(long min, GfpFlags flags)
    {
        if ((flags & GfpFlags.High) != 0)
            min -= min / 2;
        if ((flags & GfpFlags.Wait) == 0)
            min -= min / 4;
        return min;
    }

    private long BatchOf(string zone) => Math.Max(1, _machine.ZoneNamed(zone).Batch);

    private void ReclaimFrees(List<uint> held, int frames) => _machine.Allocator.Reclaim = (cpu, _) =>
    {
        for (int i = 0; i < frames && held.Count != 0; i++)
        {
            uint frame = held[^1];
            held.RemoveAt(held.Count - 1);
            _freed.Add(frame);
            _machine.Free(frame, cpu: cpu);
        }
    };

    private void Replace(OomPolicy oom = OomPolicy.Fail, bool watermarks = true)
    {
        _machine.Dispose();
        _machine = new PageMachine(TestProfiles.Default, oom, watermarks: watermarks);
    }
}
