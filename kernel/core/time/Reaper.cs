using System.Collections.Immutable;
using MiniKernel.Hal;

namespace MiniKernel.Core;

/// <summary>Runs SLAB's reaper on each CPU every two seconds of virtual time (Linux 2.6 mm/slab.c, cache_reap).</summary>
/// <remarks>In Linux a work item of keventd: process context. It waits while a CPU may not sleep and is done at that CPU's
/// next kernel call.</remarks>
internal sealed class Reaper(Kernel kernel)
{
    /// <summary>REAPTIMEOUT_CPUC: 2 * HZ.</summary>
    public const ulong PeriodNs = 2_000 * VirtualClock.NsPerJiffy;

    private readonly bool[] _due = new bool[kernel.Machine.Cpus.Count];
    private readonly ImmutableArray<string> _names = [.. kernel.Machine.Cpus.Select(cpu => $"events/{cpu.Id}")];
    private ClockEvent? _timer;
    private ulong _nextNs;
    private bool _anyDue;

    /// <summary>True while it will run once more.</summary>
    public bool IsPending => _timer is { IsPending: true };

    /// <summary>True in the middle of a pass: a destructor may not sleep then.</summary>
    public bool IsReaping { get; private set; }

    /// <summary>First pass one period from now.</summary>
    public void Start()
    {
        _nextNs = kernel.Machine.Clock.NowNs + PeriodNs;
        _timer = kernel.Machine.Clock.Schedule(_nextNs, Expire);
    }

    public void Stop()
    {
        if (_timer is not null)
            kernel.Machine.Clock.Cancel(_timer);
    }

    /// <summary>Does what had to wait.</summary>
    public void RunDeferred()
    {
        if (_anyDue)
            RunDue();
    }

    private void Expire()
    {
        _nextNs += PeriodNs;
        kernel.Machine.Clock.Reschedule(_timer!, _nextNs);
        for (int cpu = 0; cpu < _due.Length; cpu++)
            _due[cpu] = true;
        RunDue();
    }

    private void RunDue()
    {
        _anyDue = false;
        foreach (CpuState cpu in kernel.AllCpus)
        {
            if (!_due[cpu.Id])
                continue;
            if (cpu.Mm.AtomicContext)
            {
                _anyDue = true;
                continue;
            }
            _due[cpu.Id] = false;
            Reap(cpu);
        }
    }

    // Outside whatever module happens to run: what a destructor does is not that module's doing.
    private void Reap(CpuState cpu)
    {
        CpuState running = kernel.Current;
        (LoadedModule? module, string comm, int depth, CallSite site) = (cpu.Module, cpu.Comm, cpu.Depth, cpu.Site);
        (kernel.Current, cpu.Module, cpu.Comm, cpu.Depth, cpu.Site) = (cpu, null, _names[cpu.Id], 0, default);
        IsReaping = true;
        try
        {
            kernel.Mm.CacheReap(cpu.Mm);
        }
        catch (KernelOopsException)
        {
            // The log has it. keventd would be dead now; the next pass goes on with what is left.
        }
        finally
        {
            IsReaping = false;
            (cpu.Module, cpu.Comm, cpu.Depth, cpu.Site) = (module, comm, depth, site);
            kernel.Current = running;
        }
    }
}
