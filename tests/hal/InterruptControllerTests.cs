namespace MiniKernel.Hal.Tests;

public sealed class InterruptControllerTests : IDisposable
{
    private readonly Machine _machine = new(Profiles.Small);
    private readonly InterruptController _interrupts;
    private readonly Cpu _cpu0, _cpu1;

    public InterruptControllerTests()
    {
        _interrupts = _machine.Interrupts;
        (_cpu0, _cpu1) = (_machine.Cpus[0], _machine.Cpus[1]);
        _cpu0.InterruptsEnabled = _cpu1.InterruptsEnabled = true;
    }

    public void Dispose() => _machine.Dispose();

    [Test]
    public void TryTake_GivesTheLowestLineFirstAndEachOnce()
    {
        Unmask(3, 7, 0);
        _interrupts.Raise(7);
        _interrupts.Raise(0);
        _interrupts.Raise(3);
        _interrupts.Raise(3);
        Assert.That(TakeAll(_cpu0), Is.EqualTo(new[] { 0, 3, 7 }));
    }

    [Test]
    public void Raise_OnAMaskedLineIsDeliveredWhenItIsUnmasked()
    {
        _interrupts.Raise(5);
        Assert.That(TakeAll(_cpu0), Is.Empty, "lines are masked after reset");
        Assert.That(_interrupts.IsPending(0, 5));
        _interrupts.Unmask(5);
        Assert.That(TakeAll(_cpu0), Is.EqualTo(new[] { 5 }));
        _interrupts.Mask(5);
        _interrupts.Raise(5);
        Assert.That(_interrupts.HasDeliverable(0), Is.False);
    }

    [Test]
    public void TryTake_WaitsForTheInterruptFlag()
    {
        Unmask(4);
        _interrupts.Raise(4);
        _cpu0.InterruptsEnabled = false;
        Assert.That(_interrupts.TryTake(_cpu0, out int line), Is.False);
        Assert.That(line, Is.EqualTo(-1));
        Assert.That(_interrupts.HasDeliverable(0));
        _cpu0.InterruptsEnabled = true;
        Assert.That(TakeAll(_cpu0), Is.EqualTo(new[] { 4 }));
    }

    [Test]
    public void Route_DecidesWhichCpuIsAsked()
    {
        Unmask(4, 5);
        _interrupts.Route(5, 1);
        _interrupts.Raise(5);
        _interrupts.Raise(4);
        _interrupts.Raise(4, cpu: 1);
        Assert.That(TakeAll(_cpu0), Is.EqualTo(new[] { 4 }));
        Assert.That(TakeAll(_cpu1), Is.EqualTo(new[] { 4, 5 }));
    }

    [Test]
    public void Clear_WithdrawsARequestFromEveryCpu()
    {
        Unmask(6);
        _interrupts.Raise(6, 0);
        _interrupts.Raise(6, 1);
        _interrupts.Clear(6);
        Assert.That(TakeAll(_cpu0).Concat(TakeAll(_cpu1)), Is.Empty);
    }

    [Test]
    public void LineThatDoesNotExist_IsRefused([Values(-1, 16, 32)] int line)
    {
        Assert.That(() => _interrupts.Raise(line), Throws.TypeOf<ArgumentOutOfRangeException>());
        Assert.That(() => _interrupts.Unmask(line), Throws.TypeOf<ArgumentOutOfRangeException>());
    }

    private void Unmask(params int[] lines) => Array.ForEach(lines, _interrupts.Unmask);

    private List<int> TakeAll(Cpu cpu)
    {
        var lines = new List<int>();
        while (_interrupts.TryTake(cpu, out int line))
            lines.Add(line);
        return lines;
    }
}
