using System.Runtime.CompilerServices;

namespace MiniKernel.Core;

/// <content>What is done later: timers and tasklets in interrupt context, work in process context.</content>
public readonly ref partial struct KernelContext
{
    /// <summary>mod_timer(): the timer expires at that jiffy, and at the next one if it has passed.</summary>
    /// <returns>True when it was pending.</returns>
    public bool ModTimer(
        KernelTimer timer, ulong expires, [CallerFilePath] string file = "", [CallerLineNumber] int line = 0, [CallerMemberName] string member = "")
    {
        CpuState state = _kernel.Tasks.Enter(_cpu, new CallSite(file, line, member));
        return _kernel.Time.Charge(_cpu, _kernel.Timers.Arm(state, state.Module, timer, expires));
    }

    /// <summary>del_timer().</summary>
    /// <returns>True when it was pending.</returns>
    public bool DelTimer(KernelTimer timer) => _kernel.Time.Charge(_cpu, _kernel.Timers.Disarm(timer));

    /// <summary>del_timer_sync(): it does not run either afterwards. From its own function that would never come true.</summary>
    /// <returns>True when it was pending.</returns>
    public bool DelTimerSync(
        KernelTimer timer, [CallerFilePath] string file = "", [CallerLineNumber] int line = 0, [CallerMemberName] string member = "")
    {
        CpuState state = _kernel.Tasks.Enter(_cpu, new CallSite(file, line, member));
        if (timer.IsRunning)
            throw _kernel.Oops.Stop(state, $"BUG: del_timer_sync() of timer `{timer.Name}' in its own function waits for ever, at {state.Site}");
        return DelTimer(timer);
    }

    /// <summary>tasklet_schedule(): runs once, behind the handler, or at the end of this call outside of one.</summary>
    /// <returns>False when it was scheduled already.</returns>
    public bool TaskletSchedule(Tasklet tasklet)
        => _kernel.Time.Charge(_cpu, _kernel.SoftIrqs.Schedule(_kernel.Cpu(_cpu), tasklet));

    /// <summary>tasklet_kill(): it is not scheduled afterwards.</summary>
    public void TaskletKill(Tasklet tasklet) => _kernel.Time.Charge(_cpu, _kernel.SoftIrqs.Cancel(tasklet));

    /// <summary>tasklet_disable(): it may be scheduled but does not run.</summary>
    public void TaskletDisable(Tasklet tasklet)
    {
        _kernel.SoftIrqs.Disable(tasklet, disable: true);
        _kernel.Time.Charge(_cpu);
    }

    /// <summary>tasklet_enable().</summary>
    public void TaskletEnable(
        Tasklet tasklet, [CallerFilePath] string file = "", [CallerLineNumber] int line = 0, [CallerMemberName] string member = "")
    {
        CpuState state = _kernel.Tasks.Enter(_cpu, new CallSite(file, line, member));
        if (tasklet.Disabled == 0)
            throw _kernel.Oops.Bug(state, state.Site, $"tasklet_enable() of `{tasklet.Name}' without tasklet_disable()");
        _kernel.SoftIrqs.Disable(tasklet, disable: false);
        _kernel.Time.Charge(_cpu);
    }

    /// <summary>schedule_work(): the task events/N of this CPU does it.</summary>
    /// <returns>False when it was pending already.</returns>
    public bool ScheduleWork(Work work, [CallerFilePath] string file = "", [CallerLineNumber] int line = 0, [CallerMemberName] string member = "")
        => QueueDelayedWork(_kernel.Workqueues.EventsOf(_kernel.Cpu(_cpu)), work, 0, file, line, member);

    /// <summary>schedule_delayed_work(): after so many jiffies.</summary>
    /// <returns>False when it was pending already.</returns>
    public bool ScheduleDelayedWork(
        Work work, ulong jiffies, [CallerFilePath] string file = "", [CallerLineNumber] int line = 0, [CallerMemberName] string member = "")
        => QueueDelayedWork(_kernel.Workqueues.EventsOf(_kernel.Cpu(_cpu)), work, jiffies, file, line, member);

    /// <summary>queue_work().</summary>
    /// <returns>False when it was pending already.</returns>
    public bool QueueWork(
        Workqueue queue, Work work, [CallerFilePath] string file = "", [CallerLineNumber] int line = 0, [CallerMemberName] string member = "")
        => QueueDelayedWork(queue, work, 0, file, line, member);

    /// <summary>queue_delayed_work().</summary>
    /// <returns>False when it was pending already.</returns>
    public bool QueueDelayedWork(
        Workqueue queue, Work work, ulong jiffies,
        [CallerFilePath] string file = "", [CallerLineNumber] int line = 0, [CallerMemberName] string member = "")
    {
        CpuState state = _kernel.Tasks.Enter(_cpu, new CallSite(file, line, member));
        return _kernel.Time.Charge(_cpu, _kernel.Workqueues.AddDelayed(state, queue, work, jiffies));
    }

    /// <summary>cancel_delayed_work(): takes back work whose delay is not over. What is queued by then runs.</summary>
    /// <returns>True when it will not run.</returns>
    public bool CancelDelayedWork(Work work) => _kernel.Time.Charge(_cpu, _kernel.Workqueues.CancelDelayed(work));

    /// <summary>cancel_work_sync() and cancel_delayed_work_sync(): neither pending nor running afterwards.</summary>
    /// <returns>True when it was pending.</returns>
    public bool CancelWorkSync(Work work, [CallerFilePath] string file = "", [CallerLineNumber] int line = 0, [CallerMemberName] string member = "")
    {
        CpuState state = _kernel.Tasks.EnterSleeping(_cpu, new CallSite(file, line, member));
        return _kernel.Time.Charge(_cpu, _kernel.Workqueues.CancelSync(state, work));
    }

    /// <summary>flush_scheduled_work(): waits for what this CPU's events/N has to do.</summary>
    public void FlushScheduledWork([CallerFilePath] string file = "", [CallerLineNumber] int line = 0, [CallerMemberName] string member = "")
        => FlushWorkqueue(_kernel.Workqueues.EventsOf(_kernel.Cpu(_cpu)), file, line, member);

    /// <summary>create_singlethread_workqueue(): a queue with a task of its own on this CPU.</summary>
    public Workqueue CreateSinglethreadWorkqueue(
        string name, [CallerFilePath] string file = "", [CallerLineNumber] int line = 0, [CallerMemberName] string member = "")
    {
        CpuState state = _kernel.Tasks.EnterSleeping(_cpu, new CallSite(file, line, member));
        return _kernel.Time.Charge(_cpu, _kernel.Workqueues.Create(state, name));
    }

    /// <summary>flush_workqueue(): waits for what is queued now.</summary>
    public void FlushWorkqueue(
        Workqueue queue, [CallerFilePath] string file = "", [CallerLineNumber] int line = 0, [CallerMemberName] string member = "")
    {
        _kernel.Workqueues.Flush(_kernel.Tasks.EnterSleeping(_cpu, new CallSite(file, line, member)), queue);
        _kernel.Time.Charge(_cpu);
    }

    /// <summary>destroy_workqueue(): does what is queued, then ends the task.</summary>
    public void DestroyWorkqueue(
        Workqueue queue, [CallerFilePath] string file = "", [CallerLineNumber] int line = 0, [CallerMemberName] string member = "")
    {
        _kernel.Workqueues.Destroy(_kernel.Tasks.EnterSleeping(_cpu, new CallSite(file, line, member)), queue);
        _kernel.Time.Charge(_cpu);
    }
}
