namespace MiniKernel.Mm;

/// <summary>cache_chain_mutex: held while caches are made, ended, retuned, reaped, or walked by reclaim.</summary>
/// <remarks>
/// Who holds it may take it again: reclaim starts in the middle of kmem_cache_create. On one baton the holder is a task, and
/// another one that wants it sleeps. When CPUs run freely the holder is a CPU, together with those that run a call of its;
/// who waits serves other CPUs' calls meanwhile, so that the holder can drain the arrays of those who wait.
/// </remarks>
internal sealed class ChainMutex(CpuCalls calls)
{
    private const int Nobody = -1, PatientAttempts = 1000;
    private int _owner = Nobody;                // a CPU
    private object? _task;                      // on one baton
    private int _depth;

    /// <summary>Tasks that sleep for it.</summary>
    public MmWaitQueue Waiters { get; } = new("cache_chain_mutex");

    /// <summary>mutex_lock.</summary>
    /// <returns>False when another task holds it: sleep and try again.</returns>
    public bool Enter(int cpu, object? task)
    {
        SpinWait wait = default;
        while (!TryEnter(cpu, task))
        {
            if (!calls.IsFreeRunning)
                return false;
            calls.Serve(cpu);
            wait.SpinOnce(sleep1Threshold: -1);
        }
        return true;
    }

    /// <summary>mutex_lock that gives up after a while: for reclaim, which may have been called by who is waited for.</summary>
    public bool EnterSoon(int cpu, object? task)
    {
        SpinWait wait = default;
        for (int attempt = 0; attempt < PatientAttempts; attempt++)
        {
            if (TryEnter(cpu, task))
                return true;
            if (!calls.IsFreeRunning)
                return false;
            calls.Serve(cpu);
            wait.SpinOnce(sleep1Threshold: -1);
        }
        return false;
    }

    /// <summary>mutex_trylock as the reaper means it: nobody may hold it, not even the task on whose stack the time passes.</summary>
    public bool TryEnterIdle(int cpu, object? task) => Volatile.Read(ref _depth) == 0 && TryEnter(cpu, task);

    /// <summary>mutex_unlock.</summary>
    /// <returns>True when nobody holds it now.</returns>
    public bool Exit()
    {
        if (--_depth != 0)
            return false;
        _task = null;
        Volatile.Write(ref _owner, Nobody);
        return true;
    }

    private bool TryEnter(int cpu, object? task)
    {
        if (!(calls.IsFreeRunning ? IsForCpu(calls.OnBehalfOf(cpu)) : _depth == 0 || _task == task))
            return false;
        _task = task;
        _depth++;
        return true;
    }

    private bool IsForCpu(int cpu) =>
        Volatile.Read(ref _owner) == cpu || Interlocked.CompareExchange(ref _owner, cpu, Nobody) == Nobody;
}
