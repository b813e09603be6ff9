using MiniKernel.Tests.Support;
using NUnit.Framework;

namespace MiniKernel.Core.Tests;

/// <summary>Timers, tasklets and work.</summary>
[TestFixture, Parallelizable(ParallelScope.All)]
public sealed class DeferredTests : TaskFixture
{
    [Test]
    public void Timers_ExpireInOrder_InInterruptContext()
    {
        TestKernel test = Boot();
        Arm("c", 7);
        Arm("a", 5);
        Arm("b", 5);
        Arm("now", 0);
        Idle(test, 10);
        Assert.That(Noted, Is.EqualTo("now@1 a@5 b@5 c@7"));
        Assert.That(test.Context.InAtomic, Is.False);

        void Arm(string name, ulong expires) =>
            test.Context.ModTimer(new KernelTimer(name, kernel => { Assert.That(kernel.InAtomic, Is.True); Note($"{name}@{test.Machine.Clock.Jiffies}"); }), expires);
    }

    [Test]
    public void ModTimer_MovesAPendingTimer_AndDelTimerTakesItBack()
    {
        TestKernel test = Boot();
        KernelTimer timer = new("toy", _ => Note($"{test.Machine.Clock.Jiffies}"));
        Assert.That(test.Context.ModTimer(timer, 5), Is.False);
        Assert.That(test.Context.ModTimer(timer, 8), Is.True);
        Assert.That((timer.IsPending, timer.Expires), Is.EqualTo((true, 8)));
        Idle(test, 20);
        Assert.That((Noted, timer.IsPending), Is.EqualTo(("8", false)));
        test.Context.ModTimer(timer, 30);
        Assert.That(test.Context.DelTimer(timer), Is.True);
        Assert.That(test.Context.DelTimerSync(timer), Is.False);
        Idle(test, 20);
        Assert.That(Noted, Is.EqualTo("8"));
    }

    [Test]
    public void Timer_MayArmItselfAgain()
    {
        TestKernel test = Boot();
        KernelTimer timer = null!;
        timer = new KernelTimer("toy", kernel =>
        {
            Note($"{kernel.Jiffies}");
            if (Notes.Count < 4)
                kernel.ModTimer(timer, kernel.Jiffies + 3);
        });
        test.Context.ModTimer(timer, 2);
        Idle(test, 50);
        Assert.That(Noted, Is.EqualTo("2 5 8 11"));
    }

    [Test]
    public void DelTimerSync_InTheTimersOwnFunction_IsADeadlock()
    {
        TestKernel test = Boot();
        KernelTimer timer = null!;
        timer = new KernelTimer("toy", kernel => kernel.DelTimerSync(timer));
        test.Insmod(new TestModule { OnInit = kernel => kernel.ModTimer(timer, 1) });
        Idle(test, 3);
        AssertOops(test, "BUG: del_timer_sync() of timer `toy' in its own function waits for ever, at tests/core/task/DeferredTests.cs:");
        Assert.That(Module(test).State, Is.EqualTo(ModuleState.Dead));
    }

    [Test]
    public void Timer_WaitsWhileInterruptsAreOff_AndRunsOnItsCpu()
    {
        TestKernel test = Boot("i386-64");
        test.Kernel.Context(1).ModTimer(new KernelTimer("one", kernel => Note($"cpu{kernel.ProcessorId}")), 2);
        test.Context.ModTimer(new KernelTimer("zero", kernel => Note($"cpu{kernel.ProcessorId}")), 1);
        bool flags = test.Context.LocalIrqSave();
        test.Context.Mdelay(5);
        Assert.That(Noted, Is.EqualTo("cpu1"));
        test.Context.LocalIrqRestore(flags);
        Assert.That(Noted, Is.EqualTo("cpu1 cpu0"));
    }

    [Test]
    public void Tasklet_RunsBehindTheHandler_WithInterruptsOn()
    {
        TestKernel test = Boot();
        Tasklet tasklet = new("toy", kernel =>
        {
            bool on = kernel.LocalIrqSave();
            kernel.LocalIrqRestore(on);
            Note($"tasklet:{on}:{kernel.InAtomic}");
        });
        test.Context.RequestIrq(7, "toy", (kernel, _) =>
        {
            Note($"first:{kernel.TaskletSchedule(tasklet)}");
            Note($"again:{kernel.TaskletSchedule(tasklet)}");
            return true;
        });
        test.Machine.Interrupts.Raise(7);
        test.Context.Udelay(1);
        Assert.That(Noted, Is.EqualTo("first:True again:False tasklet:True:True"));
        Assert.That(tasklet.IsScheduled, Is.False);
    }

    [Test]
    public void Tasklet_Disabled_WaitsUntilItIsEnabled_AndKillTakesItBack()
    {
        TestKernel test = Boot();
        Tasklet tasklet = new("toy", _ => Note("ran"));
        test.Context.TaskletDisable(tasklet);
        test.Context.TaskletSchedule(tasklet);
        Idle(test, 5);
        Assert.That((Notes.Count, tasklet.IsScheduled), Is.EqualTo((0, true)));
        test.Context.TaskletEnable(tasklet);
        Assert.That(Noted, Is.EqualTo("ran"));
        test.Context.TaskletDisable(tasklet);
        test.Context.TaskletSchedule(tasklet);
        test.Context.TaskletKill(tasklet);
        test.Context.TaskletEnable(tasklet);
        Idle(test, 5);
        Assert.That(Noted, Is.EqualTo("ran"));
    }

    [Test]
    public void Tasklet_ThatSchedulesItself_LetsTimePass()
    {
        TestKernel test = Boot();
        int runs = 0;
        Tasklet tasklet = null!;
        tasklet = new Tasklet("toy", kernel =>
        {
            runs++;
            if (test.Machine.Clock.Jiffies < 10)
                kernel.TaskletSchedule(tasklet);
        });
        test.Context.TaskletSchedule(tasklet);
        test.Context.Msleep(20);
        Assert.That(runs, Is.InRange(10, 1_000));
    }

    [Test]
    public void Work_RunsInATask_WhichMaySleep()
    {
        TestKernel test = Boot("i386-64");
        Work work = new("toy", kernel =>
        {
            kernel.Msleep(2);
            Note($"{kernel.CurrentTask}:{kernel.InAtomic}");
        });
        Assert.That(test.Kernel.Context(1).ScheduleWork(work), Is.True);
        Assert.That(test.Kernel.Context(1).ScheduleWork(work), Is.False, "it is pending");
        test.Kernel.Context(1).FlushScheduledWork();
        Assert.That(Noted, Is.EqualTo("events/1/2:False"));
        Assert.That(work.IsPending, Is.False);
    }

    [Test]
    public void Work_FromAnInterruptHandler_RunsInOrder()
    {
        TestKernel test = Boot();
        Work[] works = [.. Enumerable.Range(0, 3).Select(i => new Work($"w{i}", _ => Note($"w{i}")))];
        test.Context.RequestIrq(7, "toy", (kernel, _) =>
        {
            foreach (Work work in works)
                kernel.ScheduleWork(work);
            return true;
        });
        test.Machine.Interrupts.Raise(7);
        Idle(test, 1);
        Assert.That(Noted, Is.EqualTo("w0 w1 w2"));
    }

    [Test]
    public void DelayedWork_RunsAfterItsDelay_OrIsCancelled()
    {
        TestKernel test = Boot();
        Work work = new("toy", kernel => Note($"{kernel.Jiffies}"));
        test.Context.ScheduleDelayedWork(work, 10);
        Assert.That(work.IsPending, Is.True);
        Idle(test, 20);
        test.Context.ScheduleDelayedWork(work, 10);
        Assert.That(test.Context.CancelDelayedWork(work), Is.True);
        Assert.That(test.Context.CancelDelayedWork(work), Is.False);
        Idle(test, 20);
        Assert.That((Noted, work.IsPending), Is.EqualTo(("10", false)));
    }

    [Test]
    public void CancelDelayedWork_LeavesWhatIsQueued_CancelWorkSyncDoesNot()
    {
        TestKernel test = Boot();
        Work work = new("toy", _ => Note("ran"));
        test.Context.ScheduleDelayedWork(work, 0);
        Assert.That((test.Context.CancelDelayedWork(work), work.IsPending), Is.EqualTo((false, true)));
        Idle(test, 1);
        test.Context.ScheduleDelayedWork(work, 0);
        Assert.That((test.Context.CancelWorkSync(work), work.IsPending), Is.EqualTo((true, false)));
        Idle(test, 1);
        Assert.That(Noted, Is.EqualTo("ran"));
    }

    [Test]
    public void CancelWorkSync_WaitsForWorkThatRuns_EvenIfItQueuesItselfAgain()
    {
        TestKernel test = Boot();
        Work work = null!;
        work = new Work("toy", kernel =>
        {
            Note("begin");
            kernel.ScheduleDelayedWork(work, 1);
            kernel.Msleep(10);
            Note("end");
        });
        test.Context.ScheduleWork(work);
        Idle(test, 1);
        Assert.That(Noted, Is.EqualTo("begin"));
        Assert.That(test.Context.CancelWorkSync(work), Is.True);
        Assert.That(Noted, Is.EqualTo("begin end"));
        Idle(test, 50);
        Assert.That(Noted, Is.EqualTo("begin end"));
    }

    [Test]
    public void Workqueue_HasATaskOfItsOwn_AndDestroyFinishesTheWork()
    {
        TestKernel test = Boot();
        Workqueue queue = test.Context.CreateSinglethreadWorkqueue("toywq");
        Work slow = new("slow", kernel => { kernel.Msleep(5); Note("slow"); }), quick = new("quick", kernel => Note($"{kernel.CurrentTask}"));
        test.Context.QueueWork(queue, slow);
        test.Context.QueueWork(queue, quick);
        test.Context.DestroyWorkqueue(queue);
        Assert.That(Noted, Is.EqualTo("slow toywq/2"));
        Assert.That(test.Kernel.TaskList, Is.Empty);
        Assert.That(test.Context.QueueWork(queue, quick), Is.False);
        Assert.That(test.LogText, Does.Contain("BUG: queue_work(): there is no workqueue `toywq'\n  called at tests/core/task/DeferredTests.cs:"));
    }

    [Test]
    public void WorkThatOopses_StopsItsModule_AndTheWorkerGoesOn()
    {
        TestKernel test = Boot();
        Work bad = new("bad", static kernel => kernel.Bug("told you so")), good = new("good", _ => Note("good"));
        test.Insmod(new TestModule { OnInit = kernel => kernel.ScheduleWork(bad) });
        AssertOops(test, "comm: events/0 Not tainted");
        Assert.That(Module(test).State, Is.EqualTo(ModuleState.Dead));
        test.Context.ScheduleWork(good);
        test.Context.FlushScheduledWork();
        Assert.That(Noted, Is.EqualTo("good"));
    }
}
