using System.Runtime.ExceptionServices;

namespace MiniKernel.Core;

/// <content>How one host thread hands the baton to another. A task that does not run has its context in
/// <see cref="KernelTask.Saved"/>, and its CPU looks idle and is owned by nobody.</content>
internal sealed partial class Scheduler
{
    private const int StackBytes = 1 << 19;       // a kernel call wants 64 KiB of it free
    private readonly List<Thread> _threads = [];
    private readonly List<KernelTask> _abandoned = [];
    private ExceptionDispatchInfo? _failure;      // what has to be thrown in the host's own thread

    /// <summary>Ends a task now, wherever it sleeps; one that runs, or is ending another, ends at its next kernel call.</summary>
    /// <remarks>No kernel call of a task being ended succeeds, so it cannot sleep again: the baton comes straight back.</remarks>
    public void End(KernelTask task)
    {
        if (task.HasExited || task == Host)
            return;
        task.IsEnding = true;
        if (task.IsOnCpu)
            return;
        if (task == Running)
        {
            Wake(task);                           // asleep, and its thread lets the time pass: it leaves when it gets up
            return;
        }
        Unready(task);
        if (task.Thread is null)
        {
            Finish(task);
            return;
        }
        KernelTask me = Running;
        CpuState current = _kernel.Current;
        ulong owned = ReleaseCpus();
        task.State = TaskState.Running;
        task.Reaper = me.Gate;
        task.Gate.Open();
        me.Gate.Wait();
        AcquireCpus(owned);
        Running = me;
        _kernel.Current = current;
        ThrowFailure(me);
    }

    /// <summary>Ends every task and waits for its thread.</summary>
    public void Dispose()
    {
        foreach (KernelTask task in _tasks.ToArray())
            End(task);
        foreach (Thread thread in _threads)
        {
            if (!_abandoned.Exists(task => task.Thread == thread))
                thread.Join();
        }
        _threads.Clear();
    }

    // The caller sleeps, or has made itself ready behind the others.
    private void GiveWay(KernelTask me, CpuState cpu)
    {
        me.OnCpu = cpu;
        ulong owned = ReleaseCpus();
        SwitchOut(me);
        KernelTask next = PickNext();
        if (next != me)
        {
            Resume(next);
            me.Gate.Wait();
        }
        AcquireCpus(owned);
        SwitchIn(me);
        ThrowFailure(me);
    }

    private void SwitchOut(KernelTask me)
    {
        me.Saved = me.OnCpu.Context;
        me.OnCpu.Context = me == Host ? CpuContext.Idle : me.Under;
        me.IsOnCpu = false;
    }

    private void SwitchIn(KernelTask me)
    {
        CpuState cpu = me.OnCpu;
        me.Under = cpu.Context;
        cpu.Context = me.Saved;
        if (me != Host)
            cpu.DeadlineNs = Saturating(_kernel.Machine.Clock.NowNs, _kernel.Options.ModuleBudgetNs);
        me.IsOnCpu = true;
        Running = me;
        _kernel.Current = cpu;
    }

    // Time passes on the thread of whoever went to sleep last, with its CPU idle.
    private KernelTask PickNext()
    {
        try
        {
            while (true)
            {
                if (_failure is not null)
                    return FailedHost();
                WakeOverdueHost();
                if (_ready.First is { } first)
                {
                    _ready.RemoveFirst();
                    return first.Value;
                }
                if (CanAnythingHappen())
                    _kernel.Time.JumpToNextEvent();
                else
                    GiveUpWaiting();
            }
        }
        catch (Exception exception)
        {
            return Fail(exception);               // a panic, or a test's assertion in a timer: the host's to hear
        }
    }

    private void Resume(KernelTask next)
    {
        Running = next;
        if (next.Thread is null && next != Host)
            StartThread(next);
        else
            next.Gate.Open();
    }

    private void StartThread(KernelTask task)
    {
        if (_threads.Count >= 64 && _threads.Count >= 2 * _tasks.Count)
            _threads.RemoveAll(thread => !thread.IsAlive);
        task.Thread = new Thread(() => Main(task), StackBytes) { IsBackground = true, Name = task.ToString() };
        _threads.Add(task.Thread);
        task.Thread.Start();
    }

    // The outermost function of a task's host thread. What is no oops goes to the host task: a panic, a failed assertion.
    private void Main(KernelTask task)
    {
        try
        {
            task.OnCpu.Hardware.Acquire();
            SwitchIn(task);
            task.ExitCode = Run(task);
        }
        catch (Exception exception) when (exception is TaskEndedException or KernelOopsException)
        {
            task.ExitCode = exception is TaskEndedException ? Errno.EINTR : Errno.EIO;
        }
        catch (Exception exception)
        {
            task.ExitCode = Errno.EIO;
            Fail(exception);
        }
        HandOn(task);
    }

    private Errno Run(KernelTask task) => task.ShouldStop
        ? Errno.EINTR
        : _kernel.Modules.Boundary.Call(task.Owner, task.OnCpu, task.Name, task.Function!, static (kernel, function) => function(kernel), onOops: Errno.EIO);

    private void HandOn(KernelTask task)
    {
        ReportHeldLocks(task);
        SwitchOut(task);
        ReleaseCpus();
        Finish(task);
        if (task.Reaper is { } reaper)
            reaper.Open();
        else
            Resume(PickNext());
    }

    private void Finish(KernelTask task)
    {
        task.State = TaskState.Dead;
        _tasks.Remove(task);
        _kernel.RunningC?.Tasks.Remove(task);
        if (task.Alarm is { } alarm)
            _kernel.Timers.Disarm(alarm);
        WakeUp(task.Exited, int.MaxValue);
    }

    private void Abandon(KernelTask task)
    {
        _kernel.Error($"{task}: does not end, its thread is left behind");
        _abandoned.Add(task);
        HandOn(task);
        Thread.Sleep(Timeout.Infinite);
    }

    private KernelTask Fail(Exception exception)
    {
        _failure ??= ExceptionDispatchInfo.Capture(exception);
        return FailedHost();
    }

    private KernelTask FailedHost()
    {
        Unready(Host);
        Host.State = TaskState.Running;
        return Host;
    }

    private void ThrowFailure(KernelTask me)
    {
        if (me != Host || _failure is not { } failure)
            return;
        _failure = null;
        failure.Throw();
    }

    private ulong ReleaseCpus()
    {
        ulong owned = 0;
        foreach (CpuState cpu in _kernel.AllCpus)
        {
            if (!cpu.Hardware.IsOwnedByCurrentThread)
                continue;
            owned |= 1UL << cpu.Id;
            cpu.Hardware.Release();
        }
        return owned;
    }

    private void AcquireCpus(ulong owned)
    {
        foreach (CpuState cpu in _kernel.AllCpus)
        {
            if ((owned >> cpu.Id & 1) != 0)
                cpu.Hardware.Acquire();
        }
    }
}
