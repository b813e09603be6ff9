namespace MiniKernel.Hal.Tests;

public sealed class VirtualClockTests
{
    private readonly VirtualClock _clock = new();
    private readonly List<(string Name, ulong At)> _ran = [];

    [Test]
    public void Advance_RunsDueEventsByTimeThenByOrderOfScheduling()
    {
        Note("late", 300);
        Note("tie 1", 200);
        Note("early", 100);
        Note("tie 2", 200);
        Note("not due", 501);
        _clock.Advance(500);
        Assert.That(_ran, Is.EqualTo(new[] { ("early", 100ul), ("tie 1", 200ul), ("tie 2", 200ul), ("late", 300ul) }));
        Assert.That(_clock.NowNs, Is.EqualTo(500));
        Assert.That(_clock.NextEventNs, Is.EqualTo(501));
    }

    [Test]
    public void Advance_ToExactlyAnEventsTimeRunsIt()
    {
        Note("edge", 100);
        _clock.Advance(99);
        Assert.That(_ran, Is.Empty);
        _clock.Advance(1);
        Assert.That(_ran, Has.Count.EqualTo(1));
    }

    [Test]
    public void Event_SchedulingOthersThatAreDueHasThemRunInTheSameAdvance()
    {
        _clock.Schedule(100, () =>
        {
            Note("now", _clock.NowNs);
            Note("past", 10);
            Note("later", 150);
            Note("too late", 1001);
        });
        Note("between", 120);
        _clock.Advance(1000);
        Assert.That(_ran, Is.EqualTo(new[] { ("past", 100ul), ("now", 100ul), ("between", 120ul), ("later", 150ul) }),
            "the past comes first, at the time that is now");
        Assert.That(_clock.NowNs, Is.EqualTo(1000));
    }

    [Test]
    public void Advance_InsideAnEventOnlyAddsTimeAndNeverGoesBack()
    {
        _clock.Schedule(100, () =>
        {
            _clock.Advance(50);
            Assert.That(_clock.NowNs, Is.EqualTo(150), "a handler sees its own time pass");
            Assert.That(_ran, Is.Empty, "no event runs inside another");
        });
        Note("overtaken", 120);
        Note("due through the added time", 230);
        _clock.Advance(200);
        Assert.That(_ran, Is.EqualTo(new[] { ("overtaken", 150ul), ("due through the added time", 230ul) }));
        Assert.That(_clock.NowNs, Is.EqualTo(250));
    }

    [Test]
    public void Event_ReschedulingItselfKeepsItsPeriod()
    {
        ClockEvent? tick = null;
        tick = _clock.Schedule(10, () =>
        {
            _ran.Add(("tick", _clock.NowNs));
            _clock.Reschedule(tick!, tick!.AtNs + 10);
        });
        _clock.Advance(35);
        Assert.That(_ran.Select(entry => entry.At), Is.EqualTo(new[] { 10ul, 20ul, 30ul }));
        Assert.That(tick.AtNs, Is.EqualTo(40));
    }

    [Test]
    public void Reschedule_OfAPendingEventMovesItBehindThoseOfItsNewTime()
    {
        ClockEvent moved = Note("moved", 10);
        Note("stays", 50);
        _clock.Reschedule(moved, 50);
        _clock.Advance(100);
        Assert.That(_ran, Is.EqualTo(new[] { ("stays", 50ul), ("moved", 50ul) }));
    }

    [Test]
    public void Cancel_TakesAnEventBackAlsoFromInsideAnother()
    {
        ClockEvent first = Note("first", 10), victim = Note("victim", 20);
        _clock.Cancel(first);
        _clock.Schedule(15, () => _clock.Cancel(victim));
        ClockEvent? sameTime = null;
        _clock.Schedule(40, () => _clock.Cancel(sameTime!));
        sameTime = Note("due at the very time it was cancelled", 40);
        _clock.Advance(100);
        Assert.That(_ran, Is.Empty);
        Assert.That(_clock.NextEventNs, Is.Null);
    }

    [Test]
    public void Cancel_OfAnEventThatRanOrWasCancelledDoesNothing()
    {
        ClockEvent item = Note("once", 10);
        Note("other", 20);
        _clock.Advance(10);
        _clock.Cancel(item);
        _clock.Cancel(item);
        _clock.Advance(10);
        Assert.That(_ran.Select(entry => entry.Name), Is.EqualTo(new[] { "once", "other" }));
    }

    [Test]
    public void Cancel_OfAnotherClocksEventIsRefused()
    {
        ClockEvent foreign = new VirtualClock().Schedule(10, () => { });
        Assert.That(() => _clock.Cancel(foreign), Throws.ArgumentException);
        Assert.That(foreign.IsPending, "and stays with its own clock");
    }

    [Test]
    public void TryJumpToNextEvent_MovesStraightThereAndRunsAllOfThatTime()
    {
        Note("a", 1_000_000_000);
        Note("b", 1_000_000_000);
        Note("c", 1_000_000_001);
        Assert.That(_clock.TryJumpToNextEvent());
        Assert.That(_ran, Is.EqualTo(new[] { ("a", 1_000_000_000ul), ("b", 1_000_000_000ul) }));
        Assert.That(_clock.TryJumpToNextEvent());
        Assert.That(_clock.TryJumpToNextEvent(), Is.False, "nothing can happen any more");
        Assert.That(_clock.NowNs, Is.EqualTo(1_000_000_001));
    }

    [Test]
    public void TryJumpToNextEvent_RunsAnOverdueEventWithoutMovingTime()
    {
        _clock.Advance(500);
        Note("overdue", 100);
        Assert.That(_clock.TryJumpToNextEvent());
        Assert.That(_ran, Is.EqualTo(new[] { ("overdue", 500ul) }));
    }

    [Test]
    public void TryJumpToNextEvent_InsideAnEventIsRefused()
    {
        bool? jumped = null;
        _clock.Schedule(10, () => jumped = _clock.TryJumpToNextEvent());
        Note("next", 20);
        _clock.Advance(10);
        Assert.That(jumped, Is.False);
        Assert.That(_ran, Is.Empty);
    }

    [Test]
    public void Advance_AfterAnEventThrewGoesOnWithTheRest()
    {
        _clock.Schedule(10, () => throw new InvalidOperationException("broken device"));
        Note("survivor", 20);
        Assert.That(() => _clock.Advance(100), Throws.InvalidOperationException);
        Assert.That(_clock.NowNs, Is.EqualTo(10));
        _clock.Advance(90);
        Assert.That(_ran, Is.EqualTo(new[] { ("survivor", 20ul) }));
    }

    [Test]
    public void Advance_StopsAtTheEndOfTime()
    {
        _clock.Advance(100);
        _clock.Advance(ulong.MaxValue);
        Assert.That(_clock.NowNs, Is.EqualTo(ulong.MaxValue));
        Assert.That(_clock.After(5), Is.EqualTo(ulong.MaxValue));
    }

    [Test]
    public void Jiffies_AreWholeMilliseconds()
    {
        _clock.Advance(1_999_999);
        Assert.That(_clock.Jiffies, Is.EqualTo(1));
        _clock.Advance(1);
        Assert.That(_clock.Jiffies, Is.EqualTo(2));
    }

    [Test]
    public void Advance_AllocatesNothingWhenNothingIsDueNorWhenAnEventReschedulesItself()
    {
        ClockEvent? tick = null;
        tick = _clock.Schedule(1_000_000, () => _clock.Reschedule(tick!, _clock.NowNs + 1_000_000));
        _clock.Advance(1_000_000);
        long before = GC.GetAllocatedBytesForCurrentThread();
        for (int call = 0; call < 10_000; call++)
            _clock.Advance(100);
        long idle = GC.GetAllocatedBytesForCurrentThread() - before;
        Assert.That(idle, Is.Zero);
        Assert.That(tick.AtNs, Is.EqualTo(3_000_000), "the tick at 2 ms did run among them");
    }

    [Test]
    public void RandomSchedule_AgreesWithASortedList([Values(1, 2, 3, 4)] int seed)
    {
        var random = new Random(seed);
        var model = new List<(ulong At, int Order, int Id)>();
        var events = new Dictionary<int, ClockEvent>();
        var ran = new List<int>();
        var expected = new List<int>();
        for (int step = 0; step < 2_000; step++)
        {
            int id = step, dice = random.Next(10);
            if (dice < 6)
            {
                ulong at = _clock.NowNs + (ulong)random.Next(200);
                events[id] = _clock.Schedule(at, () => ran.Add(id));
                model.Add((at, step, id));
            }
            else if (dice < 8 && model.Count != 0)
            {
                var victim = model[random.Next(model.Count)];
                model.Remove(victim);
                if (dice == 6)
                {
                    _clock.Cancel(events[victim.Id]);
                    continue;
                }

                ulong at = _clock.NowNs + (ulong)random.Next(200);
                _clock.Reschedule(events[victim.Id], at);
                model.Add((at, step, victim.Id));
            }
            else
            {
                _clock.Advance((ulong)random.Next(60));
                var due = model.Where(entry => entry.At <= _clock.NowNs).Order().ToList();
                expected.AddRange(due.Select(entry => entry.Id));
                model.RemoveAll(due.Contains);
            }
        }

        Assert.That(ran, Is.EqualTo(expected), $"seed {seed}");
        Assert.That(_clock.NextEventNs, Is.EqualTo(model.Count == 0 ? null : model.Min(entry => entry.At)), $"seed {seed}");
    }

    private ClockEvent Note(string name, ulong at) => _clock.Schedule(at, () => _ran.Add((name, _clock.NowNs)));
}
