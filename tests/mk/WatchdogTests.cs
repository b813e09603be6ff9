using System.Text;
using MiniKernel.Cli.Hosting;
using MiniKernel.Cli.Terminal;

namespace MiniKernel.Cli.Tests;

[TestFixture, Parallelizable(ParallelScope.All), FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
public sealed class WatchdogTests : IDisposable
{
    private readonly ManualResetEventSlim _ended = new();
    private readonly StringWriter _messages = new() { NewLine = "\n" };
    private readonly MemoryStream _pipe = new();
    private readonly StreamWriter _buffer;
    private readonly Session _session;
    private int _code;

    public WatchdogTests()
    {
        _buffer = new StreamWriter(_pipe, bufferSize: 4096);
        _session = new Session
        {
            In = TextReader.Null,
            Out = TextWriter.Synchronized(_buffer),
            OutBuffer = _buffer,
            Err = TextWriter.Synchronized(_messages),
        };
    }

    private static TimeSpan Short { get; } = TimeSpan.FromMilliseconds(50);

    private string Piped => Encoding.UTF8.GetString(_pipe.ToArray());

    public void Dispose()
    {
        _session.Dispose();
        _buffer.Dispose();
        _messages.Dispose();
        _ended.Dispose();
    }

    [TestCase(DriverPhase.Init, "Init of module stuck")]
    [TestCase(DriverPhase.Workload, "the boot workload of module stuck")]
    [TestCase(DriverPhase.Exit, "Exit of module stuck")]
    public void CodeThatDoesNotReturn_IsNamedAndEndsTheProcess(object phase, string name)
    {
        using var watchdog = new Watchdog(_session, CancellationToken.None, End, Short);
        watchdog.Watch("stuck", (DriverPhase)phase, WaitForTheEnd);
        Assert.That(_code, Is.EqualTo(ExitCode.Watchdog));
        Assert.That(_messages.ToString(), Is.EqualTo($"mk: watchdog: {name} has run for 0.05 s without returning; giving up\n"));
    }

    [Test]
    public void CodeThatReturnsInTime_IsLeftAlone()
    {
        using var watchdog = new Watchdog(_session, CancellationToken.None, End, Short);
        Assert.That(watchdog.Watch("quick", DriverPhase.Init, () => 42), Is.EqualTo(42));
        Thread.Sleep(4 * Short);
        Assert.That(_code, Is.Zero);
    }

    [Test]
    public void WhatWasPrinted_IsOutBeforeDriverCodeCanCrashTheProcess()
    {
        using var watchdog = new Watchdog(_session, CancellationToken.None, End, limit: TimeSpan.FromMinutes(1));
        _session.Out.Write("boot log,");
        Assert.That(Piped, Is.Empty, "buffered");
        string seen = watchdog.Watch("crash", DriverPhase.Init, () =>
        {
            _session.Out.Write("its own words");
            return Piped;
        });
        Assert.That(seen, Is.EqualTo("boot log,its own words"));
        _session.Out.Write(", buffered again");
        Assert.That(Piped, Is.EqualTo("boot log,its own words"));
    }

    [Test]
    public void CtrlC_IsAnsweredAtOnceAndEndsStuckCodeAfterTheGrace()
    {
        using var stopping = new CancellationTokenSource();
        using var watchdog = new Watchdog(_session, stopping.Token, End, limit: TimeSpan.FromMinutes(1), grace: Short);
        watchdog.Watch("stuck", DriverPhase.Exit, () =>
        {
            stopping.Cancel();
            Assert.That(_messages.ToString(), Does.StartWith("mk: stopping… (Exit of module stuck may take up to 0.05 s)\n"));
            return WaitForTheEnd();
        });
        Assert.That(_code, Is.EqualTo(ExitCode.Interrupted));
        Assert.That(_messages.ToString(), Does.EndWith("mk: interrupted while Exit of module stuck was running\n"));
    }

    [Test]
    public void CtrlC_OutsideDriverCode_LetsOutWhatWasPrinted()
    {
        using var stopping = new CancellationTokenSource();
        using var watchdog = new Watchdog(_session, stopping.Token, End, grace: Short);
        _session.Out.Write("half a trace");
        stopping.Cancel();
        Assert.That(WaitForTheEnd(), Is.True);
        Assert.That(_code, Is.EqualTo(ExitCode.Interrupted));
        Assert.That(Piped, Is.EqualTo("half a trace"));
        Assert.That(_messages.ToString(), Is.EqualTo("mk: stopping…\n"));
    }

    private bool WaitForTheEnd() => _ended.Wait(TimeSpan.FromSeconds(30));

    private void End(int code)
    {
        _code = code;
        _ended.Set();
    }
}
