namespace MiniKernel.Core;

/// <summary>Work an interrupt handler puts off.</summary>
/// <param name="kernel">The kernel, in interrupt context but with interrupts on: no sleeping.</param>
[DriverSurface]
public delegate void TaskletFunction(KernelContext kernel);

/// <summary>Something to do soon, once, outside the handler: struct tasklet_struct.</summary>
/// <param name="name">What reports call it.</param>
/// <param name="function">What to do.</param>
[DriverSurface]
public sealed class Tasklet(string name, TaskletFunction function)
{
    /// <summary>What reports call it.</summary>
    public string Name { get; } = name;

    /// <summary>TASKLET_STATE_SCHED: it will run.</summary>
    public bool IsScheduled => OnCpu is not null;

    /// <summary>What leftovers are called beside their name: the function of C code.</summary>
    internal string Note { get; init; } = "";

    internal TaskletFunction Function { get; } = function;

    /// <summary>Where it is scheduled; null when it is not.</summary>
    internal CpuState? OnCpu { get; set; }

    /// <summary>Who scheduled it last.</summary>
    internal LoadedModule? Owner { get; set; }

    /// <summary>tasklet_disable() calls to be undone: it stays scheduled and does not run.</summary>
    internal int Disabled { get; set; }
}
