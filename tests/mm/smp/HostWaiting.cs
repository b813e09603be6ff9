using MiniKernel.Hal;

namespace MiniKernel.Mm.Tests;

/// <summary>Sleeping for CPUs that run freely: the CPU is given up meanwhile. Who is not woken at all was forgotten.</summary>
internal sealed class HostWaiting(Machine machine) : IMmWaiting
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);
    private readonly object _gate = new();
    private int _sleeps;
    private int _forgotten;

    public object? CurrentTask => null;

    /// <summary>Times somebody slept.</summary>
    public int Sleeps => _sleeps;

    /// <summary>Sleepers nobody woke.</summary>
    public int Forgotten => _forgotten;

    public MmWaitResult Wait(MmCpu cpu, MmWaitQueue queue, ulong seen, ulong timeoutMs)
    {
        Cpu hardware = machine.Cpus[cpu.Id];
        hardware.Release();
        try
        {
            return IsWoken(queue, seen) ? MmWaitResult.Woken : MmWaitResult.Never;
        }
        finally
        {
            hardware.Acquire();
        }
    }

    public void WakeUp(MmWaitQueue queue)
    {
        lock (_gate)
            Monitor.PulseAll(_gate);
    }

    private bool IsWoken(MmWaitQueue queue, ulong seen)
    {
        lock (_gate)
        {
            if (queue.WakeUps == seen)
                Interlocked.Increment(ref _sleeps);
            while (queue.WakeUps == seen)
            {
                if (Monitor.Wait(_gate, Patience))
                    continue;
                Interlocked.Increment(ref _forgotten);
                return false;
            }
            return true;
        }
    }
}
