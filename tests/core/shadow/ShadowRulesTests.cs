using MiniKernel.Hal;
using MiniKernel.Mm;
using MiniKernel.Tests.Support;
using NUnit.Framework;

namespace MiniKernel.Core.Tests;

/// <summary>What shadow mode promises beside catching: one report a bug, the access goes on, nobody is suspected wrongly.</summary>
[TestFixture, Parallelizable(ParallelScope.All)]
public sealed class ShadowRulesTests : ShadowFixture
{
    [Test]
    public void Report_SaysEverythingKasanSays()
    {
        TestKernel test = Shadow();
        VirtualAddress p = default;
        test.Insmod(new TestModule
        {
            OnInit = kernel =>
            {
                p = kernel.Kmalloc(100, GfpFlags.Kernel);
                kernel.Memset(p, 0x11, 100);
                kernel.Write<byte>(p + 100, 0x22);
            },
            OnExit = kernel => kernel.Kfree(p),
        });
        string start = Hex(test, p.Value), row = Hex(test, (p.Value + 100) & ~15UL), next = Hex(test, ((p.Value + 100) & ~15UL) + 16);
        string[] lines = Reports(test).Single().Text.Split('\n');
        Assert.That(lines[1], Does.Match(@"^BUG: KASAN: slab-out-of-bounds in tests/core/shadow/ShadowRulesTests\.cs:\d+ \(Report_SaysEverythingKasanSays\)$"));
        Assert.That(lines[2], Does.Match($@"^Write of size 1 at addr {Hex(test, p.Value + 100)} by task insmod/\d+ on CPU 0, module toy$"));
        Assert.That(lines[4], Does.Match(@"^Allocated by task insmod/\d+, module toy:$"));
        Assert.That(lines[5], Does.Match(@"^ tests/core/shadow/ShadowRulesTests\.cs:\d+ \(Report_SaysEverythingKasanSays\)$"));
        Assert.That(lines[7..11], Is.EqualTo(new[]
        {
            $"The buggy address belongs to the object at {start}", " which belongs to the cache size-128 of size 128",
            "The buggy address is located 0 bytes to the right of", $" 100-byte region [{start}, {Hex(test, p.Value + 100)})",
        }));
        Assert.That(lines, Does.Contain($">{row}: 11 11 11 11 00 00 00 00 00 00 00 00 00 00 00 00 | 01 01 01 01 fc fc fc fc fc fc fc fc fc fc fc fc"));
        Assert.That(lines, Does.Contain($" {next}: 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 | fc fc fc fc fc fc fc fc fc fc fc fc fc fc fc fc"));
        int marked = Array.FindIndex(lines, line => line.StartsWith('>'));
        Assert.That(lines[marked + 1].IndexOf("^^", StringComparison.Ordinal), Is.EqualTo(lines[marked].IndexOf(':', StringComparison.Ordinal) + 2 + (4 * 3)));
        Assert.That(lines[marked + 1].LastIndexOf("^^", StringComparison.Ordinal), Is.EqualTo(lines[marked].IndexOf('|', StringComparison.Ordinal) + 2 + (4 * 3)));
        Assert.That(test.Kernel.Modules.Rmmod("toy"), Is.EqualTo(Errno.Success));
    }

    [Test]
    public void OneBug_IsReportedOnce_AnotherObjectIsAnotherBug()
    {
        TestKernel test = Shadow();
        VirtualAddress first = test.Context.Kmalloc(20, GfpFlags.Kernel), second = test.Context.Kmalloc(20, GfpFlags.Kernel);
        foreach (VirtualAddress p in new[] { first, second, first })
        {
            for (uint i = 0; i < 25; i++)
                test.Context.Write(p + i, (byte)i);
        }
        Assert.That(Reports(test), Has.Count.EqualTo(2));
        Assert.That(test.Context.Ksize(first), Is.EqualTo(32));
        Assert.That(test.Context.Read<byte>(first + 24), Is.EqualTo(24), "the access went on");
        test.Context.Kfree(first);
        test.Context.Kfree(second);
        Assert.That(test.Kernel.Errors, Is.EqualTo(2));
    }

    [Test]
    public void BadFree_IsRefused_AndTheObjectIsAsItWas()
    {
        TestKernel test = Shadow();
        VirtualAddress p = test.Context.Kmalloc(40, GfpFlags.Kernel);
        test.Context.Write(p, 0x12345678);
        CaughtBug bug = Caught(test, kernel => kernel.Kfree(p + 4));
        Assert.That((bug.Kind, bug.Place), Is.EqualTo(("invalid-free", "4 bytes inside of 40-byte region")));
        Assert.That(bug.Text, Does.Contain($"\nkfree({p + 4}): pointer into the middle of an object of `size-64', 4 bytes behind its start {p}\n"));
        Assert.That(test.Context.Read<int>(p), Is.EqualTo(0x12345678));
        test.Context.Kfree(p);
        Assert.That(test.Kernel.Errors, Is.EqualTo(1));
    }

    [Test]
    public void ConstructorAndDestructor_MayTouchTheirObject_AndNoOther()
    {
        TestKernel test = Shadow();
        int destroyed = 0;
        KmemCache cache = test.Context.KmemCacheCreate(
            "built", 40, ctor: static (kernel, obj) => kernel.Write(obj + 32, 7UL),
            dtor: (kernel, obj) =>
            {
                kernel.BugOn(kernel.Read<ulong>(obj + 32) != 7);
                destroyed++;
            })!;
        VirtualAddress p = test.Context.KmemCacheAlloc(cache, GfpFlags.Kernel);
        Assert.That(test.Context.Read<ulong>(p + 32), Is.EqualTo(7));
        test.Context.KmemCacheFree(cache, p);
        Assert.That(test.Context.KmemCacheDestroy(cache));
        Assert.That((destroyed > 0, test.Kernel.Errors), Is.EqualTo((true, 0)), test.LogText);

        KmemCache greedy = test.Context.KmemCacheCreate("greedy", 40, ctor: static (kernel, obj) => kernel.Write<byte>(obj + 40, 1))!;
        Caught(test, kernel => kernel.KmemCacheFree(greedy, kernel.KmemCacheAlloc(greedy, GfpFlags.Kernel)));
        Assert.That(test.Context.KmemCacheDestroy(greedy));
    }

    [Test]
    public void NewObjects_AreNobodysBeforeTheyAreTaken()
    {
        TestKernel test = Shadow();
        KmemCache cache = test.Context.KmemCacheCreate("row", 64)!;
        VirtualAddress p = test.Context.KmemCacheAlloc(cache, GfpFlags.Kernel), below = new(p.Value - cache.Geometry.BufferSize);
        CaughtBug bug = Caught(test, kernel => kernel.Read<int>(below));
        Assert.That(bug.Kind, Is.EqualTo("slab-out-of-bounds"));
        test.Context.KmemCacheFree(cache, p);
        test.Context.KmemCacheDestroy(cache);
    }

    [Test]
    public void RcuCache_MayBeReadAfterFree()
    {
        TestKernel test = Shadow();
        KmemCache cache = test.Context.KmemCacheCreate("rcu", 64, flags: SlabFlags.DestroyByRcu)!;
        VirtualAddress p = test.Context.KmemCacheAlloc(cache, GfpFlags.Kernel);
        test.Context.KmemCacheFree(cache, p);
        test.Context.Read<int>(p);
        Assert.That(test.Kernel.Errors, Is.Zero, test.LogText);
        Assert.That(test.Context.KmemCacheDestroy(cache));
        Assert.That(Caught(test, kernel => kernel.Read<int>(p)).Kind, Is.EqualTo("use-after-free"), "its page has gone");
    }

    [Test]
    public void KfreeByPageAndByPhysicalAddress_IsFine()
    {
        TestKernel test = Shadow();
        KernelContext kernel = test.Context;
        VirtualAddress p = kernel.Kmalloc(123, GfpFlags.Kernel), q = kernel.Kmalloc(123, GfpFlags.Kernel);
        kernel.Kfree(kernel.PhysToVirt(kernel.VirtToPhys(p)));
        kernel.Kfree(kernel.PageAddress(new PageFrameNumber((uint)(kernel.VirtToPhys(q).Value / kernel.PageSize))) + (kernel.VirtToPhys(q).Value % kernel.PageSize));
        Assert.That(test.Kernel.Errors, Is.Zero, test.LogText);
    }

    [Test]
    public void HighMem_HasOneShadow_HoweverItIsSeen()
    {
        TestKernel test = Shadow("i386-highmem");
        KernelContext kernel = test.Context;
        PageFrameNumber frame = kernel.AllocPages(GfpFlags.Kernel | GfpFlags.HighMem, 0)!.Value;
        VirtualAddress p = kernel.Kmap(frame);
        kernel.Memset(p, 1, kernel.PageSize);
        Assert.That(test.Kernel.Errors, Is.Zero, test.LogText);
        kernel.FreePages(frame, 0);                // while it is mapped
        CaughtBug bug = Caught(test, inside => inside.Read<int>(p + 4));
        Assert.That((bug.Kind, bug.Place), Is.EqualTo(("use-after-free", "4 bytes inside of freed 4096-byte region")));
        Assert.That(bug.BelongsTo, Does.StartWith("pages of order 0 at 0x"));
        kernel.Kunmap(frame);
    }

    [Test]
    public void Vmalloc_OfSeveralPages_IsOpenAsAWhole()
    {
        TestKernel test = Shadow("i386-highmem");
        VirtualAddress p = test.Context.Vmalloc(3 * 4096 + 100);
        test.Context.Memset(p, 5, (3 * 4096) + 100);
        Assert.That(test.Context.Read<ulong>(p + 4092), Is.EqualTo(0x0505050505050505), "across a page");
        Assert.That(test.Kernel.Errors, Is.Zero, test.LogText);
        CaughtBug bug = Caught(test, kernel => kernel.Memset(p, 5, (3 * 4096) + 101));
        Assert.That((bug.Kind, bug.Place), Is.EqualTo(("vmalloc-out-of-bounds", "0 bytes to the right of 12388-byte region")));
        test.Context.Vfree(p);
    }

    [Test]
    public void Rmmod_EmptiesTheQuarantine_AndUsesAreStillFound()
    {
        TestKernel test = Shadow();
        VirtualAddress p = default;
        test.Insmod(new TestModule
        {
            OnInit = kernel => p = kernel.Kmalloc(100, GfpFlags.Kernel),
            OnExit = kernel => kernel.Kfree(p),
        });
        test.Kernel.Modules.Rmmod("toy");
        Assert.That(test.Mm.QuarantinedObjects, Is.Zero);
        Assert.That(Caught(test, kernel => kernel.Read<int>(p)).Kind, Is.EqualTo("slab-use-after-free"), "it is free, if no longer waiting");
    }

    [Test]
    public void MempoolsReserve_IsClosed()
    {
        TestKernel test = Shadow("lab-4m");
        KernelContext kernel = test.Context;
        Mempool pool = kernel.MempoolCreateKmallocPool(1, 200)!;
        List<VirtualAddress> all = [], blocks = [];
        for (VirtualAddress p; !(p = kernel.GetFreePages(GfpFlags.Kernel | GfpFlags.NoWarn, 0)).IsNull;)
            all.Add(p);
        for (VirtualAddress p; !(p = kernel.GetFreePages(GfpFlags.Atomic | GfpFlags.NoWarn, 0)).IsNull;)
            all.Add(p);
        for (VirtualAddress p; !(p = kernel.Kmalloc(200, GfpFlags.Atomic | GfpFlags.NoWarn)).IsNull;)
            blocks.Add(p);
        VirtualAddress element = kernel.MempoolAlloc(pool, GfpFlags.Atomic);
        kernel.Memset(element, 1, 200);
        kernel.MempoolFree(element, pool);
        Assert.That(test.Kernel.Errors, Is.Zero, test.LogText);
        CaughtBug bug = Caught(test, inside => inside.Write<byte>(element + 9, 1));
        Assert.That((bug.Kind, bug.Place), Is.EqualTo(("slab-use-after-free", "9 bytes inside of freed 200-byte region")));
        Assert.That(bug.BelongsTo, Does.StartWith("element of a mempool of kmalloc(200) at "));
        blocks.ForEach(p => test.Context.Kfree(p));
        all.ForEach(p => test.Context.FreePages(p, 0));
        kernel.MempoolDestroy(pool);
    }

    [Test]
    public void Packet_UsedAfterItWasFreed_IsBlamedOnTheDriversLine()
    {
        TestKernel test = Shadow();
        SkBuffCache cache = test.Context.SkbCacheCreate("packets", 256, 0)!;
        SkBuff skb = test.Context.AllocSkb(cache, GfpFlags.Kernel);
        test.Context.KfreeSkb(skb);
        Assert.That(Oopses(test, kernel => kernel.SkbPut(skb, 10)), "its header says so too");
        CaughtBug bug = Reports(test).Single();
        Assert.That(bug.Kind, Is.EqualTo("slab-use-after-free"));
        Assert.That(bug.Site, Does.EndWith("(Packet_UsedAfterItWasFreed_IsBlamedOnTheDriversLine)"));
        Assert.That(test.Context.SkbCacheDestroy(cache));
    }

    [Test]
    public void OtherWaysOfWatching_KeepNoShadow([Values(WatchMode.Tracked, WatchMode.Bare)] WatchMode watch)
    {
        TestKernel test = Boot(watch: watch);
        Assert.That(test.Machine.Shadow is null || TestMachine.ShadowEverything);
        Assert.That(test.Mm.QuarantinedObjects, Is.Zero);
    }
}
