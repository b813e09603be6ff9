using MiniKernel.Cli.Boot;
using MiniKernel.Cli.Config;
using MiniKernel.Cli.Drivers;
using MiniKernel.Cli.Hosting;
using MiniKernel.Core;
using MiniKernel.Hal;
using MiniKernel.Mm;

namespace MiniKernel.Cli.Torture;

/// <summary>What is tortured: a driver with its parameters, and what it is booted with.</summary>
/// <param name="Options">Everything but the profile, which each run chooses.</param>
/// <param name="Name">The module's name.</param>
/// <param name="Parameters">Values of its parameters.</param>
/// <param name="Create">Makes an instance.</param>
internal sealed record TortureSubject(BootOptions Options, string Name, IReadOnlyDictionary<string, string> Parameters, Func<IKernelModule> Create);

/// <summary>One life of a driver on a fresh machine: insmod, its workload, rmmod.</summary>
internal static class TortureRun
{
    /// <summary>Lets it live undisturbed.</summary>
    /// <param name="subject">The driver.</param>
    /// <param name="profile">The machine.</param>
    /// <param name="watchdog">Watches its code.</param>
    /// <param name="stopping">Ctrl-C came.</param>
    /// <param name="trail">Receives where each of its requests came from.</param>
    public static TortureOutcome Undisturbed(
        TortureSubject subject, HardwareProfile profile, Watchdog watchdog, CancellationToken stopping, List<CallSite> trail) =>
        Run(subject, profile, watchdog, stopping, new FaultRule { Module = subject.Name, Times = 0 }, trail);

    /// <summary>Lets one of its requests fail.</summary>
    /// <param name="subject">The driver.</param>
    /// <param name="profile">The machine.</param>
    /// <param name="watchdog">Watches its code.</param>
    /// <param name="stopping">Ctrl-C came.</param>
    /// <param name="nth">Which, counted from 1.</param>
    public static TortureOutcome Failing(
        TortureSubject subject, HardwareProfile profile, Watchdog watchdog, CancellationToken stopping, ulong nth) =>
        Run(subject, profile, watchdog, stopping, new FaultRule { Module = subject.Name, Nth = nth }, trail: null);

    private static TortureOutcome Run(
        TortureSubject subject, HardwareProfile profile, Watchdog watchdog, CancellationToken stopping, FaultRule rule, List<CallSite>? trail)
    {
        KernelOptions options = subject.Options.Kernel;
        using var machine = new Machine(profile) { Cores = new X86CoresWhenNeeded() };
        using var kernel = new Kernel(machine, options with { Faults = [.. options.Faults, rule] });
        kernel.Faults.Rules[^1].Trail = trail;
        var reports = new FirstReport(kernel);
        var drivers = new DriverRun(kernel, watchdog, stopping);
        using DriverModule module = DriverModule.Of(subject.Create());
        bool panicked = false;
        ulong before = 0;
        try
        {
            kernel.Boot();
            before = FramesInReach(kernel.Mm);
            drivers.LoadAndWork([new ReadyDriver(module, subject.Parameters)]);
            drivers.ShutDown();
        }
        catch (KernelPanicException)
        {
            panicked = true;
        }
        DriverOutcome outcome = drivers.Outcomes[0];
        return new TortureOutcome
        {
            Nth = rule.Nth,
            Request = kernel.Faults.LastFailure,
            End = EndOf(outcome),
            Panicked = panicked,
            Oopses = kernel.Oopses,
            Reports = outcome.Reports,
            FirstReport = outcome.Reports == 0 ? "" : reports.Text,
            Leaks = [.. kernel.Leaks.Select(leak => leak.ToString())],
            FramesLost = panicked || kernel.Oopses != 0 || outcome.Leaked != 0 ? 0 : (long)(before - FramesInReach(kernel.Mm)),
            Unloaded = outcome.Unloaded,
        };
    }

    private static string EndOf(DriverOutcome outcome) => outcome switch
    {
        { Loaded: not Errno.Success } => $"insmod -{outcome.Loaded}",
        { Work: { Error: not Errno.Success } work } => $"work -{work.Error}",
        _ => "ok",
    };

    // What the driver did not give back although nobody saw it taken would be missing here.
    private static ulong FramesInReach(KernelMm mm)
    {
        MmCpu cpu = mm.Cpu(0);
        foreach (SlabInfo cache in mm.SlabInfos())
            mm.KmemCacheShrink(cpu, mm.FindCache(cache.Name)!);
        return mm.Zones().Aggregate(0ul, (sum, zone) => sum + zone.Free + (ulong)zone.Pagesets.Sum(list => (long)list.Count));
    }
}
