using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using MiniKernel.Cli.Config;
using MiniKernel.Cli.Terminal;
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
    public static int Run(BootOptions options, Session session, Func<Kernel, KernelLogs> prepare, KernelWork work)
    {
        using IHost host = Build(options);
        host.Start();
        CancellationToken stopping = host.Services.GetRequiredService<IHostApplicationLifetime>().ApplicationStopping;
        try
        {
            using var watchdog = new Watchdog(session.Err, stopping);
            using var machine = new Machine(options.Profile);
            using var kernel = new Kernel(machine, options.Kernel);
            using KernelLogs logs = prepare(kernel);
            kernel.Boot();
            stopping.ThrowIfCancellationRequested();
            return work(kernel, watchdog, stopping);
        }
        finally
        {
            host.StopAsync(CancellationToken.None).GetAwaiter().GetResult();
        }
    }

    // The empty builder: no configuration files, no logging providers, which an empty boot would pay for.
    private static IHost Build(BootOptions options)
    {
        HostApplicationBuilder builder = Host.CreateEmptyApplicationBuilder(new HostApplicationBuilderSettings { DisableDefaults = true });
        builder.Services.AddSingleton(options);
        return builder.Build();
    }
}
