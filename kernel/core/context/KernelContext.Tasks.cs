using System.Runtime.CompilerServices;
using MiniKernel.Mm;

namespace MiniKernel.Core;

/// <content>Tasks, sleeping and waking.</content>
public readonly ref partial struct KernelContext
{
    /// <summary>current: the task that runs, or that an interrupt handler interrupted.</summary>
    public KernelTask CurrentTask => _kernel.Tasks.Running;

    /// <summary>kthread_should_stop(): somebody waits for the running task to end.</summary>
    public bool KthreadShouldStop => _kernel.Time.Charge(_cpu, _kernel.Tasks.Running.ShouldStop);

    /// <summary>kthread_run(): starts a task. It runs first when its turn comes, not before the caller sleeps.</summary>
    /// <param name="function">What it does.</param>
    /// <param name="name">Its comm.</param>
    /// <param name="cpu">kthread_bind(): where it runs for all its life; the caller's CPU when negative.</param>
    /// <param name="file">Filled in by the compiler.</param>
    /// <param name="line">Filled in by the compiler.</param>
    /// <param name="member">Filled in by the compiler.</param>
    public KernelTask KthreadRun(
        ThreadFunction function, string name, int cpu = -1,
        [CallerFilePath] string file = "", [CallerLineNumber] int line = 0, [CallerMemberName] string member = "")
    {
        ArgumentNullException.ThrowIfNull(function);
        CpuState state = _kernel.Tasks.EnterSleeping(_cpu, new CallSite(file, line, member));
        return _kernel.Time.Charge(_cpu, _kernel.Tasks.Create(cpu < 0 ? state : _kernel.Cpu(cpu), state.Module, name, function));
    }

    /// <summary>kthread_stop(): asks a task to end and waits until it has.</summary>
    /// <returns>What its function returned; -EINTR when it never ran or was ended, -EIO when it oopsed.</returns>
    public Errno KthreadStop(
        KernelTask task, [CallerFilePath] string file = "", [CallerLineNumber] int line = 0, [CallerMemberName] string member = "")
    {
        ArgumentNullException.ThrowIfNull(task);
        CpuState state = _kernel.Tasks.EnterSleeping(_cpu, new CallSite(file, line, member));
        return _kernel.Time.Charge(_cpu, _kernel.Tasks.Stop(state, task));
    }

    /// <summary>wake_up_process().</summary>
    /// <returns>False when it was not asleep.</returns>
    public bool WakeUpProcess(KernelTask task) => _kernel.Time.Charge(_cpu, _kernel.Tasks.Wake(task));

    /// <summary>set_current_state(): before looking whether there is a reason to sleep, so that no wake-up is lost.</summary>
    /// <remarks>An interrupt has no state: what it interrupts keeps its own.</remarks>
    public void SetCurrentState(TaskState state)
    {
        if (!State.IsInterrupted)
            _kernel.Tasks.Running.State = state == TaskState.Dead ? TaskState.Running : state;
    }

    /// <summary>schedule(): sleeps until woken when the state was set so, else lets the others run first.</summary>
    public void Schedule([CallerFilePath] string file = "", [CallerLineNumber] int line = 0, [CallerMemberName] string member = "")
    {
        _kernel.Tasks.Schedule(_kernel.Tasks.Enter(_cpu, new CallSite(file, line, member)));
        _kernel.Time.Charge(_cpu);
    }

    /// <summary>yield(): lets everybody who can run do so first.</summary>
    public void Yield([CallerFilePath] string file = "", [CallerLineNumber] int line = 0, [CallerMemberName] string member = "")
    {
        SetCurrentState(TaskState.Running);
        Schedule(file, line, member);
    }

    /// <summary>schedule_timeout(), the state having been set.</summary>
    /// <param name="jiffies">For how long; long.MaxValue is MAX_SCHEDULE_TIMEOUT.</param>
    /// <param name="file">Filled in by the compiler.</param>
    /// <param name="line">Filled in by the compiler.</param>
    /// <param name="member">Filled in by the compiler.</param>
    /// <returns>Jiffies left when it was woken before; 0 when the time is over.</returns>
    public long ScheduleTimeout(
        long jiffies, [CallerFilePath] string file = "", [CallerLineNumber] int line = 0, [CallerMemberName] string member = "")
    {
        CpuState state = _kernel.Tasks.Enter(_cpu, new CallSite(file, line, member));
        return _kernel.Time.Charge(_cpu, _kernel.Tasks.ScheduleTimeout(state, jiffies));
    }

    /// <summary>schedule_timeout_uninterruptible().</summary>
    public long ScheduleTimeoutUninterruptible(
        long jiffies, [CallerFilePath] string file = "", [CallerLineNumber] int line = 0, [CallerMemberName] string member = "")
    {
        SetCurrentState(TaskState.Uninterruptible);
        return ScheduleTimeout(jiffies, file, line, member);
    }

    /// <summary>msleep(): sleeps at least so long.</summary>
    public void Msleep(
        uint milliseconds, [CallerFilePath] string file = "", [CallerLineNumber] int line = 0, [CallerMemberName] string member = "")
    {
        for (long left = milliseconds + 1L; left != 0;)
            left = ScheduleTimeoutUninterruptible(left, file, line, member);
    }

    /// <summary>wait_event(): sleeps until the condition holds. Whoever makes it hold wakes the queue.</summary>
    public void WaitEvent(
        WaitQueue queue, Func<bool> condition,
        [CallerFilePath] string file = "", [CallerLineNumber] int line = 0, [CallerMemberName] string member = "")
        => WaitOn(queue, condition, false, Scheduler.Forever, new CallSite(file, line, member));

    /// <summary>The same with a condition that looks into kernel memory.</summary>
    public void WaitEvent(
        WaitQueue queue, WaitCondition condition,
        [CallerFilePath] string file = "", [CallerLineNumber] int line = 0, [CallerMemberName] string member = "")
        => WaitOn(queue, WithKernel(condition), false, Scheduler.Forever, new CallSite(file, line, member));

    /// <summary>wait_event_interruptible(). There are no signals here, so it always succeeds.</summary>
    public Errno WaitEventInterruptible(
        WaitQueue queue, Func<bool> condition,
        [CallerFilePath] string file = "", [CallerLineNumber] int line = 0, [CallerMemberName] string member = "")
    {
        WaitOn(queue, condition, false, Scheduler.Forever, new CallSite(file, line, member));
        return Errno.Success;
    }

    /// <summary>wait_event_timeout().</summary>
    /// <returns>Jiffies left, at least 1; 0 when the time ran out and the condition does not hold.</returns>
    public long WaitEventTimeout(
        WaitQueue queue, Func<bool> condition, long jiffies,
        [CallerFilePath] string file = "", [CallerLineNumber] int line = 0, [CallerMemberName] string member = "")
        => WaitOn(queue, condition, false, jiffies, new CallSite(file, line, member));

    /// <summary>The same with a condition that looks into kernel memory.</summary>
    public long WaitEventTimeout(
        WaitQueue queue, WaitCondition condition, long jiffies,
        [CallerFilePath] string file = "", [CallerLineNumber] int line = 0, [CallerMemberName] string member = "")
        => WaitOn(queue, WithKernel(condition), false, jiffies, new CallSite(file, line, member));

    /// <summary>An exclusive wait: of those, a <see cref="WakeUp"/> reaches one, the longest waiting.</summary>
    public void WaitEventExclusive(
        WaitQueue queue, Func<bool> condition,
        [CallerFilePath] string file = "", [CallerLineNumber] int line = 0, [CallerMemberName] string member = "")
        => WaitOn(queue, condition, true, Scheduler.Forever, new CallSite(file, line, member));

    /// <summary>wake_up(): everybody on the queue, but of the exclusive ones one.</summary>
    public void WakeUp(WaitQueue queue) => WakeUpNr(queue, 1);

    /// <summary>wake_up_nr(): everybody on the queue, but of the exclusive ones so many.</summary>
    public void WakeUpNr(WaitQueue queue, int exclusive)
    {
        _kernel.Tasks.WakeUp(queue, exclusive);
        _kernel.Time.Charge(_cpu);
    }

    /// <summary>wake_up_all().</summary>
    public void WakeUpAll(WaitQueue queue) => WakeUpNr(queue, int.MaxValue);

    private long WaitOn(WaitQueue queue, Func<bool> condition, bool isExclusive, long jiffies, CallSite site)
    {
        CpuState state = _kernel.Tasks.Enter(_cpu, site);
        WaitReason reason = new("wait queue", queue.Name, queue, site);
        return _kernel.Time.Charge(_cpu, _kernel.Tasks.Wait(state, queue, reason, isExclusive, jiffies, condition));
    }

    private Func<bool> WithKernel(WaitCondition condition)
    {
        (Kernel kernel, MmCpu cpu) = (_kernel, _cpu);
        return () => condition(new KernelContext(kernel, cpu));
    }
}
