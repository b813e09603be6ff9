using System.Runtime.InteropServices;
using MiniKernel.Cli.Hosting;
using MiniKernel.Cli.Terminal;

namespace MiniKernel.Cli.Shell;

/// <summary>Ctrl-C while a command runs: it ends at its next system call; one that makes none ends the program, for C# code
/// cannot be stopped otherwise.</summary>
internal sealed class CommandInterrupt : IDisposable
{
    private readonly Session _session;
    private readonly Action<int> _exit;
    private readonly TimeSpan _grace;
    private readonly Lock _gate = new();
    private CancellationTokenSource? _command;
    private Timer? _graceTimer;

    /// <summary>Listens to SIGINT until disposed.</summary>
    /// <param name="session">Whose stderr has the last words.</param>
    /// <param name="exit">Ends the process; tests look at the code instead.</param>
    /// <param name="grace">Instead of the watchdog's.</param>
    public CommandInterrupt(Session session, Action<int>? exit = null, TimeSpan? grace = null) =>
        (_session, _exit, _grace) = (session, exit ?? Environment.Exit, grace ?? Watchdog.Grace);

    /// <summary>Starts to listen; a signal outside a command is ignored.</summary>
    public IDisposable Listen() => PosixSignalRegistration.Create(PosixSignal.SIGINT, signal =>
    {
        signal.Cancel = true;
        Raise();
    });

    /// <summary>Runs a command.</summary>
    /// <param name="stopping">Ends it as well.</param>
    /// <param name="command">Is given what says that it has to end.</param>
    /// <returns>False when Ctrl-C ended it.</returns>
    public bool Run(CancellationToken stopping, Action<CancellationToken> command)
    {
        using var source = CancellationTokenSource.CreateLinkedTokenSource(stopping);
        lock (_gate)
            _command = source;
        try
        {
            command(source.Token);
            return true;
        }
        catch (OperationCanceledException) when (!stopping.IsCancellationRequested)
        {
            return false;
        }
        finally
        {
            lock (_gate)
                _command = null;
            _graceTimer?.Dispose();
        }
    }

    /// <summary>What Ctrl-C does.</summary>
    public void Raise()
    {
        lock (_gate)
        {
            if (_command is null || _command.IsCancellationRequested)
                return;
            _graceTimer?.Dispose();
            _graceTimer = new Timer(_ => GiveUp(), null, _grace, Timeout.InfiniteTimeSpan);
            _command.Cancel();
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _graceTimer?.Dispose();

    private void GiveUp()
    {
        lock (_gate)
        {
            if (_command is null)
                return;
        }
        _session.Err.WriteLine("mk: interrupted: the command does not come back, and neither would the shell");
        _exit(ExitCode.Interrupted);
    }
}
