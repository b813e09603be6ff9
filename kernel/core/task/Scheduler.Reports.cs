using System.Globalization;
using System.Text;

namespace MiniKernel.Core;

/// <content>What is said of tasks that wait for each other or for nothing.</content>
internal sealed partial class Scheduler
{
    // Waiting for something that one task alone can bring about: does that task, in the end, wait for this one?
    private void RefuseDeadlock(CpuState cpu, KernelTask me)
    {
        if (cpu.InAtomic)
            return;                               // schedule() has something to say about that
        KernelTask? holder = me.WaitsFor!.Holder;
        for (int length = 1; holder is not null && length <= _tasks.Count + 1; length++)
        {
            if (holder == me)
            {
                string report = CycleReport(me, length);
                me.State = TaskState.Running;
                throw _kernel.Oops.Stop(cpu, report);
            }
            if (holder.HasExited)
            {
                string report = Report($"BUG: {me} waits for ever: {me.WaitsFor}", [me]);
                me.State = TaskState.Running;
                throw _kernel.Oops.Stop(cpu, report);
            }
            holder = holder.WaitsFor?.Holder;
        }
    }

    private static string CycleReport(KernelTask me, int length)
    {
        List<KernelTask> cycle = [];
        for (KernelTask task = me; cycle.Count < length; task = task.WaitsFor!.Holder!)
            cycle.Add(task);
        return Report(
            length == 1 ? $"BUG: deadlock: {me} waits for itself" : string.Create(CultureInfo.InvariantCulture, $"BUG: deadlock: {length} tasks wait for each other"),
            cycle);
    }

    private static string Report(string headline, IEnumerable<KernelTask> waiters)
    {
        StringBuilder text = new(headline);
        foreach (KernelTask task in waiters)
            text.Append(CultureInfo.InvariantCulture, $"\n  {task} on CPU#{task.Cpu} waits for {(object?)task.WaitsFor ?? "a wake-up"}");
        return text.ToString();
    }

    // The tick and the reaper come for ever and wake nobody.
    private bool CanAnythingHappen()
    {
        int housekeeping = (_kernel.Machine.Timer.IsRunning ? 1 : 0) + (_kernel.Reaper.IsPending ? 1 : 0);
        if (_kernel.Machine.Clock.PendingEvents > housekeeping)
            return true;
        if (_kernel.Timers.IsAnyToCome)
            return true;
        foreach (CpuState cpu in _kernel.AllCpus)
        {
            if (_kernel.Interrupts.IsDeliverable(cpu) || _kernel.SoftIrqs.WillRun(cpu))
                return true;
        }
        return false;
    }

    private void GiveUpWaiting() => Condemn("BUG: blocked forever: no task can run and no event is to come");

    private void WakeOverdueHost()
    {
        if (Host.State == TaskState.Running || Host.Verdict is not null || _kernel.Machine.Clock.NowNs <= Host.OverdueNs)
            return;
        Condemn($"INFO: task {Host.Saved.Comm}:{Host.Pid} blocked for more than {_kernel.Options.ModuleBudgetNs / 1_000_000_000} seconds.");
    }

    // The host task waits among them, or the baton would be its: it oopses, and whatever hangs on it comes free.
    private void Condemn(string headline)
    {
        List<KernelTask> waiters = [Host];
        waiters.AddRange(_tasks.FindAll(task => task.State != TaskState.Running && !(task.IsService && task.WaitsFor is null)));
        Host.Verdict = Report(headline, waiters);
        Wake(Host);
    }

    // Of one that leaves by itself; one that was ended could not help it.
    private void ReportHeldLocks(KernelTask task)
    {
        if (task.IsEnding)
            return;
        foreach (KernelMutex mutex in task.Held)
            _kernel.Error($"BUG: lock held at task exit time! {task} holds mutex `{mutex.Name}' since {mutex.TakenAt}");
    }
}
