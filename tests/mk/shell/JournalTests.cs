using MiniKernel.Cli.Hosting;
using MiniKernel.Cli.Shell;
using MiniKernel.Cli.Terminal;
using MiniKernel.Tests.Support;

namespace MiniKernel.Cli.Tests.Shell;

/// <summary>What a journal keeps of a command: where Ctrl-C ended it.</summary>
[TestFixture, Parallelizable(ParallelScope.All)]
public sealed class JournalTests
{
    [Test]
    public void ACommandThatCtrlCEnded_EndsAtTheSameCallWhenItIsRepeated([Values(0, 1, 5)] int calls)
    {
        using var session = new Session { In = TextReader.Null, Out = TextWriter.Null, Err = TextWriter.Null };
        using var watchdog = new Watchdog(session, CancellationToken.None);
        using TestKernel kernel = new("lab-4m"), other = new("lab-4m");
        using var ctrlC = new CancellationTokenSource();
        int done = 0;
        var endless = new ShellStatement(1, SessionCommands.Sleep, shell =>
        {
            while (true)
            {
                if (done == calls)
                    ctrlC.Cancel();
                Assert.That(done, Is.LessThanOrEqualTo(calls));
                shell.Call(_ => done++);
            }
        });
        var first = new ShellSession(kernel.Kernel, watchdog, session, "test") { Stopping = ctrlC.Token };
        Assert.That(() => first.Run(endless), Throws.InstanceOf<OperationCanceledException>());
        Assert.That(done, Is.EqualTo(calls));

        done = -1;                                // so that nobody cancels
        var again = new ShellSession(other.Kernel, watchdog, session, "test");
        again.Repeat(first.Journal.Entries[0]);
        Assert.That(done, Is.EqualTo(calls - 1));
        Assert.That(again.Journal.Mark, Is.EqualTo(first.Journal.Entries[0].After));
    }

    [Test]
    public void CtrlC_EndsARepetition()
    {
        using var session = new Session { In = TextReader.Null, Out = TextWriter.Null, Err = TextWriter.Null };
        using var watchdog = new Watchdog(session, CancellationToken.None);
        using TestKernel kernel = new("lab-4m");
        using var ctrlC = new CancellationTokenSource();
        var entry = new JournalEntry(new ShellStatement(1, SessionCommands.Sleep, shell => shell.Call(_ => { })));
        var shell = new ShellSession(kernel.Kernel, watchdog, session, "test") { Stopping = ctrlC.Token };
        ctrlC.Cancel();
        Assert.That(() => shell.Repeat(entry), Throws.InstanceOf<OperationCanceledException>());
    }
}
