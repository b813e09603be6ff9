using MiniKernel.Hal;
using MiniKernel.Mm;
using MiniKernel.Tests.Support;
using NUnit.Framework;

namespace MiniKernel.Core.Tests;

/// <summary>Wait queues and completions.</summary>
[TestFixture, Parallelizable(ParallelScope.All)]
public sealed class WaitQueueTests : TaskFixture
{
    private readonly WaitQueue _queue = new("queue");
    private bool _condition;

    [Test]
    public void WaitEvent_WhenTheConditionHolds_DoesNotSleep()
    {
        TestKernel test = Boot();
        test.Context.WaitEvent(_queue, static () => true);
        Assert.That(test.Machine.Clock.NowNs, Is.EqualTo(VirtualTimeCosts.KernelCallNs));
    }

    [Test]
    public void WaitEvent_LooksAgainAfterEachWakeUp()
    {
        TestKernel test = Boot();
        int looks = 0;
        test.Context.KthreadRun(
            kernel =>
            {
                kernel.WaitEvent(_queue, () => { looks++; return _condition; });
                Note("done");
                return Errno.Success;
            },
            "waiter");
        test.Context.Yield();
        int before = looks;
        test.Context.WakeUp(_queue);
        test.Context.Yield();
        Assert.That((looks, Notes.Count), Is.EqualTo((before + 1, 0)));
        _condition = true;
        test.Context.Yield();
        Assert.That(Notes, Is.Empty, "nobody woke it");
        test.Context.WakeUp(_queue);
        test.Context.Yield();
        Assert.That(Noted, Is.EqualTo("done"));
        Assert.That(_queue.IsActive, Is.False);
    }

    [Test]
    public void WaitEvent_MayLookIntoKernelMemory()
    {
        TestKernel test = Boot();
        VirtualAddress flag = test.Context.Kzalloc(4, GfpFlags.Kernel);
        test.Context.KthreadRun(
            kernel =>
            {
                kernel.WaitEvent(_queue, context => context.Read<int>(flag) != 0);
                Note("seen");
                return Errno.Success;
            },
            "waiter");
        test.Context.Yield();
        test.Context.Write(flag, 1);
        test.Context.WakeUpAll(_queue);
        test.Context.Yield();
        Assert.That(Noted, Is.EqualTo("seen"));
        test.Context.Kfree(flag);
    }

    [Test]
    public void WakeUp_ReachesAllButOneExclusiveWaiterAtATime_InOrder()
    {
        TestKernel test = Boot();
        foreach (string name in (string[])["x1", "a", "x2", "b", "x3"])
        {
            test.Context.KthreadRun(
                kernel =>
                {
                    if (name[0] == 'x')
                        kernel.WaitEventExclusive(_queue, () => _condition);
                    else
                        kernel.WaitEvent(_queue, () => _condition);
                    Note(name);
                    return Errno.Success;
                },
                name);
        }
        test.Context.Yield();
        _condition = true;
        Wake("a b x1", static (kernel, queue) => kernel.WakeUp(queue));
        Wake("a b x1 x2", static (kernel, queue) => kernel.WakeUp(queue));
        Wake("a b x1 x2 x3", static (kernel, queue) => kernel.WakeUp(queue));

        void Wake(string expected, Action<KernelContext, WaitQueue> wake)
        {
            wake(test.Context, _queue);
            test.Context.Yield();
            Assert.That(Noted, Is.EqualTo(expected));
        }
    }

    [TestCase(2, "x1 x2")]
    [TestCase(int.MaxValue, "x1 x2 x3 x4")]
    public void WakeUpNr_ReachesSoManyExclusiveWaiters(int count, string expected)
    {
        TestKernel test = Boot();
        for (int i = 1; i <= 4; i++)
        {
            string name = $"x{i}";
            test.Context.KthreadRun(kernel => { kernel.WaitEventExclusive(_queue, () => _condition); Note(name); return Errno.Success; }, name);
        }
        test.Context.Yield();
        _condition = true;
        test.Context.WakeUpNr(_queue, count);
        test.Context.Yield();
        Assert.That(Noted, Is.EqualTo(expected));
    }

    [Test]
    public void WaitEventTimeout_ReturnsWhatIsLeft_Or0()
    {
        TestKernel test = Boot();
        List<long> left = [];
        test.Context.KthreadRun(
            kernel =>
            {
                left.Add(kernel.WaitEventTimeout(_queue, () => _condition, 10));
                left.Add((long)kernel.Jiffies);
                left.Add(kernel.WaitEventTimeout(_queue, () => _condition, 100));
                left.Add(kernel.WaitEventTimeout(_queue, () => _condition, 0));
                return Errno.Success;
            },
            "waiter");
        Idle(test, 30);
        _condition = true;
        test.Context.WakeUp(_queue);
        Idle(test, 30);
        Assert.That(left, Is.EqualTo(new[] { 0, 10, 80L, 1 }));
        Assert.That(_queue.IsActive, Is.False);
    }

    [Test]
    public void InterruptHandler_WakesATask()
    {
        TestKernel test = Boot();
        test.Insmod(new TestModule
        {
            OnInit = kernel =>
            {
                kernel.RequestIrq(7, "toy", (context, _) => { _condition = true; context.WakeUp(_queue); return true; });
                kernel.KthreadRun(context => { context.WaitEvent(_queue, () => _condition); Note($"{context.InAtomic}"); return Errno.Success; }, "toyd");
            },
            OnExit = static kernel => kernel.FreeIrq(7),
        });
        test.Machine.Interrupts.Raise(7);
        Idle(test, 2);
        Assert.That(Noted, Is.EqualTo("False"));
        Assert.That(test.Kernel.Modules.Rmmod("toy"), Is.EqualTo(Errno.Success));
        Assert.That(test.Kernel.Errors, Is.Zero);
    }

    [Test]
    public void Completion_LetsOneGoOnPerComplete_NowOrLater()
    {
        TestKernel test = Boot();
        Completion done = new("done");
        for (int i = 0; i < 3; i++)
        {
            string name = $"t{i}";
            test.Context.KthreadRun(kernel => { kernel.WaitForCompletion(done); Note(name); return Errno.Success; }, name);
        }
        test.Context.Yield();
        test.Context.Complete(done);
        test.Context.Yield();
        Assert.That(Noted, Is.EqualTo("t0"));
        test.Context.Complete(done);
        test.Context.Complete(done);
        test.Context.Complete(done);
        test.Context.Yield();
        Assert.That(Noted, Is.EqualTo("t0 t1 t2"));
        Assert.That(done.Done, Is.EqualTo(1));
        Assert.That(test.Context.TryWaitForCompletion(done), Is.True);
        Assert.That(test.Context.TryWaitForCompletion(done), Is.False);
    }

    [Test]
    public void CompleteAll_IsForEver_UntilInit()
    {
        TestKernel test = Boot();
        Completion done = new("done");
        test.Context.CompleteAll(done);
        for (int i = 0; i < 5; i++)
            test.Context.WaitForCompletion(done);
        test.Context.InitCompletion(done);
        Assert.That(test.Context.WaitForCompletionTimeout(done, 20), Is.Zero);
        Assert.That(test.Machine.Clock.Jiffies, Is.EqualTo(20));
    }
}
