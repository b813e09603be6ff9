namespace MiniKernel.Mm;

/// <summary>The shrinkers, which several CPUs may run at once (shrinker_list and shrinker_rwsem of Linux 2.6 mm/vmscan.c).</summary>
internal sealed class ShrinkerList(CpuCalls calls, int cpus)
{
    private readonly Lock _lock = new();
    private readonly Func<GfpFlags, uint>?[] _running = new Func<GfpFlags, uint>?[cpus];
    private volatile Func<GfpFlags, uint>[] _all = [];     // replaced as a whole: running them takes no lock

    /// <summary>Who is told of what mm does.</summary>
    public Tracepoints Trace { get; init; } = new();

    /// <summary>register_shrinker.</summary>
    public void Add(Func<GfpFlags, uint> shrinker)
    {
        lock (_lock)
            _all = [.. _all, shrinker];
    }

    /// <summary>unregister_shrinker: when it returns, no other CPU is in it. A shrinker may take itself off.</summary>
    public void Remove(int cpu, Func<GfpFlags, uint> shrinker)
    {
        lock (_lock)
        {
            int at = Array.IndexOf(_all, shrinker);
            if (at < 0)
                return;
            _all = [.. _all.AsSpan(0, at), .. _all.AsSpan(at + 1)];
        }
        if (!calls.IsFreeRunning)
            return;
        if (_running[cpu] == shrinker)
            Volatile.Write(ref _running[cpu], null);
        SpinWait wait = default;
        while (IsRunning(shrinker))
        {
            calls.Serve(cpu);
            wait.SpinOnce(sleep1Threshold: -1);
        }
    }

    /// <summary>Runs every shrinker, oldest first.</summary>
    /// <param name="cpu">The CPU that reclaims.</param>
    /// <param name="flags">What was asked for with: a shrinker leaves alone what such a request must not wait for.</param>
    public void Run(int cpu, GfpFlags flags)
    {
        foreach (Func<GfpFlags, uint> shrinker in _all)
            Run(cpu, flags, shrinker);
    }

    private void Run(int cpu, GfpFlags flags, Func<GfpFlags, uint> shrinker)
    {
        Interlocked.Exchange(ref _running[cpu], shrinker);      // before the look: who removes it looks the other way round
        try
        {
            if (Array.IndexOf(_all, shrinker) >= 0)
                RunTraced(flags, shrinker);
        }
        finally
        {
            Volatile.Write(ref _running[cpu], null);
        }
    }

    private void RunTraced(GfpFlags flags, Func<GfpFlags, uint> shrinker)
    {
        uint freed = shrinker(flags);
        Trace.Sink?.Trace(new ShrinkerEvent(freed));
    }

    private bool IsRunning(Func<GfpFlags, uint> shrinker)
    {
        for (int cpu = 0; cpu < _running.Length; cpu++)
        {
            if (Volatile.Read(ref _running[cpu]) == shrinker)
                return true;
        }
        return false;
    }
}
