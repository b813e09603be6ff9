using MiniKernel.Cli.Hosting;

namespace MiniKernel.Cli.Tests;

[TestFixture, Parallelizable(ParallelScope.All)]
public sealed class WatchdogTests
{
    private static TimeSpan Short { get; } = TimeSpan.FromMilliseconds(50);

    [Test]
    public void CodeThatDoesNotReturn_IsNamedAndEndsTheProcess()
    {
        using var ended = new ManualResetEventSlim();
        using var messages = new StringWriter();
        int code = 0;
        using var watchdog = new Watchdog(TextWriter.Synchronized(messages), CancellationToken.None, exit => { code = exit; ended.Set(); }, Short);
        watchdog.Watch("stuck", () => ended.Wait(TimeSpan.FromSeconds(30)));
        Assert.That(code, Is.EqualTo(ExitCode.Watchdog));
        Assert.That(messages.ToString(), Does.Contain("module stuck has run for 0.05 s"));
    }

    [Test]
    public void CodeThatReturnsInTime_IsLeftAlone()
    {
        int code = 0;
        using var watchdog = new Watchdog(TextWriter.Null, CancellationToken.None, exit => code = exit, Short);
        Assert.That(watchdog.Watch("quick", () => 42), Is.EqualTo(42));
        Thread.Sleep(4 * Short);
        Assert.That(code, Is.Zero);
    }
}
