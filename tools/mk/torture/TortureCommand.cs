using System.Globalization;
using MiniKernel.Cli.Config;
using MiniKernel.Cli.Drivers;
using MiniKernel.Cli.Terminal;
using MiniKernel.Cli.Words;
using MiniKernel.Hal;

namespace MiniKernel.Cli.Torture;

/// <summary>The command line of <c>mk torture</c>.</summary>
internal static class TortureCommand
{
    /// <summary>Runs on one machine, when nothing is said.</summary>
    public const int DefaultRuns = 1_000;

    /// <summary>Machines that differ in word, page, zones, CPUs and size.</summary>
    public static IReadOnlyList<string> DefaultProfiles { get; } = ["i386-32", "i386-highmem", "x86-64-2g", "ppc64-64k", "m68k-nommu", "lab-4m"];

    /// <summary>Does it.</summary>
    /// <param name="options">What to boot; its drivers lend their parameters.</param>
    /// <param name="given">The driver, as insmod takes it.</param>
    /// <param name="parameters">NAME=VALUE each; they go before those of the configuration.</param>
    /// <param name="profiles">Names of machines, or null.</param>
    /// <param name="runs">Runs on one machine at the most.</param>
    /// <param name="common">The options of this command line, for one that repeats a run.</param>
    /// <param name="asJson">Prints JSON.</param>
    /// <param name="session">Where to.</param>
    /// <exception cref="UsageException">No such driver, parameter or profile, or no runs at all.</exception>
    public static int Run(
        BootOptions options, string given, IReadOnlyList<string> parameters, string? profiles, int runs, string common, bool asJson, Session session)
    {
        var mistakes = new List<string>();
        if (runs < 1)
            mistakes.Add($"mk: --runs: {runs} is not a number of runs from 1");
        List<HardwareProfile> machines = Machines(options, profiles, mistakes);
        using DriverModule? driver = Load(options, given, session, mistakes);
        if (driver is null || mistakes.Count != 0)
            throw new UsageException(mistakes);
        DriverRequest? configured = options.Drivers.FirstOrDefault(request => request.Name == given);
        IReadOnlyDictionary<string, string> values =
            InsmodVerb.WithParameters(new ReadyDriver(driver, configured?.Parameters ?? new Dictionary<string, string>()), parameters, "torture").Parameters;
        string repeated = string.Concat(values.Select(parameter => $" {ShellQuote.Of($"{parameter.Key}={parameter.Value}")}"));
        return new TortureVerb(new TortureSubject(options, driver.Name, values, driver.Create), runs, session).Run(
            machines, (profile, nth) => $"mk insmod {ShellQuote.Of(given)}{repeated} --profile {ShellQuote.Of(profile)}{common}{Fault(driver.Name, nth)}", asJson);
    }

    private static DriverModule? Load(BootOptions options, string given, Session session, List<string> mistakes)
    {
        try
        {
            return DriverLoader.Load(given, session.Folder, session, options.Profile, options.Kernel);
        }
        catch (UsageException found)
        {
            mistakes.AddRange(found.Lines);
            return null;
        }
    }

    private static string Fault(string driver, ulong nth) =>
        nth == 0 ? "" : string.Create(CultureInfo.InvariantCulture, $" --fault module={driver},nth={nth}");

    private static List<HardwareProfile> Machines(BootOptions options, string? names, List<string> mistakes)
    {
        if (names is null && options.IsChosen)
            return [options.Profile];
        var machines = new List<HardwareProfile>();
        foreach (string name in names?.Split(',', StringSplitOptions.TrimEntries) ?? [.. DefaultProfiles])
        {
            if (options.Profile.Name == name)
                machines.Add(options.Profile); // with what --set changed
            else if (ProfileChoice.Find(options, name, mistakes) is { } profile)
                machines.Add(profile);
        }
        return machines;
    }
}
