using System.Runtime.CompilerServices;
using MiniKernel.Hal;
using MiniKernel.Mm;

namespace MiniKernel.Core;

/// <summary>Time as the kernel keeps it: what calls cost, delays, and the contexts in which nobody may sleep.</summary>
public sealed class KernelTime
{
    private const ulong NsPerMicrosecond = 1_000;
    private readonly Kernel _kernel;
    private readonly VirtualClock _clock;

    internal KernelTime(Kernel kernel)
    {
        _kernel = kernel;
        _clock = kernel.Machine.Clock;
    }

    /// <summary>Lets time pass: devices work, timers expire, interrupts are taken when they come, tasks run.</summary>
    /// <param name="ns">Nanoseconds.</param>
    public void Idle(ulong ns)
    {
        ulong target = checked(_clock.NowNs + ns);
        _kernel.Interrupts.Service();
        _kernel.Tasks.RunOthers(target);
        while (_clock.NextEventNs is { } next && next <= target)
        {
            _clock.Advance(next > _clock.NowNs ? next - _clock.NowNs : 0);
            _kernel.Interrupts.Service();
            _kernel.Tasks.RunOthers(target);
        }
        if (target > _clock.NowNs)
            _clock.Advance(target - _clock.NowNs);
    }

    /// <summary>Nobody can run: on to what comes next.</summary>
    internal void JumpToNextEvent()
    {
        _clock.TryJumpToNextEvent();
        _kernel.Interrupts.Service();
        _kernel.Reaper.RunDeferred();
    }

    internal ulong Jiffies(MmCpu cpu)
    {
        Pass(cpu, VirtualTimeCosts.KernelCallNs);
        return _clock.Jiffies;
    }

    internal void Printk(MmCpu cpu, LogLevel level, string text)
    {
        _kernel.Tasks.LeaveIfEnded(_kernel.Cpu(cpu));
        _kernel.Print(level, text);
        Pass(cpu, VirtualTimeCosts.KernelCallNs);
    }

    /// <summary>Prints what may have no line end yet.</summary>
    internal void PrintkPart(MmCpu cpu, LogLevel level, string text, bool continues)
    {
        _kernel.Tasks.LeaveIfEnded(_kernel.Cpu(cpu));
        _kernel.Log.Write(level, text, continues);
        Pass(cpu, VirtualTimeCosts.KernelCallNs);
    }

    internal void Udelay(MmCpu cpu, uint microseconds) => Pass(cpu, (microseconds * NsPerMicrosecond) + VirtualTimeCosts.KernelCallNs);

    internal void DeviceAccess(MmCpu cpu) => Pass(cpu, VirtualTimeCosts.DeviceAccessNs);

    /// <summary>Charges a call that has been made.</summary>
    internal void Charge(MmCpu cpu) => Pass(cpu, VirtualTimeCosts.KernelCallNs);

    /// <summary>The same, for one with a result.</summary>
    internal T Charge<T>(MmCpu cpu, T result)
    {
        Pass(cpu, VirtualTimeCosts.KernelCallNs);
        return result;
    }

    internal void PreemptDisable(MmCpu cpu) => _kernel.Cpu(cpu).PreemptCount++;

    internal void PreemptEnable(MmCpu cpu, CallSite site)
    {
        CpuState state = _kernel.Cpu(cpu);
        if (state.PreemptCount == 0)
            throw _kernel.Oops.Bug(state, site, "preempt_enable() without preempt_disable()");
        state.PreemptCount--;
        Pass(cpu, VirtualTimeCosts.KernelCallNs);
    }

    internal bool IrqSave(MmCpu cpu)
    {
        CpuState state = _kernel.Cpu(cpu);
        bool wereOn = state.InterruptsEnabled;
        state.InterruptsEnabled = false;
        return wereOn;
    }

    internal void IrqRestore(MmCpu cpu, bool on)
    {
        _kernel.Cpu(cpu).InterruptsEnabled = on;
        Pass(cpu, VirtualTimeCosts.KernelCallNs);
    }

    /// <summary>The end of a kernel call that is not mm's: time has passed, interrupts are taken, deferred work is done.</summary>
    internal void Pass(MmCpu cpu, ulong ns)
    {
        RuntimeHelpers.EnsureSufficientExecutionStack();
        CpuState state = _kernel.Cpu(cpu);
        _kernel.Tasks.LeaveIfEnded(state);
        _kernel.Current = state;
        _clock.Advance(ns);
        _kernel.Interrupts.Service();
        _kernel.Reaper.RunDeferred();
        _kernel.Current = state;
        if (_clock.NowNs > state.DeadlineNs)
            throw _kernel.Oops.SoftLockup(state);
        _kernel.Tasks.LeaveIfEnded(state);
    }
}
