namespace MiniKernel.Mm;

/// <summary>Those who sleep inside mm until somebody gives something back: a wait_queue_head_t without the tasks in it.</summary>
/// <remarks>mm counts the wake-ups; who sleeps there and how is the business of the kernel above (<see cref="IMmWaiting"/>).</remarks>
public sealed class MmWaitQueue
{
    private ulong _wakeUps;

    internal MmWaitQueue(string name) => Name = name;

    /// <summary>What is waited for, for reports.</summary>
    public string Name { get; }

    /// <summary>Wake-ups so far. Read before looking for what is waited for, it tells whether one came since.</summary>
    public ulong WakeUps => Volatile.Read(ref _wakeUps);

    /// <summary>Whatever the kernel above keeps for it: its own queue.</summary>
    public object? Tag { get; set; }

    internal void CountWakeUp() => Interlocked.Increment(ref _wakeUps);
}
