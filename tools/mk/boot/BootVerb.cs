using MiniKernel.Cli.Config;
using MiniKernel.Cli.Drivers;
using MiniKernel.Cli.Hosting;
using MiniKernel.Cli.Terminal;

namespace MiniKernel.Cli.Boot;

/// <summary><c>mk boot</c>: boots, loads the drivers, lets them work, shows log and memory, shuts down, says how the drivers
/// fared to their end, and what leaked.</summary>
internal static class BootVerb
{
    /// <summary>Does all of it.</summary>
    public static int Run(BootOptions options, Session session)
    {
        using DriverSet set = DriverSet.Prepare(options, session);
        return KernelHost.Run(
            options, session,
            kernel => KernelLogs.OfBoot(kernel.Log, options.Logging, session),
            (kernel, watchdog, stopping) =>
            {
                var reports = new FirstReport(kernel);
                var drivers = new DriverRun(kernel, watchdog, stopping);
                drivers.LoadAndWork(set.Drivers);
                ShowMemory(BootSummary.Of(kernel), session);
                drivers.ShutDown();
                return Conclude(new Verdict(kernel, reports, drivers.Outcomes), drivers.Outcomes, session);
            });
    }

    /// <summary>Shows how the drivers fared, and gives the exit code.</summary>
    public static int Conclude(Verdict verdict, IReadOnlyList<DriverOutcome> drivers, Session session)
    {
        ShowDrivers(drivers, session);
        foreach (string line in verdict.Leaks().Concat(verdict.Failures()))
            session.Out.WriteLine(line);
        foreach (string line in verdict.Idle())
            session.Err.WriteLine($"mk: {line}");
        return verdict.ExitCode;
    }

    private static void ShowMemory(BootSummary summary, Session session)
    {
        if (session.OutIsTerminal)
            SpectreSummary.WriteMemory(summary, session);
        else
            PlainSummary.WriteMemory(summary, session.Out);
        session.Out.WriteLine();
    }

    private static void ShowDrivers(IReadOnlyList<DriverOutcome> drivers, Session session)
    {
        session.Out.WriteLine();
        if (drivers.Count == 0)
            return;
        if (session.OutIsTerminal)
            SpectreSummary.WriteDrivers(drivers, session);
        else
            PlainSummary.WriteDrivers(drivers, session.Out);
        session.Out.WriteLine();
    }
}
