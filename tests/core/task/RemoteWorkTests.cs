using MiniKernel.Hal;
using MiniKernel.Mm;
using MiniKernel.Tests.Support;
using NUnit.Framework;

namespace MiniKernel.Core.Tests;

/// <summary>Work that reaches into another CPU's arrays, by what that CPU is doing, on one baton: always the same order and result.</summary>
[TestFixture, Parallelizable(ParallelScope.All)]
public sealed class RemoteWorkTests : TaskFixture
{
    private const int Parked = 12;              // objects on the other CPU's array; in shadow mode they are in quarantine
    private const string Name = "toy";

    /// <summary>What the other CPU does.</summary>
    public enum Other
    {
        /// <summary>Takes and gives back, and is between the two.</summary>
        Allocates,

        /// <summary>Its task sleeps with an object in hand.</summary>
        Sleeps,

        /// <summary>Nothing.</summary>
        Idles,
    }

    [Test]
    public void Shrink_EmptiesTheOtherCpusArray([Values] Other other, [Values(WatchMode.Tracked, WatchMode.Bare)] WatchMode watch)
    {
        TestKernel test = BootTwo(watch);
        KmemCache cache = Create(test, other, out int inUse);
        Assert.That(Active(test), Is.EqualTo(Parked + inUse));
        Assert.That(test.Context.KmemCacheShrink(cache), Is.EqualTo(inUse));
        Assert.That((Active(test), Info(test).TotalSlabs), Is.EqualTo((inUse, (ulong)inUse)));
        Assert.That(test.Context.KmemCacheShrink(cache), Is.EqualTo(inUse));
        Finish(test, cache);
    }

    [Test]
    public void Tuning_GivesEveryCpuNewArrays_AndTheOldObjectsGoToTheirSlabs(
        [Values] Other other, [Values(WatchMode.Tracked, WatchMode.Bare)] WatchMode watch)
    {
        TestKernel test = BootTwo(watch);
        KmemCache cache = Create(test, other, out int inUse);
        Assert.That(test.Kernel.Proc.Write("slabinfo", $"{Name} 16 8 0"), Is.EqualTo(Errno.Success));
        Assert.That((Active(test), Info(test).Limit, Info(test).BatchCount, Info(test).Shared), Is.EqualTo((inUse, 16u, 8u, 0u)));
        VirtualAddress obj = test.Kernel.Context(1).KmemCacheAlloc(cache, GfpFlags.Kernel);
        Assert.That(Active(test), Is.EqualTo(inUse + 8), "the other CPU refills by the new batch");
        test.Kernel.Context(1).KmemCacheFree(cache, obj);
        Finish(test, cache);
    }

    [Test]
    public void Destroy_SucceedsUnlessTheOtherCpuHoldsAnObject([Values] Other other, [Values] WatchMode watch)
    {
        TestKernel test = BootTwo(watch);
        KmemCache cache = Create(test, other, out int inUse);
        bool gone = test.Context.KmemCacheDestroy(cache);
        Assert.That(gone, Is.EqualTo(inUse == 0));
        if (!gone)
        {
            Assert.That(test.LogText, Does.Contain("Can't free all objects"));
            Assert.That(Active(test), Is.EqualTo(inUse));
            Finish(test, cache);
        }
        Assert.That(test.Mm.FindCache(Name), Is.Null);
    }

    [Test]
    public void DrainingPages_EmptiesTheOtherCpusLists([Values] Other other)
    {
        TestKernel test = BootTwo(WatchMode.Bare);
        KmemCache cache = Create(test, other, out _);
        KernelContext second = test.Kernel.Context(1);
        second.FreePages(second.AllocPages(GfpFlags.Kernel, 0)!.Value, 0);
        Assert.That(test.Mm.Zones().Sum(zone => zone.Pagesets.Where(list => list.Cpu == 1).Sum(list => list.Count)), Is.Positive);
        ulong free = test.Mm.TotalFreePages, parked = (ulong)test.Mm.Zones().Sum(zone => zone.Pagesets.Sum(list => list.Count));
        test.Mm.DrainAllPages(test.Mm.Cpu(0));
        Assert.That(test.Mm.TotalFreePages, Is.EqualTo(free + parked));
        Assert.That(test.Mm.Zones().Sum(zone => zone.Pagesets.Sum(list => list.Count)), Is.Zero);
        Finish(test, cache);
    }

    [Test]
    public void ACpuThatWaitsForTheChainMutex_IsDrained_AndGetsItInTurn([Values(0, 1)] int cpu)
    {
        TestKernel test = BootTwo(WatchMode.Bare);
        bool started = false;
        KmemCache cache = test.Context.KmemCacheCreate(Name, 2000, ctor: static (_, _) => { }, dtor: (kernel, _) => Dawdle(kernel))!;
        KernelContext other = test.Kernel.Context(1);
        for (int i = 0; i < 3; i++)
            other.KmemCacheFree(cache, other.KmemCacheAlloc(cache, GfpFlags.Kernel));
        for (int i = 0; i < 2; i++)
        {
            string second = $"second/{i}";
            test.Context.KthreadRun(kernel => MakeAndEnd(kernel, second), second, cpu);
        }
        Note("shrink");
        Assert.That(test.Context.KmemCacheShrink(cache), Is.Zero);
        Note("shrunk");
        Assert.That((Active(test), Info(test).TotalSlabs), Is.EqualTo((0, 0ul)));
        test.Context.Msleep(100);
        Assert.That(Noted, Is.EqualTo("shrink sleeps second/0:asks second/1:asks wakes shrunk second/0:has second/1:has"));
        Assert.That(test.Context.KmemCacheDestroy(cache));
        Assert.That(test.Kernel.Errors, Is.Zero, test.LogText);

        void Dawdle(KernelContext kernel)
        {
            if (started)
                return;
            started = true;
            Note("sleeps");
            kernel.Msleep(20);
            Note("wakes");
        }

        Errno MakeAndEnd(KernelContext kernel, string name)
        {
            Note($"{name}:asks");
            KmemCache made = kernel.KmemCacheCreate(name, 100)!;
            Note($"{name}:has");
            kernel.KmemCacheDestroy(made);
            return Errno.Success;
        }
    }

    [Test]
    public void OneCache_DestroyedByTwoTasks_IsGoneOnce()
    {
        TestKernel test = BootTwo(WatchMode.Bare);
        KmemCache cache = test.Context.KmemCacheCreate(Name, 2000, ctor: static (_, _) => { }, dtor: static (kernel, _) => kernel.Msleep(5))!;
        test.Context.KmemCacheFree(cache, test.Context.KmemCacheAlloc(cache, GfpFlags.Kernel));
        test.Context.KthreadRun(
            kernel =>
            {
                kernel.KmemCacheDestroy(cache);
                Note("again");
                return Errno.Success;
            }, "second", 1);
        Assert.That(test.Context.KmemCacheDestroy(cache));
        test.Context.Msleep(10);
        Assert.That(Notes, Is.Empty);
        AssertOops(test, "cache `toy' was destroyed");
        Assert.That(test.Mm.SlabInfos().Select(row => row.Error), Has.All.Null);
    }

    [Test]
    public void ACache_WhoseConstructorSleepsOnAnotherCpu_IsNotDestroyed([Values] WatchMode watch)
    {
        TestKernel test = BootTwo(watch);
        KmemCache cache = test.Context.KmemCacheCreate(Name, 2000, ctor: static (kernel, _) => kernel.Msleep(5))!;
        KernelTask task = test.Context.KthreadRun(
            kernel =>
            {
                VirtualAddress obj = kernel.KmemCacheAlloc(cache, GfpFlags.Kernel);
                Note(obj.IsNull ? "null" : "has");
                kernel.KmemCacheFree(cache, obj);
                return Errno.Success;
            }, "second", 1);
        test.Context.Msleep(1);
        Assert.That(test.Context.KmemCacheDestroy(cache), Is.False, "a slab is being made");
        while (!task.HasExited)
            test.Context.Msleep(1);
        Assert.That(Noted, Is.EqualTo("has"));
        Assert.That(test.Context.KmemCacheDestroy(cache));
    }

    [Test]
    public void TheReaper_PassesByWhileADestructorSleepsInDestroy()
    {
        TestKernel test = BootTwo(WatchMode.Bare);
        KmemCache idle = test.Context.KmemCacheCreate("idle", 2000)!;
        test.Context.KmemCacheFree(idle, test.Context.KmemCacheAlloc(idle, GfpFlags.Kernel));
        KmemCache cache = test.Context.KmemCacheCreate(Name, 2000, ctor: static (_, _) => { }, dtor: static (kernel, _) => kernel.Msleep(30_000))!;
        test.Context.KmemCacheFree(cache, test.Context.KmemCacheAlloc(cache, GfpFlags.Kernel));
        Assert.That(test.Context.KmemCacheDestroy(cache));
        Assert.That(test.Mm.SlabInfos().Single(row => row.Name == "idle").TotalSlabs, Is.Positive, "nobody reaped meanwhile");
        test.Kernel.Time.Idle(60_000_000_000);
        Assert.That(test.Mm.SlabInfos().Single(row => row.Name == "idle").TotalSlabs, Is.Zero);
        test.Context.KmemCacheDestroy(idle);
        Assert.That(test.Kernel.Errors, Is.Zero, test.LogText);
    }

    [Test]
    public void HoldingTheChainForEver_IsSaid_NotWaitedFor()
    {
        ExpectLeftovers();
        TestKernel test = BootTwo(WatchMode.Bare);
        KmemCache cache = test.Context.KmemCacheCreate(Name, 2000, ctor: static (_, _) => { }, dtor: static (kernel, _) => kernel.Msleep(500_000))!;
        test.Context.KmemCacheFree(cache, test.Context.KmemCacheAlloc(cache, GfpFlags.Kernel));
        test.Context.KthreadRun(kernel => kernel.KmemCacheShrink(cache) == 0 ? Errno.Success : Errno.EIO, "holder", 1);
        test.Context.Msleep(10);
        test.Context.KthreadRun(kernel => kernel.KmemCacheCreate("another", 100) is null ? Errno.EIO : Errno.Success, "waiter", 1);
        test.Context.Msleep(1);
        test.Kernel.Time.Idle(200_000_000_000);
        Assert.That(test.LogText, Does.Contain("cache_chain_mutex").And.Contain("mutex_lock"));
    }

    private TestKernel BootTwo(WatchMode watch) => Boot("i386-64", watch);

    /// <summary>A cache of one object a slab, with <see cref="Parked"/> of them on the other CPU's array.</summary>
    private static KmemCache Create(TestKernel test, Other other, out int inUse)
    {
        KmemCache cache = test.Context.KmemCacheCreate(Name, 4000)!;
        test.Kernel.Proc.Write("slabinfo", $"{Name} 30 15 0");
        inUse = other == Other.Idles ? 0 : 1;
        KernelContext second = test.Kernel.Context(1);
        VirtualAddress[] objects = new VirtualAddress[Parked + inUse];
        foreach (ref VirtualAddress obj in objects.AsSpan())
            obj = second.KmemCacheAlloc(cache, GfpFlags.Kernel);
        foreach (VirtualAddress obj in objects)
            second.KmemCacheFree(cache, obj);
        if (inUse != 0)
        {
            test.Context.KthreadRun(kernel => UseForAWhile(kernel, cache, other), "second", 1);
            test.Context.Msleep(5);
        }
        return cache;
    }

    private static Errno UseForAWhile(KernelContext kernel, KmemCache cache, Other other)
    {
        while (!kernel.KthreadShouldStop)
        {
            VirtualAddress obj = kernel.KmemCacheAlloc(cache, GfpFlags.Kernel);
            if (other == Other.Allocates)
                kernel.Msleep(1);
            else
                UntilStopped(kernel);
            kernel.KmemCacheFree(cache, obj);
        }
        return Errno.Success;
    }

    private static void Finish(TestKernel test, KmemCache cache)
    {
        foreach (KernelTask task in test.Kernel.TaskList.Where(task => task.Name == "second").ToArray())
            test.Context.KthreadStop(task);
        Assert.That(test.Context.KmemCacheDestroy(cache));
    }

    private static SlabInfo Info(TestKernel test) => test.Mm.SlabInfos().Single(row => row.Name == Name);

    private static int Active(TestKernel test) => (int)Info(test).ActiveObjects;
}
