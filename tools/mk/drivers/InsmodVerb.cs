using MiniKernel.Cli.Boot;
using MiniKernel.Cli.Config;
using MiniKernel.Cli.Hosting;
using MiniKernel.Cli.Terminal;

namespace MiniKernel.Cli.Drivers;

/// <summary><c>mk insmod DRIVER [FILE.o]... [PARAM=VALUE]...</c>: builds a driver, boots, loads it, lets it work, unloads it, and says how it went.</summary>
internal static class InsmodVerb
{
    /// <summary>Does it.</summary>
    /// <param name="options">The machine; the drivers of the configuration are left out.</param>
    /// <param name="words">What to load, see <see cref="DriverLoader"/>; then NAME=VALUE each.</param>
    /// <param name="session">stdout gets what the kernel logs from insmod on, and the verdict.</param>
    /// <exception cref="UsageException">The driver has errors, or a parameter is wrong.</exception>
    public static int Run(BootOptions options, IReadOnlyList<string> words, Session session)
    {
        (IReadOnlyList<string> given, IReadOnlyList<string> parameters) = DriverLoader.Split(words);
        using DriverModule module = DriverLoader.Load(given, session.Folder, session, options.Profile, options.Kernel);
        ReadyDriver driver = WithParameters(new ReadyDriver(module, new Dictionary<string, string>()), parameters, "insmod");
        return KernelHost.Run(
            options with { IsConfigured = true }, session,          // it loads what it was told to, boot.json or not
            kernel => KernelLogs.OfModule(kernel, options.Logging, session),
            (kernel, watchdog, stopping) =>
            {
                var reports = new FirstReport(kernel);
                var run = new DriverRun(kernel, watchdog, stopping);
                run.LoadAndWork([driver]);
                run.ShutDown();
                return BootVerb.Conclude(new Verdict(kernel, reports, run.Outcomes), run.Outcomes, session);
            });
    }

    /// <summary>A driver with parameters from the command line.</summary>
    /// <param name="driver">The driver.</param>
    /// <param name="parameters">NAME=VALUE each.</param>
    /// <param name="verb">Whose command line it is.</param>
    /// <exception cref="UsageException">One is no parameter of it, or has no such value.</exception>
    public static ReadyDriver WithParameters(ReadyDriver driver, IReadOnlyList<string> parameters, string verb)
    {
        var mistakes = new List<string>();
        foreach (string parameter in parameters)
        {
            int equals = parameter.IndexOf('=', StringComparison.Ordinal);
            if (equals > 0)
                driver = driver.With(parameter[..equals], parameter[(equals + 1)..], $"mk: {verb} {parameter}", mistakes);
            else
                mistakes.Add($"mk: {verb}: {ConfigNode.Quote(parameter)} is no parameter; PARAM=VALUE is expected");
        }
        return mistakes.Count == 0 ? driver : throw new UsageException(mistakes);
    }
}
