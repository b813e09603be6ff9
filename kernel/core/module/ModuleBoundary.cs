namespace MiniKernel.Core;

/// <summary>A way into a module's code.</summary>
/// <param name="kernel">The kernel, on the CPU that runs.</param>
/// <param name="call">What is called, with its arguments.</param>
internal delegate TResult ModuleEntry<TCall, TResult>(KernelContext kernel, TCall call)
    where TCall : allows ref struct;

/// <summary>The line between kernel and modules, crossed by every call into one.</summary>
/// <remarks>
/// It makes the module the owner of what is allocated meanwhile, and it is the one place that catches everything: whatever
/// exception a driver causes becomes an oops, and the module dead. As in Linux an oops ends the whole task, not one
/// function: boundaries further out pass it on, without blaming their own module. Interrupt handlers and shrinkers run in a
/// task that is not theirs and are stopped alone (Linux would panic: a listed difference).
/// </remarks>
internal sealed class ModuleBoundary(Kernel kernel)
{
    /// <summary>Boundaries on one CPU's stack. Linux's kernel stack is 8 KiB: a constructor that allocates from its own cache
    /// for ever must not find the host's end first.</summary>
    private const int MaxNesting = 32;

    /// <summary>Calls into a module.</summary>
    /// <param name="owner">The module; null for kernel code, which has no boundary.</param>
    /// <param name="cpu">The CPU that runs.</param>
    /// <param name="comm">Name of the task.</param>
    /// <param name="call">What to call.</param>
    /// <param name="entry">How to call it.</param>
    /// <param name="onOops">The result when the module dies of it.</param>
    public TResult Call<TCall, TResult>(
        LoadedModule? owner, CpuState cpu, string comm, TCall call, ModuleEntry<TCall, TResult> entry, TResult onOops)
        where TCall : allows ref struct
    {
        KernelContext context = new(kernel, cpu.Mm);
        if (owner is null)
            return entry(context, call);
        if (!owner.IsCallable)
            return onOops;
        if (cpu.Nesting == MaxNesting)
            throw new InsufficientExecutionStackException();
        Frame outer = Push(cpu, owner, comm);
        try
        {
            TResult result = entry(context, call);
            if (owner.HasOopsed)
                throw new KernelOopsException($"{owner.Name} caught its own oops");
            CheckBalance(cpu, outer, owner);
            return result;
        }
        catch (Exception exception) when (IsForTheModule(exception, owner))
        {
            if (kernel.Tasks.Running.IsEnding && !cpu.IsInterrupted)
                throw new TaskEndedException();   // what it made of the one that ends it
            KernelOopsException oops = Stop(owner, cpu, exception);
            if (outer.Depth != 0)
                throw oops;
            if (!cpu.IsInterrupted)
                kernel.Tasks.Running.State = TaskState.Running;      // whatever the dead code was about to wait for
            return onOops;
        }
        finally
        {
            Pop(cpu, outer);
        }
    }

    /// <summary>Asks a module that is not loaded yet for its name and parameters: driver code as any other.</summary>
    /// <returns>Null, or what is wrong.</returns>
    public static string? Describe(IKernelModule module, out string name, out IReadOnlyList<ModuleParameter> parameters)
    {
        name = "";
        parameters = [];
        try
        {
            name = module.Name ?? "";
            parameters = module.Parameters ?? [];
            return ModuleRules.MistakeIn(name, parameters);
        }
        catch (Exception exception) when (exception is not KernelPanicException)
        {
            return $"cannot be asked for its name and parameters: {exception.GetType().Name}";
        }
    }

    /// <summary>Calls into a module that does not own the running task: what happens there ends there.</summary>
    public TResult CallIsolated<TCall, TResult>(
        LoadedModule? owner, CpuState cpu, string comm, TCall call, ModuleEntry<TCall, TResult> entry, TResult onOops)
        where TCall : allows ref struct
    {
        int depth = cpu.Depth;
        cpu.Depth = 0;
        try
        {
            return Call(owner, cpu, comm, call, entry, onOops);
        }
        finally
        {
            cpu.Depth = depth;
        }
    }

    private readonly record struct Frame(
        LoadedModule? Module, string Comm, CallSite Site, int Depth, int PreemptCount, int SoftIrqDisabled, int LocksHeld, bool InterruptsEnabled, ulong DeadlineNs,
        CpuState Running, int AtomicKmaps, int HeldLocks, bool TookCpu);

    private Frame Push(CpuState cpu, LoadedModule owner, string comm)
    {
        bool takesCpu = !cpu.Hardware.IsOwnedByCurrentThread;
        if (takesCpu)
            cpu.Hardware.Acquire();               // a slice of running begins: nobody else's until it ends
        Frame outer = new(
            cpu.Module, cpu.Comm, cpu.Site, cpu.Depth, cpu.PreemptCount, cpu.SoftIrqDisabled, cpu.LocksHeld, cpu.InterruptsEnabled, cpu.DeadlineNs,
            kernel.Current, cpu.AtomicKmaps.Count, cpu.HeldLocks.Count, takesCpu);
        kernel.Current = cpu;
        cpu.Module = owner;
        cpu.Comm = comm;
        cpu.Depth++;
        cpu.Nesting++;
        if (cpu.Depth == 1)
            cpu.DeadlineNs = kernel.Machine.Clock.NowNs + kernel.Options.ModuleBudgetNs;
        return outer;
    }

    // Also after an oops: what the dead code had disabled is as it was before. The kernel is back in the call that was made before: whose
    // memory a constructor or a shrinker was called for, its line is named.
    private void Pop(CpuState cpu, Frame outer)
    {
        (cpu.Module, cpu.Comm, cpu.Site, cpu.Depth) = (outer.Module, outer.Comm, outer.Site, outer.Depth);
        cpu.Nesting--;
        (cpu.PreemptCount, cpu.InterruptsEnabled, cpu.DeadlineNs) = (outer.PreemptCount, outer.InterruptsEnabled, outer.DeadlineNs);
        (cpu.SoftIrqDisabled, cpu.LocksHeld) = (outer.SoftIrqDisabled, outer.LocksHeld);
        kernel.Memory.DropAtomicKmaps(cpu, outer.AtomicKmaps);
        cpu.ForgetHeldLocks(outer.HeldLocks);
        kernel.Current = outer.Running;
        if (outer.TookCpu)
            cpu.Hardware.Release();
    }

    // do_one_initcall() of Linux 2.6 init/main.c: "preemption imbalance", "disabled interrupts".
    private void CheckBalance(CpuState cpu, Frame outer, LoadedModule owner)
    {
        if (cpu.PreemptCount != outer.PreemptCount || cpu.SoftIrqDisabled != outer.SoftIrqDisabled)
            kernel.Error($"error in {owner.Name}: returned with preemption imbalance ({outer.PreemptCount} before, {cpu.PreemptCount} after){LocksLeft(cpu, outer)}");
        if (outer.InterruptsEnabled && !cpu.InterruptsEnabled)
            kernel.Error($"error in {owner.Name}: returned with disabled interrupts");
    }

    // Those it was called with are told too: it may have released and taken them again, and the order says nothing then.
    private static string LocksLeft(CpuState cpu, Frame outer) =>
        cpu.LocksHeld > outer.LocksHeld ? $": {string.Join(", ", cpu.HeldLocks)}" : "";

    private static bool IsForTheModule(Exception exception, LoadedModule owner) =>
        exception is not (KernelPanicException or TaskEndedException) && (!owner.IsBuiltIn || exception is KernelOopsException);

    private KernelOopsException Stop(LoadedModule owner, CpuState cpu, Exception exception)
    {
        if (exception is KernelOopsException { IsAttributed: true } fromInside)
            return fromInside;
        KernelOopsException oops = exception as KernelOopsException ?? kernel.Oops.Exception(cpu, owner, exception);
        oops.IsAttributed = true;
        if (!owner.IsBuiltIn)
            kernel.Modules.Kill(owner);
        return oops;
    }
}
