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
    private LinkedListNode<Waiter>? _lastShared;            // the last one that is not exclusive

    /// <summary>What reports call it.</summary>
    public string Name { get; } = name;

    /// <summary>waitqueue_active(): somebody waits.</summary>
    public bool IsActive => Waiters.Count != 0;

    /// <summary>Those that are not exclusive first, then the exclusive ones, each in the order they came.</summary>
    internal LinkedList<Waiter> Waiters { get; } = new();

    internal LinkedListNode<Waiter> Add(KernelTask task, bool isExclusive)
    {
        Waiter waiter = new(task, isExclusive);
        if (isExclusive)
            return Waiters.AddLast(waiter);
        return _lastShared = _lastShared is null ? Waiters.AddFirst(waiter) : Waiters.AddAfter(_lastShared, waiter);
    }

    internal void Remove(LinkedListNode<Waiter> place)
    {
        if (place == _lastShared)
            _lastShared = place.Previous;         // before it there is none that is exclusive
        Waiters.Remove(place);
    }
}

/// <summary>A task on a wait queue: wait_queue_t.</summary>
internal readonly record struct Waiter(KernelTask Task, bool IsExclusive);
