using MiniKernel.Core;
using MiniKernel.Hal;
using MiniKernel.Mm;
using MiniKernel.Tests.Support;
using NUnit.Framework;

namespace MiniKernel.Drivers.Tests;

[TestFixture(AllocatorKind.Slab), TestFixture(AllocatorKind.Slob), Parallelizable(ParallelScope.All)]
public sealed class IsaSoundTests(AllocatorKind allocator) : KernelFixture(allocator)
{
    private const int WorkloadBytes = 1 << 20;
    private const int BufferBytes = 16384;

    [Test]
    public void Workload_PlaysWhatWasWritten([Values] WatchMode watch)
    {
        TestKernel test = Boot(watch: watch);
        List<byte> heard = Record(test);
        WorkloadResult result = InsmodAndRun(test);
        Assert.That(result.Error, Is.EqualTo(Errno.Success), result.Summary);
        Assert.That(heard, Has.Count.EqualTo(WorkloadBytes));
        Assert.That(heard, Is.EqualTo(TestPattern.Make(WorkloadBytes, 0x15a)));
        Unload(test, errors: 0);
    }

    [TestCase("i386-64")]
    [TestCase("i386-highmem")]
    [TestCase("x86-64-2g")]
    [TestCase("x86-64-8g")]
    [TestCase("alpha-8k")]
    [TestCase("m68k-nommu")]
    [TestCase("lab-4m")]
    public void Workload_PassesWhereTheDmaZoneIsWithinReach(string profile)
    {
        TestKernel test = Boot(profile);
        WorkloadResult result = InsmodAndRun(test);
        Assert.That(result.Error, Is.EqualTo(Errno.Success), result.Summary);
        Unload(test, errors: 0);
    }

    [TestCase("sparc64-8k", Description = "has no DMA zone")]
    [TestCase("arm-32", Description = "a DMA zone of 128 MiB is larger than the controller's reach")]
    [TestCase("ia64-16k", Description = "so is one of 4 GiB")]
    public void Workload_FailsVisiblyWhereGfpDmaDoesNotMeanIsa(string profile)
    {
        TestKernel test = Boot(profile);
        List<VirtualAddress> low = TakeEverythingWithinReach(test);
        WorkloadResult result = InsmodAndRun(test);
        Assert.That(result.Error, Is.EqualTo(Errno.EBADMSG), result.Summary);
        Assert.That(test.LogText, Does.Contain("lies beyond 16 MiB"));
        Unload(test, errors: 1);
        foreach (VirtualAddress p in low)
            test.Context.Kfree(p);
    }

    [Test]
    public void WithoutGfpDma_OnMoreThan16M_SomethingElseIsPlayed()
    {
        TestKernel test = Boot();
        WorkloadResult result = InsmodAndRun(test, "gfp_dma=0");
        Assert.That(result.Error, Is.EqualTo(Errno.EBADMSG));
        Assert.That(result.Summary, Does.Contain("1024 KiB played, but not what was written"));
        Assert.That(test.LogText, Does.Contain("isa_sound: a buffer lies beyond 16 MiB"));
        Unload(test, errors: 1);
    }

    [Test]
    public void WithoutGfpDma_On16M_NobodyNotices()
    {
        TestKernel test = Boot(change: profile => profile with { Name = "old-pc", Ram = 16 << 20 });
        WorkloadResult result = InsmodAndRun(test, "gfp_dma=0");
        Assert.That(result.Error, Is.EqualTo(Errno.Success), result.Summary);
        Unload(test, errors: 0);
    }

    [Test]
    public void AcrossABoundary_TheControllerWraps()
    {
        TestKernel test = Boot();
        List<byte> heard = Record(test);
        WorkloadResult result = InsmodAndRun(test, "cross_boundary=1");
        Assert.That(result.Error, Is.EqualTo(Errno.EBADMSG));
        Assert.That(test.LogText, Does.Contain("isa_sound: a buffer crosses a 64 KiB boundary"));
        byte[] written = TestPattern.Make(WorkloadBytes, 0x15a);
        Assert.That(heard.GetRange(0, 8192), Is.EqualTo(written[..8192]), "up to the boundary it is right");
        Assert.That(heard.GetRange(8192, 8192), Is.Not.EqualTo(written[8192..16384]), "behind it the start of the 64 KiB is played");
        Unload(test, errors: 1);
    }

    [TestCase(512)]
    [TestCase(5000)]
    [TestCase(65536)]
    public void Workload_PassesWithEveryBufferSize(int bytes)
    {
        TestKernel test = Boot();
        WorkloadResult result = InsmodAndRun(test, $"buffer_bytes={bytes}", "rate=2000000");
        Assert.That(result.Error, Is.EqualTo(Errno.Success), result.Summary);
        Unload(test, errors: 0);
    }

    [Test]
    public void PlayingTakesTheTimeItTakes()
    {
        TestKernel test = Boot();
        ulong before = test.Machine.Clock.NowNs;
        InsmodAndRun(test, "rate=100000");
        double seconds = (test.Machine.Clock.NowNs - before) / 1e9;
        Assert.That(seconds, Is.EqualTo(WorkloadBytes / 100_000.0).Within(2).Percent);
        Unload(test, errors: 0);
    }

    [Test]
    public void Init_WithTheChannelTaken_IsBusy()
    {
        TestKernel test = Boot();
        test.Context.RequestDma(1, "floppy");
        Assert.That(test.Insmod(new IsaSound()), Is.EqualTo(Errno.EBUSY));
        Assert.That(test.Kernel.Proc.Read("dma"), Is.EqualTo(" 1: floppy\n 4: cascade\n"));
        test.Context.FreeDma(1);
    }

    [Test]
    public void Init_WithoutDmaMemory_UndoesEverything()
    {
        TestKernel test = Boot();
        List<VirtualAddress> taken = [];
        for (VirtualAddress p = test.Context.GetDmaPages(Mm.GfpFlags.NoWarn, 0); !p.IsNull; p = test.Context.GetDmaPages(Mm.GfpFlags.NoWarn, 0))
            taken.Add(p);
        Assert.That(test.Insmod(new IsaSound()), Is.EqualTo(Errno.ENOMEM));
        Assert.That(test.Kernel.Proc.Read("dma"), Is.EqualTo(" 4: cascade\n"));
        foreach (VirtualAddress p in taken)
            test.Context.FreePages(p, 0);
    }

    [Test]
    public void Init_WithoutAFreeMajor_UndoesEverything()
    {
        TestKernel test = Boot();
        for (uint major = 1; major < 255; major++)
            test.Context.RegisterChrdev(major, "taken", new NoDevice());
        Assert.That(test.Insmod(new IsaSound()), Is.EqualTo(Errno.EBUSY));
        Assert.That(test.Kernel.Modules.Loaded, Is.Empty);
        Assert.That(test.Kernel.Errors, Is.Zero, test.LogText);
    }

    [Test]
    public void Open_Twice_IsBusy()
    {
        TestKernel test = Boot();
        test.Insmod(new IsaSound());
        test.Context.FilpOpen("/dev/dsp", out OpenFile? file);
        Assert.That(test.Context.FilpOpen("/dev/dsp", out _), Is.EqualTo(Errno.EBUSY));
        test.Context.FilpClose(file!);
        Unload(test, errors: 0);
    }

    [Test]
    public void Write_AfterTheChannelWasMasked_IsAnInputOutputError()
    {
        TestKernel test = Boot();
        test.Insmod(new IsaSound());
        test.Context.FilpOpen("/dev/dsp", out OpenFile? file);
        test.Context.VfsWrite(file!, new byte[16384]);
        test.Machine.IsaDma.Mask(1);              // somebody else's doing: the card runs dry
        Assert.That(test.Context.VfsWrite(file!, new byte[16384]).Error, Is.EqualTo(Errno.EIO));
        test.Context.FilpClose(file!);
        Unload(test, errors: 0);
    }

    [Test]
    public void Write_WhenTheCardFallsSilentForEver_TimesOutOrFails()
    {
        TestKernel test = Boot();
        test.Insmod(new IsaSound());
        test.Context.FilpOpen("/dev/dsp", out OpenFile? file);
        test.Context.VfsWrite(file!, new byte[16384]);
        test.Machine.SoundCard.Stop();
        Assert.That(test.Context.VfsWrite(file!, new byte[16384]).IsError, Is.True);
        test.Context.FilpClose(file!);
        Unload(test, errors: 0);
    }

    // Buffers like the driver's, until the first that 24 address bits do not reach.
    private static List<VirtualAddress> TakeEverythingWithinReach(TestKernel test)
    {
        List<VirtualAddress> taken = [];
        do
            taken.Add(test.Context.Kmalloc(BufferBytes, Mm.GfpFlags.Kernel | Mm.GfpFlags.Dma));
        while (test.Context.VirtToPhys(taken[^1]).Value < IsaDmaController.Reach);
        return taken;
    }

    private static List<byte> Record(TestKernel test)
    {
        List<byte> heard = [];
        test.Machine.SoundCard.Recorder = burst => heard.AddRange(burst);
        return heard;
    }

    private static WorkloadResult InsmodAndRun(TestKernel test, params string[] parameters)
    {
        Assert.That(test.Insmod(new IsaSound(), parameters), Is.EqualTo(Errno.Success));
        return test.Kernel.Modules.RunWorkload(test.Kernel.Modules.Find("isa_sound")!)!;
    }

    private static void Unload(TestKernel test, int errors)
    {
        Assert.That(test.Kernel.Modules.Rmmod("isa_sound"), Is.EqualTo(Errno.Success));
        Assert.That(test.Kernel.Errors, Is.EqualTo(errors), test.LogText);
    }
}
