using MiniKernel.Cli.Config;
using MiniKernel.Cli.Terminal;

namespace MiniKernel.Cli.Shell;

/// <summary><c>mk shell</c>: the machine with a prompt; without a terminal, <c>mk run -</c>.</summary>
internal static class ShellVerb
{
    private const string File = "shell";          // of call sites: shell:3 (kmalloc)

    /// <summary>Does it.</summary>
    public static int Run(BootOptions options, Session session)
    {
        if (!session.InIsTerminal || !session.OutIsTerminal)
            return RunVerb.Run(options, "-", keepsGoing: false, traces: false, session);
        return Run(options, session, ReadKey, () => Console.WindowWidth, LineHistory.DefaultFile());
    }

    /// <summary>The same with keys from anywhere.</summary>
    /// <param name="options">What to boot.</param>
    /// <param name="session">A terminal that understands ANSI sequences.</param>
    /// <param name="readKey">Gives the next key; throws InvalidOperationException at the end.</param>
    /// <param name="width">Columns of the terminal.</param>
    /// <param name="historyFile">Where history is kept; null for nowhere.</param>
    public static int Run(BootOptions options, Session session, Func<ConsoleKeyInfo> readKey, Func<int> width, string? historyFile)
    {
        var screen = new LineScreen(session.Out, width);
        using var messages = new PromptWriter(session.Err, screen);
        Session inner = session.WithErr(messages);
        var history = new LineHistory(historyFile);
        using var interrupt = new CommandInterrupt(inner);
        using IDisposable listening = interrupt.Listen();
        var prompt = new ShellPrompt(readKey, screen, history, interrupt);
        return ShellMachine.Run(
            options, inner,
            (kernel, watchdog, terminal) => new ShellSession(kernel, watchdog, terminal, File) { History = history.Lines },
            shell =>
            {
                prompt.Run(shell);
                return true;                      // what somebody mistyped is no failed check
            },
            takesCtrlC: false);
    }

    // Ctrl-C is a key while a line is edited, and a signal while a command runs.
    private static ConsoleKeyInfo ReadKey()
    {
        Console.TreatControlCAsInput = true;
        try
        {
            return Console.ReadKey(intercept: true);
        }
        finally
        {
            Console.TreatControlCAsInput = false;
        }
    }
}
