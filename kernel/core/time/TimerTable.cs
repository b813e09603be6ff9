using MiniKernel.Hal;

namespace MiniKernel.Core;

/// <summary>Kernel timers of every CPU: Linux 2.6 kernel/timer.c.</summary>
/// <remarks>They run behind the tick, so never before the next jiffy, in order of expiry and then of arming.</remarks>
internal sealed class TimerTable(Kernel kernel)
{
    private readonly SortedSet<KernelTimer>[] _armed = [.. kernel.Machine.Cpus.Select(_ => new SortedSet<KernelTimer>(new ByExpiry()))];
    private readonly ulong[] _dueNs = [.. kernel.Machine.Cpus.Select(_ => ulong.MaxValue)];
    private ulong _sequence;

    private sealed class ByExpiry : IComparer<KernelTimer>
    {
        public int Compare(KernelTimer? x, KernelTimer? y) => (x!.Due, x.Sequence).CompareTo((y!.Due, y.Sequence));
    }

    /// <summary>mod_timer().</summary>
    /// <returns>True when it was pending.</returns>
    public bool Arm(CpuState cpu, LoadedModule? owner, KernelTimer timer, ulong expires)
    {
        bool wasPending = Disarm(timer);
        (timer.Expires, timer.Owner, timer.OnCpu, timer.Sequence) = (expires, owner, cpu, _sequence++);
        timer.Due = Math.Max(expires, kernel.Machine.Clock.Jiffies + 1);
        _armed[cpu.Id].Add(timer);
        NoteNext(cpu.Id);
        return wasPending;
    }

    /// <summary>del_timer().</summary>
    /// <returns>True when it was pending.</returns>
    public bool Disarm(KernelTimer timer)
    {
        if (timer.OnCpu is not { } cpu)
            return false;
        _armed[cpu.Id].Remove(timer);
        timer.OnCpu = null;
        NoteNext(cpu.Id);
        return true;
    }

    /// <summary>True when a timer of the CPU has expired.</summary>
    public bool IsDue(CpuState cpu) => kernel.Machine.Clock.NowNs >= _dueNs[cpu.Id];

    /// <summary>True when a timer will expire one day and may run then.</summary>
    public bool IsAnyToCome
    {
        get
        {
            foreach (CpuState cpu in kernel.AllCpus)
            {
                if (_armed[cpu.Id].Count != 0 && cpu.TakesSoftIrqs)
                    return kernel.Machine.Timer.IsRunning;
            }
            return false;
        }
    }

    /// <summary>run_timer_softirq().</summary>
    public void RunDue(CpuState cpu)
    {
        SortedSet<KernelTimer> armed = _armed[cpu.Id];
        ulong now = kernel.Machine.Clock.Jiffies;
        while (armed.Min is { } timer && timer.Due <= now)
        {
            Disarm(timer);
            timer.IsRunning = true;
            try
            {
                kernel.Modules.Boundary.CallIsolated(
                    timer.Owner, cpu, cpu.Comm, timer.Function, static (context, function) => Invoke(context, function), onOops: true);
            }
            finally
            {
                timer.IsRunning = false;
            }
        }
    }

    /// <summary>Takes every timer of a module off.</summary>
    /// <returns>What they were called.</returns>
    public IReadOnlyList<string> Withdraw(LoadedModule owner)
    {
        List<string> names = [];
        foreach (KernelTimer timer in _armed.SelectMany(timers => timers).Where(timer => timer.Owner == owner).ToArray())
        {
            Disarm(timer);
            names.Add($"{timer.Kind} {timer.Name}{timer.Note}");
        }
        return names;
    }

    private static bool Invoke(KernelContext context, TimerFunction function)
    {
        function(context);
        return true;
    }

    private void NoteNext(int cpu)
        => _dueNs[cpu] = _armed[cpu].Min is { } first && first.Due < ulong.MaxValue / VirtualClock.NsPerJiffy ? first.Due * VirtualClock.NsPerJiffy : ulong.MaxValue;
}
