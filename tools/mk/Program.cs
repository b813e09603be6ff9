using MiniKernel.Cli.CommandLine;
using MiniKernel.Cli.Terminal;
using MiniKernel.Core;

namespace MiniKernel.Cli;

/// <summary>mk: boots the machine that boot.json describes and shows what its memory does.</summary>
internal static class Program
{
    /// <summary>Runs a command with its own streams, in the process it is called in; what tests use.</summary>
    /// <returns>One of <see cref="ExitCode"/>.</returns>
    public static int Run(string[] args, Session session)
    {
        int code = RunCommand(args, session);
        try
        {
            session.Out.Flush();
        }
        catch (IOException error)
        {
            session.Err.WriteLine($"mk: cannot write: {error.Message}");
            return ExitCode.ToolFailure;
        }
        return code;
    }

    private static int Main(string[] args)
    {
        using Session session = Session.OfProcess();
        return Run(args, session);
    }

    // The outermost boundary: whatever goes wrong becomes lines and an exit code, never a stack trace.
    private static int RunCommand(string[] args, Session session)
    {
        try
        {
            return Commands.Run(args, session);
        }
        catch (UsageException mistakes)
        {
            foreach (string line in mistakes.Lines)
                session.Err.WriteLine(line);
            return ExitCode.Usage;
        }
        catch (KernelPanicException)
        {
            return ExitCode.Panic; // the text went through the log
        }
        catch (OperationCanceledException)
        {
            return ExitCode.Interrupted;
        }
#pragma warning disable CA1031 // this is the place that catches everything
        catch (Exception failure)
#pragma warning restore CA1031
        {
            session.Err.WriteLine($"mk: internal failure: {failure.GetType().Name}: {failure.Message.ReplaceLineEndings(" ")}{Place(failure)}");
            return ExitCode.ToolFailure;
        }
    }

    private static string Place(Exception failure) =>
        failure.TargetSite is { } method ? $" (in {method.DeclaringType?.Name}.{method.Name})" : "";
}
