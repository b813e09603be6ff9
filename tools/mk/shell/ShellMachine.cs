using MiniKernel.Cli.Boot;
using MiniKernel.Cli.Config;
using MiniKernel.Cli.Drivers;
using MiniKernel.Cli.Hosting;
using MiniKernel.Cli.Terminal;
using MiniKernel.Cli.Words;
using MiniKernel.Core;

namespace MiniKernel.Cli.Shell;

/// <summary>A machine that is booted for a shell: its drivers are loaded and do not work; behind the last command they are
/// unloaded, and what is left is named.</summary>
internal static class ShellMachine
{
    /// <summary>Boots, lets somebody give commands, shuts down.</summary>
    /// <param name="options">What to boot.</param>
    /// <param name="session">Where output and messages go.</param>
    /// <param name="open">Makes the shell of a booted kernel.</param>
    /// <param name="use">Gives the commands; false when one failed.</param>
    /// <param name="takesCtrlC">False: Ctrl-C is the shell's own.</param>
    /// <returns>The exit code.</returns>
    public static int Run(
        BootOptions options, Session session, Func<Kernel, Watchdog, ShellSession> open, Func<ShellSession, bool> use, bool takesCtrlC = true)
    {
        bool isUp = false;
        using DriverSet drivers = DriverSet.Prepare(options, session);
        return KernelHost.Run(
            options, session,
            kernel => KernelLogs.OfShell(kernel.Log, options.Logging, session, () => isUp),
            (kernel, watchdog, stopping) =>
            {
                isUp = true;
                var reports = new FirstReport(kernel);
                ShellSession shell = open(kernel, watchdog);
                using ShellDrivers own = shell.Drivers;
                shell.Stopping = stopping;
                bool isGood = LoadDrivers(shell, drivers.Drivers) & use(shell);
                ShutDown(shell);
                return ExitCodeOf(shell, isGood, reports, session);
            },
            takesCtrlC);
    }

    private static bool LoadDrivers(ShellSession shell, IReadOnlyList<ReadyDriver> drivers)
    {
        bool isGood = true;
        foreach (ReadyDriver driver in drivers)
        {
            try
            {
                ModuleCommands.Load(shell, driver);
            }
            catch (ShellException failure)
            {
                isGood = false;
                shell.Complain($"mk: insmod: {failure.Message}");
            }
        }
        return isGood;
    }

    private static void ShutDown(ShellSession shell)
    {
        foreach (LoadedModule module in shell.Kernel.Modules.Loaded.Reverse().ToArray())
            shell.Watch(module.Name, DriverPhase.Exit, () => shell.Kernel.Modules.Rmmod(module.Name));
        shell.Kernel.Shutdown();
        shell.StopTrace();
    }

    private static int ExitCodeOf(ShellSession shell, bool isGood, FirstReport reports, Session session)
    {
        int unexpected = shell.Kernel.Errors - shell.ExpectedErrors;
        session.Out.Flush();
        if (unexpected != 0 && shell.ExpectedErrors != 0)
            session.Err.WriteLine($"mk: {Plural.Of(unexpected, "report")} or leaks that no ! expected.");
        else if (unexpected != 0)
        {
            foreach (string line in new Verdict(shell.Kernel, reports, []).Failures()) // leaks have been logged
                session.Err.WriteLine($"mk: {line}");
        }
        return shell.ExitCode ?? (isGood && unexpected == 0 ? ExitCode.Ok : ExitCode.ChecksFailed);
    }
}
