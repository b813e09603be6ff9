using MiniKernel.Tests.Support;
using NUnit.Framework;

namespace MiniKernel.Core.Tests;

/// <summary>Interrupt lines that several devices share, and what /proc/interrupts says of them.</summary>
[TestFixture, Parallelizable(ParallelScope.All)]
public sealed class SharedInterruptTests : TaskFixture
{
    private readonly object _first = new(), _second = new();

    [Test]
    public void SharedLine_AsksEveryHandlerInTurn()
    {
        TestKernel test = Boot();
        Assert.That(Request(test, "one", _first), Is.EqualTo(Errno.Success));
        Assert.That(Request(test, "two", _second), Is.EqualTo(Errno.Success));
        Raise(test);
        Assert.That(Noted, Is.EqualTo("one two"));
        Assert.That(test.Kernel.Proc.Read("interrupts"), Does.Contain("  7:          1    XT-PIC-XT        one, two\n").And.Contain("ERR:          0\n"));
        test.Context.FreeIrq(7, _first);
        Raise(test);
        Assert.That(Noted, Is.EqualTo("one two two"));
        test.Context.FreeIrq(7, _first);
        Assert.That(test.Lines[^1], Is.EqualTo("Trying to free already-free IRQ 7"));
        test.Context.FreeIrq(7, _second);
        Raise(test);
        Assert.That(test.Kernel.Proc.Read("interrupts"), Does.Contain("  7:          2    XT-PIC-XT      \n"));
    }

    [Test]
    public void SharedLine_NeedsEverybodysAgreement_AndADevice()
    {
        TestKernel test = Boot();
        Assert.That(test.Context.RequestIrq(7, "x", static (_, _) => true, IrqFlags.Shared, null), Is.EqualTo(Errno.EINVAL));
        Assert.That(Request(test, "one", _first), Is.EqualTo(Errno.Success));
        Assert.That(test.Context.RequestIrq(7, "x", static (_, _) => true), Is.EqualTo(Errno.EBUSY));
        Assert.That(test.Context.RequestIrq(6, "y", static (_, _) => true, IrqFlags.Disabled, _second), Is.EqualTo(Errno.Success));
        Assert.That(test.Context.RequestIrq(6, "z", static (_, _) => true, IrqFlags.Shared, _second), Is.EqualTo(Errno.EBUSY));
        Assert.That(test.Context.RequestIrq(0, "z", static (_, _) => true, IrqFlags.Shared, _second), Is.EqualTo(Errno.EBUSY), "the tick's");
    }

    [Test]
    public void Handler_MayFreeItsLine()
    {
        TestKernel test = Boot();
        test.Context.RequestIrq(7, "once", (kernel, line) => { Note("once"); kernel.FreeIrq(line, _first); return true; }, IrqFlags.Shared, _first);
        Request(test, "two", _second);
        Raise(test);
        Raise(test);
        Assert.That(Noted, Is.EqualTo("once two two"));
    }

    [Test]
    public void InterruptNobodyRecognises_IsCounted()
    {
        TestKernel test = Boot();
        Request(test, "one", _first, handled: false);
        Request(test, "two", _second, handled: false);
        Raise(test);
        Raise(test);
        Assert.That(test.Kernel.Interrupts.Unhandled(7), Is.EqualTo(2));
        Assert.That(test.Kernel.Proc.Read("interrupts"), Does.Contain("ERR:          2\n"));
    }

    [Test]
    public void LineNobodyCaresFor_IsDisabled()
    {
        TestKernel test = Boot();
        int heard = 0;
        test.Context.RequestIrq(7, "deaf", (_, _) => { heard++; return false; });
        for (int i = 0; i < 100_010; i++)
            Raise(test);
        Assert.That(heard, Is.EqualTo(100_000));
        Assert.That(test.LogText, Does.Contain("irq 7: nobody cared (try booting with the \"irqpoll\" option)\nhandlers: deaf\nDisabling IRQ #7"));
    }

    [Test]
    public void DisableIrq_HoldsTheLineBack_AndCounts()
    {
        TestKernel test = Boot();
        Request(test, "one", _first);
        test.Context.DisableIrq(7);
        test.Context.DisableIrq(7);
        Raise(test);
        test.Context.EnableIrq(7);
        Assert.That(Notes, Is.Empty);
        test.Context.EnableIrq(7);
        Assert.That(Noted, Is.EqualTo("one"));
        test.Context.EnableIrq(7);
        Assert.That(test.LogText, Does.Contain("Unbalanced enable for IRQ 7 from tests/core/task/SharedInterruptTests.cs:"));
    }

    [Test]
    public void DeadModule_LeavesTheLineToTheOthers()
    {
        TestKernel test = Boot();
        test.Insmod(new TestModule("bad") { OnInit = kernel => kernel.RequestIrq(7, "bad", static (context, _) => { context.Bug(); return true; }, IrqFlags.Shared, _first) });
        Request(test, "good", _second);
        Raise(test);
        Raise(test);
        Assert.That(Noted, Is.EqualTo("good good"));
        Assert.That(test.Kernel.Oopses, Is.EqualTo(1));
        Assert.That(test.Kernel.Proc.Read("interrupts"), Does.Contain("  7:          2    XT-PIC-XT        good\n"));
    }

    private Errno Request(TestKernel test, string name, object device, bool handled = true) =>
        test.Context.RequestIrq(7, name, (_, _) => { Note(name); return handled; }, IrqFlags.Shared, device);

    private static void Raise(TestKernel test)
    {
        test.Machine.Interrupts.Raise(7);
        test.Context.Udelay(1);
    }
}
