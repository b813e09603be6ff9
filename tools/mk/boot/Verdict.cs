using MiniKernel.Cli.Words;
using MiniKernel.Core;

namespace MiniKernel.Cli.Boot;

/// <summary>The end of a boot: what is wrong, in a line each, and the exit code that follows.</summary>
internal sealed class Verdict(Kernel kernel, FirstReport reports, IReadOnlyList<DriverOutcome> drivers)
{
    /// <summary>The exit code.</summary>
    public int ExitCode => drivers.All(driver => driver.IsGood) ? kernel.ExitCode : Math.Max(kernel.ExitCode, Cli.ExitCode.ChecksFailed);

    /// <summary>"Leaks: 5 objects at 1 place.", and the places.</summary>
    public IEnumerable<string> Leaks()
    {
        if (kernel.Options.Watch == WatchMode.Bare)
            yield return "Leaks: not watched (kernel.watch is \"bare\").";
        else if (kernel.Leaks.Count == 0)
            yield return "Leaks: none.";
        else
            yield return $"Leaks: {Plural.Of(kernel.Leaks.Sum(leak => leak.Count), "object")} at {Plural.Of(kernel.Leaks.Count, "place")}.";
        foreach (Leak leak in kernel.Leaks)
            yield return $"  {leak}";
    }

    /// <summary>What else speaks against exit code 0; nothing when nothing does.</summary>
    public IEnumerable<string> Failures()
    {
        string[] failed = [.. drivers.Where(driver => !driver.IsGood).Select(driver => $"{driver.Name} ({driver.State})")];
        if (failed.Length != 0)
            yield return $"Failed: {string.Join(", ", failed)}.";
        if (reports.Count != 0)
            yield return $"Reports: {reports.Count}, the first: {reports.Text.TrimEnd('.')}.";
    }
}
