namespace MiniKernel.Core;

/// <summary>A lock for tasks, which sleep until they get it: struct mutex.</summary>
/// <remarks>Checked as with CONFIG_DEBUG_MUTEXES: its owner is known, taking it twice and releasing somebody else's is told.</remarks>
/// <param name="name">What reports call it.</param>
[DriverSurface]
public sealed class KernelMutex(string name)
{
    /// <summary>What reports call it.</summary>
    public string Name { get; } = name;

    /// <summary>mutex_is_locked().</summary>
    public bool IsLocked => Owner is not null;

    internal KernelTask? Owner { get; private set; }

    internal CallSite TakenAt { get; private set; }

    internal WaitQueue Waiters { get; } = new(name);

    /// <summary>True once it has been told that its owner keeps it too long.</summary>
    internal bool IsReported { get; set; }

    internal void Take(KernelTask task, CallSite site)
    {
        (Owner, TakenAt, IsReported) = (task, site, false);
        task.Held.Add(this);
    }

    internal void Release()
    {
        Owner!.Held.Remove(this);
        Owner = null;
    }
}
