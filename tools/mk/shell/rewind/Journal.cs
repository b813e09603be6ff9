using MiniKernel.Cli.Drivers;
using MiniKernel.Core;
using MiniKernel.Hal;

namespace MiniKernel.Cli.Shell;

/// <summary>The commands a machine has executed since power-on: its only input, so that another one of the same configuration which is
/// given them comes to the same state.</summary>
/// <remarks>What they read from the host is kept with them. Time, tasks, devices and random numbers are the machine's own and deterministic.</remarks>
internal sealed class Journal
{
    private readonly List<JournalEntry> _entries = [];
    private readonly Kernel _kernel;
    private JournalEntry? _running;
    private bool _repeats;
    private int _calls, _drivers;                 // of the command that runs
    private StateHash _log;

    /// <summary>Begins an empty one and listens to the kernel's log.</summary>
    public Journal(Kernel kernel)
    {
        _kernel = kernel;
        kernel.Log.AddConsole(record => _log.Add(record.Text));
    }

    /// <summary>The commands, oldest first, the running one included.</summary>
    public IReadOnlyList<JournalEntry> Entries => _entries;

    /// <summary>The machine as it is.</summary>
    public MachineMark Mark => new(_kernel.Machine.Clock.NowNs, _kernel.Errors, _log.Value);

    /// <summary>The machine before the first command, the drivers of its configuration loaded.</summary>
    public MachineMark Start { get; set; }

    /// <summary>Executes a command and keeps it.</summary>
    public bool Run(ShellStatement statement, Func<ShellStatement, bool> execute)
    {
        var entry = new JournalEntry(statement);
        Begin(entry, repeats: false);
        try
        {
            return execute(statement);
        }
        catch (OperationCanceledException)
        {
            entry.InterruptedAt = _calls;
            throw;
        }
        finally
        {
            entry.After = Mark;
            _running = null;
        }
    }

    /// <summary>Executes a command that another machine has executed.</summary>
    public void Repeat(JournalEntry entry, Action execute)
    {
        Begin(entry, repeats: true);
        try
        {
            execute();
        }
        finally
        {
            _running = null;
        }
    }

    /// <summary>Counts a system call of the running command.</summary>
    /// <exception cref="OperationCanceledException">It is repeated, and this is where Ctrl-C had ended it.</exception>
    public void CountCall()
    {
        if (_repeats && _running?.InterruptedAt == _calls)
            throw new OperationCanceledException();
        _calls++;
    }

    /// <summary>Gives the running command a driver from the host: as it is there, or as it was when the command first read it.</summary>
    /// <exception cref="ShellException">It cannot be had, or could not then.</exception>
    public DriverModule Read(Func<DriverModule> read)
    {
        if (_running is not { } entry)
            return read();
        if (_repeats)
            return entry.Drivers[_drivers++]?.Again() ?? throw new ShellException("there was no such driver");
        entry.Drivers.Add(null);
        DriverModule driver = read();
        entry.Drivers[^1] = driver;
        return driver;
    }

    /// <summary>Notes what the running command has taken.</summary>
    public void Keep(Snapshot snapshot) => _running!.Snapshot = snapshot;

    private void Begin(JournalEntry entry, bool repeats)
    {
        (_running, _repeats, _calls, _drivers) = (entry, repeats, 0, 0);
        _entries.Add(entry);
    }
}
