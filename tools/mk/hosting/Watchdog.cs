namespace MiniKernel.Cli.Hosting;

/// <summary>Ends the process when driver code does not come back: C# code that makes no kernel call cannot be stopped
/// otherwise (a loop with kernel calls ends by the kernel's own virtual budget).</summary>
internal sealed class Watchdog : IDisposable
{
    /// <summary>How long driver code may run at a stretch.</summary>
    public static readonly TimeSpan Limit = TimeSpan.FromSeconds(60);

    /// <summary>How long a command may go on after Ctrl-C.</summary>
    public static readonly TimeSpan Grace = TimeSpan.FromSeconds(3);

    private readonly TextWriter _messages;
    private readonly Action<int> _exit;
    private readonly TimeSpan _limit;
    private readonly CancellationTokenRegistration _registration;
    private Timer? _timer;
    private volatile string? _module;

    /// <summary>Watches until disposed.</summary>
    /// <param name="messages">Where the last words go.</param>
    /// <param name="stopping">Ctrl-C or SIGTERM came.</param>
    /// <param name="exit">Ends the process; tests look at the code instead.</param>
    /// <param name="limit">Instead of <see cref="Limit"/>.</param>
    public Watchdog(TextWriter messages, CancellationToken stopping, Action<int>? exit = null, TimeSpan? limit = null)
    {
        _messages = messages;
        _exit = exit ?? Environment.Exit;
        _limit = limit ?? Limit;
        _registration = stopping.Register(() => Set(Grace, Interrupt));
    }

    /// <summary>Runs driver code under watch.</summary>
    public T Watch<T>(string module, Func<T> code)
    {
        _module = module;
        Set(_limit, Bark);
        try
        {
            return code();
        }
        finally
        {
            _module = null;
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _registration.Dispose();
        _timer?.Dispose();
    }

    private void Set(TimeSpan delay, Action action)
    {
        Timer? old = Interlocked.Exchange(ref _timer, new Timer(_ => action(), null, delay, Timeout.InfiniteTimeSpan));
        old?.Dispose();
    }

    private void Bark()
    {
        if (_module is not { } module)
            return;
        _messages.WriteLine($"mk: watchdog: module {module} has run for {_limit.TotalSeconds:0.###} s without returning; giving up");
        _exit(ExitCode.Watchdog);
    }

    private void Interrupt()
    {
        if (_module is { } module)
            _messages.WriteLine($"mk: interrupted while module {module} was running");
        _exit(ExitCode.Interrupted);
    }
}
