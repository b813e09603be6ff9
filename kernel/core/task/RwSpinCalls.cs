namespace MiniKernel.Core;

/// <summary>Spinlocks for readers and writers, with the reports of Linux 2.6.24 lib/spinlock_debug.c.</summary>
/// <remarks>As with <see cref="Spinlock"/>, whoever finds it taken would spin for ever.</remarks>
internal sealed class RwSpinCalls(Kernel kernel)
{
    public void Read(CpuState cpu, RwSpinlock spinlock)
    {
        if (!TryRead(cpu, spinlock))
            throw kernel.Oops.Stop(cpu, Report(spinlock.Writer == cpu ? "recursion" : "lockup", cpu, spinlock));
    }

    public bool TryRead(CpuState cpu, RwSpinlock spinlock)
    {
        if (spinlock.Writer is not null)
            return false;
        spinlock.Readers.Add(cpu);
        cpu.Hold(spinlock, spinlock.Name);
        return true;
    }

    public void ReadUnlock(CpuState cpu, RwSpinlock spinlock)
    {
        if (spinlock.Readers.Remove(cpu))
            cpu.LetGo(spinlock);
        else
            Complain("already unlocked", cpu, spinlock);
    }

    public void Write(CpuState cpu, RwSpinlock spinlock)
    {
        if (!TryWrite(cpu, spinlock))
            throw kernel.Oops.Stop(cpu, Report(spinlock.Writer == cpu ? "recursion" : "lockup", cpu, spinlock));
    }

    public bool TryWrite(CpuState cpu, RwSpinlock spinlock)
    {
        if (spinlock.Writer is not null || spinlock.Readers.Count != 0)
            return false;
        (spinlock.Writer, spinlock.TakenAt) = (cpu, cpu.Site);
        cpu.Hold(spinlock, spinlock.Name);
        return true;
    }

    public void WriteUnlock(CpuState cpu, RwSpinlock spinlock)
    {
        if (spinlock.Writer != cpu)
        {
            Complain(spinlock.Writer is null ? "already unlocked" : "wrong CPU", cpu, spinlock);
            return;
        }
        spinlock.Writer = null;
        cpu.LetGo(spinlock);
    }

    private void Complain(string what, CpuState cpu, RwSpinlock spinlock)
    {
        kernel.Error(Report(what, cpu, spinlock));
        kernel.Oops.DumpStack(cpu);
    }

    private static string Report(string what, CpuState cpu, RwSpinlock spinlock) =>
        $"BUG: rwlock {what} on CPU#{cpu.Id}, {cpu.Comm}/{cpu.Pid}\n lock: `{spinlock.Name}', readers: {spinlock.Readers.Count}"
        + (spinlock.Writer is { } writer ? $", written on CPU#{writer.Id}, taken at {spinlock.TakenAt}" : "");
}
