namespace MiniKernel.Core;

/// <summary>What is done behind the handlers, in interrupt context with interrupts on: kernel timers, then tasklets
/// (Linux 2.6 kernel/softirq.c).</summary>
/// <remarks>Runs at the end of a kernel call, where interrupts are taken, as long as the CPU has its interrupt flag on and
/// local_bh_disable() is not in force. A tasklet that schedules itself runs again at the next call.</remarks>
internal sealed class SoftIrqs(Kernel kernel)
{
    private readonly List<Tasklet> _scheduled = [];   // of all CPUs, in order
    private readonly int[] _count = new int[kernel.Machine.Cpus.Count];

    /// <summary>tasklet_schedule().</summary>
    /// <returns>False when it was scheduled already.</returns>
    public bool Schedule(CpuState cpu, Tasklet tasklet)
    {
        if (tasklet.OnCpu is not null)
            return false;
        tasklet.OnCpu = cpu;
        tasklet.Owner = cpu.Module;
        _scheduled.Add(tasklet);
        if (tasklet.Disabled == 0)
            _count[cpu.Id]++;
        return true;
    }

    /// <summary>Takes a tasklet back.</summary>
    /// <returns>False when it was not scheduled.</returns>
    public bool Cancel(Tasklet tasklet)
    {
        if (!_scheduled.Remove(tasklet))
            return false;
        if (tasklet.Disabled == 0)
            _count[tasklet.OnCpu!.Id]--;
        tasklet.OnCpu = null;
        return true;
    }

    /// <summary>tasklet_disable() and tasklet_enable().</summary>
    public void Disable(Tasklet tasklet, bool disable)
    {
        bool couldRun = tasklet.Disabled == 0;
        tasklet.Disabled += disable ? 1 : -1;
        if (tasklet.OnCpu is { } cpu && couldRun != (tasklet.Disabled == 0))
            _count[cpu.Id] += couldRun ? -1 : 1;
    }

    /// <summary>True when something is due on the CPU and may run there.</summary>
    public bool WillRun(CpuState cpu) => (kernel.Timers.IsDue(cpu) || _count[cpu.Id] != 0) && cpu.TakesSoftIrqs;

    /// <summary>do_softirq().</summary>
    public void Run(CpuState cpu)
    {
        CpuState running = kernel.Current;
        cpu.InSoftIrq = true;
        kernel.Current = cpu;
        try
        {
            kernel.Timers.RunDue(cpu);
            RunTasklets(cpu);
        }
        finally
        {
            cpu.InSoftIrq = false;
            kernel.Current = running;
        }
    }

    /// <summary>Takes every tasklet of a module off.</summary>
    /// <returns>What they were called.</returns>
    public IReadOnlyList<string> Withdraw(LoadedModule owner)
    {
        List<string> names = [];
        foreach (Tasklet tasklet in _scheduled.FindAll(tasklet => tasklet.Owner == owner))
        {
            Cancel(tasklet);
            names.Add($"tasklet {tasklet.Name}{tasklet.Note}");
        }
        return names;
    }

    // Those that are there now: what they schedule themselves waits for the next time.
    private void RunTasklets(CpuState cpu)
    {
        if (_count[cpu.Id] == 0)
            return;
        foreach (Tasklet tasklet in _scheduled.FindAll(tasklet => tasklet.OnCpu == cpu && tasklet.Disabled == 0))
        {
            if (tasklet.OnCpu != cpu || !Cancel(tasklet))
                continue;                         // one before it took it back
            kernel.Modules.Boundary.CallIsolated(
                tasklet.Owner, cpu, cpu.Comm, tasklet.Function, static (context, function) => Invoke(context, function), onOops: true);
        }
    }

    private static bool Invoke(KernelContext context, TaskletFunction function)
    {
        function(context);
        return true;
    }
}
