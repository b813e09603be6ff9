using MiniKernel.Tests.Support;
using NUnit.Framework;

namespace MiniKernel.Core.Tests;

/// <summary>Spinlocks, and sleeping where it is forbidden.</summary>
[TestFixture, Parallelizable(ParallelScope.All)]
public sealed class AtomicTests : TaskFixture
{
    private readonly Spinlock _lock = new("toy_lock");

    [Test]
    public void Spinlock_MakesTheContextAtomic()
    {
        TestKernel test = Boot();
        test.Context.SpinLock(_lock);
        Assert.That((test.Context.InAtomic, _lock.IsLocked), Is.EqualTo((true, true)));
        test.Context.SpinUnlock(_lock);
        Assert.That((test.Context.InAtomic, _lock.IsLocked), Is.EqualTo((false, false)));
        Assert.That(test.Context.SpinTrylock(_lock), Is.True);
        Assert.That(test.Context.SpinTrylock(_lock), Is.False);
        test.Context.SpinUnlock(_lock);
    }

    [Test]
    public void SpinLockIrqsave_HoldsInterruptsBack_AndNests()
    {
        TestKernel test = Boot();
        Spinlock inner = new("inner");
        test.Context.RequestIrq(7, "toy", (kernel, _) => { kernel.SpinLock(_lock); Note("irq"); kernel.SpinUnlock(_lock); return true; });
        bool flags = test.Context.SpinLockIrqsave(_lock);
        bool innerFlags = test.Context.SpinLockIrqsave(inner);
        test.Machine.Interrupts.Raise(7);
        test.Context.Udelay(10);
        test.Context.SpinUnlockIrqrestore(inner, innerFlags);
        Assert.That((flags, innerFlags, Notes.Count), Is.EqualTo((true, false, 0)));
        test.Context.SpinUnlockIrqrestore(_lock, flags);
        Assert.That(Noted, Is.EqualTo("irq"));
        test.Context.SpinLockIrq(_lock);
        test.Context.SpinUnlockIrq(_lock);
        Assert.That((test.Context.InAtomic, test.Kernel.Errors), Is.EqualTo((false, 0)));
    }

    [Test]
    public void SpinlockTakenInAHandlerWithoutIrqsave_IsADeadlock()
    {
        TestKernel test = Boot();
        test.Insmod(new TestModule
        {
            OnInit = kernel =>
            {
                kernel.RequestIrq(7, "toy", (context, _) => { context.SpinLock(_lock); return true; });
                kernel.SpinLock(_lock);
                test.Machine.Interrupts.Raise(7);
                kernel.Udelay(1);
                kernel.SpinUnlock(_lock);
            },
        });
        AssertOops(test, "BUG: spinlock recursion on CPU#0, insmod/1\n lock: `toy_lock', .owner: insmod/1, .owner_cpu: 0, taken at tests/core/task/AtomicTests.cs:");
        Assert.That(test.Context.InAtomic, Is.False);
    }

    [Test]
    public void SpinlocksLeftHeld_AreNamedWithTheirPlaces()
    {
        TestKernel test = Boot();
        Spinlock inner = new("inner"), released = new("released");
        test.Insmod(new TestModule("a")
        {
            OnInit = kernel =>
            {
                kernel.SpinLock(_lock);
                kernel.SpinLock(released);
                kernel.SpinLock(inner);
                kernel.SpinUnlock(released);
            },
        });
        string report = test.Lines.Single(line => line.StartsWith("error in a: ", StringComparison.Ordinal));
        Assert.That(report, Does.Match(
            @"imbalance \(0 before, 2 after\): spinlock `toy_lock' is held since tests/core/task/AtomicTests\.cs:\d+ \(.+\), spinlock `inner' is held since tests/core/task/AtomicTests\.cs:\d+ \(.+\)$"));
        Assert.That(test.Kernel.Errors, Is.EqualTo(1));
    }

    [Test]
    public void SpinlocksLeftHeld_AreNotTheNextCallsImbalance()
    {
        TestKernel test = Boot();
        test.Insmod(new TestModule("a") { OnInit = kernel => kernel.SpinLock(_lock) });
        test.Insmod(new TestModule("b") { OnInit = static kernel => kernel.PreemptDisable() });
        Assert.That(test.Lines, Does.Contain("error in b: returned with preemption imbalance (0 before, 1 after)"));
    }

    [Test]
    public void SpinlockOfADeadModule_IsALockupForTheNext()
    {
        TestKernel test = Boot("i386-64");
        test.Insmod(new TestModule("a") { OnInit = kernel => { kernel.SpinLock(_lock); kernel.Bug(); } });
        test.Kernel.Modules.Insmod(new TestModule("b") { OnInit = kernel => kernel.SpinLock(_lock) }, cpu: 1);
        Assert.That(test.LogText, Does.Contain("BUG: spinlock lockup on CPU#1, insmod/1\n lock: `toy_lock', .owner: insmod/1, .owner_cpu: 0, taken at "));
        Assert.That(test.Kernel.Oopses, Is.EqualTo(2));
    }

    [Test]
    public void SpinUnlock_OfWhatIsNotHeld_IsToldAndChangesNothing()
    {
        TestKernel test = Boot("i386-64");
        test.Context.SpinUnlock(_lock);
        test.Context.SpinLock(_lock);
        test.Kernel.Context(1).SpinUnlock(_lock);
        Assert.That(_lock.IsLocked, Is.True);
        test.Context.SpinUnlock(_lock);
        Assert.That(test.LogText, Does.Contain("BUG: spinlock already unlocked on CPU#0, swapper/0\n lock: `toy_lock', .owner: <none>/-1, .owner_cpu: -1")
            .And.Contain("BUG: spinlock wrong CPU on CPU#1, swapper/0\n lock: `toy_lock', .owner: swapper/0, .owner_cpu: 0, taken at "));
        Assert.That(test.Kernel.Errors, Is.EqualTo(2));
    }

    // On a real machine CPU 1 would spin until CPU 0 is done; on the baton its interrupt comes then.
    [Test]
    public void InterruptOfAnotherCpu_WaitsWhileALockIsHeld()
    {
        TestKernel test = Boot("i386-64");
        test.Context.RequestIrq(7, "toy", (kernel, _) => { kernel.SpinLock(_lock); Note($"irq{kernel.ProcessorId}"); kernel.SpinUnlock(_lock); return true; });
        bool flags = test.Context.SpinLockIrqsave(_lock);
        test.Machine.Interrupts.Raise(7, cpu: 1);
        test.Context.Udelay(5);
        Assert.That(Notes, Is.Empty);
        test.Context.SpinUnlockIrqrestore(_lock, flags);
        Assert.That(Noted, Is.EqualTo("irq1"));
        Assert.That(test.Kernel.Errors, Is.Zero);
    }

    private static IEnumerable<TestCaseData> Contexts()
    {
        yield return Case("spinlock", static (kernel, sleep) => { kernel.SpinLock(new Spinlock("x")); sleep(kernel); }, "00000001");
        yield return Case("preempt_disable", static (kernel, sleep) => { kernel.PreemptDisable(); kernel.PreemptDisable(); sleep(kernel); }, "00000002");
        yield return Case("local_bh_disable", static (kernel, sleep) => { kernel.LocalBhDisable(); sleep(kernel); }, "00000100");
        yield return Case("tasklet", static (kernel, sleep) => kernel.TaskletSchedule(new Tasklet("x", context => sleep(context))), "00000100");
        yield return Case("timer", static (kernel, sleep) => { kernel.ModTimer(new KernelTimer("x", context => sleep(context)), 0); kernel.Mdelay(2); }, "00000100");

        static TestCaseData Case(string name, Action<KernelContext, ModuleBody> arrange, string count) =>
            new TestCaseData(arrange, count).SetArgDisplayNames(name);
    }

    [TestCaseSource(nameof(Contexts))]
    public void SleepingInAtomicContext_IsAnOops(Action<KernelContext, ModuleBody> arrange, string count)
    {
        TestKernel test = Boot();
        test.Insmod(new TestModule { OnInit = kernel => arrange(kernel, static context => context.Msleep(1)) });
        AssertOops(test, $"BUG: scheduling while atomic: insmod/1/0x{count}\nOops: 0000 [#1]");
        Assert.That((Module(test).State, test.Context.InAtomic), Is.EqualTo((ModuleState.Dead, false)));
    }

    [Test]
    public void SleepingInAnInterruptHandler_IsAnOops()
    {
        TestKernel test = Boot();
        test.Insmod(new TestModule { OnInit = static kernel => kernel.RequestIrq(7, "toy", static (context, _) => { context.Msleep(1); return true; }) });
        test.Machine.Interrupts.Raise(7);
        test.Context.Udelay(1);
        AssertOops(test, "BUG: scheduling while atomic: swapper/0/0x00010000");
        Assert.That((Module(test).State, test.Context.InAtomic), Is.EqualTo((ModuleState.Dead, false)));
    }

    [Test]
    public void CallThatMightSleep_InAtomicContext_SaysSoAndGoesOn()
    {
        TestKernel test = Boot();
        KernelMutex mutex = new("free");
        test.Context.SpinLock(_lock);
        test.Context.MutexLock(mutex);
        test.Context.MutexUnlock(mutex);
        test.Context.SpinUnlock(_lock);
        Assert.That(test.LogText, Does.Match(@"BUG: sleeping function called from invalid context at tests/core/task/AtomicTests\.cs:\d+\nin_atomic\(\):1, irqs_disabled\(\):0\n"));
        Assert.That((test.Kernel.Errors, test.Kernel.Oopses), Is.EqualTo((1, 0)));
    }

    [Test]
    public void SleepingWithInterruptsOff_IsNoOops_AndTheFlagIsTheTasksOwn()
    {
        TestKernel test = Boot();
        test.Context.KthreadRun(kernel => { Note($"{kernel.InAtomic}"); return Errno.Success; }, "other");
        bool flags = test.Context.LocalIrqSave();
        test.Context.Msleep(1);
        Assert.That((Noted, test.Context.InAtomic), Is.EqualTo(("False", true)));
        test.Context.LocalIrqRestore(flags);
        Assert.That(test.Kernel.Oopses, Is.Zero);
    }

    [Test]
    public void SpinLockBh_HoldsTimersAndTaskletsBack()
    {
        TestKernel test = Boot();
        Tasklet tasklet = new("toy", kernel => { kernel.SpinLock(_lock); Note("tasklet"); kernel.SpinUnlock(_lock); });
        KernelTimer timer = new("toy", kernel => { kernel.SpinLock(_lock); Note("timer"); kernel.SpinUnlock(_lock); });
        test.Context.SpinLockBh(_lock);
        test.Context.ModTimer(timer, 1);
        test.Context.TaskletSchedule(tasklet);
        test.Context.Mdelay(3);
        Assert.That(Notes, Is.Empty);
        test.Context.SpinUnlockBh(_lock);
        Assert.That(Noted, Is.EqualTo("timer tasklet"));
        Assert.That(test.Kernel.Errors, Is.Zero);
    }

    [Test]
    public void LocalBhEnable_TooOften_IsABug()
    {
        TestKernel test = Boot();
        test.Insmod(new TestModule { OnInit = static kernel => kernel.LocalBhEnable() });
        AssertOops(test, "local_bh_enable() without local_bh_disable()");
    }
}
