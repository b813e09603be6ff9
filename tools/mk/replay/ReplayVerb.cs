using System.Collections.Immutable;
using MiniKernel.Cli.Boot;
using MiniKernel.Cli.Config;
using MiniKernel.Cli.Hosting;
using MiniKernel.Cli.Terminal;
using MiniKernel.Core;
using MiniKernel.Hal;

namespace MiniKernel.Cli.Replay;

/// <summary><c>mk replay FILE</c>: runs a trace on a machine without drivers, then prints the /proc files asked for.</summary>
internal sealed class ReplayVerb
{
    private static readonly ImmutableArray<string> _formats = ["auto", "calls", "ftrace"];

    private readonly ReplayRequest _request;
    private readonly Session _session;
    private readonly HashSet<string> _warnings = [];

    private ReplayVerb(ReplayRequest request, Session session)
    {
        _request = request;
        _session = session;
    }

    /// <summary>Does it. A trace run to its end is a success, whatever its calls did.</summary>
    /// <exception cref="UsageException">The trace, a machine or a /proc name is wrong; nothing has run.</exception>
    public static int Run(BootOptions options, ReplayRequest request, Session session)
    {
        var verb = new ReplayVerb(request, session);
        List<HardwareProfile> machines = verb.Machines(options);
        bool asTable = request.Summary || request.Profiles is not null;
        var figures = new List<ReplayFigures>();
        int code = ExitCode.Ok;
        foreach (HardwareProfile machine in machines)
        {
            code = verb.RunOn(options with { Profile = machine, IsConfigured = options.IsConfigured || options.IsChosen || request.Profiles is not null }, asTable, figures);
            if (code != ExitCode.Ok)
                break;
        }
        if (asTable && code == ExitCode.Ok)
            ReplaySummary.Write(figures, session.Out);
        return code;
    }

    private List<HardwareProfile> Machines(BootOptions options)
    {
        var mistakes = new List<string>();
        if (!_formats.Contains(_request.Format))
            mistakes.Add($"mk: --format: {ConfigNode.Quote(_request.Format)} is not a format; {NearestName.Advice(_request.Format, _formats)}");
        string[] names = _request.Profiles?.Split(',', StringSplitOptions.TrimEntries) ?? [];
        if (names.Length > 1 && _request.File == "-")
            mistakes.Add("mk: --profiles: stdin can be read once; give a file to replay it on several machines");
        var machines = new List<HardwareProfile>();
        foreach (string name in names)
        {
            if (options.Profile.Name == name)
                machines.Add(options.Profile); // with what --set changed
            else if (ProfileChoice.Find(options, name, mistakes) is { } profile)
                machines.Add(profile);
        }
        if (mistakes.Count != 0)
            throw new UsageException(mistakes);
        return machines.Count == 0 ? [options.Profile] : machines;
    }

    private int RunOn(BootOptions options, bool asTable, List<ReplayFigures> all)
    {
        string[] names = [];
        using TraceSource source = TraceSource.Open(_request.File, _session);
        bool isFtrace = _request.Format == "ftrace" || (_request.Format == "auto" && source.LooksLikeFtrace());
        source.IsHeld = !isFtrace;
        List<ReplayCall>? calls = isFtrace ? null : ReplayParser.Parse(source, _request.File, options.Profile);
        return KernelHost.Run(
            options, _session, // it never has drivers
            kernel =>
            {
                names = [.. _request.ProcFiles.Select(file => ProcFiles.Find(kernel, file))];
                return KernelLogs.OfVerb(kernel.Log, options.Logging, _session);
            },
            (kernel, _, stopping) =>
            {
                var figures = new ReplayFigures(kernel);
                TextWriter? addresses = asTable ? null : _session.Out;
                if (calls is null)
                    RunFtrace(kernel, source, addresses, figures, stopping);
                else
                    new ReplayRunner(kernel, _request.Shown, addresses, figures).Run(calls, stopping);
                foreach (string name in names)
                    _session.Out.Write(ProcFiles.Read(kernel, name));
                all.Add(figures);
                return ExitCode.Ok;
            });
    }

    private void RunFtrace(Kernel kernel, TraceSource source, TextWriter? addresses, ReplayFigures figures, CancellationToken stopping)
    {
        var reader = new FtraceReader(Warn);
        var runner = new FtraceRunner(kernel, _request.Shown, addresses, figures, Warn);
        if (_session.ErrIsTerminal && addresses is null && source.Length >= ReplayProgress.LongTrace)
            ReplayProgress.Show($"{_request.Shown} on {kernel.Machine.Profile.Name}", _session, progress => Feed(source, reader, runner, progress, stopping));
        else
            Feed(source, reader, runner, null, stopping);
        if (reader.Events == 0)
            throw new UsageException($"{_request.Shown}: no kmem events: lines as \"... [000] ... 1.234567: kmalloc: call_site=... ptr=... bytes_req=... bytes_alloc=... gfp_flags=...\" are expected");
        Remark(reader, runner);
    }

    private static void Feed(TraceSource source, FtraceReader reader, FtraceRunner runner, Action<double>? progress, CancellationToken stopping)
    {
        const int chunk = 1 << 14; // lines
        for (int line = 1; source.ReadLine() is { } text; line++)
        {
            if (reader.Read(text) is { } happened)
                runner.Add(happened);
            if (line % chunk != 0)
                continue;
            stopping.ThrowIfCancellationRequested();
            progress?.Invoke(source.Progress);
        }
        runner.Finish();
    }

    private void Remark(FtraceReader reader, FtraceRunner runner)
    {
        Say(reader.OtherEvents, "event", "of other kinds: skipped");
        Say(reader.OtherLines, "line", "without an event: skipped");
        Say(runner.SlabPageEvents, "page event", "of the traced kernel's slabs: skipped, for replay's slabs take their own");
        Say(runner.UnseenFrees, "free", "of what was taken before the trace began: skipped");
        Say(runner.LostFrees, "pointer", "given out again without a free between: freed first");
    }

    private void Say(long count, string of, string what)
    {
        if (count != 0)
            Warn($"{Words.Plural.Of((int)Math.Min(count, int.MaxValue), of)} {what}");
    }

    private void Warn(string message)
    {
        if (_warnings.Add(message))
            _session.Err.WriteLine($"mk: {_request.Shown}: {Words.Printable.Line(message)}");
    }
}
