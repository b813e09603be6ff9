using MiniKernel.Hal;

namespace MiniKernel.Core;

/// <summary>RCU for C modules. A reader is atomic and no code is put aside, so by the next tick every reader of now is done.</summary>
/// <param name="runtime">What runs the modules.</param>
internal sealed class CRcu(CRuntime runtime)
{
    // Where a function would be, the offset of the head in an object that is to be kfree'd: kfree_rcu().
    private const ulong LargestOffset = 4096;
    private readonly List<Callback> _pending = [];
    private KernelTimer? _timer;

    private sealed record Callback(VirtualAddress Head, ulong Function, CModule Module, LoadedModule? Owner)
    {
        public bool IsKfree => Function < LargestOffset;
    }

    /// <summary>call_rcu().</summary>
    public void Call(ref CCall c, VirtualAddress head, ulong function)
    {
        Kernel kernel = runtime.Kernel;
        if (_pending.Exists(callback => callback.Head == head))
        {
            kernel.Error($"BUG: call_rcu({head}) at {c.Site}: it is waiting already");
            return;
        }
        c.Set(head, runtime.Structs.RcuHead.Function, function);
        _pending.Add(new Callback(head, function, c.Module, c.Cpu.Module));
        _timer ??= new KernelTimer("rcu", _ => RunAll());
        if (!_timer.IsPending)
            kernel.Timers.Arm(c.Cpu, null, _timer, kernel.Machine.Clock.Jiffies + 1);
    }

    /// <summary>synchronize_rcu().</summary>
    public static void Synchronize(ref CCall c) => c.Kernel.ScheduleTimeoutUninterruptible(1, c.File, c.Line, c.Member);

    /// <summary>rcu_barrier().</summary>
    public void Barrier(ref CCall c)
    {
        do
            Synchronize(ref c);
        while (_pending.Count != 0);
    }

    /// <summary>A module is about to go: its functions cannot be called any more.</summary>
    public void Forget(CModule module)
    {
        Callback[] left = [.. _pending.Where(callback => callback.Module == module)];
        _pending.RemoveAll(callback => callback.Module == module);
        foreach (Callback callback in left.Where(callback => callback.IsKfree))
            Run(callback);
        int functions = left.Count(callback => !callback.IsKfree);
        if (functions != 0)
            runtime.Kernel.Error($"BUG: {module.Name} is unloaded with {functions} functions still to be called by RCU; rcu_barrier() waits for them");
    }

    // What is given meanwhile waits for the next tick.
    private void RunAll()
    {
        Callback[] due = [.. _pending];
        _pending.Clear();
        foreach (Callback callback in due)
            Run(callback);
    }

    private void Run(Callback callback)
    {
        CpuState cpu = runtime.Kernel.Current;
        runtime.Kernel.Modules.Boundary.CallIsolated(
            callback.Owner, cpu, cpu.Comm, (runtime, callback), static (kernel, call) => Invoke(kernel, call.runtime, call.callback), onOops: true);
    }

    private static bool Invoke(KernelContext kernel, CRuntime runtime, Callback callback)
    {
        if (callback.IsKfree)
            kernel.Kfree(new VirtualAddress(callback.Head.Value - callback.Function), "", 0, "kfree_rcu");
        else
            runtime.Call(kernel.State, callback.Module, callback.Function, callback.Head.Value);
        return true;
    }
}
