namespace MiniKernel.Core;

/// <summary>Spinlocks, with the reports of Linux 2.6.24 lib/spinlock_debug.c.</summary>
internal sealed class SpinCalls(Kernel kernel)
{
    public void Lock(CpuState cpu, Spinlock spinlock)
    {
        if (spinlock.OwnerCpu is { } owner)
            throw kernel.Oops.Stop(cpu, Report(owner == cpu ? "recursion" : "lockup", cpu, spinlock));
        spinlock.Take(cpu);
    }

    public bool TryLock(CpuState cpu, Spinlock spinlock)
    {
        if (spinlock.IsLocked)
            return false;
        spinlock.Take(cpu);
        return true;
    }

    /// <summary>Only who holds it can release it; a mistake is told and changes nothing.</summary>
    public void Unlock(CpuState cpu, Spinlock spinlock)
    {
        if (spinlock.OwnerCpu == cpu)
        {
            spinlock.Release(cpu);
            return;
        }
        kernel.Error(Report(spinlock.IsLocked ? "wrong CPU" : "already unlocked", cpu, spinlock));
        kernel.Oops.DumpStack(cpu);
    }

    /// <summary>The bytes of a lock are not those of one: it was never made, or has been written over.</summary>
    public void ReportMagic(CpuState cpu, string kind, string name, uint magic)
    {
        kernel.Error($"BUG: {kind} bad magic on CPU#{cpu.Id}, {cpu.Comm}/{cpu.Pid}\n lock: `{name}', .magic: {magic:x8}");
        kernel.Oops.DumpStack(cpu);
    }

    private static string Report(string what, CpuState cpu, Spinlock spinlock) =>
        $"BUG: spinlock {what} on CPU#{cpu.Id}, {cpu.Comm}/{cpu.Pid}\n"
        + $" lock: `{spinlock.Name}', .owner: {spinlock.Owner}, .owner_cpu: {spinlock.OwnerCpu?.Id ?? -1}"
        + (spinlock.IsLocked ? $", taken at {spinlock.TakenAt}" : "");
}
