using MiniKernel.Cli.Config;
using MiniKernel.Cli.Words;
using MiniKernel.Core;

namespace MiniKernel.Cli.Shell;

/// <summary>Snapshots, and the way back to them: another machine is switched on, is given the journal, and takes over when it has come to
/// the same state; if it has not, it is thrown away and everything stays as it is.</summary>
/// <param name="powerOn">Boots another machine of the same configuration, whose shell says nothing.</param>
/// <remarks>Snapshots are not a machine's: one stays when somebody goes back to before it was taken, and leads forward again.</remarks>
internal sealed class Rewinder(Func<ShellMachine> powerOn) : IDisposable
{
    /// <summary>Name of the moment before the first command.</summary>
    public const string Start = "start";

    private readonly List<Snapshot> _snapshots = [];
    private ShellMachine? _next;
    private int _unnamed;

    /// <summary>All of them, oldest first.</summary>
    public IReadOnlyList<Snapshot> Snapshots => _snapshots;

    /// <summary>Remembers this moment.</summary>
    /// <param name="shell">The shell that executes <c>snapshot</c>.</param>
    /// <param name="name">Its name; one that has it is forgotten. Null for s1, s2, ...</param>
    /// <exception cref="ShellException">The kernel has panicked.</exception>
    public Snapshot Take(ShellSession shell, string? name)
    {
        if (shell.Kernel.HasPanicked)
            throw new ShellException(ShellSession.Panicked);
        name ??= NextName();
        var snapshot = new Snapshot(name, [.. shell.Journal.Entries], MachineState.Of(shell.Kernel));
        shell.Journal.Keep(snapshot);
        _snapshots.RemoveAll(other => other.Name == name);
        _snapshots.Add(snapshot);
        return snapshot;
    }

    /// <summary>The snapshot of that name; null for the last one that the machine has behind it.</summary>
    /// <exception cref="ShellException">There is none.</exception>
    public Snapshot Find(ShellSession shell, string? name)
    {
        if (_snapshots.Count == 0)
            throw new ShellException($"there is no snapshot; snapshot takes one, rewind N goes N commands back, rewind {Start} undoes all");
        if (name is null)
            return _snapshots.LastOrDefault(IsBehind) ?? throw new ShellException($"all snapshots lie ahead: {Names()}; rewind NAME goes there");
        return _snapshots.Find(snapshot => snapshot.Name == name)
            ?? throw new ShellException($"there is no snapshot {ConfigNode.Quote(name)}; {NearestName.Advice(name, [.. _snapshots.Select(snapshot => snapshot.Name), Start])}");

        bool IsBehind(Snapshot snapshot) => IsPast(shell, snapshot);
    }

    /// <summary>True when the commands that led to a snapshot are those this machine has executed.</summary>
    public static bool IsPast(ShellSession shell, Snapshot snapshot) => shell.Journal.Entries.Contains(snapshot.Entries[^1]);

    /// <summary>Brings another machine to where these commands lead; it takes over when the running one lets go.</summary>
    /// <exception cref="ShellException">It does not come out the same.</exception>
    /// <exception cref="OperationCanceledException">Ctrl-C came.</exception>
    public void Go(ShellSession shell, IReadOnlyList<JournalEntry> entries)
    {
        ShellMachine machine = powerOn();
        try
        {
            machine.Shell.Stopping = shell.Stopping;
            Check(shell, machine.Shell, "the drivers of the configuration", machine.Shell.Journal.Start, shell.Journal.Start);
            machine.Shell.Journal.Start = shell.Journal.Start;
            foreach (JournalEntry entry in entries)
            {
                machine.Shell.Repeat(entry);
                Check(shell, machine.Shell, shell.NameOf(entry), machine.Shell.Journal.Mark, entry.After);
                Check(machine.Shell, entry);
            }
            _next = machine;
        }
        finally
        {
            if (_next != machine)
                machine.Dispose();
        }
    }

    /// <summary>The machine that takes over; null when nobody has gone anywhere.</summary>
    public ShellMachine? TakeNext()
    {
        ShellMachine? next = _next;
        _next = null;
        return next;
    }

    /// <inheritdoc/>
    public void Dispose() => _next?.Dispose();

    private string Names() => string.Join(", ", _snapshots.Select(snapshot => snapshot.Name));

    private string NextName()
    {
        string name;
        do
            name = $"s{++_unnamed}";
        while (_snapshots.Exists(snapshot => snapshot.Name == name));
        return name;
    }

    private static void Check(ShellSession old, ShellSession shell, string what, MachineMark now, MachineMark then)
    {
        if (now == then)
            return;
        string difference = LogDifference(old.Kernel.Log, shell.Kernel.Log)
            ?? (now.TimeNs != then.TimeNs ? $"{now.TimeNs} ns of virtual time instead of {then.TimeNs}" : now.Errors != then.Errors ? $"{Plural.Of(now.Errors, "report")} instead of {then.Errors}" : "other lines in the log");
        throw Parted($"{what} came out otherwise: {difference}");
    }

    private static void Check(ShellSession shell, JournalEntry entry)
    {
        if (entry.Snapshot is not { } snapshot || MachineState.Of(shell.Kernel).DifferencesFrom(snapshot.State, shell.Kernel) is not { Count: not 0 } differences)
            return;
        string more = differences.Count == 1 ? "" : $"; and {Plural.Of(differences.Count - 1, "other difference")}";
        throw Parted($"at snapshot {snapshot.Name} it was another: {differences[0]}{more}");
    }

    private static ShellException Parted(string where) => new(
        $"a machine that was given the same commands did not come to the same state, so this one goes on: {where}. A driver that uses the host's time, random numbers, files or threads is a cause");

    // The first line in which the log of the machine that goes on and the other one part.
    private static string? LogDifference(PrintkLog then, PrintkLog now)
    {
        Dictionary<ulong, PrintkRecord> known = then.Records.ToDictionary(record => record.Sequence);
        foreach (PrintkRecord record in now.Records)
        {
            if (known.TryGetValue(record.Sequence, out PrintkRecord? other) && other != record)
                return $"\"{record.TimeStamp}{record.Text}\" instead of \"{other.TimeStamp}{other.Text}\"";
        }
        return null;
    }
}
