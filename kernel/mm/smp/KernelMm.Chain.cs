namespace MiniKernel.Mm;

/// <content>cache_chain_mutex, taken and given back.</content>
public sealed unsafe partial class KernelMm
{
    private object? Task => Waiting?.CurrentTask;

    private void LockChain(MmCpu cpu)
    {
        for (ulong waitedMs = 0; ;)
        {
            ulong seen = _chain.Waiters.WakeUps;
            if (_chain.Enter(cpu.Id, Task))
                return;
            if (Sleep(cpu, _chain.Waiters, seen, PatienceMs, ref waitedMs))
                continue;
            _reports.Report(new BlockedForever(_chain.Waiters.Name));
            throw Bug("kernel/mutex.c", "mutex_lock", "cache_chain_mutex does not become free: a constructor, destructor or shrinker of its holder sleeps");
        }
    }

    private void UnlockChain()
    {
        if (_chain.Exit())
            WakeUp(_chain.Waiters);
    }
}
