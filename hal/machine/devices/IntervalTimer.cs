namespace MiniKernel.Hal;

/// <summary>Raises an interrupt line after a time, once or over and over.</summary>
/// <remarks>Periods are counted from the first deadline, so a periodic timer does not drift however late its ticks are
/// taken.</remarks>
public sealed class IntervalTimer
{
    private readonly VirtualClock _clock;
    private readonly InterruptController _interrupts;
    private readonly ClockEvent _event;
    private ulong _periodNs;                      // 0: one-shot

    internal IntervalTimer(VirtualClock clock, InterruptController interrupts, int line)
    {
        _clock = clock;
        _interrupts = interrupts;
        Line = line;
        _event = new ClockEvent(clock, Expire);
    }

    /// <summary>The line it raises.</summary>
    public int Line { get; }

    /// <summary>True while it will expire once more.</summary>
    public bool IsRunning => _event.IsPending;

    /// <summary>How often it has expired since power-on.</summary>
    public ulong Expirations { get; private set; }

    /// <summary>Expires every <paramref name="periodNs"/>, first one period from now.</summary>
    public void StartPeriodic(ulong periodNs)
    {
        ArgumentOutOfRangeException.ThrowIfZero(periodNs);
        Start(periodNs, periodNs);
    }

    /// <summary>Expires once, <paramref name="delayNs"/> from now.</summary>
    public void StartOneShot(ulong delayNs) => Start(delayNs, 0);

    /// <summary>Stops it; a request already raised stays raised.</summary>
    public void Stop() => _clock.Cancel(_event);

    private void Start(ulong delayNs, ulong periodNs)
    {
        _periodNs = periodNs;
        _clock.Reschedule(_event, _clock.After(delayNs));
    }

    private void Expire()
    {
        Expirations++;
        if (_periodNs != 0)
            _clock.Reschedule(_event, _event.AtNs + _periodNs);
        _interrupts.Raise(Line);
    }
}
