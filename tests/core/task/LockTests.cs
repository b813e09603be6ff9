using MiniKernel.Tests.Support;
using NUnit.Framework;

namespace MiniKernel.Core.Tests;

/// <summary>Mutexes and semaphores, and what is said of those who misuse them.</summary>
[TestFixture, Parallelizable(ParallelScope.All)]
public sealed class LockTests : TaskFixture
{
    private readonly KernelMutex _a = new("A"), _b = new("B"), _c = new("C");

    [Test]
    public void Mutex_IsPassedOnInOrder()
    {
        TestKernel test = Boot();
        for (int i = 0; i < 3; i++)
        {
            string name = $"t{i}";
            test.Context.KthreadRun(
                kernel =>
                {
                    kernel.MutexLock(_a);
                    Note($"{name}+");
                    kernel.Msleep(5);
                    Note($"{name}-");
                    kernel.MutexUnlock(_a);
                    return Errno.Success;
                },
                name);
        }
        Idle(test, 50);
        Assert.That(Noted, Is.EqualTo("t0+ t0- t1+ t1- t2+ t2-"));
        Assert.That((_a.IsLocked, test.Kernel.Errors), Is.EqualTo((false, 0)));
    }

    [Test]
    public void MutexTrylock_DoesNotSleep()
    {
        TestKernel test = Boot();
        test.Context.KthreadRun(kernel => { kernel.MutexLock(_a); UntilStopped(kernel); kernel.MutexUnlock(_a); return Errno.Success; }, "owner");
        Assert.That(test.Context.MutexTrylock(_a), Is.True);
        test.Context.MutexUnlock(_a);
        test.Context.Yield();
        Assert.That(test.Context.MutexTrylock(_a), Is.False);
        test.Context.KthreadStop(test.Kernel.TaskList[0]);
        Assert.That(_a.IsLocked, Is.False);
    }

    [Test]
    public void MutexTwice_IsADeadlockWithOneself()
    {
        TestKernel test = Boot();
        test.Insmod(new TestModule { OnInit = kernel => { kernel.MutexLock(_a); kernel.MutexLock(_a); } });
        AssertOops(test, "BUG: deadlock: insmod/1 waits for itself");
        Assert.That(test.LogText, Does.Match(@"  insmod/1 on CPU#0 waits for mutex `A', held by insmod/1 since tests/core/task/LockTests\.cs:\d+ \(\w+\), at tests/core/task/LockTests\.cs:\d+"));
        Assert.That(Module(test).State, Is.EqualTo(ModuleState.Dead));
    }

    [Test]
    public void MutexUnlock_OfAStranger_IsToldAndRefused()
    {
        TestKernel test = Boot();
        test.Context.KthreadRun(kernel => { kernel.MutexLock(_a); return UntilStopped(kernel); }, "owner");
        test.Context.Yield();
        test.Context.MutexUnlock(_a);
        test.Context.MutexUnlock(_b);
        Assert.That(test.LogText, Does.Contain("BUG: mutex `A' unlocked by swapper/1, but owner/2 holds it since tests/core/task/LockTests.cs:"));
        Assert.That(test.Lines, Does.Contain("BUG: mutex `B' unlocked by swapper/1, but it is not locked"));
        Assert.That((_a.IsLocked, test.Kernel.Errors), Is.EqualTo((true, 2)));
        test.Context.KthreadStop(test.Kernel.TaskList[0]);
    }

    [Test]
    public void Task_ThatEndsWithALock_IsTold_AndSoIsWhoWaitsForIt()
    {
        TestKernel test = Boot();
        test.Context.KthreadRun(kernel => { kernel.MutexLock(_a); return Errno.Success; }, "owner");
        test.Context.Yield();
        Assert.That(test.LogText, Does.Contain("BUG: lock held at task exit time! owner/2 holds mutex `A' since tests/core/task/LockTests.cs:"));
        Assert.That(() => test.Context.MutexLock(_a), Throws.TypeOf<KernelOopsException>());
        AssertOops(test, "BUG: swapper/1 waits for ever: mutex `A', held by owner/2, which has exited, since tests/core/task/LockTests.cs:");
    }

    [Test]
    public void Lock_KeptAcrossASystemCall_IsTold()
    {
        TestKernel test = Boot();
        test.Insmod(new TestModule { OnInit = kernel => kernel.MutexLock(_a), OnExit = kernel => kernel.MutexUnlock(_a) });
        Assert.That(test.LogText, Does.Contain("BUG: lock held when returning to user space! insmod/1 holds mutex `A' since tests/core/task/LockTests.cs:"));
        Assert.That(test.Kernel.Modules.Rmmod("toy"), Is.EqualTo(Errno.Success));
        Assert.That(test.Kernel.Errors, Is.EqualTo(1));
    }

    [Test]
    public void ThreeTasksInACircle_AreNamed_AndTheirModuleIsStopped()
    {
        TestKernel test = Boot("i386-64");
        test.Insmod(new TestModule
        {
            OnInit = kernel =>
            {
                Take(kernel, "one", 0, _a, _b);
                Take(kernel, "two", 1, _b, _c);
                Take(kernel, "three", 0, _c, _a);
            },
        });
        Idle(test, 50);
        AssertOops(test, "BUG: deadlock: 3 tasks wait for each other\n  two/3 on CPU#1 waits for mutex `C', held by three/4 since ");
        Assert.That(test.LogText, Does.Match(@"\n  three/4 on CPU#0 waits for mutex `A', held by one/2 since .*\n  one/2 on CPU#0 waits for mutex `B', held by two/3 since .*\nOops: 0000 \[#1\] SMP\n"));
        Assert.That(test.Kernel.TaskList, Is.Empty);

        static void Take(KernelContext kernel, string name, int cpu, KernelMutex first, KernelMutex second) => kernel.KthreadRun(
            context =>
            {
                context.MutexLock(first);
                context.Msleep(5);
                context.MutexLock(second);
                return Errno.Success;
            },
            name,
            cpu);
    }

    [Test]
    public void KthreadStop_OfATaskThatWaitsForTheCaller_IsADeadlock()
    {
        TestKernel test = Boot();
        KernelTask? task = null;
        test.Insmod(new TestModule
        {
            OnInit = kernel => task = kernel.KthreadRun(context => { context.Msleep(1); context.MutexLock(_a); return Errno.Success; }, "toyd"),
            OnExit = kernel =>
            {
                kernel.MutexLock(_a);
                kernel.KthreadStop(task!);
            },
        });
        Assert.That(test.Kernel.Modules.Rmmod("toy"), Is.EqualTo(Errno.EBUSY));
        AssertOops(test, "BUG: deadlock: 2 tasks wait for each other\n  toyd/2 on CPU#0 waits for mutex `A', held by rmmod/1 since ");
        Assert.That(test.LogText, Does.Contain("\n  rmmod/1 on CPU#0 waits for exit of task `toyd/2' at tests/core/task/LockTests.cs:"));
    }

    [Test]
    public void FlushOfWorkThatWantsTheFlushersLock_IsADeadlock()
    {
        TestKernel test = Boot();
        Work work = new("toy_work", kernel => { kernel.MutexLock(_a); kernel.MutexUnlock(_a); });
        test.Insmod(new TestModule
        {
            OnInit = kernel =>
            {
                kernel.MutexLock(_a);
                kernel.ScheduleWork(work);
                kernel.FlushScheduledWork();
            },
        });
        AssertOops(test, "BUG: deadlock: 2 tasks wait for each other\n  events/0/2 on CPU#0 waits for mutex `A', held by insmod/1 since ");
        Assert.That(test.LogText, Does.Contain("\n  insmod/1 on CPU#0 waits for workqueue `events/0' at tests/core/task/LockTests.cs:"));
    }

    [Test]
    public void Semaphore_LetsSoManyIn()
    {
        TestKernel test = Boot();
        KernelSemaphore slots = new("slots", 2);
        int inside = 0, most = 0;
        for (int i = 0; i < 6; i++)
        {
            test.Context.KthreadRun(
                kernel =>
                {
                    kernel.Down(slots);
                    most = Math.Max(most, ++inside);
                    kernel.Msleep(5);
                    inside--;
                    kernel.Up(slots);
                    return Errno.Success;
                },
                $"t{i}");
        }
        Idle(test, 60);
        Assert.That((most, slots.Count, test.Kernel.TaskList.Count), Is.EqualTo((2, 2, 0)));
    }

    [Test]
    public void SemaphoreTimeoutAndTry()
    {
        TestKernel test = Boot();
        KernelSemaphore slots = new("slots", 1);
        Assert.That(test.Context.DownTrylock(slots), Is.True);
        Assert.That(test.Context.DownTrylock(slots), Is.False);
        Assert.That(test.Context.DownTimeout(slots, 5), Is.EqualTo(Errno.ETIMEDOUT));
        test.Context.Up(slots);
        Assert.That(test.Context.DownTimeout(slots, 5), Is.EqualTo(Errno.Success));
    }

    [Test]
    public void BlockedForever_NamesEverybodyAndWhatTheyWaitFor()
    {
        TestKernel test = Boot();
        Completion done = new("done");
        WaitQueue queue = new("toy_queue");
        Errno result = test.Insmod(new TestModule
        {
            OnInit = kernel =>
            {
                kernel.KthreadRun(context => { context.WaitEvent(queue, static () => false); return Errno.Success; }, "toyd");
                kernel.WaitForCompletion(done);
            },
        });
        Assert.That(result, Is.EqualTo(Errno.EIO));
        AssertOops(test, "BUG: blocked forever: no task can run and no event is to come\n  insmod/1 on CPU#0 waits for completion `done' at tests/core/task/LockTests.cs:");
        Assert.That(test.LogText, Does.Contain("\n  toyd/2 on CPU#0 waits for wait queue `toy_queue' at tests/core/task/LockTests.cs:").And.Contain("comm: insmod Not tainted"));
        Assert.That(test.Kernel.TaskList, Is.Empty);
    }

    [Test]
    public void BlockedForever_OutsideOfModules_IsThrown()
    {
        TestKernel test = Boot();
        Assert.That(() => test.Context.Down(new KernelSemaphore("none", 0)), Throws.TypeOf<KernelOopsException>());
        AssertOops(test, "  swapper/1 on CPU#0 waits for semaphore `none' at ");
        test.Context.Msleep(5);
        Assert.That(test.Machine.Clock.Jiffies, Is.EqualTo(6), "the kernel goes on");
    }

    [Test]
    public void BlockedWhileOthersTick_EndsWithTheBudget()
    {
        TestKernel test = Boot(options: new KernelOptions { ModuleBudgetNs = 5_000_000_000 });
        test.Context.KthreadRun(static kernel => { while (!kernel.KthreadShouldStop) kernel.Msleep(100); return Errno.Success; }, "ticker");
        Assert.That(test.Insmod(new TestModule { OnInit = static kernel => kernel.WaitForCompletion(new Completion("never")) }), Is.EqualTo(Errno.EIO));
        AssertOops(test, "INFO: task insmod:1 blocked for more than 5 seconds.\n  insmod/1 on CPU#0 waits for completion `never' at ");
    }
}
