using MiniKernel.Hal;
using MiniKernel.Mm;
using MiniKernel.Tests.Support;
using NUnit.Framework;

namespace MiniKernel.Core.Tests;

/// <summary>Tracked mode: every bad free is refused and named, and the object is as it was.</summary>
[TestFixture(AllocatorKind.Slab), TestFixture(AllocatorKind.Slob), Parallelizable(ParallelScope.All)]
public sealed class AllocationTrackerTests(AllocatorKind allocator) : KernelFixture(allocator)
{
    [SlabOnly("names of size classes")]
    [Test]
    public void DoubleFree_IsNamedWithWhoTookAndWhoFreed()
    {
        TestKernel test = Boot();
        VirtualAddress p = test.Context.Kmalloc(100, GfpFlags.Kernel);
        test.Context.Kfree(p);
        test.Context.Kfree(p);
        string[] report = LastLines(test, 4);
        Assert.That(report[0], Is.EqualTo($"BUG: kfree({p}): double free of an object of `size-128'"));
        Assert.That(report[1], Does.Match(@"^  allocated at tests/core/AllocationTrackerTests\.cs:\d+ \(DoubleFree_\w+\) by kernel, 100 bytes$"));
        Assert.That(report[2], Does.Match(@"^  freed at tests/core/AllocationTrackerTests\.cs:\d+ \(DoubleFree_\w+\) by kernel$"));
        Assert.That(report[3], Does.Match(@"^  refused at tests/core/AllocationTrackerTests\.cs:\d+ \(DoubleFree_\w+\) by kernel$"));
        Assert.That(test.Kernel.Errors, Is.EqualTo(1));
    }

    [Test]
    public void AfterReuse_ItIsNoDoubleFree()
    {
        TestKernel test = Boot();
        VirtualAddress p = test.Context.Kmalloc(100, GfpFlags.Kernel);
        test.Context.Kfree(p);
        VirtualAddress again = test.Context.Kmalloc(120, GfpFlags.Kernel);
        Assert.That(again, Is.EqualTo(p), "the array is a stack");
        test.Context.Kfree(again);
        Assert.That(test.Kernel.Errors, Is.Zero);
    }

    [SlabOnly("names of size classes")]
    [Test]
    public void InteriorPointer_IsNamed()
    {
        TestKernel test = Boot();
        VirtualAddress p = test.Context.Kmalloc(100, GfpFlags.Kernel);
        test.Context.Kfree(p + 8);
        Assert.That(test.LogText, Does.Contain($"BUG: kfree({p + 8}): pointer into the middle of an object of `size-128', 8 bytes behind its start {p}"));
        test.Context.Kfree(p);
    }

    [TestCase(0x1000UL, "wild pointer, not in the direct map")]
    [TestCase(0xc0002000UL, "wild pointer, not in any slab")]
    public void WildPointer_IsNamed(ulong address, string why)
    {
        TestKernel test = Boot();
        test.Context.Kfree(new VirtualAddress(address));
        Assert.That(test.LogText, Does.Contain($"BUG: kfree(0x{address:x}): {why}"));
    }

    [SlabOnly("a page knows its cache")]
    [Test]
    public void ObjectNobodyHolds_IsNamed()
    {
        TestKernel test = Boot();
        VirtualAddress p = test.Context.Kmalloc(100, GfpFlags.Kernel);
        test.Context.Kfree(new VirtualAddress(p.Value - 128));   // in the CPU's array, never handed out
        Assert.That(test.LogText, Does.Contain("wild pointer into a slab of `size-128', not an object anybody holds"));
        test.Context.Kfree(p);
    }

    [Test]
    public void WrongCache_IsNamed()
    {
        TestKernel test = Boot();
        KmemCache a = test.Context.KmemCacheCreate("a", 64)!, b = test.Context.KmemCacheCreate("b", 64)!;
        VirtualAddress p = test.Context.KmemCacheAlloc(a, GfpFlags.Kernel);
        test.Context.KmemCacheFree(b, p);
        Assert.That(test.LogText, Does.Contain($"BUG: kmem_cache_free({p}): wrong cache: `b', but the object is of `a'"));
        test.Context.KmemCacheFree(a, p);
        Assert.That(test.Context.KmemCacheDestroy(a), Is.True);
        Assert.That(test.Context.KmemCacheDestroy(b), Is.True);
    }

    [SlabOnly("a page knows its cache")]
    [Test]
    public void KfreeOfACacheObject_IsFine()
    {
        TestKernel test = Boot();
        KmemCache cache = test.Context.KmemCacheCreate("a", 64)!;
        test.Context.Kfree(test.Context.KmemCacheAlloc(cache, GfpFlags.Kernel));
        Assert.That(test.Context.KmemCacheDestroy(cache), Is.True);
        Assert.That(test.Kernel.Errors, Is.Zero);
    }

    [Test]
    public void CacheFreeOfNull_IsNamed()
    {
        TestKernel test = Boot();
        KmemCache cache = test.Context.KmemCacheCreate("a", 64)!;
        test.Context.KmemCacheFree(cache, VirtualAddress.Null);
        Assert.That(test.LogText, Does.Contain("BUG: kmem_cache_free(0x0): NULL pointer"));
        test.Context.KmemCacheDestroy(cache);
    }

    [Test]
    public void KfreeOfNullAndZeroSize_IsFine()
    {
        TestKernel test = Boot();
        test.Context.Kfree(VirtualAddress.Null);
        test.Context.Kfree(test.Context.Kmalloc(0, GfpFlags.Kernel));
        Assert.That(test.Kernel.Errors, Is.Zero);
    }

    [Test]
    public void DestroyedCache_IsRefusedByName()
    {
        TestKernel test = Boot();
        KmemCache cache = test.Context.KmemCacheCreate("gone", 64)!;
        test.Context.KmemCacheDestroy(cache);
        Assert.That(test.Context.KmemCacheAlloc(cache, GfpFlags.Kernel).IsNull, Is.True);
        Assert.That(test.Context.KmemCacheDestroy(cache), Is.False);
        Assert.That(test.LogText, Does.Contain("BUG: kmem_cache_alloc(): cache `gone' has been destroyed"));
        Assert.That(test.LogText, Does.Contain("BUG: kmem_cache_destroy(): cache `gone' has been destroyed"));
    }

    [SlabOnly("SLOB does not count objects")]
    [Test]
    public void DestroyWithLiveObjects_IsLinuxsSlabError_AndTheCacheStays()
    {
        TestKernel test = Boot();
        KmemCache cache = test.Context.KmemCacheCreate("busy", 64)!;
        VirtualAddress p = test.Context.KmemCacheAlloc(cache, GfpFlags.Kernel);
        Assert.That(test.Context.KmemCacheDestroy(cache), Is.False);
        Assert.That(test.Lines, Does.Contain("slab error in kmem_cache_destroy(): cache `busy': Can't free all objects"));
        test.Context.KmemCacheFree(cache, p);
        Assert.That(test.Context.KmemCacheDestroy(cache), Is.True);
    }

    [Test]
    public void Pages_WrongOrder_IsNamed()
    {
        TestKernel test = Boot();
        VirtualAddress p = test.Context.GetFreePages(GfpFlags.Kernel, 2);
        test.Context.FreePages(p, 1);
        Assert.That(test.LogText, Does.Contain("freed as order 1, but it was allocated as pages of order 2"));
        test.Context.FreePages(p, 2);
    }

    [Test]
    public void Pages_DoubleFree_IsNamed()
    {
        TestKernel test = Boot();
        PageFrameNumber frame = test.Context.AllocPages(GfpFlags.Kernel, 1)!.Value;
        test.Context.FreePages(frame, 1);
        test.Context.FreePages(frame, 1);
        Assert.That(test.LogText, Does.Contain($"BUG: __free_pages(page frame {frame}): double free of pages of order 1"));
    }

    [Test]
    public void Pages_FromTheMiddle_IsNamed()
    {
        TestKernel test = Boot();
        VirtualAddress p = test.Context.GetFreePages(GfpFlags.Kernel, 2);
        test.Context.FreePages(p + 4096, 0);
        test.Context.FreePages(p + 100, 2);
        Assert.That(test.LogText, Does.Contain("not the first of pages of order 2").And.Contain("not the start of a page"));
        test.Context.FreePages(p, 2);
    }

    [Test]
    public void Pages_FreedAsAnObject_IsNamed()
    {
        TestKernel test = Boot();
        VirtualAddress p = test.Context.GetFreePages(GfpFlags.Kernel, 2);
        test.Context.Kfree(p);
        Assert.That(test.LogText, Does.Contain($"BUG: kfree({p}): no object, but pages of order 2"));
        test.Context.FreePages(p, 2);
    }

    [Test]
    public void ExactPages_AreTracked()
    {
        TestKernel test = Boot();
        VirtualAddress p = test.Context.AllocPagesExact(3 * 4096, GfpFlags.Kernel);
        test.Context.FreePages(p, 2);
        Assert.That(test.LogText, Does.Contain("freed as order 2, but it was allocated as exact pages"));
        test.Context.FreePagesExact(p, 2 * 4096);
        Assert.That(test.LogText, Does.Contain("freed as 2 exact pages, but it was allocated as exact pages"));
        test.Context.FreePagesExact(p, 3 * 4096);
        Assert.That(test.Kernel.Errors, Is.EqualTo(2));
    }

    [SlabOnly("names of size classes")]
    [Test]
    public void Krealloc_IsTrackedWhereverItMoves()
    {
        TestKernel test = Boot();
        VirtualAddress p = test.Context.Krealloc(VirtualAddress.Null, 20, GfpFlags.Kernel);
        test.Context.Write(p, 0x1234);
        VirtualAddress moved = test.Context.Krealloc(p, 2000, GfpFlags.Kernel);
        Assert.That(test.Context.Read<int>(moved), Is.EqualTo(0x1234));
        Assert.That(test.Context.Krealloc(p, 3000, GfpFlags.Kernel).IsNull, Is.True, "p is gone");
        Assert.That(test.LogText, Does.Contain($"BUG: krealloc({p}): double free of an object of `size-32'"));
        Assert.That(test.Context.Krealloc(moved, 0, GfpFlags.Kernel), Is.EqualTo(VirtualAddress.ZeroSizePointer));
        Assert.That(test.Kernel.Errors, Is.EqualTo(1));
    }

    [SlabOnly("names of size classes")]
    [Test]
    public void Leaks_AreListedAtUnload_ByCallSite()
    {
        ExpectLeftovers();
        TestKernel test = Boot();
        test.Insmod(new TestModule
        {
            OnInit = static kernel =>
            {
                for (int i = 0; i < 3; i++)
                    kernel.Kmalloc(4000, GfpFlags.Kernel);
                kernel.GetFreePages(GfpFlags.Kernel, 2);
                kernel.KmemCacheCreate("toy_cache", 64);
            },
        });
        Assert.That(test.Kernel.Modules.Rmmod("toy"), Is.EqualTo(Errno.Success));
        Assert.That(test.Kernel.Leaks.Select(leak => (leak.Module, leak.What, leak.Count, leak.Bytes)), Is.EqualTo(new[]
        {
            ("toy", "size-4096", 3, 12000UL), ("toy", "pages of order 2", 1, 16384UL), ("toy", "cache `toy_cache'", 1, 0UL),
        }));
        Assert.That(test.Lines.Count(line => line.StartsWith("toy: leaked", StringComparison.Ordinal)), Is.EqualTo(3));
        Assert.That(test.Kernel.ExitCode, Is.EqualTo(1));
    }

    [SlabOnly("/proc/slabinfo")]
    [Test]
    public void Watching_ChangesNoAddress()
    {
        TestKernel tracked = Boot(), bare = Boot(watch: WatchMode.Bare);
        Assert.That(Walk(tracked), Is.EqualTo(Walk(bare)));
        Assert.That(tracked.Kernel.Proc.Read("slabinfo"), Is.EqualTo(bare.Kernel.Proc.Read("slabinfo")));
        Assert.That(tracked.Kernel.Proc.Read("buddyinfo"), Is.EqualTo(bare.Kernel.Proc.Read("buddyinfo")));
    }

    [SlabOnly("what its page map says of an address")]
    [Test]
    public void Bare_IsAsSilentAsLinux()
    {
        TestKernel test = Boot(watch: WatchMode.Bare);
        Assert.That(() => test.Context.Kfree(new VirtualAddress(0xc0002000)), Throws.TypeOf<KernelOopsException>());
        Assert.That(test.LogText, Does.Contain("kernel BUG at mm/slab.c, kfree()!"));
    }

    private static List<ulong> Walk(TestKernel test)
    {
        List<ulong> addresses = [];
        Random random = new(20240124);
        List<VirtualAddress> held = [];
        for (int i = 0; i < 3000; i++)
        {
            if (held.Count > 0 && random.Next(5) < 2)
            {
                int index = random.Next(held.Count);
                test.Context.Kfree(held[index]);
                held.RemoveAt(index);
                continue;
            }
            held.Add(test.Context.Kmalloc((ulong)random.Next(1, 9000), random.Next(8) == 0 ? GfpFlags.Kernel | GfpFlags.Dma : GfpFlags.Kernel));
            addresses.Add(held[^1].Value);
        }
        held.ForEach(p => test.Context.Kfree(p));
        return addresses;
    }

    private static string[] LastLines(TestKernel test, int count) => [.. test.Lines.TakeLast(count)];
}
