namespace MiniKernel.Core;

/// <summary>What belongs to the task on a CPU and not to the CPU: saved when it sleeps, put back when it runs again.</summary>
internal readonly record struct CpuContext(
    KernelTask? Task, LoadedModule? Module, string Comm, CallSite Site, int Depth, int Nesting, ulong DeadlineNs,
    int PreemptCount, int SoftIrqDisabled, int LocksHeld, bool InSoftIrq, bool InInterrupt, bool InterruptsEnabled, CThread? CThread)
{
    /// <summary>A CPU with nothing to do: the idle task, interrupts on.</summary>
    public static CpuContext Idle =>
        new(null, null, CpuState.IdleComm, default, 0, 0, ulong.MaxValue, 0, 0, 0, InSoftIrq: false, InInterrupt: false, InterruptsEnabled: true, CThread: null);
}
