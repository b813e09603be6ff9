namespace MiniKernel.Core;

/// <summary>What poll() hands to drivers: they name the queues that are woken when their answer changes, and who polls sleeps on them (Linux 2.6.24
/// fs/select.c, struct poll_wqueues).</summary>
[DriverSurface]
public sealed class PollTable
{
    private const int MostNames = 4;              // in a report
    private readonly KernelTask? _sleeper;
    private readonly List<(WaitQueue Queue, LinkedListNode<Waiter> Place)> _places = [];

    /// <param name="sleeper">Who is to be woken; null when nobody is going to sleep.</param>
    internal PollTable(KernelTask? sleeper) => _sleeper = sleeper;

    /// <summary>False when nobody is going to sleep: naming queues does nothing then.</summary>
    public bool IsWaiting => _sleeper is not null && !IsFull;

    /// <summary>What is asked for.</summary>
    internal PollEvents Wanted { get; set; } = (PollEvents)(-1);

    /// <summary>Set once every driver was asked: they are asked again after each wake-up, and stand on their queues already.</summary>
    internal bool IsFull { get; set; }

    /// <summary>What is waited for, as reports say it.</summary>
    internal string Names => _places.Count == 0
        ? "nothing"
        : string.Join("', `", _places.Take(MostNames).Select(place => place.Queue.Name).Concat(_places.Skip(MostNames).Take(1).Select(_ => "...")));

    /// <summary>poll_wait(): names a queue that is woken when the answer changes.</summary>
    public void Wait(WaitQueue queue)
    {
        ArgumentNullException.ThrowIfNull(queue);
        if (IsWaiting)
            _places.Add((queue, queue.Add(_sleeper!, isExclusive: false)));
    }

    /// <summary>poll_freewait(): leaves all queues.</summary>
    internal void Leave()
    {
        foreach ((WaitQueue queue, LinkedListNode<Waiter> place) in _places)
            queue.Remove(place);
        _places.Clear();
    }
}
