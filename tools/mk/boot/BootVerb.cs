using MiniKernel.Cli.Config;
using MiniKernel.Cli.Hosting;
using MiniKernel.Cli.Terminal;
using MiniKernel.Core;

namespace MiniKernel.Cli.Boot;

/// <summary><c>mk boot</c>: boots, loads the drivers, lets them work, shows log and memory, shuts down, reports leaks.</summary>
internal static class BootVerb
{
    /// <summary>Does all of it.</summary>
    public static int Run(BootOptions options, Session session) => KernelHost.Run(
        options, session,
        kernel => KernelLogs.OfBoot(kernel.Log, options.Logging, session),
        (kernel, watchdog, stopping) =>
        {
            var drivers = new DriverRun(kernel, watchdog, stopping);
            List<DriverOutcome> outcomes = drivers.LoadAndWork(options.Drivers);
            Show(BootSummary.Of(kernel, outcomes), session);
            drivers.ShutDown();
            ReportLeaks(kernel, session.Out);
            return outcomes.TrueForAll(outcome => outcome.IsGood) ? kernel.ExitCode : Math.Max(kernel.ExitCode, ExitCode.ChecksFailed);
        });

    private static void Show(BootSummary summary, Session session)
    {
        if (session.OutIsTerminal)
            SpectreSummary.Write(summary, session.Out, session.OutIsColoured);
        else
            PlainSummary.Write(summary, session.Out);
        session.Out.WriteLine();
    }

    private static void ReportLeaks(Kernel kernel, TextWriter output)
    {
        if (kernel.Options.Watch == WatchMode.Bare)
            output.WriteLine("Leaks: not watched (kernel.watch is \"bare\").");
        else if (kernel.Leaks.Count == 0)
            output.WriteLine("Leaks: none.");
        else
            output.WriteLine($"Leaks: {kernel.Leaks.Count}.");
        foreach (Leak leak in kernel.Leaks)
            output.WriteLine($"  {leak}");
    }
}
