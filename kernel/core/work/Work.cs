namespace MiniKernel.Core;

/// <summary>What a work item does.</summary>
/// <param name="kernel">The kernel, in process context: it may sleep.</param>
[DriverSurface]
public delegate void WorkFunction(KernelContext kernel);

/// <summary>Something to do soon, or after a delay, in process context: struct work_struct and struct delayed_work.</summary>
/// <param name="name">What reports call it.</param>
/// <param name="function">What to do; it may queue itself again.</param>
[DriverSurface]
public sealed class Work(string name, WorkFunction function)
{
    /// <summary>What reports call it.</summary>
    public string Name { get; } = name;

    /// <summary>work_pending(): queued, or waiting for its delay, and not begun.</summary>
    public bool IsPending => Queue is not null;

    /// <summary>What leftovers are called beside their name: the function of C code.</summary>
    internal string Note { get; init; } = "";

    internal WorkFunction Function { get; } = function;

    /// <summary>Where it is pending.</summary>
    internal Workqueue? Queue { get; set; }

    /// <summary>Where it runs.</summary>
    internal Workqueue? RunningOn { get; set; }

    /// <summary>Who queued it last.</summary>
    internal LoadedModule? Owner { get; set; }

    /// <summary>Its place in the order of queueing.</summary>
    internal ulong Sequence { get; set; }

    /// <summary>Of delayed work; made when first needed.</summary>
    internal KernelTimer? Timer { get; set; }
}
