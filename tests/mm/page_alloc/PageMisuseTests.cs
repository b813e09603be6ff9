using MiniKernel.Hal;
using NUnit.Framework;

namespace MiniKernel.Mm.Tests;

/// <summary>Frees that should not be: what Linux reports, what it lets pass, and what is a BUG here rather than a broken list.</summary>
[TestFixture, Parallelizable(ParallelScope.All), FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
public sealed unsafe class PageMisuseTests : IDisposable
{
    private readonly PageMachine _machine = new(TestProfiles.Default);
    private readonly long _atBoot;

    public PageMisuseTests() => _atBoot = _machine.FreeAndParked;

    private List<MmReport> Reports => _machine.Reports.All;

    [TearDown]
    public void TheListsAreWhole()
    {
        _machine.Allocator.DrainAllPcps(0);
        foreach (Zone zone in _machine.Allocator.Zones)
            Assert.That(ZoneLists.FreeLists(_machine, zone).Select((list, order) => (long)list.Count << order).Sum(), Is.EqualTo(zone.FreePages));
    }

    public void Dispose() => _machine.Dispose();

    [Test]
    public void DoubleFree_IsSilentUntilTheFrameIsHandedOut()
    {
        uint frame = _machine.Take();
        _machine.Free(frame);
        _machine.Free(frame);
        Assert.That(Reports, Is.Empty, "put_page_testzero does not see zero");
        Assert.That(_machine.Take(), Is.EqualTo(frame));
        Assert.That(Reports, Is.EqualTo(new[] { new BadPage(new PageFrameNumber(frame), 0, -1, false) }));
        _machine.Free(frame);
        Assert.That(_machine.FreeAndParked, Is.EqualTo(_atBoot));
    }

    [Test]
    public void DoubleFree_OfABlock_IsABugWhenItsBuddyMergesWithIt()
    {
        uint lower = _machine.Take(order: 4), upper = _machine.Take(order: 4);
        Assert.That(upper, Is.EqualTo(lower + 16));
        _machine.Free(lower, 4);
        _machine.Free(lower, 4);
        BugException bug = Assert.Throws<BugException>(() => _machine.Free(upper, 4))!;
        Assert.That(bug.Bug.Function, Is.EqualTo("page_is_buddy"));
        Assert.That(_machine.FreeAndParked, Is.EqualTo(_atBoot), "no frame is lost");
    }

    [Test]
    public void TailFreedAlone_IsABadPageWhenTheBlockIsFreed()
    {
        uint frame = _machine.Take(order: 1);
        _machine.Free(frame + 1);
        Assert.That(Reports, Is.Empty);
        _machine.Free(frame, 1);
        Assert.That(Reports, Is.EqualTo(new[] { new BadPage(new PageFrameNumber(frame + 1), 0, -1, true) }));
        Assert.That(_machine.FreeAndParked, Is.EqualTo(_atBoot), "and Linux goes on");
    }

    [Test]
    public void SlabPage_FreedAsAPage_IsABadPageAndNoSlabAfterwards()
    {
        uint frame = _machine.Take(order: 1);
        for (uint i = 0; i < 2; i++)
        {
            _machine.PageOf(frame + i)->Flags |= PageFlags.Slab;
            _machine.PageOf(frame + i)->Slab = 0xc0000000;
            _machine.PageOf(frame + i)->Cache = (CacheRecord*)1;
        }
        _machine.Free(frame, 1);
        Assert.That(Reports.Cast<BadPage>().Select(page => (page.Frame.Value, page.Flags)), Is.EqualTo(new[] { (frame, 2u), (frame + 1, 2u) }));
        Assert.That(_machine.PageOf(frame)->Cache == null && _machine.PageOf(frame + 1)->Cache == null);
        Assert.That(_machine.PageOf(frame)->Slab, Is.Zero);
    }

    [Test]
    public void ReservedFrame_IsReportedAndStays([Values(0u, 0xa0u, 0x100u, 0x1000u)] uint frame)
    {
        Assert.That(_machine.Allocator.IsReserved(new PageFrameNumber(frame)));
        _machine.Free(frame);
        Assert.That(Reports, Is.EqualTo(new[] { new BadPage(new PageFrameNumber(frame), (uint)PageFlags.Reserved, 0, true) }));
        Assert.That(_machine.FreeAndParked, Is.EqualTo(_atBoot));
    }

    [Test]
    public void FrameBeyondRam_IsReported([Values(16384u, uint.MaxValue)] uint frame)
    {
        _machine.Free(frame);
        Assert.That(Reports, Is.EqualTo(new[] { new BadFrame(frame, "__free_pages") }));
    }

    [TestCase(0, 1, Description = "more than was allocated")]
    [TestCase(2, 3)]
    [TestCase(0, 11, Description = "no such order")]
    [TestCase(0, 40)]
    public void WrongOrder_ThatWouldFreeAForeignFrame_IsABug(int allocated, int freed)
    {
        uint frame = _machine.Take(order: allocated);
        BugException bug = Assert.Throws<BugException>(() => _machine.Free(frame, freed))!;
        Assert.That(bug.Bug.Function, Is.EqualTo("__free_one_page"));
        _machine.Free(frame, allocated);
        Assert.That(_machine.FreeAndParked, Is.EqualTo(_atBoot), "the block was left as it was");
    }

    [Test]
    public void Misaligned_IsABug()
    {
        uint frame = _machine.Take(order: 2);
        _machine.Allocator.SplitPage(new PageFrameNumber(frame), 2);
        Assert.Throws<BugException>(() => _machine.Free(frame + 1, 1));
        for (uint i = 0; i < 4; i++)
            _machine.Free(frame + i);
        Assert.That(_machine.FreeAndParked, Is.EqualTo(_atBoot));
    }

    [Test]
    public void SmallerOrder_LeaksTheRest_AsInLinux()
    {
        uint frame = _machine.Take(order: 2);
        _machine.Free(frame, 1);
        Assert.That(Reports, Is.Empty);
        Assert.That(_machine.FreeAndParked, Is.EqualTo(_atBoot - 2));
    }

    [Test]
    public void SplitBlock_FreedWhole_IsABadPageForEachOtherFrame()
    {
        uint frame = _machine.Take(order: 2);
        _machine.Allocator.SplitPage(new PageFrameNumber(frame), 2);
        _machine.Free(frame, 2);
        Assert.That(Reports.Cast<BadPage>().Select(page => (page.Frame.Value, page.Count)), Is.EqualTo(new[] { (frame + 1, 1), (frame + 2, 1), (frame + 3, 1) }));
        Assert.That(_machine.FreeAndParked, Is.EqualTo(_atBoot));
    }

    [Test]
    public void CompoundPage_FreedWithAnotherOrder_IsABadPage()
    {
        uint frame = _machine.Take(GfpFlags.Kernel | GfpFlags.Comp, 3);
        _machine.Free(frame, 1);
        Assert.That(Reports, Has.Count.EqualTo(1));
        Assert.That(_machine.PageOf(frame + 7)->Flags, Is.EqualTo(PageFlags.None));
        Assert.That(_machine.FreeAndParked, Is.EqualTo(_atBoot - 6));
    }

    [Test]
    public void Split_OfACompoundOrFreeOrForeignBlock_IsABug()
    {
        uint compound = _machine.Take(GfpFlags.Kernel | GfpFlags.Comp, 2);
        Assert.Throws<BugException>(() => _machine.Allocator.SplitPage(new PageFrameNumber(compound), 2));
        _machine.Free(compound, 2);
        Assert.Throws<BugException>(() => _machine.Allocator.SplitPage(new PageFrameNumber(compound), 2));
        Assert.Throws<BugException>(() => _machine.Allocator.SplitPage(new PageFrameNumber(uint.MaxValue), 2));
    }

    [Test]
    public void RandomFrees_NeverBreakTheLists([Range(1, 6)] int seed)
    {
        var random = new Random(seed);
        var held = new List<(uint Frame, int Order)>();
        for (int step = 0; step < 5_000; step++)
        {
            int order = random.Next(5);
            try
            {
                if (random.Next(2) == 0 && _machine.Allocator.AllocPages(0, random.Next(2) == 0 ? GfpFlags.Kernel : GfpFlags.Dma, order) is { } frame)
                    held.Add((frame.Value, order));
                else if (held.Count != 0 && random.Next(2) == 0)
                    _machine.Free(held[random.Next(held.Count)].Frame + (uint)random.Next(2), random.Next(12));
                else
                    _machine.Free((uint)random.Next(17_000), random.Next(12));
            }
            catch (BugException)
            {
                // Named and refused: the caller would oops.
            }
        }
        List<uint> rest = _machine.Exhaust(GfpFlags.Atomic);
        Assert.That(rest, Is.Unique, $"seed {seed}");
        Assert.That(rest.Where(frame => _machine.Allocator.IsReserved(new PageFrameNumber(frame))), Is.Empty, $"seed {seed}");
    }
}
