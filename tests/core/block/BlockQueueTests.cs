using MiniKernel.Hal;
using MiniKernel.Mm;
using MiniKernel.Tests.Support;
using NUnit.Framework;

namespace MiniKernel.Core.Tests;

/// <summary>From bio to request function and back: merging, plugging, order, errors, bounce pages.</summary>
[TestFixture, Parallelizable(ParallelScope.All)]
public sealed class BlockQueueTests : KernelFixture
{
    private readonly ToyDisk _toy = new();
    private readonly List<string> _ended = [];
    private VirtualAddress _page;

    [Test]
    public void Bios_ThatLieSideBySide_BecomeOneRequest()
    {
        TestKernel test = BootWithDisk();
        Submit(test, BlockDirection.Write, 10, 2);
        Submit(test, BlockDirection.Write, 12, 1);   // behind
        Submit(test, BlockDirection.Write, 8, 2);    // in front
        Assert.That(_toy.Asked, Is.Empty, "plugged");
        test.Context.GenericUnplugDevice(_toy.Queue);
        Assert.That(_toy.Asked, Is.EqualTo(new[] { "w8+5/3" }));
        Assert.That(_ended, Is.EqualTo(new[] { "8:Success", "10:Success", "12:Success" }));
        Assert.That(_toy.Disk.Statistics.Merges(BlockDirection.Write), Is.EqualTo(2));
        Assert.That(_toy.Disk.Statistics.Requests(BlockDirection.Write), Is.EqualTo(1));
        Assert.That(_toy.Disk.Statistics.Sectors(BlockDirection.Write), Is.EqualTo(5));
        End(test);
    }

    [Test]
    public void Requests_AreServedFirstComeFirstServed()
    {
        TestKernel test = BootWithDisk();
        foreach (ulong sector in new ulong[] { 500, 100, 300 })
            Submit(test, BlockDirection.Read, sector, 1);
        test.Context.GenericUnplugDevice(_toy.Queue);
        Assert.That(_toy.Asked, Is.EqualTo(new[] { "r500+1/1", "r100+1/1", "r300+1/1" }));
        End(test);
    }

    [Test]
    public void Directions_AreNotMixed()
    {
        TestKernel test = BootWithDisk();
        Submit(test, BlockDirection.Write, 10, 1);
        Submit(test, BlockDirection.Read, 11, 1);
        test.Context.GenericUnplugDevice(_toy.Queue);
        Assert.That(_toy.Asked, Is.EqualTo(new[] { "w10+1/1", "r11+1/1" }));
        End(test);
    }

    [Test]
    public void Merging_NeverPassesARequestForTheSameSectors()
    {
        TestKernel test = BootWithDisk();
        Submit(test, BlockDirection.Write, 10, 1);
        Submit(test, BlockDirection.Read, 11, 2);
        Submit(test, BlockDirection.Write, 11, 1);   // would fit behind the first, but the read came before
        test.Context.GenericUnplugDevice(_toy.Queue);
        Assert.That(_toy.Asked, Is.EqualTo(new[] { "w10+1/1", "r11+2/1", "w11+1/1" }));
        End(test);
    }

    [Test]
    public void Merging_StopsAtTheLimitsOfTheQueue()
    {
        TestKernel test = BootWithDisk();
        test.Context.BlkQueueMaxSectors(_toy.Queue, 4);
        for (ulong sector = 0; sector < 6; sector += 2)
            Submit(test, BlockDirection.Read, sector, 2);
        test.Context.GenericUnplugDevice(_toy.Queue);
        test.Context.BlkQueueMaxPhysSegments(_toy.Queue, 1);
        Submit(test, BlockDirection.Read, 20, 1);
        Submit(test, BlockDirection.Read, 21, 1);
        test.Context.GenericUnplugDevice(_toy.Queue);
        Assert.That(_toy.Asked, Is.EqualTo(new[] { "r0+4/2", "r4+2/1", "r20+1/1", "r21+1/1" }));
        End(test);
    }

    [Test]
    public void Plug_IsPulledByTheFourthRequest()
    {
        TestKernel test = BootWithDisk();
        for (ulong sector = 0; sector < 40; sector += 10)
        {
            Assert.That(_toy.Asked, Is.Empty);
            Submit(test, BlockDirection.Read, sector, 1);
        }
        Assert.That(_toy.Asked, Has.Count.EqualTo(4));
        End(test);
    }

    [Test]
    public void Plug_IsPulledAfterThreeMilliseconds()
    {
        TestKernel test = BootWithDisk();
        Submit(test, BlockDirection.Read, 0, 1);
        test.Kernel.Time.Idle(2_000_000);
        Assert.That(_toy.Asked, Is.Empty);
        test.Kernel.Time.Idle(2_000_000);
        Assert.That(_toy.Asked, Has.Count.EqualTo(1));
        End(test);
    }

    [Test]
    public void StoppedQueue_HoldsEverythingUntilItIsStarted()
    {
        TestKernel test = BootWithDisk();
        test.Context.BlkStopQueue(_toy.Queue);
        for (ulong sector = 0; sector < 100; sector += 10)
            Submit(test, BlockDirection.Read, sector, 1);
        test.Context.GenericUnplugDevice(_toy.Queue);
        test.Context.BlkRunQueue(_toy.Queue);
        test.Kernel.Time.Idle(10_000_000);
        Assert.That(_toy.Asked, Is.Empty);
        test.Context.BlkStartQueue(_toy.Queue);
        Assert.That(_toy.Asked, Has.Count.EqualTo(10));
        End(test);
    }

    [Test]
    public void RequestFunction_RunsInAtomicContextWithInterruptsOff()
    {
        TestKernel test = BootWithDisk();
        bool wasAtomic = false, wasOn = true;
        _toy.Instead = (kernel, _) =>
        {
            wasAtomic = kernel.InAtomic;
            wasOn = kernel.LocalIrqSave();
            return false;
        };
        Submit(test, BlockDirection.Read, 0, 1);
        test.Context.GenericUnplugDevice(_toy.Queue);
        Assert.That((wasAtomic, wasOn), Is.EqualTo((true, false)));
        Assert.That(test.Context.InAtomic, Is.False);
        End(test);
    }

    [Test]
    public void EndIo_MaySubmitTheNextOne()
    {
        TestKernel test = BootWithDisk();
        Submit(test, BlockDirection.Read, 0, 1, next: 50);
        test.Context.GenericUnplugDevice(_toy.Queue);
        Assert.That(_toy.Asked, Is.EqualTo(new[] { "r0+1/1", "r50+1/1" }));
        End(test);
    }

    [Test]
    public void Error_OfTheDriver_ReachesEveryBioOfTheRequest()
    {
        TestKernel test = BootWithDisk();
        _toy.Answer = Errno.EIO;
        Submit(test, BlockDirection.Read, 10, 1);
        Submit(test, BlockDirection.Read, 11, 1);
        test.Context.GenericUnplugDevice(_toy.Queue);
        Assert.That(_ended, Is.EqualTo(new[] { "10:EIO", "11:EIO" }));
        Assert.That(test.LogText, Does.Contain("end_request: I/O error, dev toy0, sector 10"));
        Assert.That(_toy.Disk.Statistics.Requests(BlockDirection.Read), Is.Zero);
        End(test);
    }

    [TestCase(1000ul, 1u)]
    [TestCase(999ul, 2u)]
    [TestCase(ulong.MaxValue, 1u)]
    public void BeyondTheEnd_IsAnErrorThatLinuxWouldName(ulong sector, uint sectors)
    {
        TestKernel test = BootWithDisk();
        Submit(test, BlockDirection.Write, sector, sectors);
        Assert.That(_ended, Is.EqualTo(new[] { $"{sector}:EIO" }));
        Assert.That(test.LogText, Does.Contain($"attempt to access beyond end of device\ntoy0: rw=1, want={sector + sectors}, limit=1000"));
        End(test);
    }

    [Test]
    public void Bio_LargerThanTheDriverTakes_IsRefused()
    {
        TestKernel test = BootWithDisk();
        test.Context.BlkQueueMaxSectors(_toy.Queue, 2);
        Submit(test, BlockDirection.Read, 0, 3);
        Assert.That(_ended, Is.EqualTo(new[] { "0:EIO" }));
        Assert.That(test.LogText, Does.Contain("bio too big device toy0 (3 > 2)"));
        End(test);
    }

    [Test]
    public void Bio_WithoutWholeSectorsOrMemory_IsABug([Values(0u, 100u, 513u)] uint bytes)
    {
        TestKernel test = BootWithDisk();
        Assert.That(() => test.Context.SubmitBio(_toy.Disk, new Bio(0, BlockDirection.Read, [new BioSegment(_page, bytes)])), Throws.InstanceOf<KernelOopsException>());
        Assert.That(
            () => test.Context.SubmitBio(_toy.Disk, new Bio(0, BlockDirection.Read, [new BioSegment(new VirtualAddress(0x1000), 512)])),
            Throws.InstanceOf<KernelOopsException>());
        End(test);
    }

    [Test]
    public void Bio_OnItsWay_CannotBeSubmittedAgain()
    {
        TestKernel test = BootWithDisk();
        Bio bio = new(0, BlockDirection.Read, [new BioSegment(_page, 512)]);
        test.Context.SubmitBio(_toy.Disk, bio);
        Assert.That(() => test.Context.SubmitBio(_toy.Disk, bio), Throws.InstanceOf<KernelOopsException>());
        test.Context.GenericUnplugDevice(_toy.Queue);
        test.Context.SubmitBio(_toy.Disk, bio);   // it has ended: once more
        test.Context.GenericUnplugDevice(_toy.Queue);
        Assert.That(_toy.Asked, Has.Count.EqualTo(2));
        End(test);
    }

    [Test]
    public void Request_EndedTwice_IsABug()
    {
        TestKernel test = BootWithDisk();
        BlockRequest? kept = null;
        _toy.Instead = (kernel, queue) => (kept = kernel.ElvNextRequest(queue)) is null;
        Submit(test, BlockDirection.Read, 0, 1);
        test.Context.GenericUnplugDevice(_toy.Queue);
        Assert.That(() => test.Context.EndRequest(kept!), Throws.InstanceOf<KernelOopsException>());
        Assert.That(() => test.Context.BlkdevDequeueRequest(kept!), Throws.InstanceOf<KernelOopsException>());
        End(test);
    }

    [Test]
    public void CleanedUpQueue_EndsWhatIsLeft()
    {
        TestKernel test = BootWithDisk();
        _toy.Holds = true;
        Submit(test, BlockDirection.Read, 0, 1);
        test.Context.GenericUnplugDevice(_toy.Queue);
        Submit(test, BlockDirection.Read, 10, 1);
        Assert.That((_toy.Queue.StartedCount, _toy.Queue.WaitingCount), Is.EqualTo((1, 1)));
        test.Context.BlkCleanupQueue(_toy.Queue);
        Submit(test, BlockDirection.Read, 20, 1);
        Assert.That(_ended, Is.EqualTo(new[] { "0:EIO", "10:EIO", "20:EIO" }));
        Assert.That((_toy.Queue.StartedCount, _toy.Queue.WaitingCount), Is.EqualTo((0, 0)));
        End(test);
    }

    [TestCase("x86-64-8g")]
    [TestCase("ia64-16k")]
    [TestCase("i386-32")]
    public void MemoryBeyondTheDevicesReach_IsCopied(string profile)
    {
        TestKernel test = BootWithDisk(profile);
        VirtualAddress low = test.Context.GetDmaPages(GfpFlags.Kernel, 0);
        ulong limit = test.Context.VirtToPhys(_page).Value;
        Assert.That(test.Context.VirtToPhys(low).Value, Is.LessThan(limit));
        test.Context.FreePages(low, 0);
        test.Context.BlkQueueBounceLimit(_toy.Queue, limit);
        ulong highest = 0;
        _toy.Instead = (kernel, queue) =>
        {
            foreach (DmaSegment segment in kernel.BlkRqMapSg(kernel.ElvNextRequest(queue)!))
                highest = Math.Max(highest, segment.Address.Value + segment.Bytes);
            return false;
        };
        test.Context.Memset(_page, 0xa5, 2048);
        Submit(test, BlockDirection.Write, 5, 4);
        test.Context.GenericUnplugDevice(_toy.Queue);
        test.Context.Memset(_page, 0, 2048);
        Submit(test, BlockDirection.Read, 5, 4);
        test.Context.GenericUnplugDevice(_toy.Queue);
        Assert.That(highest, Is.Not.Zero.And.LessThanOrEqualTo(limit));
        byte[] back = new byte[2048];
        test.Context.CopyFrom(_page, back);
        Assert.That(back, Is.All.EqualTo(0xa5));
        End(test);
    }

    [Test]
    public void MemoryBeyondTheDevicesReach_WithNoneWithin_IsENOMEM()
    {
        TestKernel test = BootWithDisk();
        test.Context.BlkQueueBounceLimit(_toy.Queue, 4096);
        Submit(test, BlockDirection.Read, 5, 4);
        Assert.That(_ended, Is.EqualTo(new[] { "5:ENOMEM" }));
        End(test);
    }

    [Test]
    public void Segments_ThatLieSideBySideInMemory_AreOneForTheDevice()
    {
        TestKernel test = BootWithDisk();
        int joined = 0;
        _toy.Instead = (kernel, queue) =>
        {
            joined = kernel.BlkRqMapSg(kernel.ElvNextRequest(queue)!).Count;
            return false;
        };
        Bio bio = new(0, BlockDirection.Read, [new BioSegment(_page, 512), new BioSegment(_page + 512, 512), new BioSegment(_page + 2048, 512)]);
        test.Context.SubmitBio(_toy.Disk, bio);
        test.Context.GenericUnplugDevice(_toy.Queue);
        Assert.That(joined, Is.EqualTo(2));
        End(test);
    }

    private TestKernel BootWithDisk(string profile = "i386-32")
    {
        TestKernel test = Boot(profile);
        _toy.Register(test.Context);
        _page = test.Context.GetFreePages(GfpFlags.Kernel, 0);
        return test;
    }

    private void Submit(TestKernel test, BlockDirection direction, ulong sector, uint sectors, ulong? next = null)
    {
        Bio bio = new(sector, direction, [new BioSegment(_page, sectors * Bio.SectorBytes)], (kernel, ended) =>
        {
            _ended.Add($"{ended.Sector}:{ended.Error}");
            if (next is { } following)
                kernel.SubmitBio(_toy.Disk, new Bio(following, direction, [new BioSegment(_page, 512)]));
        });
        test.Context.SubmitBio(_toy.Disk, bio);
    }

    private void End(TestKernel test)
    {
        _toy.Unregister(test.Context);
        test.Context.FreePages(_page, 0);
    }
}
