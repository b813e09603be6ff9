namespace MiniKernel.Core;

/// <summary>linux/rcupdate.h.</summary>
internal static class CRcuExports
{
    public static void AddTo(CExportTable table)
    {
        table.Function("rcu_read_lock", static (ref CCall c) => { c.Kernel.PreemptDisable(); return 0; });
        table.Function("rcu_read_unlock", static (ref CCall c) => { c.Kernel.PreemptEnable(c.File, c.Line, c.Member); return 0; });
        table.Function("rcu_read_lock_held", static (ref CCall c) => CCall.Return(c.Cpu.InAtomic));
        table.Function("synchronize_rcu", static (ref CCall c) => { CRcu.Synchronize(ref c); return 0; });
        table.Function("call_rcu", static (ref CCall c) => { c.Runtime.Rcu.Call(ref c, c.Pointer(), c.Word()); return 0; });
        table.Function("rcu_barrier", static (ref CCall c) => { c.Runtime.Rcu.Barrier(ref c); return 0; });
    }
}
