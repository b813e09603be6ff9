using MiniKernel.Cli.Terminal;

namespace MiniKernel.Cli.Hosting;

/// <summary>Ends the process when driver code does not come back: C# code that makes no kernel call cannot be stopped
/// otherwise (a loop with kernel calls ends by the kernel's own virtual budget).</summary>
internal sealed class Watchdog : IDisposable
{
    /// <summary>How long driver code may run at a stretch.</summary>
    public static readonly TimeSpan Limit = TimeSpan.FromSeconds(60);

    /// <summary>How long a command may go on after Ctrl-C.</summary>
    public static readonly TimeSpan Grace = TimeSpan.FromSeconds(3);

    private static readonly TimeSpan FlushTime = TimeSpan.FromSeconds(1); // a reader of a pipe may have gone to sleep

    private readonly Session _session;
    private readonly Action<int> _exit;
    private readonly TimeSpan _limit, _grace;
    private readonly CancellationTokenRegistration _registration;
    private Timer? _limitTimer, _graceTimer;
    private volatile Running? _running;

    /// <summary>Watches until disposed.</summary>
    /// <param name="session">Whose stderr has the last words, and whose stdout is let out before the end.</param>
    /// <param name="stopping">Ctrl-C or SIGTERM came.</param>
    /// <param name="exit">Ends the process; tests look at the code instead.</param>
    /// <param name="limit">Instead of <see cref="Limit"/>.</param>
    /// <param name="grace">Instead of <see cref="Grace"/>.</param>
    public Watchdog(Session session, CancellationToken stopping, Action<int>? exit = null, TimeSpan? limit = null, TimeSpan? grace = null)
    {
        _session = session;
        _exit = exit ?? Environment.Exit;
        _limit = limit ?? Limit;
        _grace = grace ?? Grace;
        _registration = stopping.Register(Stop);
    }

    /// <summary>Runs driver code under watch; what was printed so far, and what is printed meanwhile, survives it.</summary>
    public T Watch<T>(string module, DriverPhase phase, Func<T> code)
    {
        _session.SetUnbuffered(true);
        _running = new Running(module, phase);
        Set(ref _limitTimer, _limit, Bark);
        try
        {
            return code();
        }
        finally
        {
            _running = null;
            _session.SetUnbuffered(false);
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _registration.Dispose();
        _limitTimer?.Dispose();
        _graceTimer?.Dispose();
    }

    private static void Set(ref Timer? timer, TimeSpan delay, Action action)
    {
        Timer? old = Interlocked.Exchange(ref timer, new Timer(_ => action(), null, delay, Timeout.InfiniteTimeSpan));
        old?.Dispose();
    }

    private void Stop()
    {
        _session.Err.WriteLine(_running is { } running ? $"mk: stopping… ({running} may take up to {_grace.TotalSeconds:0.###} s)" : "mk: stopping…");
        Set(ref _graceTimer, _grace, Interrupt);
    }

    private void Bark()
    {
        if (_running is not { } running)
            return;
        Flush();
        _session.Err.WriteLine($"mk: watchdog: {running} has run for {_limit.TotalSeconds:0.###} s without returning; giving up");
        _exit(ExitCode.Watchdog);
    }

    private void Interrupt()
    {
        Running? running = _running;
        Flush();
        if (running is not null)
            _session.Err.WriteLine($"mk: interrupted while {running} was running");
        _exit(ExitCode.Interrupted);
    }

    // The main thread may hold the writer, waiting for a reader that does not read.
    private void Flush() => Task.WaitAny([Task.Run(_session.Out.Flush)], FlushTime);

    private sealed record Running(string Module, DriverPhase Phase)
    {
        public override string ToString() => Phase switch
        {
            DriverPhase.Command => $"command {Module}",
            DriverPhase.Workload => $"the boot workload of module {Module}",
            _ => $"{Phase} of module {Module}",
        };
    }
}
