using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using MiniKernel.Cli.Config;
using MiniKernel.Cli.Terminal;
using MiniKernel.Cli.Trace;
using MiniKernel.Core;
using MiniKernel.Hal;

namespace MiniKernel.Cli.Hosting;

/// <summary>What a verb does with a booted kernel.</summary>
/// <returns>The exit code.</returns>
internal delegate int KernelWork(Kernel kernel, Watchdog watchdog, CancellationToken stopping);

/// <summary>The composition root: machine, kernel and consoles, made in dependency order inside a generic host that knows
/// about Ctrl-C and SIGTERM, and taken down in reverse.</summary>
internal static class KernelHost
{
    /// <summary>Boots a kernel, lets a verb work with it, and gives everything back.</summary>
    /// <param name="options">What to boot.</param>
    /// <param name="session">Where messages go.</param>
    /// <param name="prepare">Checks what it has to check before anything runs, and connects the log.</param>
    /// <param name="work">What to do once the kernel is up.</param>
    /// <param name="takesCtrlC">False: Ctrl-C is the verb's own.</param>
    public static int Run(BootOptions options, Session session, Func<Kernel, KernelLogs> prepare, KernelWork work, bool takesCtrlC = true)
    {
        // The host takes about as long to start as the kernel; so they start side by side. Ctrl-C before the host listens
        // to it ends the process as it ends any.
        Task<IHost> starting = Task.Run(() => Start(options, takesCtrlC));
        try
        {
            using var machine = new Machine(options.Profile) { Cores = new X86CoresWhenNeeded() };
            using var kernel = new Kernel(machine, options.Kernel);
            using KernelLogs logs = prepare(kernel);
            if (!options.IsConfigured)
                session.Err.WriteLine($"mk: no boot.json here or in a folder above: booting {options.Profile.Name} without drivers");
            kernel.Boot();
            using TraceOutput? trace = options.Trace is { } request ? new TraceOutput(kernel, request, session) : null;
            int code = Work(starting.GetAwaiter().GetResult(), kernel, session, work);
            trace?.Dispose();
            return trace is { IsComplete: false } ? Math.Max(code, ExitCode.ToolFailure) : code;
        }
        finally
        {
            using IHost host = starting.GetAwaiter().GetResult();
            host.StopAsync(CancellationToken.None).GetAwaiter().GetResult();
        }
    }

    /// <summary>Lets a verb work that boots kernels of its own, many or none.</summary>
    public static int Run(BootOptions options, Func<CancellationToken, int> work)
    {
        using IHost host = Start(options, takesCtrlC: true);
        try
        {
            return work(StoppingOf(host));
        }
        finally
        {
            host.StopAsync(CancellationToken.None).GetAwaiter().GetResult();
        }
    }

    private static int Work(IHost host, Kernel kernel, Session session, KernelWork work)
    {
        CancellationToken stopping = StoppingOf(host);
        using var watchdog = new Watchdog(session, stopping);
        stopping.ThrowIfCancellationRequested();
        return work(kernel, watchdog, stopping);
    }

    private static CancellationToken StoppingOf(IHost host) => host.Services.GetRequiredService<IHostApplicationLifetime>().ApplicationStopping;

    // The empty builder: no configuration files, no logging providers, which an empty boot would pay for.
    private static IHost Start(BootOptions options, bool takesCtrlC)
    {
        HostApplicationBuilder builder = Host.CreateEmptyApplicationBuilder(new HostApplicationBuilderSettings { DisableDefaults = true });
        builder.Services.AddSingleton(options);
        if (!takesCtrlC)
            LeaveCtrlC(builder);
        IHost host = builder.Build();
        host.Start();
        return host;
    }

    // Apart, so that a boot does not load what only the shell needs.
    private static void LeaveCtrlC(HostApplicationBuilder builder) => builder.Services.AddSingleton<IHostLifetime, SignalLifetime>();
}
