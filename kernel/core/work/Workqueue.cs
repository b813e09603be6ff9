namespace MiniKernel.Core;

/// <summary>Work items and the task that does them one after the other: struct workqueue_struct with one thread.</summary>
[DriverSurface]
public sealed class Workqueue
{
    internal Workqueue(string name, CpuState cpu, LoadedModule? owner) => (Name, OnCpu, Owner, Idle) = (name, cpu, owner, new WaitQueue(name));

    /// <summary>Its name, and its worker's.</summary>
    public string Name { get; }

    internal CpuState OnCpu { get; }

    internal LoadedModule? Owner { get; }

    /// <summary>Null before there was work.</summary>
    internal KernelTask? Worker { get; set; }

    internal LinkedList<Work> Items { get; } = new();

    /// <summary>The item that is being done.</summary>
    internal Work? Current { get; set; }

    internal ulong CurrentSequence { get; set; }

    /// <summary>Woken whenever an item is over or taken back.</summary>
    internal WaitQueue Idle { get; }

    internal bool IsStopping { get; set; }

    /// <summary>True when nothing that was queued up to then is left.</summary>
    internal bool IsDoneUpTo(ulong sequence)
        => (Items.First is not { } first || first.Value.Sequence > sequence) && (Current is null || CurrentSequence > sequence);
}
