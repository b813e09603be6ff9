using MiniKernel.Hal;
using MiniKernel.Tests.Support;
using NUnit.Framework;

namespace MiniKernel.Core.Tests;

[TestFixture, Parallelizable(ParallelScope.All), FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
public sealed class PrintkLogTests : IDisposable
{
    private readonly Machine _machine = TestMachine.Create();
    private readonly PrintkLog _log;

    public PrintkLogTests() => _log = new PrintkLog(_machine.Clock, capacity: 100);

    public void Dispose() => _machine.Dispose();

    [Test]
    public void Printk_KeepsLevelTimeAndOrder()
    {
        _log.Printk(LogLevel.Info, "one");
        _machine.Clock.Advance(1_000_250_999);
        _log.Printk(LogLevel.Error, "two");
        Assert.That(_log.Records.Select(record => record.ToString()), Is.EqualTo(new[] { "[    0.000000] one", "[    1.000250] two" }));
        Assert.That(_log.Records.Select(record => record.Level), Is.EqualTo(new[] { LogLevel.Info, LogLevel.Error }));
    }

    [TestCase("a\nb", new[] { "a", "b" })]
    [TestCase("a\nb\n", new[] { "a", "b" })]
    [TestCase("\na", new[] { "", "a" })]
    [TestCase("", new[] { "" })]
    public void Printk_SplitsLines(string text, string[] lines)
    {
        _log.Printk(LogLevel.Info, text);
        Assert.That(_log.Records.Select(record => record.Text), Is.EqualTo(lines));
    }

    [Test]
    public void Ring_DropsTheOldest()
    {
        for (int i = 0; i < 50; i++)
            _log.Printk(LogLevel.Info, $"line {i:d4}");
        Assert.That(_log.Records, Has.Count.EqualTo(10), "nine characters and a line end each");
        Assert.That(_log.Records.First().Text, Is.EqualTo("line 0040"));
        Assert.That(_log.Records.First().Sequence, Is.EqualTo(40));
        Assert.That(_log.Dropped, Is.EqualTo(40));
    }

    [Test]
    public void Ring_KeepsALineLongerThanItself()
    {
        _log.Printk(LogLevel.Info, new string('x', 500));
        Assert.That(_log.Records, Has.Count.EqualTo(1));
    }

    [Test]
    public void Console_HearsTheBufferAndWhatFollows()
    {
        List<string> all = [], later = [];
        _log.Printk(LogLevel.Info, "before");
        _log.AddConsole(record => all.Add(record.Text));
        _log.AddConsole(record => later.Add(record.Text), printBuffer: false);
        _log.Printk(LogLevel.Info, "after");
        Assert.That(all, Is.EqualTo(new[] { "before", "after" }));
        Assert.That(later, Is.EqualTo(new[] { "after" }));
    }

    [Test]
    public void Console_TakenOff_HearsNothing()
    {
        List<string> heard = [];
        void Console(PrintkRecord record) => heard.Add(record.Text);
        _log.AddConsole(Console);
        _log.RemoveConsole(Console);
        _log.Printk(LogLevel.Info, "x");
        Assert.That(heard, Is.Empty);
    }
}
