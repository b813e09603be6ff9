using MiniKernel.Hal;
using MiniKernel.Mm;
using MiniKernel.Tests.Support;
using NUnit.Framework;

namespace MiniKernel.Core.Tests;

/// <summary>mempools of drivers: their callbacks, sleeping for an element, the tracker.</summary>
[TestFixture(AllocatorKind.Slab), TestFixture(AllocatorKind.Slob), Parallelizable(ParallelScope.All)]
public sealed class MempoolTests(AllocatorKind allocator) : KernelFixture(allocator)
{
    [Test]
    public void Callbacks_RunAsTheirModulesCode([Values] WatchMode watch)
    {
        TestKernel test = Boot(watch: watch);
        Mempool? pool = null;
        test.Insmod(new TestModule
        {
            OnInit = kernel =>
            {
                pool = kernel.MempoolCreate(4, static (k, flags) => k.Kmalloc(300, flags), static (k, element) => k.Kfree(element));
                VirtualAddress element = kernel.MempoolAlloc(pool!, GfpFlags.Kernel);
                kernel.Write(element, 1);
                kernel.MempoolFree(element, pool!);
                kernel.BugOn(kernel.MempoolResize(pool!, 9, GfpFlags.Kernel) != Errno.Success);
            },
            OnExit = kernel => kernel.MempoolDestroy(pool!),
        });
        Assert.That(test.Kernel.Modules.Rmmod("toy"), Is.EqualTo(Errno.Success));
        Assert.That(test.Kernel.Errors, Is.Zero, test.LogText);
    }

    [Test]
    public void CallbackThatThrows_StopsItsModule_AndTheKernelGoesOn([Range(0, 3)] int good)
    {
        ExpectLeftovers();
        TestKernel test = Boot();
        int calls = 0;
        Errno error = test.Insmod(new TestModule
        {
            OnInit = kernel => kernel.MempoolCreate(
                4, (k, flags) => calls++ < good ? k.Kmalloc(300, flags) : throw new InvalidOperationException("broken"), static (k, element) => k.Kfree(element)),
        });
        Assert.That(error, Is.EqualTo(Errno.EIO));
        Assert.That(test.Kernel.Modules.Find("toy")!.State, Is.EqualTo(ModuleState.Dead));
        Assert.That((test.Kernel.Oopses, calls), Is.EqualTo((1, good + 1)), "the dead module's free is not called");
        test.Context.Kfree(test.Context.Kmalloc(300, GfpFlags.Kernel));
        test.Kernel.Shutdown();
        Assert.That(test.Kernel.Leaks.Sum(leak => leak.Count), Is.EqualTo(good), "what the callback had made stays and is listed");
    }

    [Test]
    public void CallbackThatFails_GivesNull()
    {
        TestKernel test = Boot();
        Assert.That(test.Context.MempoolCreate(1, static (_, _) => VirtualAddress.Null, static (_, _) => { }), Is.Null);
        Assert.That(test.Context.MempoolCreateKmallocPool(1, 1UL << 30), Is.Null);
        Assert.That(test.Kernel.Errors, Is.Zero);
    }

    [Test]
    public void SleepingForAnElement_EndsWhenAnInterruptGivesOneBack([Values] WatchMode watch)
    {
        TestKernel test = Boot(watch: watch);
        KernelContext kernel = test.Context;
        int budget = 1;
        Mempool pool = kernel.MempoolCreate(1, (k, flags) => budget-- > 0 ? k.Kmalloc(64, flags) : VirtualAddress.Null, static (k, element) => k.Kfree(element))!;
        VirtualAddress held = kernel.MempoolAlloc(pool, GfpFlags.Kernel);
        kernel.RequestIrq(7, "toy", (k, _) => { k.MempoolFree(held, pool); return true; });
        test.Machine.Clock.Schedule(12_000_000_000, () => test.Machine.Interrupts.Raise(7));
        Assert.That(kernel.MempoolAlloc(pool, GfpFlags.Kernel), Is.EqualTo(held));
        Assert.That(test.Machine.Clock.NowNs, Is.InRange(12_000_000_000UL, 12_100_000_000UL));
        kernel.MempoolFree(held, pool);
        kernel.MempoolDestroy(pool);
        kernel.FreeIrq(7);
        Assert.That(test.Kernel.Errors, Is.Zero, test.LogText);
    }

    [Test]
    public void SleepingForAnElementThatNeverComes_EndsWithAReport()
    {
        TestKernel test = Boot();
        KernelContext kernel = test.Context;
        Mempool pool = kernel.MempoolCreate(0, static (_, _) => VirtualAddress.Null, static (_, _) => { })!;
        Assert.That(kernel.MempoolAlloc(pool, GfpFlags.Kernel).IsNull, Is.True);
        Assert.That(test.Lines, Does.Contain("INFO: task swapper:0 blocked for more than 120 seconds."));
        Assert.That(test.Kernel.Errors, Is.EqualTo(1));
        kernel.MempoolDestroy(pool);
    }

    [Test]
    public void SleepingWhereItIsForbidden_IsAnOops()
    {
        ExpectLeftovers();
        TestKernel test = Boot();
        test.Insmod(new TestModule
        {
            OnInit = static kernel =>
            {
                Mempool pool = kernel.MempoolCreate(0, static (_, _) => VirtualAddress.Null, static (_, _) => { })!;
                kernel.PreemptDisable();
                kernel.MempoolAlloc(pool, GfpFlags.Kernel);
            },
        });
        Assert.That(test.LogText, Does.Contain("BUG: sleeping function called from invalid context"));
        Assert.That(test.LogText, Does.Contain("BUG: scheduling while atomic: insmod/1/0x00000001"));
    }

    [Test]
    public void Destroy_WithElementsOut_IsABug_AndTheLeaksAreListed()
    {
        ExpectLeftovers();
        TestKernel test = Boot();
        Mempool? pool = null;
        test.Insmod(new TestModule
        {
            OnInit = kernel =>
            {
                pool = kernel.MempoolCreatePagePool(2, 1);
                for (int i = 0; i < 200; i++)
                    kernel.MempoolAllocPages(pool!, GfpFlags.Kernel);
            },
        });
        Assert.That(test.Kernel.Modules.Rmmod("toy"), Is.EqualTo(Errno.Success));
        Assert.That(
            test.Kernel.Leaks.Select(leak => (leak.What, leak.Count)),
            Is.EquivalentTo(new[] { ("mempool of pages of order 1", 1), ("element of a mempool of pages of order 1", 200) }));
    }

    [Test]
    public void BadFrees_AreRefusedByName()
    {
        TestKernel test = Boot();
        KernelContext kernel = test.Context;
        Mempool a = kernel.MempoolCreateKmallocPool(1, 100)!, b = kernel.MempoolCreateKmallocPool(1, 100)!;
        VirtualAddress p = kernel.MempoolAlloc(a, GfpFlags.Kernel);
        kernel.MempoolFree(p, b);
        Assert.That(test.LogText, Does.Contain($"BUG: mempool_free({p}): it is element of a mempool of kmalloc(100), of another pool"));
        kernel.Kfree(p);
        Assert.That(test.LogText, Does.Contain($"BUG: kfree({p}): no object, but element of a mempool of kmalloc(100)"));
        kernel.MempoolFree(p, a);
        kernel.MempoolFree(p, a);
        Assert.That(test.LogText, Does.Contain($"BUG: mempool_free({p}): double free of element of a mempool of kmalloc(100)"));
        kernel.MempoolFree(VirtualAddress.Null, a);
        kernel.MempoolDestroy(a);
        kernel.MempoolDestroy(b);
        Assert.That(test.Kernel.Errors, Is.EqualTo(3));
    }

    [Test]
    public void EveryKind_WorksOnEveryProfile([ValueSource(typeof(TestMachine), nameof(TestMachine.ProfileNames))] string profile, [Values] WatchMode watch)
    {
        TestKernel test = Boot(profile, watch);
        KernelContext kernel = test.Context;
        KmemCache cache = kernel.KmemCacheCreate("toy", 200)!;
        Mempool[] pools = [kernel.MempoolCreateSlabPool(3, cache)!, kernel.MempoolCreateKmallocPool(3, 50)!, kernel.MempoolCreateKzallocPool(3, 5000)!];
        foreach (Mempool pool in pools)
        {
            VirtualAddress p = kernel.MempoolAlloc(pool, GfpFlags.Atomic);
            kernel.Memset(p, 0x77, pool.ElementSize);
            kernel.MempoolFree(p, pool);
            kernel.MempoolDestroy(pool);
        }
        Mempool pages = kernel.MempoolCreatePagePool(2, 0)!;
        kernel.MempoolFree(kernel.MempoolAllocPages(pages, GfpFlags.Kernel)!.Value, pages);
        kernel.MempoolDestroy(pages);
        Assert.That(kernel.KmemCacheDestroy(cache), Is.True);
        Assert.That(test.Kernel.Errors, Is.Zero, test.LogText);
    }
}
