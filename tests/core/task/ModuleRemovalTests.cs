using MiniKernel.Tests.Support;
using NUnit.Framework;

namespace MiniKernel.Core.Tests;

/// <summary>A module that goes takes everything along that could call it.</summary>
[TestFixture, Parallelizable(ParallelScope.All)]
public sealed class ModuleRemovalTests : TaskFixture
{
    private readonly WaitQueue _queue = new("toy_queue");
    private bool _isGone;

    [Test]
    public void Rmmod_OfAModuleThatCleansUp_LeavesNothing()
    {
        TestKernel test = Boot();
        KernelTask? task = null;
        KernelTimer timer = new("toy_timer", _ => Note("timer"));
        Work work = new("toy_work", _ => Note("work"));
        test.Insmod(new TestModule
        {
            OnInit = kernel =>
            {
                task = kernel.KthreadRun(UntilStopped, "toyd");
                kernel.ModTimer(timer, kernel.Jiffies + 100);
                kernel.ScheduleDelayedWork(work, 100);
            },
            OnExit = kernel =>
            {
                kernel.KthreadStop(task!);
                kernel.DelTimerSync(timer);
                kernel.CancelWorkSync(work);
            },
        });
        Idle(test, 10);
        Assert.That(test.Kernel.Modules.Rmmod("toy"), Is.EqualTo(Errno.Success));
        Idle(test, 500);
        Assert.That((Notes.Count, test.Kernel.Errors, test.Kernel.TaskList.Count), Is.EqualTo((0, 0, 0)));
    }

    [Test]
    public void Rmmod_WithdrawsWhatIsLeft_AndNamesIt()
    {
        TestKernel test = Boot();
        test.Insmod(Careless());
        Idle(test, 10);
        Assert.That(test.Kernel.Modules.Rmmod("toy"), Is.EqualTo(Errno.Success));
        _isGone = true;
        AssertWithdrawn(test);
        Assert.That(test.Lines.Where(line => line.StartsWith("toy: left behind", StringComparison.Ordinal)), Is.EqualTo(new[]
        {
            "toy: left behind IRQ 7 (toy_irq); withdrawn",
            "toy: left behind tasklet toy_tasklet; withdrawn",
            "toy: left behind timer toy_timer; withdrawn",
            "toy: left behind delayed work toy_delayed; withdrawn",
            "toy: left behind work toy_sleeper, which runs; withdrawn",
            "toy: left behind workqueue toywq; withdrawn",
        }.Concat(test.Lines.Where(line => line.Contains("left behind task ", StringComparison.Ordinal)))));
        Assert.That(test.LogText, Does.Match(@"toy: left behind task toyd/2, which waits for wait queue `toy_queue' at tests/core/task/ModuleRemovalTests\.cs:\d+ \(\w+\); withdrawn\n")
            .And.Contain("toy: left behind task toyd2/3; withdrawn"));
        Assert.That(test.Kernel.Oopses, Is.Zero);
    }

    [Test]
    public void Oops_WithdrawsEverythingSilently()
    {
        TestKernel test = Boot();
        TestModule module = Careless();
        test.Insmod(module);
        Idle(test, 10);
        test.Insmod(new TestModule("killer") { OnInit = kernel => test.Kernel.Modules.Kill(Module(test)) });
        _isGone = true;
        AssertWithdrawn(test);
        Assert.That(test.LogText, Does.Not.Contain("left behind"));
        test.Kernel.Shutdown();
        Assert.That(module.Exits, Is.Zero);
    }

    [Test]
    public void DeadModulesWork_IsTakenOutOfTheSharedWorker_WhichLives()
    {
        TestKernel test = Boot();
        Work sleeper = new("sleeper", kernel => { kernel.Msleep(1_000); Note("woke"); }), other = new("other", _ => Note("other"));
        test.Insmod(new TestModule { OnInit = kernel => kernel.ScheduleWork(sleeper), OnExit = kernel => kernel.KthreadRun(_ => Errno.Success, "late") });
        test.Context.ScheduleWork(other);
        Idle(test, 10);
        Assert.That(Notes, Is.Empty);
        Assert.That(test.Kernel.Modules.Rmmod("toy"), Is.EqualTo(Errno.Success));
        Assert.That(test.Lines, Does.Contain("toy: left behind work sleeper, which runs; withdrawn").And.Contain("toy: left behind task late/3; withdrawn"));
        Idle(test, 2_000);
        Assert.That(Noted, Is.EqualTo("other"));
        Assert.That(test.Kernel.Oopses, Is.Zero);
    }

    [Test]
    public void FailedInit_TakesItsTasksAlong()
    {
        TestKernel test = Boot();
        Assert.That(test.Insmod(new TestModule { InitResult = Errno.ENODEV, OnInit = kernel => kernel.KthreadRun(_ => { Note("ran"); return Errno.Success; }, "toyd") }), Is.EqualTo(Errno.ENODEV));
        Idle(test, 10);
        Assert.That(Notes, Is.Empty);
        Assert.That(test.Lines, Does.Contain("toy: left behind task toyd/2; withdrawn"));
    }

    [Test]
    public void EndedTask_CannotSleepOrPrintOnItsWayOut()
    {
        TestKernel test = Boot();
        test.Insmod(new TestModule
        {
            OnInit = kernel => kernel.KthreadRun(
                context =>
                {
                    try
                    {
                        context.WaitEvent(_queue, static () => false);
                    }
                    finally
                    {
                        context.Printk(LogLevel.Info, "still here");
                    }
                    return Errno.Success;
                },
                "toyd"),
        });
        Assert.That(test.Kernel.Modules.Rmmod("toy"), Is.EqualTo(Errno.Success));
        Assert.That(test.Lines, Does.Not.Contain("still here"));
        Assert.That(test.Kernel.TaskList, Is.Empty);
    }

    [Test]
    public void Shutdown_UnloadsModulesWhoseTasksSleep()
    {
        TestKernel test = Boot();
        KernelTask? task = null;
        test.Insmod(new TestModule
        {
            OnInit = kernel => task = kernel.KthreadRun(UntilStopped, "toyd"),
            OnExit = kernel => Note($"{kernel.KthreadStop(task!)}"),
        });
        test.Kernel.Shutdown();
        Assert.That((Noted, test.Kernel.Errors), Is.EqualTo(("Success", 0)));
    }

    [Test]
    public void InitExitAndWorkload_MaySleep_WhileOthersRun()
    {
        TestKernel test = Boot();
        Completion done = new("done");
        TestModule module = new()
        {
            OnInit = kernel =>
            {
                kernel.KthreadRun(context => { context.Msleep(20); context.Complete(done); return Errno.Success; }, "toyd");
                kernel.Msleep(5);
                Note($"init@{kernel.Jiffies}");
            },
            OnRun = kernel => { kernel.WaitForCompletion(done); Note($"run@{kernel.Jiffies}"); },
            OnExit = kernel => { kernel.Msleep(5); Note($"exit@{kernel.Jiffies}"); },
        };
        test.Insmod(module);
        Assert.That(test.Kernel.Modules.RunWorkload(Module(test))!.Error, Is.EqualTo(Errno.Success));
        test.Kernel.Modules.Rmmod("toy");
        Assert.That(Noted, Is.EqualTo("init@6 run@21 exit@27"));
        Assert.That(test.Machine.Cpus[0].IsOwned, Is.False);
    }

    private TestModule Careless()
    {
        KernelTimer timer = null!;
        timer = new KernelTimer("toy_timer", kernel => { Called(); kernel.ModTimer(timer, kernel.Jiffies + 2); });
        Tasklet tasklet = new("toy_tasklet", _ => Called());
        Work delayed = new("toy_delayed", _ => Called()), sleeper = new("toy_sleeper", kernel => { kernel.Msleep(1_000); Called(); });
        return new TestModule
        {
            OnInit = kernel =>
            {
                kernel.RequestIrq(7, "toy_irq", (_, _) => { Called(); return true; });
                kernel.KthreadRun(context => { context.WaitEvent(_queue, () => { Called(); return false; }); return Errno.Success; }, "toyd");
                kernel.KthreadRun(context => { context.Msleep(50); Called(); return Errno.Success; }, "toyd2");
                kernel.ModTimer(timer, kernel.Jiffies + 1);
                kernel.TaskletDisable(tasklet);
                kernel.TaskletSchedule(tasklet);
                kernel.ScheduleDelayedWork(delayed, 40);
                kernel.QueueWork(kernel.CreateSinglethreadWorkqueue("toywq"), sleeper);
            },
        };
    }

    private void Called() => Assert.That(_isGone, Is.False, "code of a module that is gone");

    private void AssertWithdrawn(TestKernel test)
    {
        test.Context.WakeUpAll(_queue);
        test.Machine.Interrupts.Raise(7);
        Idle(test, 2_000);
        Assert.That((test.Kernel.TaskList.Count, _queue.IsActive), Is.EqualTo((0, false)));
    }
}
