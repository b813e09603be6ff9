using System.Globalization;
using System.Runtime.CompilerServices;

namespace MiniKernel.Core;

/// <summary>Deferred work in process context: Linux 2.6 kernel/workqueue.c. keventd's tasks are events/0, events/1, ...</summary>
/// <remarks>A worker is a task of the kernel. An item that oopses stops its module and not the worker, which others need too
/// (in Linux the worker would be dead: a listed difference).</remarks>
internal sealed class Workqueues(Kernel kernel)
{
    private readonly Workqueue?[] _events = new Workqueue?[kernel.Machine.Cpus.Count];
    private readonly List<Workqueue> _queues = [];
    private ulong _sequence;

    /// <summary>keventd_wq of a CPU.</summary>
    public Workqueue EventsOf(CpuState cpu)
    {
        if (_events[cpu.Id] is { } known)
            return known;
        Workqueue events = new(string.Create(CultureInfo.InvariantCulture, $"events/{cpu.Id}"), cpu, null);
        _queues.Add(events);
        return _events[cpu.Id] = events;
    }

    /// <summary>create_singlethread_workqueue().</summary>
    public Workqueue Create(CpuState cpu, string name)
    {
        Workqueue queue = new(name, cpu, cpu.Module);
        _queues.Add(queue);
        StartWorker(queue);
        return queue;
    }

    /// <summary>destroy_workqueue(): does what is queued, then ends the worker.</summary>
    public void Destroy(CpuState cpu, Workqueue queue)
    {
        if (!_queues.Contains(queue))
        {
            kernel.Error($"BUG: destroy_workqueue(): there is no workqueue `{queue.Name}'\n  called at {cpu.Site}");
            return;
        }
        Flush(cpu, queue);
        queue.IsStopping = true;
        if (queue.Worker is { } worker)
            kernel.Tasks.Stop(cpu, worker);
        _queues.Remove(queue);
    }

    /// <summary>queue_work().</summary>
    /// <returns>False when it was pending already.</returns>
    public bool Add(CpuState cpu, Workqueue queue, Work work)
    {
        if (work.IsPending || !IsUsable(cpu, queue))
            return false;
        work.Owner = cpu.Module;
        Insert(queue, work);
        return true;
    }

    /// <summary>queue_delayed_work().</summary>
    /// <returns>False when it was pending already.</returns>
    public bool AddDelayed(CpuState cpu, Workqueue queue, Work work, ulong delay)
    {
        if (delay == 0)
            return Add(cpu, queue, work);
        if (work.IsPending || !IsUsable(cpu, queue))
            return false;
        work.Owner = cpu.Module;
        work.Queue = queue;
        work.Timer ??= new KernelTimer(work.Name, _ => Insert(work.Queue!, work)) { Kind = "delayed work", Note = work.Note };
        kernel.Timers.Arm(cpu, cpu.Module, work.Timer, kernel.Machine.Clock.Jiffies + delay);
        return true;
    }

    /// <summary>cancel_delayed_work(): of work that is queued by now, nothing is taken back.</summary>
    /// <returns>True when its delay was not over.</returns>
    public bool CancelDelayed(Work work)
    {
        if (work.Queue is not { } queue || work.Timer is not { } timer || !kernel.Timers.Disarm(timer))
            return false;
        work.Queue = null;
        kernel.Tasks.WakeUp(queue.Idle, int.MaxValue);
        return true;
    }

    /// <summary>Takes work back, delayed or queued (try_to_grab_pending).</summary>
    /// <returns>True when it was pending.</returns>
    public bool Cancel(Work work)
    {
        if (CancelDelayed(work))
            return true;
        if (work.Queue is not { } queue)
            return false;
        queue.Items.Remove(work);
        work.Queue = null;
        kernel.Tasks.WakeUp(queue.Idle, int.MaxValue);
        return true;
    }

    /// <summary>cancel_work_sync(): neither pending nor running afterwards, even if it queues itself.</summary>
    public bool CancelSync(CpuState cpu, Work work)
    {
        bool wasPending = false;
        while (true)
        {
            wasPending |= Cancel(work);
            if (work.RunningOn is not { } queue || queue.Worker == kernel.Tasks.Running)
                return wasPending;
            Wait(cpu, queue, () => work.RunningOn is null);
        }
    }

    /// <summary>flush_work(): waits until an item that is queued or runs is done.</summary>
    /// <returns>False when there was nothing to wait for.</returns>
    public bool FlushWork(CpuState cpu, Work work)
    {
        bool hadToWait = false;
        while ((work.RunningOn ?? work.Queue) is { } queue && queue.Worker != kernel.Tasks.Running)
        {
            hadToWait = true;
            Wait(cpu, queue, () => work.RunningOn is null && work.Queue is null);
        }
        return hadToWait;
    }

    /// <summary>flush_workqueue(): waits for what is queued now.</summary>
    public void Flush(CpuState cpu, Workqueue queue)
    {
        ulong last = _sequence;
        Wait(cpu, queue, () => queue.IsDoneUpTo(last));
    }

    /// <summary>Takes everything of a module off: work of its own, wherever it is queued, and its queues.</summary>
    /// <returns>What it was called.</returns>
    public IReadOnlyList<string> Withdraw(LoadedModule owner)
    {
        List<string> names = [];
        foreach (Workqueue queue in _queues.ToArray())
        {
            foreach (Work work in queue.Items.Where(work => work.Owner == owner).ToArray())
            {
                Cancel(work);
                names.Add($"work {work.Name}{work.Note}");
            }
            if (queue.Current is { } current && current.Owner == owner)
                names.Add($"work {current.Name}{current.Note}, which runs");
            if (queue.Owner != owner)
                continue;
            names.Add($"workqueue {queue.Name}");
            _queues.Remove(queue);
            if (queue.Worker is { } worker)
                kernel.Tasks.End(worker);
        }
        return names;
    }

    private void Wait(CpuState cpu, Workqueue queue, Func<bool> condition) => kernel.Tasks.Wait(
        cpu, queue.Idle, new WaitReason("workqueue", queue.Name, queue.Worker, cpu.Site), isExclusive: false, Scheduler.Forever, condition);

    private bool IsUsable(CpuState cpu, Workqueue queue)
    {
        if (_queues.Contains(queue))
            return true;
        kernel.Error($"BUG: queue_work(): there is no workqueue `{queue.Name}'\n  called at {cpu.Site}");
        return false;
    }

    private void Insert(Workqueue queue, Work work)
    {
        work.Queue = queue;
        work.Sequence = ++_sequence;
        queue.Items.AddLast(work);
        if (queue.Worker is { } worker)
            kernel.Tasks.Wake(worker);
        else
            StartWorker(queue);
    }

    private void StartWorker(Workqueue queue)
        => queue.Worker = kernel.Tasks.Create(queue.OnCpu, null, queue.Name, _ => Run(queue), isService: true);

    // worker_thread().
    private Errno Run(Workqueue queue)
    {
        KernelTask me = kernel.Tasks.Running;
        while (true)
        {
            if (DoNext(queue))
            {
                kernel.Tasks.Schedule(queue.OnCpu);         // others go on too where an item always queues itself again
                continue;
            }
            if (queue.IsStopping)
                return Errno.Success;
            me.State = TaskState.Interruptible;
            kernel.Tasks.Schedule(queue.OnCpu);
        }
    }

    // A function of its own: a worker that sleeps must not hold, in a variable of its stack, what it did last. The module that
    // was for may be gone.
    [MethodImpl(MethodImplOptions.NoInlining)]
    private bool DoNext(Workqueue queue)
    {
        if (queue.Items.First is not { } first)
            return false;
        queue.Items.RemoveFirst();
        Do(queue, first.Value);
        return true;
    }

    private void Do(Workqueue queue, Work work)
    {
        work.Queue = null;                        // it may queue itself again
        work.RunningOn = queue;
        queue.Current = work;
        queue.CurrentSequence = work.Sequence;
        try
        {
            kernel.Modules.Boundary.CallIsolated(
                work.Owner, queue.OnCpu, queue.Name, work.Function, static (context, function) => Invoke(context, function), onOops: true);
        }
        catch (KernelOopsException)
        {
            // Of work that is the kernel's own: the log has it.
        }
        finally
        {
            queue.Current = null;
            work.RunningOn = null;
            kernel.Tasks.WakeUp(queue.Idle, int.MaxValue);
        }
        kernel.Time.Pass(queue.OnCpu.Mm, VirtualTimeCosts.KernelCallNs);
    }

    private static bool Invoke(KernelContext context, WorkFunction function)
    {
        function(context);
        return true;
    }
}
