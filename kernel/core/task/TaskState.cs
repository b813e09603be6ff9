namespace MiniKernel.Core;

/// <summary>State of a task: TASK_RUNNING and its kin of Linux 2.6 include/linux/sched.h.</summary>
[DriverSurface]
public enum TaskState
{
    /// <summary>TASK_RUNNING: it runs or waits for its turn.</summary>
    Running = 0,

    /// <summary>TASK_INTERRUPTIBLE: asleep. Nobody sends signals here, so it differs from the next in name only.</summary>
    Interruptible = 1,

    /// <summary>TASK_UNINTERRUPTIBLE: asleep until it is woken.</summary>
    Uninterruptible = 2,

    /// <summary>TASK_DEAD: its function has returned, or it was ended.</summary>
    Dead = 64,
}
