using MiniKernel.Cli.Shell;
using MiniKernel.Cli.Terminal;

namespace MiniKernel.Cli.Tests.Shell;

[TestFixture, Parallelizable(ParallelScope.All), FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
public sealed class CommandInterruptTests : IDisposable
{
    private readonly ManualResetEventSlim _ended = new();
    private readonly StringWriter _messages = new() { NewLine = "\n" };
    private readonly Session _session;
    private int _code;

    public CommandInterruptTests() => _session = new Session { In = TextReader.Null, Out = TextWriter.Null, Err = TextWriter.Synchronized(_messages) };

    public void Dispose()
    {
        _session.Dispose();
        _messages.Dispose();
        _ended.Dispose();
    }

    [Test]
    public void ACommandThatLooks_Ends()
    {
        using var interrupt = new CommandInterrupt(_session, End, TimeSpan.FromMinutes(1));
        Assert.That(interrupt.Run(CancellationToken.None, token =>
        {
            interrupt.Raise();
            token.ThrowIfCancellationRequested();
        }), Is.False);
        Assert.That(interrupt.Run(CancellationToken.None, static token => Assert.That(token.IsCancellationRequested, Is.False)), Is.True, "the next one is not concerned");
    }

    [Test]
    public void BetweenCommands_NothingHappens()
    {
        using var interrupt = new CommandInterrupt(_session, End, TimeSpan.Zero);
        interrupt.Raise();
        Assert.That(interrupt.Run(CancellationToken.None, static token => token.ThrowIfCancellationRequested()), Is.True);
        Assert.That(_code, Is.Zero);
    }

    [Test]
    public void ACommandThatDoesNotComeBack_EndsTheProgram()
    {
        using var interrupt = new CommandInterrupt(_session, End, TimeSpan.FromMilliseconds(30));
        interrupt.Run(CancellationToken.None, _ =>
        {
            interrupt.Raise();
            Assert.That(_ended.Wait(TimeSpan.FromSeconds(30)), Is.True);
        });
        Assert.That(_code, Is.EqualTo(ExitCode.Interrupted));
        Assert.That(_messages.ToString(), Does.StartWith("mk: interrupted: "));
    }

    [Test]
    public void TheEndOfTheProgram_IsNotTakenForCtrlC()
    {
        using var interrupt = new CommandInterrupt(_session, End);
        using var stopping = new CancellationTokenSource();
        Assert.That(() => interrupt.Run(stopping.Token, token =>
        {
            stopping.Cancel();
            token.ThrowIfCancellationRequested();
        }), Throws.InstanceOf<OperationCanceledException>());
    }

    private void End(int code)
    {
        _code = code;
        _ended.Set();
    }
}
