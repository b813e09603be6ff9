namespace MiniKernel.Core;

/// <summary>A counter that tasks take from, sleeping while it is 0: struct semaphore. It has no owner.</summary>
/// <param name="name">What reports call it.</param>
/// <param name="count">What it starts with.</param>
[DriverSurface]
public sealed class KernelSemaphore(string name, int count = 1)
{
    /// <summary>What reports call it.</summary>
    public string Name { get; } = name;

    /// <summary>How many can still be taken.</summary>
    public int Count { get; internal set; } = count;

    internal WaitQueue Waiters { get; } = new(name);
}
