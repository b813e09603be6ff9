using System.Runtime.CompilerServices;

namespace MiniKernel.Core;

/// <content>Mutexes, semaphores, completions, spinlocks.</content>
public readonly ref partial struct KernelContext
{
    /// <summary>mutex_lock(): sleeps until it is free. Waiting in a circle is an oops that names everybody in it.</summary>
    public void MutexLock(
        KernelMutex mutex, [CallerFilePath] string file = "", [CallerLineNumber] int line = 0, [CallerMemberName] string member = "")
    {
        _kernel.Locks.MutexLock(_kernel.Tasks.EnterSleeping(_cpu, new CallSite(file, line, member)), mutex);
        _kernel.Time.Charge(_cpu);
    }

    /// <summary>mutex_lock_interruptible(). There are no signals here, so it always succeeds.</summary>
    public Errno MutexLockInterruptible(
        KernelMutex mutex, [CallerFilePath] string file = "", [CallerLineNumber] int line = 0, [CallerMemberName] string member = "")
    {
        MutexLock(mutex, file, line, member);
        return Errno.Success;
    }

    /// <summary>mutex_trylock().</summary>
    /// <returns>True when the caller has it now.</returns>
    public bool MutexTrylock(
        KernelMutex mutex, [CallerFilePath] string file = "", [CallerLineNumber] int line = 0, [CallerMemberName] string member = "")
        => _kernel.Time.Charge(_cpu, _kernel.Locks.MutexTryLock(_kernel.Tasks.Enter(_cpu, new CallSite(file, line, member)), mutex));

    /// <summary>mutex_unlock(). Only its owner can; a stranger is told so and changes nothing.</summary>
    public void MutexUnlock(
        KernelMutex mutex, [CallerFilePath] string file = "", [CallerLineNumber] int line = 0, [CallerMemberName] string member = "")
    {
        _kernel.Locks.MutexUnlock(_kernel.Tasks.Enter(_cpu, new CallSite(file, line, member)), mutex);
        _kernel.Time.Charge(_cpu);
    }

    /// <summary>down(): takes one, sleeping while there is none.</summary>
    public void Down(
        KernelSemaphore semaphore, [CallerFilePath] string file = "", [CallerLineNumber] int line = 0, [CallerMemberName] string member = "")
    {
        CpuState state = _kernel.Tasks.EnterSleeping(_cpu, new CallSite(file, line, member));
        _kernel.Time.Charge(_cpu, _kernel.Locks.Down(state, semaphore, Scheduler.Forever));
    }

    /// <summary>down_timeout().</summary>
    /// <returns>-ETIMEDOUT when there was none in time.</returns>
    public Errno DownTimeout(
        KernelSemaphore semaphore, long jiffies,
        [CallerFilePath] string file = "", [CallerLineNumber] int line = 0, [CallerMemberName] string member = "")
    {
        CpuState state = _kernel.Tasks.EnterSleeping(_cpu, new CallSite(file, line, member));
        return _kernel.Time.Charge(_cpu, _kernel.Locks.Down(state, semaphore, jiffies)) ? Errno.Success : Errno.ETIMEDOUT;
    }

    /// <summary>down_trylock(), but true for success.</summary>
    /// <returns>True when one was taken.</returns>
    public bool DownTrylock(KernelSemaphore semaphore) => _kernel.Time.Charge(_cpu, _kernel.Locks.DownTry(semaphore));

    /// <summary>up(): gives one back; from any context.</summary>
    public void Up(KernelSemaphore semaphore)
    {
        _kernel.Locks.Up(semaphore);
        _kernel.Time.Charge(_cpu);
    }

    /// <summary>wait_for_completion().</summary>
    public void WaitForCompletion(
        Completion completion, [CallerFilePath] string file = "", [CallerLineNumber] int line = 0, [CallerMemberName] string member = "")
        => WaitForCompletionTimeout(completion, Scheduler.Forever, file, line, member);

    /// <summary>wait_for_completion_timeout().</summary>
    /// <returns>Jiffies left, at least 1; 0 when the time ran out.</returns>
    public long WaitForCompletionTimeout(
        Completion completion, long jiffies,
        [CallerFilePath] string file = "", [CallerLineNumber] int line = 0, [CallerMemberName] string member = "")
    {
        CpuState state = _kernel.Tasks.EnterSleeping(_cpu, new CallSite(file, line, member));
        return _kernel.Time.Charge(_cpu, _kernel.Locks.Wait(state, completion, jiffies));
    }

    /// <summary>try_wait_for_completion().</summary>
    public bool TryWaitForCompletion(Completion completion) => _kernel.Time.Charge(_cpu, _kernel.Locks.TryWait(completion));

    /// <summary>complete(): lets one waiter go on, now or when it comes; from any context.</summary>
    public void Complete(Completion completion)
    {
        _kernel.Locks.Complete(completion);
        _kernel.Time.Charge(_cpu);
    }

    /// <summary>complete_all(): lets everybody go on, until <see cref="InitCompletion"/>.</summary>
    public void CompleteAll(Completion completion)
    {
        _kernel.Locks.CompleteAll(completion);
        _kernel.Time.Charge(_cpu);
    }

    /// <summary>INIT_COMPLETION(): nothing is done yet.</summary>
    public void InitCompletion(Completion completion) => completion.Done = 0;

    /// <summary>spin_lock(): atomic context until <see cref="SpinUnlock"/>. Interrupts stay on: a handler that takes the same
    /// lock finds it held by what it interrupted, which is an oops.</summary>
    public void SpinLock(
        Spinlock spinlock, [CallerFilePath] string file = "", [CallerLineNumber] int line = 0, [CallerMemberName] string member = "")
    {
        _kernel.Spinlocks.Lock(_kernel.Tasks.Enter(_cpu, new CallSite(file, line, member)), spinlock);
        _kernel.Time.Charge(_cpu);
    }

    /// <summary>spin_trylock().</summary>
    /// <returns>True when the caller has it now.</returns>
    public bool SpinTrylock(
        Spinlock spinlock, [CallerFilePath] string file = "", [CallerLineNumber] int line = 0, [CallerMemberName] string member = "")
        => _kernel.Time.Charge(_cpu, _kernel.Spinlocks.TryLock(_kernel.Tasks.Enter(_cpu, new CallSite(file, line, member)), spinlock));

    /// <summary>spin_unlock().</summary>
    public void SpinUnlock(
        Spinlock spinlock, [CallerFilePath] string file = "", [CallerLineNumber] int line = 0, [CallerMemberName] string member = "")
    {
        _kernel.Spinlocks.Unlock(_kernel.Tasks.Enter(_cpu, new CallSite(file, line, member)), spinlock);
        _kernel.Time.Charge(_cpu);
    }

    /// <summary>spin_lock_irqsave(): with this CPU's interrupts off.</summary>
    /// <returns>What to hand to <see cref="SpinUnlockIrqrestore"/>: whether they were on.</returns>
    public bool SpinLockIrqsave(
        Spinlock spinlock, [CallerFilePath] string file = "", [CallerLineNumber] int line = 0, [CallerMemberName] string member = "")
    {
        bool flags = LocalIrqSave();
        SpinLock(spinlock, file, line, member);
        return flags;
    }

    /// <summary>spin_unlock_irqrestore().</summary>
    public void SpinUnlockIrqrestore(
        Spinlock spinlock, bool flags, [CallerFilePath] string file = "", [CallerLineNumber] int line = 0, [CallerMemberName] string member = "")
    {
        _kernel.Spinlocks.Unlock(_kernel.Tasks.Enter(_cpu, new CallSite(file, line, member)), spinlock);
        LocalIrqRestore(flags);
    }

    /// <summary>spin_lock_irq(): where interrupts are known to be on.</summary>
    public void SpinLockIrq(
        Spinlock spinlock, [CallerFilePath] string file = "", [CallerLineNumber] int line = 0, [CallerMemberName] string member = "")
        => SpinLockIrqsave(spinlock, file, line, member);

    /// <summary>spin_unlock_irq(): interrupts are on afterwards.</summary>
    public void SpinUnlockIrq(
        Spinlock spinlock, [CallerFilePath] string file = "", [CallerLineNumber] int line = 0, [CallerMemberName] string member = "")
        => SpinUnlockIrqrestore(spinlock, true, file, line, member);

    /// <summary>spin_lock_bh(): without timers and tasklets on this CPU.</summary>
    public void SpinLockBh(
        Spinlock spinlock, [CallerFilePath] string file = "", [CallerLineNumber] int line = 0, [CallerMemberName] string member = "")
    {
        LocalBhDisable();
        SpinLock(spinlock, file, line, member);
    }

    /// <summary>spin_unlock_bh().</summary>
    public void SpinUnlockBh(
        Spinlock spinlock, [CallerFilePath] string file = "", [CallerLineNumber] int line = 0, [CallerMemberName] string member = "")
    {
        _kernel.Spinlocks.Unlock(_kernel.Tasks.Enter(_cpu, new CallSite(file, line, member)), spinlock);
        LocalBhEnable(file, line, member);
    }

    /// <summary>local_bh_disable(): no timers and tasklets on this CPU.</summary>
    public void LocalBhDisable() => _kernel.Cpu(_cpu).SoftIrqDisabled++;

    /// <summary>local_bh_enable(): those that came due meanwhile run now.</summary>
    public void LocalBhEnable([CallerFilePath] string file = "", [CallerLineNumber] int line = 0, [CallerMemberName] string member = "")
    {
        CpuState state = _kernel.Tasks.Enter(_cpu, new CallSite(file, line, member));
        if (state.SoftIrqDisabled == 0)
            throw _kernel.Oops.Bug(state, state.Site, "local_bh_enable() without local_bh_disable()");
        state.SoftIrqDisabled--;
        _kernel.Time.Charge(_cpu);
    }
}
