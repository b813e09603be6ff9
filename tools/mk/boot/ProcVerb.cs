using MiniKernel.Cli.Config;
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
        return KernelHost.Run(
            options, session,
            kernel =>
            {
                name = ProcFiles.Find(kernel, file);
                return KernelLogs.OfVerb(kernel.Log, options.Logging, session);
            },
            (kernel, watchdog, stopping) =>
            {
                var drivers = new DriverRun(kernel, watchdog, stopping);
                bool allGood = drivers.LoadAndWork(options.Drivers).TrueForAll(outcome => outcome.IsGood);
                session.Out.Write(ProcFiles.Read(kernel, name));
                drivers.ShutDown();
                return allGood ? kernel.ExitCode : Math.Max(kernel.ExitCode, ExitCode.ChecksFailed);
            });
    }
}
