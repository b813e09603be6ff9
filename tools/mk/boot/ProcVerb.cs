using MiniKernel.Cli.Config;
using MiniKernel.Cli.Drivers;
using MiniKernel.Cli.Hosting;
using MiniKernel.Cli.Terminal;

namespace MiniKernel.Cli.Boot;

/// <summary><c>mk proc FILE</c>: boots with the drivers, prints one file of /proc, shuts down.</summary>
internal static class ProcVerb
{
    /// <summary>Does it.</summary>
    /// <exception cref="UsageException">There is no such file.</exception>
    public static int Run(BootOptions options, string file, Session session)
    {
        string name = "";
        using DriverSet set = DriverSet.Prepare(options, session);
        return KernelHost.Run(
            options, session,
            kernel =>
            {
                name = ProcFiles.Find(kernel, file);
                return KernelLogs.OfVerb(kernel.Log, options.Logging, session);
            },
            (kernel, watchdog, stopping) =>
            {
                var reports = new FirstReport(kernel);
                var drivers = new DriverRun(kernel, watchdog, stopping);
                drivers.LoadAndWork(set.Drivers);
                session.Out.Write(ProcFiles.Read(kernel, name));
                drivers.ShutDown();
                var verdict = new Verdict(kernel, reports, drivers.Outcomes);
                foreach (string line in verdict.Failures()) // leaks have been logged
                    session.Err.WriteLine($"mk: {line}");
                return verdict.ExitCode;
            });
    }
}
