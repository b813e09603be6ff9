using System.IO.Enumeration;
using MiniKernel.Cli.Config;
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

    /// <summary>What was asked for and had nothing to do: rules that nothing matched.</summary>
    public IEnumerable<string> Idle()
    {
        foreach (string pattern in kernel.Mm.UnmetSlabDebugPatterns())
            yield return $"slabDebug: no cache was called {ConfigNode.Quote(pattern)}";
        foreach (ActiveFault fault in kernel.Faults.Rules.Where(rule => rule.Matched == 0))
            yield return $"fault {FaultsReader.Text(fault.Rule)}: no request of a module's matched it{WhoIsThere(fault.Rule)}";
    }

    private string WhoIsThere(FaultRule rule)
    {
        string[] names = [.. kernel.Modules.EverLoaded];
        bool isThere = names.Any(name => FileSystemName.MatchesSimpleExpression(rule.Module, name, ignoreCase: false));
        return isThere ? "" : names.Length == 0 ? "; no module was loaded" : $"; loaded: {string.Join(", ", names)}";
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
