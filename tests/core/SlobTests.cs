using MiniKernel.Hal;
using MiniKernel.Mm;
using MiniKernel.Tests.Support;
using NUnit.Framework;

namespace MiniKernel.Core.Tests;

/// <summary>A kernel with SLOB: what /proc shows and does not, and what tracked mode says of misuse.</summary>
[TestFixture, Parallelizable(ParallelScope.All)]
public sealed class SlobTests() : KernelFixture(AllocatorKind.Slob)
{
    [Test]
    public void Proc_HasNoSlabinfo_AndMeminfoCountsNoSlabs()
    {
        TestKernel test = Boot();
        VirtualAddress p = test.Context.Kmalloc(3000, GfpFlags.Kernel);
        Assert.Multiple(() =>
        {
            Assert.That(test.Kernel.Proc.Names, Does.Not.Contain("slabinfo").And.Contain("buddyinfo"));
            Assert.That(test.Kernel.Proc.TryRead("slabinfo", out _), Is.False);
            Assert.That(test.Kernel.Proc.Write("slabinfo", "size-64 10 5 0"), Is.EqualTo(Errno.ENOENT));
            Assert.That(test.Kernel.Proc.Read("meminfo"), Does.Contain("Slab:                0 kB\nSReclaimable:        0 kB\nSUnreclaim:          0 kB"));
            Assert.That(test.Kernel.Proc.Read("cmdline"), Does.StartWith("slob "));
            Assert.That(test.Mm.SlobInfo()!.Pages, Is.EqualTo(1), "the page is there, nobody counts it");
        });
        test.Context.Kfree(p);
    }

    // A header of 4 bytes goes before each of kmalloc's blocks; a page has 4096 bytes.
    [Test]
    public void Explain_SaysWhichPageGivesTheBlockAndWhatIsLeft()
    {
        TestKernel test = Boot();
        Explainer explainer = new(test.Kernel);
        Explanation first = explainer.Kmalloc(0, 100, GfpFlags.Kernel);
        VirtualAddress p = test.Context.Kmalloc(100, GfpFlags.Kernel);
        VirtualAddress block = new(p.Value - 4);
        ulong frame = test.Context.VirtToPhys(p).Value >> 12;
        Assert.That(Step(first), Is.EqualTo($"no page is partly free: a new one, frame {frame}, gives a block of 104 bytes at {block}; 3992 bytes are left in it"));
        Assert.That(Step(explainer.Kmalloc(0, 50, GfpFlags.Kernel)), Is.EqualTo(
            $"the first page of SLOB's list that has room, frame {frame}, gives a block of 54 bytes at {p + 100}; 3938 bytes are left in it"));
        Assert.That(Step(explainer.Kmalloc(0, 3990, GfpFlags.Kernel)), Does.StartWith("1 page of SLOB's list had no room: a new one, frame "));
        List<MmEvent> happened = [];
        test.Kernel.Trace.AddListener(record => happened.Add(record.Happened));
        test.Context.Kfree(p);
        Assert.That(happened, Has.Some.EqualTo(new SlobPutEvent(new PageFrameNumber((uint)frame), block, 104, IsPageFree: true)));

        static string Step(Explanation explained) => explained.Steps.Single(step => step.Event == "slob_take").Text;
    }

    [Test]
    public void NoReaperRuns()
    {
        TestKernel test = Boot();
        ulong before = test.Machine.Clock.NowNs;
        test.Context.Msleep(10_000);
        Assert.That(test.Machine.Clock.NowNs - before, Is.GreaterThanOrEqualTo(10_000_000_000));
        Assert.That(test.Kernel.Errors, Is.Zero, test.LogText);
    }

    [Test]
    public void SlabDebug_SaysThatItHasNoEffect()
    {
        TestKernel test = Boot(options: new KernelOptions { Mm = new MmOptions { SlabDebug = "*" } });
        Assert.That(test.LogText, Does.Contain("slab_debug has no effect"));
    }

    [Test]
    public void Tracked_NamesWhatWasKmallocd_AndRefusesToKfreeACachesObject()
    {
        TestKernel test = Boot();
        KmemCache cache = test.Context.KmemCacheCreate("toy", 40)!;
        VirtualAddress obj = test.Context.KmemCacheAlloc(cache, GfpFlags.Kernel), p = test.Context.Kmalloc(40, GfpFlags.Kernel);
        test.Context.Kfree(obj);
        Assert.That(test.LogText, Does.Contain("an object of cache `toy': SLOB can free it with kmem_cache_free() only"));
        test.Context.KmemCacheFree(cache, p);
        Assert.That(test.LogText, Does.Contain("wrong cache: `toy', but the object is of `kmalloc'"));
        test.Context.Kfree(p);
        test.Context.Kfree(p);
        Assert.That(test.LogText, Does.Contain("double free of an object of `kmalloc'"));
        test.Context.KmemCacheFree(cache, obj);
        test.Context.KmemCacheDestroy(cache);
        Assert.That(test.Kernel.Oopses, Is.Zero, "all of it was refused before mm saw it");
    }

    [Test]
    public void Bare_ABadFreeIsAnOops()
    {
        TestKernel test = Boot(watch: WatchMode.Bare);
        VirtualAddress p = test.Context.Kmalloc(40, GfpFlags.Kernel), other = test.Context.Kmalloc(40, GfpFlags.Kernel);
        test.Context.Kfree(p);
        Assert.Throws<KernelOopsException>(() => test.Context.Kfree(p));
        Assert.That(test.LogText, Does.Contain("kernel BUG at mm/slob.c").And.Contain("it is free already"));
        test.Context.Kfree(other);
    }

    [Test]
    public void Addresses_AreTheSame_WatchedOrNot()
    {
        Assert.That(Trace(WatchMode.Tracked), Is.EqualTo(Trace(WatchMode.Bare)));

        ulong[] Trace(WatchMode watch)
        {
            TestKernel test = Boot(watch: watch);
            VirtualAddress[] taken = [.. Enumerable.Range(1, 50).Select(i => test.Kernel.Context().Kmalloc((ulong)(i * 37), GfpFlags.Kernel))];
            foreach (VirtualAddress p in taken)
                test.Context.Kfree(p);
            return [.. taken.Select(p => p.Value)];
        }
    }
}
