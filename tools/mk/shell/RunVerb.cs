using MiniKernel.Cli.Config;
using MiniKernel.Cli.Terminal;
using MiniKernel.Cli.Words;

namespace MiniKernel.Cli.Shell;

/// <summary><c>mk run FILE</c>: runs a script of the shell's commands.</summary>
internal static class RunVerb
{
    /// <summary>Does it.</summary>
    /// <exception cref="UsageException">The script is wrong as it stands; nothing has run.</exception>
    public static int Run(BootOptions options, string file, bool keepsGoing, bool traces, Session session)
    {
        string shown = file == "-" ? "stdin" : file;
        IReadOnlyList<ShellStatement> script = ShellScript.Read(file, shown, options.Profile, session);
        return ShellMachine.Run(
            options, session,
            (kernel, watchdog, terminal) => new ShellSession(kernel, watchdog, terminal, shown) { IsScript = true },
            new ScriptRun(script, keepsGoing, line => Trace(line, traces, session)).Run);
    }

    private static void Trace(string line, bool traces, Session session)
    {
        if (!traces)
            return;
        session.Out.Flush();                      // so that both stand in order where they go to one file
        session.Err.WriteLine($"+ {Printable.Line(line)}");
    }
}
