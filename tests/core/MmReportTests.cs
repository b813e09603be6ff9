using MiniKernel.Hal;
using MiniKernel.Mm;
using MiniKernel.Tests.Support;
using NUnit.Framework;

namespace MiniKernel.Core.Tests;

/// <summary>What mm finds, in Linux's words.</summary>
[TestFixture, Parallelizable(ParallelScope.All)]
public sealed class MmReportTests : KernelFixture
{
    [Test]
    public void DuplicateCache_IsNamed()
    {
        TestKernel test = Boot();
        KmemCache first = test.Context.KmemCacheCreate("twin", 64)!;
        Assert.That(test.Context.KmemCacheCreate("twin", 64), Is.Null);
        Assert.That(test.Lines, Does.Contain("kmem_cache_create: duplicate cache twin"));
        Assert.That(test.Kernel.Errors, Is.EqualTo(1));
        test.Context.KmemCacheDestroy(first);
    }

    [Test]
    public void PageFreedTwice_IsFoundWhenItIsTakenAgain()
    {
        TestKernel test = Boot(watch: WatchMode.Bare);
        PageFrameNumber frame = test.Context.AllocPages(GfpFlags.Kernel, 0)!.Value;
        test.Context.FreePages(frame, 0);
        test.Context.FreePages(frame, 0);
        Assert.That(test.Kernel.Errors, Is.Zero, "Linux is silent here");
        Assert.That(test.Context.AllocPages(GfpFlags.Kernel, 0), Is.EqualTo(frame));
        Assert.That(test.LogText, Does.Contain("Bad page state in process '"));
        Assert.That(test.LogText, Does.Match($@"page:pfn {frame} \([0-9a-f]{{8}}\) flags:0x00000000 mapping:00000000 mapcount:0 count:-1"));
        Assert.That(test.LogText, Does.Contain("Trying to fix it up, but a reboot is needed").And.Contain("Backtrace:"));
        Assert.That(test.Kernel.Errors, Is.EqualTo(1));
        test.Context.FreePages(frame, 0);
    }

    [Test]
    public void SlabDebug_TellsOfAWriteBehindAnObject_AndAfterFree()
    {
        ExpectLeftovers();
        TestKernel test = Boot(options: new KernelOptions { Mm = new MmOptions { SlabDebug = "toy*" } });
        KmemCache cache = test.Context.KmemCacheCreate("toy_objects", 100)!;
        VirtualAddress p = test.Context.KmemCacheAlloc(cache, GfpFlags.Kernel);
        test.Context.Write<byte>(p + cache.ObjectSize, 0);
        test.Context.KmemCacheFree(cache, p);
        Assert.That(test.LogText, Does.Contain("cache `toy_objects': memory outside object was overwritten"));
        test.Context.Write<byte>(p + 10, 0x42);
        for (int i = 0; i < 40; i++)
            test.Context.KmemCacheAlloc(cache, GfpFlags.Kernel);
        Assert.That(test.LogText, Does.Contain("Slab corruption: toy_objects start="));
        Assert.That(test.Kernel.ExitCode, Is.EqualTo(1));
    }

    [Test]
    public void DmaMismatch_IsABug()
    {
        TestKernel test = Boot();
        test.Insmod(new TestModule
        {
            OnInit = static kernel => kernel.KmemCacheAlloc(kernel.KmemCacheCreate("toy", 64)!, GfpFlags.Kernel | GfpFlags.Dma),
            OnExit = static _ => { },
        });
        ExpectLeftovers();
        Assert.That(test.LogText, Does.Contain("kernel BUG at mm/slab.c, kmem_flagcheck()!"));
        Assert.That(test.Kernel.Modules.Find("toy")!.State, Is.EqualTo(ModuleState.Dead));
    }

    [Test]
    public void PageAllocationFailure_ShowsMemory_ButIsNoError()
    {
        TestKernel test = Boot();
        Assert.That(test.Context.GetFreePages(GfpFlags.Atomic, 10).IsNull, Is.False);
        ExpectLeftovers();
        while (!test.Context.GetFreePages(GfpFlags.Atomic, 10).IsNull)
        {
        }
        Assert.That(test.LogText, Does.Contain("swapper: page allocation failure. order:10, mode:0x20\nCall Trace:"));
        Assert.That(test.LogText, Does.Contain("Mem-info:\nDMA per-cpu:\nCPU    0: Hot: hi:    0, btch:   1 usd:   0   Cold: hi:    0, btch:   1 usd:   0\n"));
        Assert.That(test.LogText, Does.Match(@"\nNormal free:\d+kB min:\d+kB low:\d+kB high:\d+kB active:0kB inactive:0kB present:48768kB pages_scanned:0 all_unreclaimable\? no\n"));
        Assert.That(test.LogText, Does.Match(@"\nlowmem_reserve\[\]: 0 \d+ \d+\n"));
        Assert.That(test.LogText, Does.Match(@"\nDMA:( \d+\*\d+kB){11} = \d+kB"));
        Assert.That(test.Kernel.Errors, Is.Zero);
    }

    [Test]
    public void PageAllocationFailures_AreRateLimited()
    {
        TestKernel test = Boot();
        List<VirtualAddress> taken = [];
        for (int i = 0; i < 60; i++)
            taken.Add(test.Context.GetFreePages(GfpFlags.Atomic, 10));
        Assert.That(taken.Count(p => p.IsNull), Is.GreaterThan(20));
        Assert.That(Failures(test), Is.EqualTo(10));
        test.Kernel.Time.Idle(5_000_000_000);
        test.Context.GetFreePages(GfpFlags.Atomic, 10);
        Assert.That(Failures(test), Is.EqualTo(11));
        Assert.That(test.LogText, Does.Match(@"printk: \d+ messages suppressed\."));
        foreach (VirtualAddress p in taken)
            test.Context.FreePages(p, 10);

        static int Failures(TestKernel test) => test.Lines.Count(line => line.Contains("page allocation failure", StringComparison.Ordinal));
    }

    [TestCase(GfpFlags.Atomic)]
    [TestCase(GfpFlags.NoWait)]
    [TestCase(GfpFlags.NoIo)]
    [TestCase(GfpFlags.NoFs)]
    [TestCase(GfpFlags.Kernel)]
    [TestCase(GfpFlags.Kernel | GfpFlags.Dma)]
    public void Exhaustion_ReturnsNullAndReports(GfpFlags flags)
    {
        TestKernel test = Boot("lab-4m");
        List<VirtualAddress> taken = [];
        for (VirtualAddress p = test.Context.Kmalloc(4096, flags); !p.IsNull; p = test.Context.Kmalloc(4096, flags))
            taken.Add(p);
        Assert.That(taken, Is.Not.Empty);
        Assert.That(test.LogText, Does.Contain("page allocation failure"));
        Assert.That(test.LogText.Contains("invoked oom-killer: gfp_mask=0x", StringComparison.Ordinal), Is.EqualTo((flags & GfpFlags.Fs) != 0));
        taken.ForEach(p => test.Context.Kfree(p));
    }

    [Test]
    public void Exhaustion_WithOomPanic_Panics()
    {
        ExpectLeftovers();
        TestKernel test = Boot("lab-4m", options: new KernelOptions { Mm = new MmOptions { Oom = OomPolicy.Panic } });
        bool panicked = false;
        try
        {
            while (!test.Context.GetFreePages(GfpFlags.Kernel, 0).IsNull)
            {
            }
        }
        catch (KernelPanicException)
        {
            panicked = true;
        }
        Assert.That(panicked, Is.True);
        Assert.That(test.LogText, Does.Contain("Kernel panic - not syncing: "));
        Assert.That(test.Kernel.ExitCode, Is.EqualTo(3));
    }
}
