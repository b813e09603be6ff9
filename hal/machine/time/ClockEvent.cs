namespace MiniKernel.Hal;

/// <summary>Something that happens at a point of virtual time; made by <see cref="VirtualClock.Schedule"/>.</summary>
/// <remarks>A device that does the same again and again keeps its event and passes it to
/// <see cref="VirtualClock.Reschedule"/>, so that a running machine makes no garbage.</remarks>
public sealed class ClockEvent
{
    /// <summary>Value of <see cref="HeapIndex"/> while the event is not queued.</summary>
    internal const int NotQueued = -1;

    internal ClockEvent(VirtualClock clock, Action action)
    {
        Clock = clock;
        Action = action;
    }

    /// <summary>When it is due, or was due last; nanoseconds since power-on.</summary>
    public ulong AtNs { get; internal set; }

    /// <summary>True from scheduling until it starts to run or is cancelled.</summary>
    public bool IsPending => HeapIndex != NotQueued;

    internal VirtualClock Clock { get; }

    internal Action Action { get; }

    /// <summary>Order of scheduling: the tie-breaker among events of one time.</summary>
    internal ulong Sequence { get; set; }

    /// <summary>Place in the clock's heap; the queue alone writes it.</summary>
    internal int HeapIndex { get; set; } = NotQueued;

    /// <summary>True when this one runs before <paramref name="other"/>.</summary>
    internal bool Precedes(ClockEvent other) =>
        AtNs < other.AtNs || (AtNs == other.AtNs && Sequence < other.Sequence);
}
