using MiniKernel.Mm;

namespace MiniKernel.Core;

/// <summary>An event of mm with the circumstances it happened in.</summary>
/// <param name="TimeNs">Virtual time since power-on.</param>
/// <param name="Cpu">The CPU that runs.</param>
/// <param name="Comm">current->comm.</param>
/// <param name="Pid">current->pid.</param>
/// <param name="Module">The module whose code runs; "kernel" outside any.</param>
/// <param name="Site">Its call into the kernel.</param>
/// <param name="Context">irqs-off, need-resched, hardirq/softirq and preempt-depth, as ftrace's four characters.</param>
/// <param name="Happened">The event.</param>
public sealed record TraceRecord(
    ulong TimeNs, int Cpu, string Comm, int Pid, string Module, CallSite Site, string Context, MmEvent Happened);
