using MiniKernel.Hal;

namespace MiniKernel.Cli.Torture;

/// <summary>All runs on one machine.</summary>
/// <param name="Profile">The machine.</param>
/// <param name="Requests">Requests the driver makes undisturbed.</param>
/// <param name="Places">Places in its code they come from.</param>
/// <param name="Undisturbed">The run in which nothing failed.</param>
/// <param name="Runs">The others.</param>
internal sealed record TortureResult(
    HardwareProfile Profile, int Requests, int Places, TortureOutcome Undisturbed, IReadOnlyList<TortureOutcome> Runs)
{
    /// <summary>What was not survived, the undisturbed run among them.</summary>
    public IEnumerable<TortureOutcome> Failures => Runs.Prepend(Undisturbed).Where(run => !run.Survived);

    /// <summary>How far the driver got, with how often.</summary>
    public IEnumerable<(string End, int Count)> Ends =>
        Runs.GroupBy(run => run.End).Select(end => (end.Key, end.Count())).OrderByDescending(end => end.Item2).ThenBy(end => end.Key, StringComparer.Ordinal);
}
