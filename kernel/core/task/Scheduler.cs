using System.Runtime.CompilerServices;
using MiniKernel.Mm;

namespace MiniKernel.Core;

/// <summary>Tasks and the baton they pass: Linux 2.6 kernel/sched.c and kernel/kthread.c on one run queue.</summary>
/// <remarks>
/// One task of all CPUs runs at a time, the one that holds the baton; it gives it up only where it sleeps or calls
/// schedule(), to whoever has waited longest. So the same program makes the same log, and nothing here needs a lock. When
/// nobody can run, virtual time goes on to the next event; when there is none, the sleepers wait for ever and are told so.
/// This part holds who runs, sleeps and wakes; Scheduler.Switch.cs how host threads hand over; Scheduler.Reports.cs deadlocks.
/// </remarks>
internal sealed partial class Scheduler
{
    /// <summary>MAX_SCHEDULE_TIMEOUT: without limit.</summary>
    public const long Forever = long.MaxValue;

    private const int MaxRefusedCalls = 1_000;
    private const ulong UserSliceNs = 100_000;    // what tasks that never sleep get between two calls from outside
    private readonly Kernel _kernel;
    private readonly LinkedList<KernelTask> _ready = new();   // longest waiting first
    private readonly List<KernelTask> _tasks = [];            // oldest first, the host task not among them
    private int _lastPid = KernelTask.HostPid;

    public Scheduler(Kernel kernel)
    {
        _kernel = kernel;
        Host = new KernelTask("init", KernelTask.HostPid, kernel.Cpu(0), null, null) { IsOnCpu = true };
        Running = Host;
    }

    /// <summary>The thread that calls into the kernel from outside.</summary>
    public KernelTask Host { get; }

    /// <summary>The task with the baton.</summary>
    public KernelTask Running { get; private set; }

    /// <summary>Tasks that live, oldest first.</summary>
    public IReadOnlyList<KernelTask> Tasks => _tasks;

    /// <summary>What every call of this part of the kernel does first.</summary>
    public CpuState Enter(MmCpu cpu, CallSite site)
    {
        RuntimeHelpers.EnsureSufficientExecutionStack();
        CpuState state = _kernel.Cpu(cpu);
        _kernel.Current = state;
        state.Site = site;
        LeaveIfEnded(state);
        if (Running == Host)
            Host.OnCpu = state;
        return state;
    }

    /// <summary>The same for a call that may sleep: might_sleep().</summary>
    public CpuState EnterSleeping(MmCpu cpu, CallSite site)
    {
        CpuState state = Enter(cpu, site);
        _kernel.Memory.MightSleep(state);
        return state;
    }

    /// <summary>Takes code out of the kernel that must not run any more: an ended task's, a dead module's.</summary>
    public void LeaveIfEnded(CpuState cpu)
    {
        if (Running.IsEnding && !cpu.IsInterrupted)
            Refuse(Running);
        if (cpu.Module is { IsCallable: false } gone)
            throw new KernelOopsException($"{gone.Name}: stopped") { IsAttributed = true };
    }

    /// <summary>kthread_create() and wake_up_process(): the task runs when its turn comes.</summary>
    public KernelTask Create(CpuState cpu, LoadedModule? owner, string name, ThreadFunction function, bool isService = false)
    {
        KernelTask task = CreateStopped(cpu, owner, name, function, isService);
        task.State = TaskState.Running;
        MakeReady(task);
        return task;
    }

    /// <summary>kthread_create(): a task that sleeps until it is woken for the first time.</summary>
    public KernelTask CreateStopped(CpuState cpu, LoadedModule? owner, string name, ThreadFunction function, bool isService = false, string note = "")
    {
        KernelTask task = new(name, ++_lastPid, cpu, owner, function) { IsService = isService, Note = note, State = TaskState.Uninterruptible };
        task.Saved = CpuContext.Idle with { Task = task, Comm = name };
        _tasks.Add(task);
        _kernel.RunningC?.Tasks.Add(task);
        return task;
    }

    /// <summary>try_to_wake_up().</summary>
    /// <returns>False when the task was not asleep.</returns>
    public bool Wake(KernelTask task)
    {
        if (task.State is TaskState.Running or TaskState.Dead)
            return false;
        task.State = TaskState.Running;
        if (!task.IsOnCpu)
            MakeReady(task);
        return true;
    }

    /// <summary>Wakes who waits there: all that are not exclusive, and so many that are.</summary>
    /// <param name="queue">The queue.</param>
    /// <param name="exclusive">How many.</param>
    /// <param name="onlyInterruptible">wake_up_interruptible(): whoever sleeps uninterruptibly sleeps on.</param>
    public void WakeUp(WaitQueue queue, int exclusive, bool onlyInterruptible = false)
    {
        LinkedListNode<Waiter>? node = queue.Waiters.First;
        while (node is not null)
        {
            LinkedListNode<Waiter>? next = node.Next;
            bool isMeant = !onlyInterruptible || node.Value.Task.State == TaskState.Interruptible;
            if (isMeant && Wake(node.Value.Task) && node.Value.IsExclusive && --exclusive == 0)
                break;
            node = next;
        }
    }

    /// <summary>schedule(): sleeps when the task's state says so, else lets the others run first.</summary>
    public void Schedule(CpuState cpu)
    {
        RefuseAtomic(cpu);
        KernelTask me = Running;
        if (me.State == TaskState.Running)
        {
            if (_ready.Count == 0)
                return;
            MakeReady(me);
        }
        else
        {
            me.Sleeps++;
        }
        if (me == Host)
            Host.OverdueNs = Math.Min(cpu.DeadlineNs, Saturating(_kernel.Machine.Clock.NowNs, _kernel.Options.ModuleBudgetNs));
        GiveWay(me, cpu);
        if (me == Host)
            Host.OverdueNs = ulong.MaxValue;
        if (me.IsEnding)
            throw new TaskEndedException();
        if (me.Verdict is { } verdict)
        {
            me.Verdict = null;
            throw _kernel.Oops.Stop(cpu, verdict);
        }
        LeaveIfEnded(cpu);
    }

    /// <summary>schedule_timeout(), the state having been set.</summary>
    /// <returns>Jiffies left; 0 when the time is over.</returns>
    public long ScheduleTimeout(CpuState cpu, long jiffies)
    {
        if (jiffies == Forever)
        {
            Schedule(cpu);
            return Forever;
        }
        if (jiffies < 0)
        {
            _kernel.Error($"schedule_timeout: wrong timeout value {(_kernel.Machine.Profile.WordSize == 64 ? (ulong)jiffies : (uint)jiffies):x} from {cpu.Site}");
            Running.State = TaskState.Running;
            return 0;
        }
        RefuseAtomic(cpu);
        KernelTask me = Running;
        KernelTimer alarm = me.Alarm ??= new KernelTimer("process_timeout", _ => Wake(me));
        ulong end = Saturating(_kernel.Machine.Clock.Jiffies, (ulong)jiffies);
        _kernel.Timers.Arm(cpu, null, alarm, end);
        try
        {
            Schedule(cpu);
        }
        finally
        {
            _kernel.Timers.Disarm(alarm);
        }
        ulong now = _kernel.Machine.Clock.Jiffies;
        return now < end ? (long)(end - now) : 0;
    }

    /// <summary>Sleeps until a condition holds: wait_event() and everything built like it.</summary>
    /// <param name="cpu">The caller's CPU.</param>
    /// <param name="queue">Where it is woken.</param>
    /// <param name="reason">What to say when it is not.</param>
    /// <param name="isExclusive">WQ_FLAG_EXCLUSIVE: a wake-up reaches one of its kind.</param>
    /// <param name="timeout">Jiffies, or <see cref="Forever"/>.</param>
    /// <param name="condition">Looked at before sleeping and after each wake-up.</param>
    /// <returns>Jiffies left, at least 1; 0 when time ran out and the condition does not hold.</returns>
    public long Wait(CpuState cpu, WaitQueue queue, WaitReason reason, bool isExclusive, long timeout, Func<bool> condition)
    {
        if (condition())
            return Math.Max(timeout, 1);
        KernelTask me = Running;
        LinkedListNode<Waiter> place = queue.Add(me, isExclusive);
        bool holds = false;
        try
        {
            while (true)
            {
                me.State = TaskState.Uninterruptible;   // first: a wake-up from here on is not lost
                holds = condition();
                if (holds || timeout == 0)
                    return holds ? Math.Max(timeout, 1) : 0;
                me.WaitsFor = reason;
                RefuseDeadlock(cpu, me);
                timeout = ScheduleTimeout(cpu, timeout);
            }
        }
        finally
        {
            me.State = TaskState.Running;
            me.WaitsFor = null;
            queue.Remove(place);
            if (!holds && isExclusive)
                WakeUp(queue, 1);                 // it may have been this one's wake-up that another needs
        }
    }

    /// <summary>kthread_stop(): asks a task to end and waits until it has.</summary>
    public Errno Stop(CpuState cpu, KernelTask task)
    {
        task.ShouldStop = true;
        if (task.Thread is null)
            End(task);                            // never ran: kthread() looks before it calls the function
        Wake(task);
        Wait(cpu, task.Exited, new WaitReason("exit of task", task.ToString(), task, cpu.Site), isExclusive: false, Forever, () => task.HasExited);
        return task.ExitCode;
    }

    /// <summary>Ends every task of a module.</summary>
    /// <returns>What they were, and what they waited for.</returns>
    public IReadOnlyList<string> Withdraw(LoadedModule owner)
    {
        List<string> names = [];
        foreach (KernelTask task in _tasks.ToArray())
        {
            if (task.Owner == owner)
                names.Add(task.WaitsFor is { } reason ? $"task {task}{task.Note}, which waits for {reason}" : $"task {task}{task.Note}");
            if (task.Owner == owner)
                End(task);
            else if (task.Saved.Module == owner)
                Wake(task);                       // it leaves the module when it runs
        }
        if (!Host.IsOnCpu && Host.Saved.Module == owner)
            Wake(Host);
        return names;
    }

    /// <summary>A system call returns: no lock may be held, and whoever can run gets a turn.</summary>
    public void ReturnToUser(CpuState cpu, string comm)
    {
        if (Running != Host || cpu.Depth != 0 || cpu.InAtomic || _kernel.HasPanicked)
            return;
        StayAwake(comm);
        foreach (KernelMutex mutex in Host.Held)
        {
            if (mutex.IsReported)
                continue;
            mutex.IsReported = true;
            _kernel.Error($"BUG: lock held when returning to user space! {comm}/{Host.Pid} holds mutex `{mutex.Name}' since {mutex.TakenAt}");
        }
        RunOthers(_kernel.Machine.Clock.NowNs + UserSliceNs);
    }

    /// <summary>Lets the others run until none can or the time is over.</summary>
    public void RunOthers(ulong untilNs)
    {
        CpuState cpu = Running.OnCpu;
        while (_ready.Count != 0 && _kernel.Machine.Clock.NowNs <= untilNs && !cpu.InAtomic)
            Schedule(cpu);
    }

    // set_current_state() without what belongs to it: in Linux the next schedule(), somewhere, never comes back.
    private void StayAwake(string comm)
    {
        if (Host.State == TaskState.Running)
            return;
        _kernel.Error($"BUG: {comm}/{Host.Pid} returns to user space in state {Host.State}: Linux would let it sleep for ever");
        Host.State = TaskState.Running;
    }

    // An interrupt's code runs on a task that may be asleep: the state and the alarm are that one's.
    private void RefuseAtomic(CpuState cpu)
    {
        if (!cpu.InAtomic && !_kernel.Machine.Clock.IsRunningEvent && !_kernel.Reaper.IsReaping)
            return;
        if (!cpu.IsInterrupted)
            Running.State = TaskState.Running;
        throw _kernel.Oops.SchedulingWhileAtomic(cpu);
    }

    private static ulong Saturating(ulong a, ulong b) => a + b < a ? ulong.MaxValue : a + b;

    private void MakeReady(KernelTask task)
    {
        if (task.Node.List is null)
            _ready.AddLast(task.Node);
    }

    private void Unready(KernelTask task)
    {
        if (task.Node.List is not null)
            _ready.Remove(task.Node);
    }

    // One that swallows the exception for ever is left to stand: its thread stays, as one of the background.
    private void Refuse(KernelTask task)
    {
        if (++task.RefusedCalls > MaxRefusedCalls)
            Abandon(task);
        throw new TaskEndedException();
    }
}
