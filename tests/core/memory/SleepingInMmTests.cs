using MiniKernel.Hal;
using MiniKernel.Mm;
using MiniKernel.Tests.Support;
using NUnit.Framework;

namespace MiniKernel.Core.Tests;

/// <summary>Tasks that sleep inside mm, and those who wake them.</summary>
[TestFixture, Parallelizable(ParallelScope.All)]
public sealed class SleepingInMmTests : TaskFixture
{
    [Test]
    public void Mempool_WakesEveryTaskThatWaits_AndEachGetsAnElement([Values] WatchMode watch)
    {
        TestKernel test = Boot(watch: watch);
        KernelContext kernel = test.Context;
        int budget = 2;
        Mempool pool = kernel.MempoolCreate(2, (k, flags) => budget-- > 0 ? k.Kmalloc(64, flags) : VirtualAddress.Null, static (k, element) => k.Kfree(element))!;
        VirtualAddress[] held = [kernel.MempoolAlloc(pool, GfpFlags.Kernel), kernel.MempoolAlloc(pool, GfpFlags.Kernel)];
        for (int i = 0; i < 3; i++)
            kernel.KthreadRun(k => Use(k, pool), $"user/{i}");
        kernel.Msleep(100);
        Assert.That(Notes, Is.Empty, "all asleep");
        kernel.MempoolFree(held[0], pool);
        kernel.MempoolFree(held[1], pool);
        kernel.Msleep(100);
        Assert.That(Noted, Is.EqualTo("got got got back back back").Or.EqualTo("got got back back got back"));
        kernel.MempoolDestroy(pool);
        Assert.That(test.Kernel.Errors, Is.Zero, test.LogText);

        Errno Use(KernelContext k, Mempool from)
        {
            VirtualAddress element = k.MempoolAlloc(from, GfpFlags.Kernel);
            Note("got");
            k.Msleep(10);
            k.MempoolFree(element, from);
            Note("back");
            return Errno.Success;
        }
    }

    [Test]
    public void Kmap_WithEverySlotInUse_WaitsForAnotherTask()
    {
        TestKernel test = Boot("i386-highmem", WatchMode.Bare);
        KernelContext kernel = test.Context;
        PageFrameNumber[] frames = new PageFrameNumber[1025];
        for (int i = 0; i < frames.Length; i++)
            frames[i] = kernel.AllocPages(GfpFlags.HighUser, 0)!.Value;
        foreach (PageFrameNumber frame in frames.AsSpan(0, 1024))
            kernel.Kmap(frame);
        kernel.KthreadRun(k =>
        {
            k.Msleep(50);
            k.Kunmap(frames[5]);
            return Errno.Success;
        }, "unmapper");
        ulong before = kernel.Jiffies;
        Assert.That(kernel.Kmap(frames[1024]).IsNull, Is.False);
        Assert.That(kernel.Jiffies - before, Is.InRange(50, 52));
        for (int i = 0; i < frames.Length; i++)
        {
            if (i != 5)
                kernel.Kunmap(frames[i]);
            kernel.FreePages(frames[i], 0);
        }
        Assert.That(test.Kernel.Errors, Is.Zero, test.LogText);
    }

    [Test]
    public void TaskOfAModuleThatGoes_LeavesMm()
    {
        TestKernel test = Boot();
        Mempool? pool = null;
        test.Insmod(new TestModule
        {
            OnInit = kernel =>
            {
                pool = kernel.MempoolCreate(0, static (_, _) => VirtualAddress.Null, static (_, _) => { });
                kernel.KthreadRun(k =>
                {
                    k.MempoolAlloc(pool!, GfpFlags.Kernel);
                    Note("went on");
                    return Errno.Success;
                }, "waiter");
            },
            OnExit = kernel => kernel.MempoolDestroy(pool!),
        });
        test.Context.Msleep(10);
        Assert.That(test.Kernel.Modules.Rmmod("toy"), Is.EqualTo(Errno.Success));
        Assert.That(Notes, Is.Empty);
        Assert.That(test.LogText, Does.Contain("memory `an element of a mempool of driver callbacks'"), "said what the task waited for");
    }
}
