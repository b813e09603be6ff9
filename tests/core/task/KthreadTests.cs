using MiniKernel.Mm;
using MiniKernel.Tests.Support;
using NUnit.Framework;

namespace MiniKernel.Core.Tests;

/// <summary>Tasks: starting, stopping, whose turn it is, and what becomes of them.</summary>
[TestFixture, Parallelizable(ParallelScope.All)]
public sealed class KthreadTests : TaskFixture
{
    [Test]
    public void Kthread_RunsWhenItsCreatorSleeps_AndStopGivesItsResult()
    {
        TestKernel test = Boot();
        KernelTask task = test.Context.KthreadRun(
            kernel =>
            {
                Note($"{kernel.CurrentTask} on {kernel.ProcessorId}");
                UntilStopped(kernel);
                return Errno.ENODEV;
            },
            "worker");
        Assert.That(Notes, Is.Empty);
        test.Context.Msleep(1);
        Assert.That(Noted, Is.EqualTo("worker/2 on 0"));
        Assert.That((task.State, test.Kernel.TaskList.Count), Is.EqualTo((TaskState.Interruptible, 1)));
        Assert.That(test.Context.KthreadStop(task), Is.EqualTo(Errno.ENODEV));
        Assert.That((task.HasExited, test.Kernel.TaskList.Count), Is.EqualTo((true, 0)));
        Assert.That(test.Context.KthreadStop(task), Is.EqualTo(Errno.ENODEV), "its result stays");
    }

    [Test]
    public void Kthread_StoppedBeforeItsTurn_NeverRuns()
    {
        TestKernel test = Boot();
        KernelTask task = test.Context.KthreadRun(_ => { Note("ran"); return Errno.Success; }, "never");
        Assert.That(test.Context.KthreadStop(task), Is.EqualTo(Errno.EINTR));
        test.Context.Msleep(5);
        Assert.That(Notes, Is.Empty);
    }

    [Test]
    public void Kthread_HasItsOwnCommAndPidAndCpu()
    {
        TestKernel test = Boot("i386-highmem");
        KernelTask[] tasks = [.. Enumerable.Range(0, 4).Select(cpu => test.Context.KthreadRun(
            kernel =>
            {
                for (int i = 0; i < 2; i++)
                {
                    Note($"{kernel.CurrentTask}@{kernel.ProcessorId}");
                    kernel.Msleep(3);
                }
                return Errno.Success;
            },
            $"t{cpu}",
            cpu))];
        Idle(test, 20);
        Assert.That(Noted, Is.EqualTo("t0/2@0 t1/3@1 t2/4@2 t3/5@3 t0/2@0 t1/3@1 t2/4@2 t3/5@3"));
        Assert.That(tasks.Select(task => (task.HasExited, task.Cpu)), Is.EqualTo(new[] { (true, 0), (true, 1), (true, 2), (true, 3) }));
    }

    [Test]
    public void Yield_LetsTheLongestWaitingRunFirst()
    {
        TestKernel test = Boot();
        for (int i = 0; i < 3; i++)
        {
            string name = $"{(char)('a' + i)}";
            test.Context.KthreadRun(
                kernel =>
                {
                    for (int round = 0; round < 3; round++)
                    {
                        Note($"{name}{round}");
                        kernel.Yield();
                    }
                    return Errno.Success;
                },
                name);
        }
        Idle(test, 1);
        Assert.That(Noted, Is.EqualTo("a0 b0 c0 a1 b1 c1 a2 b2 c2"));
    }

    [Test]
    public void Schedule_WithoutAState_IsAYield_AndWithOneSleeps()
    {
        TestKernel test = Boot();
        KernelTask task = test.Context.KthreadRun(
            kernel =>
            {
                kernel.Schedule();
                Note("yielded");
                kernel.SetCurrentState(TaskState.Interruptible);
                kernel.Schedule();
                Note("woken");
                return Errno.Success;
            },
            "sleeper");
        test.Context.Msleep(1);
        Assert.That(Noted, Is.EqualTo("yielded"));
        Assert.That(test.Context.WakeUpProcess(task), Is.True);
        Assert.That(test.Context.WakeUpProcess(task), Is.False, "it is awake");
        test.Context.Yield();
        Assert.That(Noted, Is.EqualTo("yielded woken"));
    }

    [Test]
    public void WakeUp_BetweenSettingTheStateAndSchedule_IsNotLost()
    {
        TestKernel test = Boot();
        test.Context.SetCurrentState(TaskState.Uninterruptible);
        Assert.That(test.Context.WakeUpProcess(test.Context.CurrentTask), Is.True);
        test.Context.Schedule();
        Assert.That(test.Context.CurrentTask.State, Is.EqualTo(TaskState.Running));
    }

    [Test]
    public void Msleep_SleepsOneJiffyMoreThanAsked_AsInLinux()
    {
        TestKernel test = Boot();
        ulong start = test.Machine.Clock.Jiffies;
        test.Context.Msleep(10);
        Assert.That(test.Machine.Clock.Jiffies - start, Is.EqualTo(11));
    }

    [Test]
    public void Msleep_IsNotCutShortByAWakeUp()
    {
        TestKernel test = Boot();
        KernelTask task = test.Context.KthreadRun(
            kernel =>
            {
                kernel.Msleep(50);
                Note($"{kernel.Jiffies}");
                return Errno.Success;
            },
            "sleeper");
        Idle(test, 10);
        test.Context.WakeUpProcess(task);
        Idle(test, 60);
        Assert.That(Noted, Is.EqualTo("51"));
    }

    [Test]
    public void ScheduleTimeout_ReturnsWhatIsLeft()
    {
        TestKernel test = Boot();
        List<long> left = [];
        KernelTask task = test.Context.KthreadRun(
            kernel =>
            {
                left.Add(kernel.ScheduleTimeoutUninterruptible(20));
                left.Add(kernel.ScheduleTimeoutUninterruptible(20));
                left.Add(kernel.ScheduleTimeoutUninterruptible(-1));
                return Errno.Success;
            },
            "sleeper");
        Idle(test, 5);
        test.Context.WakeUpProcess(task);
        Idle(test, 40);
        Assert.That(left, Is.EqualTo(new[] { 15L, 0, 0 }));
        Assert.That(test.LogText, Does.Contain("schedule_timeout: wrong timeout value ffffffff from tests/core/task/KthreadTests.cs:"));
    }

    [Test]
    public void Tasks_RunBetweenTwoCallsFromOutside()
    {
        TestKernel test = Boot();
        test.Insmod(new TestModule
        {
            OnInit = kernel =>
            {
                kernel.KthreadRun(_ => { Note("first"); return Errno.Success; }, "first");
                kernel.KthreadRun(_ => { Note("second"); return Errno.Success; }, "second");
                Note("init");
            },
        });
        Assert.That(Noted, Is.EqualTo("init first second"));
        Assert.That(test.Kernel.Modules.Rmmod("toy"), Is.EqualTo(Errno.Success));
    }

    [Test]
    public void Oops_EndsTheTask_AndItsModule()
    {
        TestKernel test = Boot();
        KernelTask? task = null;
        test.Insmod(new TestModule { OnInit = kernel => task = kernel.KthreadRun(static context => { context.Bug("told you so"); return Errno.Success; }, "toyd") });
        AssertOops(test, "Pid: 2, comm: toyd Not tainted");
        Assert.That(Module(test).State, Is.EqualTo(ModuleState.Dead));
        Assert.That(task!.HasExited, Is.True);
        Assert.That(test.Context.KthreadStop(task), Is.EqualTo(Errno.EIO));
        Assert.That(test.Context.InAtomic, Is.False);
    }

    [Test]
    public void Oops_OfOneTask_EndsItsModulesOtherTasks_WhereverTheySleep()
    {
        TestKernel test = Boot();
        WaitQueue queue = new("toy_queue");
        KernelMutex mutex = new("toy_lock");
        test.Insmod(new TestModule
        {
            OnInit = kernel =>
            {
                kernel.KthreadRun(UntilStopped, "a");
                kernel.KthreadRun(context => { context.WaitEvent(queue, static () => false); return Errno.Success; }, "b");
                kernel.KthreadRun(context => { context.MutexLock(mutex); context.Msleep(1000); return Errno.Success; }, "c");
                kernel.KthreadRun(context => { context.MutexLock(mutex); return Errno.Success; }, "d");
                kernel.KthreadRun(context => { context.Msleep(10); context.Bug(); return Errno.Success; }, "e");
            },
        });
        Assert.That(test.Kernel.TaskList, Has.Count.EqualTo(5));
        Idle(test, 100);
        Assert.That(test.Kernel.TaskList, Is.Empty);
        AssertOops(test, "comm: e Not tainted");
        Assert.That(queue.IsActive, Is.False);
        Assert.That(test.Kernel.Modules.Rmmod("toy"), Is.EqualTo(Errno.EBUSY));
    }

    [Test]
    public void Oops_OfATask_TakesTheInitThatWaitsForItAlong()
    {
        TestKernel test = Boot();
        Completion done = new("done");
        Errno result = test.Insmod(new TestModule
        {
            OnInit = kernel =>
            {
                kernel.KthreadRun(static context => { context.Bug(); return Errno.Success; }, "toyd");
                kernel.WaitForCompletion(done);
                Note("went on");
            },
        });
        Assert.That(result, Is.EqualTo(Errno.EIO));
        Assert.That(Notes, Is.Empty);
        AssertOops(test, "comm: toyd");
    }

    [Test]
    public void InterruptHandlerThatOopses_EndsTheTaskItInterruptsIfBothAreOfOneModule()
    {
        TestKernel test = Boot();
        test.Insmod(new TestModule
        {
            OnInit = kernel =>
            {
                kernel.RequestIrq(7, "toy", static (context, _) => { context.Bug(); return true; });
                kernel.KthreadRun(
                    context =>
                    {
                        Note("before");
                        test.Machine.Interrupts.Raise(7);
                        context.Udelay(1);
                        Note("after");
                        return Errno.Success;
                    },
                    "toyd");
            },
        });
        Assert.That(Noted, Is.EqualTo("before"));
        Assert.That(test.Kernel.TaskList, Is.Empty);
        Assert.That(test.Kernel.Oopses, Is.EqualTo(1));
    }

    [Test]
    public void Panic_InATask_ReachesTheCaller()
    {
        TestKernel test = Boot();
        test.Context.KthreadRun(
            static kernel =>
            {
                kernel.KmemCacheCreate("size-32", 32, flags: SlabFlags.Panic);
                return Errno.Success;
            },
            "panicker");
        Assert.That(() => test.Context.Msleep(1), Throws.TypeOf<KernelPanicException>());
        Assert.That(test.Kernel.ExitCode, Is.EqualTo(3));
    }

    [Test]
    public void Task_ThatNeverSleeps_IsASoftLockup()
    {
        TestKernel test = Boot(options: new KernelOptions { ModuleBudgetNs = 10_000_000_000 });
        test.Insmod(new TestModule
        {
            OnInit = static kernel => kernel.KthreadRun(
                static context =>
                {
                    while (true)
                        context.Mdelay(100);
                },
                "spinner"),
        });
        AssertOops(test, "BUG: soft lockup - CPU#0 stuck for 10s! [spinner:2]");
    }

    [Test]
    public void KernelsOwnTask_ThatNeverSleeps_EndsAlone()
    {
        TestKernel test = Boot(options: new KernelOptions { ModuleBudgetNs = 10_000_000_000 });
        test.Context.KthreadRun(
            static kernel =>
            {
                while (true)
                    kernel.Mdelay(100);
            },
            "spinner");
        test.Context.Msleep(1);
        AssertOops(test, "BUG: soft lockup - CPU#0 stuck for 10s! [spinner:2]");
        Assert.That(test.Kernel.TaskList, Is.Empty);
    }

    [Test]
    public void ExceptionInAKernelsOwnTask_ReachesTheCaller()
    {
        TestKernel test = Boot();
        test.Context.KthreadRun(static _ => throw new InvalidOperationException("a test's"), "bad");
        Assert.That(() => test.Context.Msleep(1), Throws.InvalidOperationException);
        test.Context.Msleep(1);
        Assert.That(test.Kernel.TaskList, Is.Empty);
    }

    [Test]
    public void Tasks_OfTwoKernels_DoNotMeet()
    {
        TestKernel one = Boot(), two = Boot();
        one.Context.KthreadRun(_ => { Note("one"); return Errno.Success; }, "one");
        two.Context.KthreadRun(kernel => { one.Context.Yield(); Note("two"); return Errno.Success; }, "two");
        two.Context.Msleep(1);
        Assert.That(Noted, Is.EqualTo("one two"));
    }

    [Test]
    public void Task_OwnsItsCpuWhileItRuns_AndNobodyDoesWhileAllSleep()
    {
        TestKernel test = Boot("i386-64");
        test.Kernel.Modules.Insmod(
            new TestModule
            {
                OnInit = kernel =>
                {
                    kernel.KthreadRun(_ => { Owners("task"); return Errno.Success; }, "toyd", cpu: 1);
                    kernel.ModTimer(new KernelTimer("toy", _ => Owners("timer")), 3);
                    kernel.Msleep(5);
                    Owners("init");
                },
            },
            cpu: 0);
        Assert.That(Noted, Is.EqualTo("task:FalseTrue timer:TrueFalse init:TrueFalse"));

        void Owners(string who) => Note($"{who}:{test.Machine.Cpus[0].IsOwnedByCurrentThread}{test.Machine.Cpus[1].IsOwned}");
    }

    [Test]
    public void Task_ThatSleepsNowAndThen_MayLiveForEver()
    {
        TestKernel test = Boot(options: new KernelOptions { ModuleBudgetNs = 1_000_000_000 });
        int rounds = 0;
        test.Insmod(new TestModule
        {
            OnInit = kernel => kernel.KthreadRun(
                context =>
                {
                    for (; !context.KthreadShouldStop; rounds++)
                        context.Msleep(99);
                    return Errno.Success;
                },
                "ticker"),
        });
        Idle(test, 5_000);
        Assert.That((rounds, test.Kernel.Oopses), Is.EqualTo((50, 0)));
        ExpectLeftovers();
    }

    [Test]
    public void TaskThatCatchesEverything_IsLeftToStand_AndDisposeReturns()
    {
        TestKernel test = Boot();
        test.Context.KthreadRun(
            static kernel =>
            {
                while (true)
                {
                    try
                    {
                        kernel.Msleep(10);
                    }
#pragma warning disable CA1031 // what a driver should not do
                    catch (Exception)
                    {
                    }
#pragma warning restore CA1031
                }
            },
            "stubborn");
        Idle(test, 100);
        test.Kernel.Dispose();
        Assert.That(test.LogText, Does.Contain("stubborn/2: does not end, its thread is left behind"));
        ExpectLeftovers();
    }

    [Test]
    public void ThousandTasks_TakeTurns()
    {
        const int Count = 1_000, Rounds = 3;
        TestKernel test = Boot();
        int[] turns = new int[Count];
        int total = 0, running = 0, most = 0;
        for (int i = 0; i < Count; i++)
        {
            int number = i;
            test.Context.KthreadRun(
                kernel =>
                {
                    for (int round = 0; round < Rounds; round++)
                    {
                        most = Math.Max(most, ++running);
                        turns[number] = ++total;
                        running--;
                        kernel.Msleep(5);
                    }
                    return Errno.Success;
                },
                $"t{i}");
        }
        Idle(test, 100);
        Assert.That((total, most), Is.EqualTo((Count * Rounds, 1)));
        Assert.That(turns, Is.Ordered, "first in, first out");
        Assert.That(test.Kernel.TaskList, Is.Empty);
    }

    [Test]
    public void Dispose_EndsThousandSleepers()
    {
        TestKernel test = Boot();
        WaitQueue queue = new("queue");
        for (int i = 0; i < 1_000; i++)
            test.Context.KthreadRun(kernel => { kernel.WaitEvent(queue, static () => false); return Errno.Success; }, $"t{i}");
        Idle(test, 10);
        KernelTask[] tasks = [.. test.Kernel.TaskList];
        Assert.That(tasks, Has.Length.EqualTo(1_000));
        Assert.That(tasks.All(task => task.Thread!.IsAlive), Is.True);
        test.Kernel.Dispose();
        Assert.That(tasks.Any(task => task.Thread!.IsAlive), Is.False, "no host thread is left");
        Assert.That((test.Kernel.TaskList.Count, queue.IsActive), Is.EqualTo((0, false)));
        ExpectLeftovers();
    }
}
