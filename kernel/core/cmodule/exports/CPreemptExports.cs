namespace MiniKernel.Core;

/// <summary>linux/preempt.h, linux/irqflags.h, linux/smp.h, and what says whether sleeping is allowed.</summary>
internal static class CPreemptExports
{
    public static void AddTo(CExportTable table)
    {
        table.Function("preempt_disable", static (ref CCall c) => { c.Kernel.PreemptDisable(); return 0; });
        table.Function("preempt_enable", static (ref CCall c) => { c.Kernel.PreemptEnable(c.File, c.Line, c.Member); return 0; });
        table.Function("preempt_count", static (ref CCall c) => (ulong)c.Cpu.FullPreemptCount);
        table.Function("smp_processor_id", static (ref CCall c) => (ulong)c.Cpu.Id);
        table.Function("__local_irq_save", static (ref CCall c) => c.Kernel.LocalIrqSave() ? CSpinExports.InterruptFlag : 0);
        table.Function("__local_irq_restore", static (ref CCall c) => { c.Kernel.LocalIrqRestore((c.Word() & CSpinExports.InterruptFlag) != 0); return 0; });
        table.Function("__local_save_flags", static (ref CCall c) => c.Cpu.InterruptsEnabled ? CSpinExports.InterruptFlag : 0);
        table.Function("local_bh_disable", static (ref CCall c) => { c.Kernel.LocalBhDisable(); return 0; });
        table.Function("local_bh_enable", static (ref CCall c) => { c.Kernel.LocalBhEnable(c.File, c.Line, c.Member); return 0; });
        table.Function("__might_sleep", static (ref CCall c) => { c.Kernel.MightSleep(c.File, c.Line, c.Member); return 0; });
    }
}
