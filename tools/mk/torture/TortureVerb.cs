using MiniKernel.Cli.Hosting;
using MiniKernel.Cli.Terminal;
using MiniKernel.Core;
using MiniKernel.Hal;

namespace MiniKernel.Cli.Torture;

/// <summary><c>mk torture DRIVER</c>: counts the requests for memory a driver makes in its life, then gives it one life for
/// each of them in which that one fails. What leaks, oopses or does not come back is told with the command that repeats it.</summary>
/// <param name="subject">The driver.</param>
/// <param name="mostRuns">Runs on one machine at the most.</param>
/// <param name="session">Where to show how far it is.</param>
internal sealed class TortureVerb(TortureSubject subject, int mostRuns, Session session)
{
    private string _again = "";

    /// <summary>Does it.</summary>
    /// <param name="profiles">The machines.</param>
    /// <param name="command">The command line that repeats a run, from the profile's name and the number of the request.</param>
    /// <param name="asJson">Prints JSON.</param>
    public int Run(IReadOnlyList<HardwareProfile> profiles, Func<string, ulong, string> command, bool asJson) =>
        KernelHost.Run(subject.Options, stopping =>
        {
            using var watchdog = new Watchdog(session, stopping, GiveUp);
            var results = new List<TortureResult>();
            foreach (HardwareProfile profile in profiles)
                results.Add(Torture(profile, nth => _again = command(profile.Name, nth), watchdog, stopping));
            var report = new TortureReport(subject.Name, command);
            if (asJson)
                session.Out.WriteLine(JsonText.Write(json => report.Write(results, json)));
            else
                report.Write(results, session.Out);
            return results.All(result => !result.Failures.Any()) ? ExitCode.Ok : ExitCode.ChecksFailed;
        });

    private TortureResult Torture(HardwareProfile profile, Action<ulong> note, Watchdog watchdog, CancellationToken stopping)
    {
        using var progress = new ProgressLine(session);
        var trail = new List<CallSite>();
        note(0);
        TortureOutcome undisturbed = TortureRun.Undisturbed(subject, profile, watchdog, stopping, trail);
        IReadOnlyList<ulong> chosen = TorturePlan.Choose(trail, mostRuns);
        var runs = new List<TortureOutcome>(chosen.Count);
        foreach (ulong nth in chosen)
        {
            note(nth);
            progress.Show($"{subject.Name} on {profile.Name}", runs.Count, chosen.Count);
            runs.Add(TortureRun.Failing(subject, profile, watchdog, stopping, nth));
        }
        return new TortureResult(profile, trail.Count, trail.Distinct().Count(), undisturbed, runs);
    }

    // Code that does not come back takes the process with it; which run it was must not be lost.
    private void GiveUp(int code)
    {
        session.Err.WriteLine($"mk: the run was: {_again}");
        Environment.Exit(code);
    }
}
