using System.Diagnostics.CodeAnalysis;
using System.Runtime.CompilerServices;
using MiniKernel.Mm;

namespace MiniKernel.Core;

/// <content>Everything that is not memory: each call costs virtual time, and interrupts are taken on its return.</content>
public readonly ref partial struct KernelContext
{
    /// <summary>Jiffies since power-on; HZ is 1000. Reading them takes time like any other call.</summary>
    public ulong Jiffies => _kernel.Time.Jiffies(_cpu);

    /// <summary>in_atomic() or irqs_disabled(): sleeping is forbidden.</summary>
    public bool InAtomic => _cpu.AtomicContext;

    /// <summary>Prints a message of one or more lines.</summary>
    public void Printk(LogLevel level, string text) => _kernel.Time.Printk(_cpu, level, text);

    /// <summary>Waits, busy.</summary>
    public void Udelay(uint microseconds) => _kernel.Time.Udelay(_cpu, microseconds);

    /// <summary>Waits, busy, millisecond by millisecond.</summary>
    public void Mdelay(uint milliseconds)
    {
        for (uint passed = 0; passed < milliseconds; passed++)
            Udelay(1000);
    }

    /// <summary>BUG(): the driver found that it is wrong. It is stopped with an oops; the call does not return.</summary>
    [DoesNotReturn]
    public void Bug(
        string explanation = "", [CallerFilePath] string file = "", [CallerLineNumber] int line = 0, [CallerMemberName] string member = "")
        => throw _kernel.Oops.Bug(_kernel.Cpu(_cpu), new CallSite(file, line, member), explanation);

    /// <summary>BUG_ON().</summary>
    public void BugOn(
        [DoesNotReturnIf(true)] bool condition, [CallerArgumentExpression(nameof(condition))] string expression = "",
        [CallerFilePath] string file = "", [CallerLineNumber] int line = 0, [CallerMemberName] string member = "")
    {
        if (condition)
            throw _kernel.Oops.Bug(_kernel.Cpu(_cpu), new CallSite(file, line, member), expression);
    }

    /// <summary>WARN_ON(): says where, and goes on. Counted as an error.</summary>
    /// <returns>The condition.</returns>
    public bool WarnOn(
        bool condition, [CallerFilePath] string file = "", [CallerLineNumber] int line = 0, [CallerMemberName] string member = "")
    {
        if (condition)
            _kernel.Oops.Warn(_kernel.Cpu(_cpu), new CallSite(file, line, member));
        return condition;
    }

    /// <summary>might_sleep(): says so when the caller may not sleep here.</summary>
    public void MightSleep([CallerFilePath] string file = "", [CallerLineNumber] int line = 0, [CallerMemberName] string member = "")
        => _kernel.Memory.Enter(_cpu, GfpFlags.Wait, file, line, member);

    /// <summary>preempt_disable(), or taking a spinlock: no sleeping until the matching <see cref="PreemptEnable"/>.</summary>
    public void PreemptDisable() => _kernel.Time.PreemptDisable(_cpu);

    /// <summary>preempt_enable().</summary>
    public void PreemptEnable([CallerFilePath] string file = "", [CallerLineNumber] int line = 0, [CallerMemberName] string member = "")
        => _kernel.Time.PreemptEnable(_cpu, new CallSite(file, line, member));

    /// <summary>local_irq_save(): turns this CPU's interrupts off.</summary>
    /// <returns>What to hand to <see cref="LocalIrqRestore"/>: whether they were on.</returns>
    public bool LocalIrqSave() => _kernel.Time.IrqSave(_cpu);

    /// <summary>local_irq_restore().</summary>
    public void LocalIrqRestore(bool flags) => _kernel.Time.IrqRestore(_cpu, flags);
}
