namespace MiniKernel.Mm;

/// <summary>cache_chain_mutex: held while caches are made, ended, retuned, reaped, or walked by reclaim.</summary>
/// <remarks>A CPU that holds it may take it again: reclaim starts in the middle of kmem_cache_create. Who waits for it
/// serves other CPUs' calls meanwhile, so that the holder can drain the arrays of those who wait.</remarks>
internal sealed class ChainMutex(CpuCalls calls)
{
    private const int Nobody = -1, PatientAttempts = 1000;
    private int _owner = Nobody;
    private int _depth;

    /// <summary>mutex_lock.</summary>
    public void Enter(int cpu)
    {
        SpinWait wait = default;
        while (!TryEnter(cpu))
        {
            calls.Serve(cpu);
            wait.SpinOnce(sleep1Threshold: -1);
        }
    }

    /// <summary>mutex_lock that gives up after a while: for reclaim, which may have been called by who is waited for.</summary>
    public bool EnterSoon(int cpu)
    {
        SpinWait wait = default;
        for (int attempt = 0; attempt < PatientAttempts; attempt++)
        {
            if (TryEnter(cpu))
                return true;
            calls.Serve(cpu);
            wait.SpinOnce(sleep1Threshold: -1);
        }
        return false;
    }

    /// <summary>mutex_trylock.</summary>
    public bool TryEnter(int cpu)
    {
        if (!calls.IsFreeRunning)
            return true;                        // one baton: whoever asks is alone, or calls from inside
        if (Volatile.Read(ref _owner) != cpu && Interlocked.CompareExchange(ref _owner, cpu, Nobody) != Nobody)
            return false;
        _depth++;
        return true;
    }

    /// <summary>mutex_unlock.</summary>
    public void Exit()
    {
        if (calls.IsFreeRunning && --_depth == 0)
            Volatile.Write(ref _owner, Nobody);
    }
}
