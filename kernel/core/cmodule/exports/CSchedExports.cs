namespace MiniKernel.Core;

/// <summary>linux/sched.h, linux/hardirq.h, linux/kthread.h.</summary>
internal static class CSchedExports
{
    private const uint Interruptible = 1, Uninterruptible = 2;   // TASK_INTERRUPTIBLE, TASK_UNINTERRUPTIBLE

    public static void AddTo(CExportTable table)
    {
        table.Function("get_current", static (ref CCall c) => c.Runtime.Tasks.Current(c.Cpu).Value);
        table.Function("find_task_by_pid", FindTask);
        table.Function("schedule", static (ref CCall c) => { c.Kernel.Schedule(c.File, c.Line, c.Member); return 0; });
        table.Function("schedule_timeout", static (ref CCall c) => Ticks(ref c, c.Kernel.ScheduleTimeout(Ticks(ref c), c.File, c.Line, c.Member)));
        table.Function("schedule_timeout_interruptible", static (ref CCall c) => Sleep(ref c, TaskState.Interruptible));
        table.Function("schedule_timeout_uninterruptible", static (ref CCall c) => Sleep(ref c, TaskState.Uninterruptible));
        table.Function("yield", static (ref CCall c) => { c.Kernel.Yield(c.File, c.Line, c.Member); return 0; });
        table.Function("cond_resched", CondResched);
        table.Function("wake_up_process", static (ref CCall c) => CCall.Return(c.Kernel.WakeUpProcess(c.Runtime.Tasks.Next(ref c, "wake_up_process"))));
        table.Function("wake_up_state", WakeUpState);
        table.Function("kthread_create", KthreadCreate, isVariadic: true);
        table.Function("kthread_bind", KthreadBind);
        table.Function("kthread_stop", static (ref CCall c) => CCall.Failed(c.Kernel.KthreadStop(c.Runtime.Tasks.Next(ref c, "kthread_stop"), c.File, c.Line, c.Member)));
        table.Function("kthread_should_stop", static (ref CCall c) => CCall.Return(c.Kernel.KthreadShouldStop));
    }

    /// <summary>The next argument: jiffies, of which LONG_MAX are MAX_SCHEDULE_TIMEOUT.</summary>
    public static long Ticks(ref CCall c)
    {
        long ticks = c.Long();
        return ticks == Most(ref c) ? Scheduler.Forever : ticks;
    }

    /// <summary>Jiffies that are left, as C has them.</summary>
    public static ulong Ticks(ref CCall c, long left) => (ulong)Math.Min(left, Most(ref c));

    /// <summary>A state as C code says it.</summary>
    public static TaskState StateOf(int state) => state switch
    {
        0 => TaskState.Running,
        (int)Interruptible => TaskState.Interruptible,
        _ => TaskState.Uninterruptible,
    };

    private static long Most(ref CCall c) => c.Runtime.WordBytes == 8 ? long.MaxValue : int.MaxValue;

    private static ulong FindTask(ref CCall c)
    {
        int pid = c.Int();
        Scheduler tasks = c.Runtime.Kernel.Tasks;
        KernelTask? task = pid == KernelTask.HostPid ? tasks.Host : tasks.Tasks.FirstOrDefault(candidate => candidate.Pid == pid);
        return task?.Bytes?.Address.Value ?? 0;
    }

    private static ulong Sleep(ref CCall c, TaskState state)
    {
        c.Kernel.SetCurrentState(state);
        return Ticks(ref c, c.Kernel.ScheduleTimeout(Ticks(ref c), c.File, c.Line, c.Member));
    }

    // Whoever is about to sleep is no business of others yet.
    private static ulong CondResched(ref CCall c)
    {
        c.Kernel.MightSleep(c.File, c.Line, c.Member);
        if (c.Kernel.CurrentTask.State == TaskState.Running)
            c.Kernel.Schedule(c.File, c.Line, c.Member);
        return 0;
    }

    private static ulong WakeUpState(ref CCall c)
    {
        KernelTask task = c.Runtime.Tasks.Next(ref c, "wake_up_state");
        uint states = c.UInt(), state = task.State == TaskState.Interruptible ? Interruptible : Uninterruptible;
        return CCall.Return((states & state) != 0 && c.Kernel.WakeUpProcess(task));
    }

    private static ulong KthreadCreate(ref CCall c)
    {
        (ulong function, ulong data, string name) = (c.Word(), c.Word(), CFormat.Format(ref c, c.Text()));
        CpuState cpu = c.Runtime.Kernel.Tasks.EnterSleeping(c.Cpu.Mm, c.Site);
        (CRuntime runtime, CModule module) = (c.Runtime, c.Module);
        ThreadFunction run = kernel => (Errno)(-(int)runtime.CallBack(kernel.State, module, function, data));   // -errno there, errno here
        KernelTask task = runtime.Kernel.Tasks.CreateStopped(cpu, cpu.Module, name[..Math.Min(name.Length, TaskStruct.CommBytes - 1)], run, note: runtime.NoteOf(function));
        runtime.Kernel.Time.Charge(cpu.Mm);
        if (task.Bytes is { } bytes)
            return bytes.Address.Value;
        runtime.Kernel.Tasks.End(task);
        return CCall.Failed(Errno.EAGAIN);
    }

    private static ulong KthreadBind(ref CCall c)
    {
        (KernelTask task, uint cpu) = (c.Runtime.Tasks.Next(ref c, "kthread_bind"), c.UInt());
        if (task.Thread is not null || cpu >= (uint)c.Runtime.Kernel.AllCpus.Length)
            throw c.Runtime.Kernel.Oops.Bug(c.Cpu, c.Site, $"kthread_bind() of {task} to CPU {cpu}: it has run already, or there is no such CPU");
        task.OnCpu = c.Runtime.Kernel.Cpu((int)cpu);
        return 0;
    }
}
