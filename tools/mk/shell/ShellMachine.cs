using MiniKernel.Cli.Boot;
using MiniKernel.Cli.Config;
using MiniKernel.Cli.Drivers;
using MiniKernel.Cli.Hosting;
using MiniKernel.Cli.Terminal;
using MiniKernel.Cli.Words;
using MiniKernel.Core;
using MiniKernel.Hal;

namespace MiniKernel.Cli.Shell;

/// <summary>A machine that is booted for a shell: its drivers are loaded and do not work; behind the last command they are
/// unloaded, and what is left is named.</summary>
internal sealed class ShellMachine : IDisposable
{
    private readonly DriverSet _drivers;
    private readonly FirstReport _reports;
    private readonly bool _hasDrivers;            // all that it was to load

    private ShellMachine(ShellSession shell, DriverSet drivers)
    {
        Shell = shell;
        _drivers = drivers;
        _reports = new FirstReport(shell.Kernel);
        _hasDrivers = LoadDrivers();
        shell.Journal.Start = shell.Journal.Mark;
    }

    /// <summary>Who gives it commands.</summary>
    public ShellSession Shell { get; }

    /// <summary>Boots, lets somebody give commands, shuts down.</summary>
    /// <param name="options">What to boot.</param>
    /// <param name="session">Where output and messages go.</param>
    /// <param name="open">Makes the shell of a booted kernel, which talks to a terminal.</param>
    /// <param name="use">Gives the commands, until the shell is over; false when one failed. Called again for each machine that takes over.</param>
    /// <param name="takesCtrlC">False: Ctrl-C is the shell's own.</param>
    /// <returns>The exit code.</returns>
    public static int Run(
        BootOptions options, Session session, Func<Kernel, Watchdog, Session, ShellSession> open, Func<ShellSession, bool> use, bool takesCtrlC = true)
    {
        KernelLogs? logs = null;
        bool isUp = false;
        DriverSet drivers = DriverSet.Prepare(options, session);
        try
        {
            return KernelHost.Run(options, session, Prepare, Work, takesCtrlC);
        }
        finally
        {
            drivers.Dispose();
        }

        KernelLogs Prepare(Kernel kernel) => logs = KernelLogs.OfShell(kernel.Log, options.Logging, session, () => isUp);

        int Work(Kernel kernel, Watchdog watchdog, CancellationToken stopping)
        {
            isUp = true;
            using var rewinder = new Rewinder(() => PowerOn(options, drivers.Again(), other => open(other, watchdog, session.Muted())));
            ShellSession first = open(kernel, watchdog, session);
            first.Stopping = stopping;
            var machine = new ShellMachine(first, drivers);
            bool isGood = machine._hasDrivers;
            while (true)
            {
                machine.Shell.Rewinder = rewinder;
                machine.Shell.Stopping = stopping;
                isGood &= use(machine.Shell);
                if (rewinder.TakeNext() is not { } next)
                    return machine.End(isGood, session);
                machine.Dispose();
                machine = next;
                logs!.MoveTo(machine.Shell.Kernel.Log);
                machine.Shell.Unmute(session);
            }
        }
    }

    /// <summary>Switches it off as it is: nothing is unloaded, nothing is said.</summary>
    public void Dispose()
    {
        Shell.StopTrace();
        Shell.Kernel.Dispose();
        Shell.Kernel.Machine.Dispose();
        Shell.Drivers.Dispose();
        _drivers.Dispose();
    }

    private static ShellMachine PowerOn(BootOptions options, DriverSet drivers, Func<Kernel, ShellSession> open)
    {
        var machine = new Machine(options.Profile) { Cores = new X86CoresWhenNeeded() };
        Kernel? kernel = null;
        try
        {
            kernel = new Kernel(machine, options.Kernel);
            kernel.Boot();
            return new ShellMachine(open(kernel), drivers);
        }
        catch
        {
            kernel?.Dispose();
            machine.Dispose();
            drivers.Dispose();
            throw;
        }
    }

    private bool LoadDrivers()
    {
        bool isGood = true;
        foreach (ReadyDriver driver in _drivers.Drivers)
        {
            try
            {
                ModuleCommands.Load(Shell, driver);
            }
            catch (ShellException failure)
            {
                isGood = false;
                Shell.Complain($"mk: insmod: {failure.Message}");
            }
        }
        return isGood;
    }

    private int End(bool isGood, Session session)
    {
        using ShellDrivers own = Shell.Drivers;
        if (!Shell.Kernel.HasPanicked)
            ShutDown();
        Shell.StopTrace();
        return ExitCodeOf(isGood, session);
    }

    private void ShutDown()
    {
        foreach (LoadedModule module in Shell.Kernel.Modules.Loaded.Reverse().ToArray())
            Shell.Watch(module.Name, DriverPhase.Exit, () => Shell.Kernel.Modules.Rmmod(module.Name));
        Shell.Kernel.Shutdown();
    }

    private int ExitCodeOf(bool isGood, Session session)
    {
        int unexpected = Shell.Kernel.Errors - Shell.ExpectedErrors;
        session.Out.Flush();
        if (Shell.Kernel.HasPanicked)
            return Shell.ExitCode ?? ExitCode.Panic;
        var verdict = new Verdict(Shell.Kernel, _reports, []);
        foreach (string line in verdict.Idle())
            session.Err.WriteLine($"mk: {line}");
        if (unexpected != 0 && Shell.ExpectedErrors != 0)
            session.Err.WriteLine($"mk: {Plural.Of(unexpected, "report")} or leaks that no ! expected.");
        else if (unexpected != 0)
        {
            foreach (string line in verdict.Failures()) // leaks have been logged
                session.Err.WriteLine($"mk: {line}");
        }
        return Shell.ExitCode ?? (isGood && unexpected == 0 ? ExitCode.Ok : ExitCode.ChecksFailed);
    }
}
