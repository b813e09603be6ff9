using System.Runtime.CompilerServices;

namespace MiniKernel.Hal;

/// <summary>The machine's time. It moves only when it is told to, so the same input gives the same run.</summary>
/// <remarks>Not thread-safe: whoever holds the baton moves it. Free-running stress threads leave it alone.</remarks>
public sealed class VirtualClock
{
    /// <summary>Nanoseconds in a jiffy: HZ is 1000.</summary>
    public const ulong NsPerJiffy = 1_000_000;

    private readonly ClockEventQueue _queue = new();
    private ulong _targetNs;                      // where the running Advance will end
    private ulong _nextDueNs = ulong.MaxValue;    // AtNs of the earliest event, beside NowNs for the fast path
    private ulong _sequence;
    private bool _running;

    /// <summary>Nanoseconds since power-on.</summary>
    public ulong NowNs { get; private set; }

    /// <summary>Whole jiffies since power-on.</summary>
    public ulong Jiffies => NowNs / NsPerJiffy;

    /// <summary>True while an event's action runs.</summary>
    public bool IsRunningEvent => _running;

    /// <summary>Time of the earliest pending event, or null when there is none.</summary>
    public ulong? NextEventNs => _queue.Count == 0 ? null : _nextDueNs;

    /// <summary>How many events are pending.</summary>
    public int PendingEvents => _queue.Count;

    /// <summary>The time <paramref name="delayNs"/> from now.</summary>
    public ulong After(ulong delayNs) => SaturatingAdd(NowNs, delayNs);

    /// <summary>Moves time on and runs every event that comes due: by time, then in order of scheduling.</summary>
    /// <param name="ns">Nanoseconds; 0 runs what is due already.</param>
    /// <remarks><see cref="NowNs"/> stands at each event's own time while it runs. From inside an event the call only adds
    /// time: events that come due by it run once that event has returned, and time never goes back for them. When an
    /// action throws, time stays where the action left it and later events stay pending. Time stops at 2^64 - 1.</remarks>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Advance(ulong ns)
    {
        ulong target = NowNs + ns;
        if (target < _nextDueNs && target >= NowNs && !_running)
            NowNs = target;
        else
            AdvanceSlow(ns);
    }

    /// <summary>Makes something happen at <paramref name="atNs"/>; a time that has passed means at the next <see cref="Advance"/>.</summary>
    public ClockEvent Schedule(ulong atNs, Action action)
    {
        ArgumentNullException.ThrowIfNull(action);
        var item = new ClockEvent(this, action);
        Enqueue(item, atNs);
        return item;
    }

    /// <summary>Moves an event to another time, or queues one again that has run or was cancelled. Allocates nothing.</summary>
    public void Reschedule(ClockEvent item, ulong atNs)
    {
        Cancel(item);
        Enqueue(item, atNs);
    }

    /// <summary>Takes an event back; nothing happens when it has run already.</summary>
    public void Cancel(ClockEvent item)
    {
        ArgumentNullException.ThrowIfNull(item);
        if (item.Clock != this)
            throw new ArgumentException("the event belongs to another clock", nameof(item));
        if (!item.IsPending)
            return;
        _queue.Remove(item);
        NoteNextDue();
    }

    /// <summary>With every CPU idle: moves time to the next event and runs what is due then.</summary>
    /// <returns>False when there is no event, or when called from inside one: nothing can happen any more.</returns>
    public bool TryJumpToNextEvent()
    {
        if (_running || _queue.Count == 0)
            return false;
        AdvanceSlow(_nextDueNs > NowNs ? _nextDueNs - NowNs : 0);
        return true;
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private void AdvanceSlow(ulong ns)
    {
        if (_running)
        {
            NowNs = SaturatingAdd(NowNs, ns);
            _targetNs = SaturatingAdd(_targetNs, ns);
            return;
        }

        _targetNs = SaturatingAdd(NowNs, ns);
        _running = true;
        try
        {
            RunDueEvents();
            NowNs = _targetNs;
        }
        finally
        {
            _running = false;
        }
    }

    private void RunDueEvents()
    {
        while (_queue.Count != 0 && _nextDueNs <= _targetNs)
        {
            ClockEvent item = _queue.First;
            _queue.Remove(item);
            NoteNextDue();
            NowNs = Math.Max(NowNs, item.AtNs);
            item.Action();
        }
    }

    private void Enqueue(ClockEvent item, ulong atNs)
    {
        item.AtNs = atNs;
        item.Sequence = _sequence++;
        _queue.Add(item);
        NoteNextDue();
    }

    private void NoteNextDue() => _nextDueNs = _queue.Count == 0 ? ulong.MaxValue : _queue.First.AtNs;

    private static ulong SaturatingAdd(ulong a, ulong b) => a + b < a ? ulong.MaxValue : a + b;
}
