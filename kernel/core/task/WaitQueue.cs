namespace MiniKernel.Core;

/// <summary>What a sleeper waits for, with the kernel at hand: reads of kernel memory, say.</summary>
/// <param name="kernel">The kernel, on the sleeper's CPU; no sleeping here.</param>
[DriverSurface]
public delegate bool WaitCondition(KernelContext kernel);

/// <summary>Where tasks wait for something to become true: wait_queue_head_t.</summary>
/// <param name="name">What reports call it.</param>
[DriverSurface]
public sealed class WaitQueue(string name)
{
    /// <summary>What reports call it.</summary>
    public string Name { get; } = name;

    /// <summary>waitqueue_active(): somebody waits.</summary>
    public bool IsActive => Waiters.Count != 0;

    /// <summary>Those that are not exclusive first, then the exclusive ones, each in the order they came.</summary>
    internal LinkedList<Waiter> Waiters { get; } = new();

    internal LinkedListNode<Waiter> Add(KernelTask task, bool isExclusive)
    {
        Waiter waiter = new(task, isExclusive);
        LinkedListNode<Waiter>? next = isExclusive ? null : Waiters.First;
        while (next is { Value.IsExclusive: false })
            next = next.Next;
        return next is null ? Waiters.AddLast(waiter) : Waiters.AddBefore(next, waiter);
    }
}

/// <summary>A task on a wait queue: wait_queue_t.</summary>
internal readonly record struct Waiter(KernelTask Task, bool IsExclusive);
