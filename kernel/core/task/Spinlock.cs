namespace MiniKernel.Core;

/// <summary>A lock for short sections in which nobody may sleep: spinlock_t, checked as with CONFIG_DEBUG_SPINLOCK.</summary>
/// <remarks>All CPUs pass one baton and its holder cannot sleep, so whoever finds it taken would spin for ever: that is an oops.</remarks>
/// <param name="name">What reports call it.</param>
[DriverSurface]
public sealed class Spinlock(string name)
{
    /// <summary>What reports call it.</summary>
    public string Name { get; } = name;

    /// <summary>spin_is_locked().</summary>
    public bool IsLocked => OwnerCpu is not null;

    /// <summary>comm/pid of who took it.</summary>
    internal string Owner { get; private set; } = "<none>/-1";

    internal CpuState? OwnerCpu { get; private set; }

    internal CallSite TakenAt { get; private set; }

    /// <summary>Of a lock in C: true once it has been reported that its bytes are not a lock's.</summary>
    internal bool IsReported { get; set; }

    internal void Take(CpuState cpu)
    {
        (OwnerCpu, Owner, TakenAt) = (cpu, $"{cpu.Comm}/{cpu.Pid}", cpu.Site);
        cpu.Hold(this, Name);
    }

    internal void Release(CpuState cpu)
    {
        OwnerCpu = null;
        cpu.LetGo(this);
    }
}
