namespace MiniKernel.Hal.Tests;

public sealed class IntervalTimerTests : IDisposable
{
    private readonly Machine _machine = new(Profiles.Small);
    private readonly VirtualClock _clock;
    private readonly IntervalTimer _timer;

    public IntervalTimerTests()
    {
        (_clock, _timer) = (_machine.Clock, _machine.Timer);
        _machine.Interrupts.Unmask(_timer.Line);
        _machine.Cpus[0].InterruptsEnabled = true;
    }

    public void Dispose() => _machine.Dispose();

    [Test]
    public void Periodic_RaisesItsLineEachPeriodWithoutDrift()
    {
        _timer.StartPeriodic(1_000);
        for (int tick = 1; tick <= 5; tick++)
        {
            _clock.Advance(1_000);
            Assert.That(Taken(), $"tick {tick}");
            Assert.That(Taken(), Is.False, $"tick {tick} comes once");
        }

        _clock.Advance(999);
        Assert.That(Taken(), Is.False);
    }

    [Test]
    public void Periodic_ThatIsServedLateKeepsItsDeadlines()
    {
        _timer.StartPeriodic(1_000);
        _clock.Schedule(500, () => _clock.Advance(2_000));   // a handler that takes two and a half periods
        _clock.Advance(500);
        Assert.That(_timer.Expirations, Is.EqualTo(2));
        Assert.That(_clock.NextEventNs, Is.EqualTo(3_000));
    }

    [Test]
    public void OneShot_ExpiresOnce()
    {
        _timer.StartOneShot(700);
        _clock.Advance(699);
        Assert.That(Taken(), Is.False);
        _clock.Advance(1);
        Assert.That(Taken());
        Assert.That(_timer.IsRunning, Is.False);
        _clock.Advance(10_000);
        Assert.That(_timer.Expirations, Is.EqualTo(1));
    }

    [Test]
    public void StartAndStop_ReplaceWhatRanBefore()
    {
        _timer.StartPeriodic(1_000);
        _timer.StartOneShot(5_000);
        _clock.Advance(4_999);
        Assert.That(_timer.Expirations, Is.Zero);
        _timer.Stop();
        _clock.Advance(10_000);
        Assert.That(_timer.Expirations, Is.Zero);
    }

    private bool Taken() => _machine.Interrupts.TryTake(_machine.Cpus[0], out int line) && line == IrqLine.Timer;
}
