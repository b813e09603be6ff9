namespace MiniKernel.Core;

/// <summary>Mutexes, semaphores and completions: Linux 2.6.24 kernel/mutex.c, lib/semaphore-sleepers.c, kernel/sched.c.</summary>
internal sealed class LockCalls(Kernel kernel)
{
    private Scheduler Tasks => kernel.Tasks;

    public void MutexLock(CpuState cpu, KernelMutex mutex)
    {
        if (mutex.Owner is not null)
            Tasks.Wait(cpu, mutex.Waiters, new WaitReason("mutex", mutex.Name, mutex, cpu.Site), isExclusive: true, Scheduler.Forever, () => mutex.Owner is null);
        mutex.Take(Tasks.Running, cpu.Site);
    }

    public bool MutexTryLock(CpuState cpu, KernelMutex mutex)
    {
        if (mutex.Owner is not null)
            return false;
        mutex.Take(Tasks.Running, cpu.Site);
        return true;
    }

    public void MutexUnlock(CpuState cpu, KernelMutex mutex)
    {
        KernelTask me = Tasks.Running;
        if (mutex.Owner != me)
        {
            kernel.Error(mutex.Owner is { } owner
                ? $"BUG: mutex `{mutex.Name}' unlocked by {me}, but {owner} holds it since {mutex.TakenAt}"
                : $"BUG: mutex `{mutex.Name}' unlocked by {me}, but it is not locked");
            kernel.Oops.DumpStack(cpu);
            return;
        }
        mutex.Release();
        Tasks.WakeUp(mutex.Waiters, 1);
    }

    /// <summary>down() and down_timeout().</summary>
    /// <returns>False when the time ran out.</returns>
    public bool Down(CpuState cpu, KernelSemaphore semaphore, long timeout)
    {
        long left = Tasks.Wait(
            cpu, semaphore.Waiters, new WaitReason("semaphore", semaphore.Name, semaphore, cpu.Site), isExclusive: true, timeout, () => semaphore.Count > 0);
        if (left == 0)
            return false;
        semaphore.Count--;
        return true;
    }

    public bool DownTry(KernelSemaphore semaphore)
    {
        if (semaphore.Count <= 0)
            return false;
        semaphore.Count--;
        return true;
    }

    public void Up(KernelSemaphore semaphore)
    {
        semaphore.Count++;
        Tasks.WakeUp(semaphore.Waiters, 1);
    }

    /// <summary>wait_for_completion_timeout().</summary>
    /// <returns>Jiffies left; 0 when the time ran out.</returns>
    public long Wait(CpuState cpu, Completion completion, long timeout)
    {
        long left = Tasks.Wait(
            cpu, completion.Waiters, new WaitReason("completion", completion.Name, completion, cpu.Site), isExclusive: true, timeout, () => completion.Done != 0);
        if (left != 0)
            TakeDone(completion);
        return left;
    }

    public bool TryWait(Completion completion)
    {
        if (completion.Done == 0)
            return false;
        TakeDone(completion);
        return true;
    }

    public void Complete(Completion completion)
    {
        if (completion.Done < uint.MaxValue / 2)
            completion.Done++;
        Tasks.WakeUp(completion.Waiters, 1);
    }

    /// <summary>For everybody, now and later: done is UINT_MAX/2 and more.</summary>
    public void CompleteAll(Completion completion)
    {
        completion.Done = uint.MaxValue / 2;
        Tasks.WakeUp(completion.Waiters, int.MaxValue);
    }

    private static void TakeDone(Completion completion)
    {
        if (completion.Done < uint.MaxValue / 2)
            completion.Done--;
    }
}
