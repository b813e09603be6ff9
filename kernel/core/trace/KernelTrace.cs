using MiniKernel.Mm;

namespace MiniKernel.Core;

/// <summary>Tracing of mm: off, and free, until somebody listens.</summary>
/// <remarks>With a listener each allocation takes the slow path, which says what it does; addresses stay the same. A listener is
/// called in the middle of mm's work: it must neither call the kernel nor throw.</remarks>
public sealed class KernelTrace : IMmTrace
{
    private readonly Kernel _kernel;
    private readonly List<Action<TraceRecord>> _listeners = [];

    internal KernelTrace(Kernel kernel) => _kernel = kernel;

    /// <summary>True while somebody listens.</summary>
    public bool IsOn => _listeners.Count != 0;

    /// <summary>Lets somebody hear every event from now on.</summary>
    public void AddListener(Action<TraceRecord> listener)
    {
        ArgumentNullException.ThrowIfNull(listener);
        _listeners.Add(listener);
        if (_listeners.Count == 1)
            _kernel.Mm.SetTrace(_kernel.Current.Mm, this);
    }

    /// <summary>Takes a listener off; with the last one tracing is over.</summary>
    public void RemoveListener(Action<TraceRecord> listener)
    {
        if (_listeners.Remove(listener) && _listeners.Count == 0)
            _kernel.Mm.SetTrace(_kernel.Current.Mm, null);
    }

    void IMmTrace.Trace(MmEvent happened)
    {
        CpuState cpu = _kernel.Current;
        TraceRecord record = new(
            _kernel.Machine.Clock.NowNs, cpu.Id, cpu.Comm, cpu.Pid, cpu.Module?.Name ?? "kernel", cpu.Site, ContextOf(cpu), happened);
        foreach (Action<TraceRecord> listener in _listeners)
            listener(record);
    }

    // kernel/trace/trace_output.c, trace_print_lat_fmt: nothing is ever due for rescheduling here.
    private static string ContextOf(CpuState cpu)
    {
        char irqs = cpu.InterruptsEnabled ? '.' : 'd';
        char interrupt = cpu.InInterrupt ? (cpu.InSoftIrq ? 'H' : 'h') : cpu.InSoftIrq ? 's' : '.';
        return cpu.PreemptCount is > 0 and < 10 and var depth ? $"{irqs}.{interrupt}{depth}" : $"{irqs}.{interrupt}.";
    }
}
