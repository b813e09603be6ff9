using MiniKernel.Cli.Boot;
using MiniKernel.Cli.Config;
using MiniKernel.Cli.Hosting;
using MiniKernel.Cli.Terminal;

namespace MiniKernel.Cli.Replay;

/// <summary><c>mk replay FILE</c>: runs a trace on a machine without drivers, then prints the /proc files asked for.</summary>
internal static class ReplayVerb
{
    /// <summary>Does it. A trace run to its end is a success, whatever its calls did.</summary>
    /// <exception cref="UsageException">The trace or a /proc name is wrong; nothing has run.</exception>
    public static int Run(BootOptions options, string traceFile, IReadOnlyList<string> procFiles, Session session)
    {
        string[] names = [];
        List<ReplayCall> calls = Parse(options, traceFile, session);
        return KernelHost.Run(
            options with { IsConfigured = options.IsConfigured || options.IsChosen }, session, // it never has drivers
            kernel =>
            {
                names = [.. procFiles.Select(file => ProcFiles.Find(kernel, file))];
                return KernelLogs.OfVerb(kernel.Log, options.Logging, session);
            },
            (kernel, _, stopping) =>
            {
                new ReplayRunner(kernel, traceFile == "-" ? "stdin" : traceFile, session.Out).Run(calls, stopping);
                foreach (string name in names)
                    session.Out.Write(ProcFiles.Read(kernel, name));
                return ExitCode.Ok;
            });
    }

    private static List<ReplayCall> Parse(BootOptions options, string file, Session session)
    {
        using TextReader trace = InputFile.Open(file, session);
        return ReplayParser.Parse(trace, file, options.Profile);
    }
}
