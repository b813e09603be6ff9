using MiniKernel.Cli.CommandLine;
using MiniKernel.Cli.Terminal;
using MiniKernel.Cli.Words;
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
        session.Out.Flush();
        if (session.OutFailure is not { } failure)
            return code;
        session.Err.WriteLine($"mk: cannot write to stdout: {Printable.Line(failure.Message)}");
        return ExitCode.ToolFailure;
    }

    // Environment.Exit, for a driver may have left threads of its own behind.
    private static int Main(string[] args)
    {
        AppDomain.CurrentDomain.UnhandledException += static (_, unhandled) =>
        {
            Console.Error.WriteLine($"mk: internal failure on another thread: {Printable.Line(unhandled.ExceptionObject is Exception failure ? $"{failure.GetType().Name}: {failure.Message}" : "")}");
            Environment.Exit(ExitCode.ToolFailure);
        };
        int code;
        using (Session session = Session.OfProcess())
            code = Run(args, session);
        Environment.Exit(code);
        return code;
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
                session.Err.WriteLine(Printable.Line(line));
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
            session.Err.WriteLine($"mk: internal failure: {failure.GetType().Name}: {Printable.Line(failure.Message.ReplaceLineEndings(" "))}{Place(failure)}");
            return ExitCode.ToolFailure;
        }
    }

    private static string Place(Exception failure) =>
        failure.TargetSite is { } method ? $" (in {method.DeclaringType?.Name}.{method.Name})" : "";
}
