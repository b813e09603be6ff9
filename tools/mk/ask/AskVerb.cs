using MiniKernel.Cli.Boot;
using MiniKernel.Cli.Config;
using MiniKernel.Cli.Drivers;
using MiniKernel.Cli.Hosting;
using MiniKernel.Cli.Shell;
using MiniKernel.Cli.Terminal;

namespace MiniKernel.Cli.Ask;

/// <summary><c>mk explain</c>, <c>mk whatis</c>, <c>mk findleaks</c>: boots, lets the drivers load and work, asks the shell's command of that name
/// while they are still loaded, shuts down.</summary>
internal static class AskVerb
{
    /// <summary>Name of the mark that is set when the drivers are loaded and have not worked yet.</summary>
    public const string LoadedMark = "load";

    /// <summary>Does it.</summary>
    /// <param name="options">What to boot.</param>
    /// <param name="command">The shell's command.</param>
    /// <param name="words">Its operands.</param>
    /// <param name="session">Where the answer goes.</param>
    /// <exception cref="UsageException">The question makes no sense; nothing has run.</exception>
    public static int Run(BootOptions options, ShellCommand command, IReadOnlyList<string> words, Session session)
    {
        ShellStatement question = Read(options, command, words);
        using DriverSet set = DriverSet.Prepare(options, session);
        return KernelHost.Run(
            options, session,
            kernel => KernelLogs.OfVerb(kernel.Log, options.Logging, session),
            (kernel, watchdog, stopping) =>
            {
                var reports = new FirstReport(kernel);
                var shell = new ShellSession(kernel, watchdog, session, "mk") { Stopping = stopping };
                var drivers = new DriverRun(kernel, watchdog, stopping);
                drivers.LoadAndWork(set.Drivers, () => shell.Marks[LoadedMark] = kernel.LiveGroups);
                bool isAnswered = shell.Run(question);
                drivers.ShutDown();
                var verdict = new Verdict(kernel, reports, drivers.Outcomes);
                foreach (string line in verdict.Failures()) // leaks have been logged
                    session.Err.WriteLine($"mk: {line}");
                return isAnswered ? verdict.ExitCode : Math.Max(verdict.ExitCode, ExitCode.ChecksFailed);
            });
    }

    private static ShellStatement Read(BootOptions options, ShellCommand command, IReadOnlyList<string> words)
    {
        try
        {
            return new ShellStatement(0, command, command.Read(new CommandWords(command, [.. words.Select(word => new ShellWord(word))], options.Profile)));
        }
        catch (ShellSyntaxException mistake)
        {
            throw new UsageException($"mk {command.Name}: {mistake.Message}");
        }
    }
}
