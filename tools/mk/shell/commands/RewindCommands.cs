using System.Globalization;
using MiniKernel.Cli.Config;
using MiniKernel.Cli.Words;

namespace MiniKernel.Cli.Shell;

/// <summary>snapshot, snapshots, rewind: moments to come back to.</summary>
internal static class RewindCommands
{
    /// <summary>snapshot.</summary>
    public static ShellCommand Snapshot { get; } = new("snapshot", "[NAME]", "remembers this moment, for rewind", ReadSnapshot)
    {
        Details = "Without NAME it is s1, s2, ... The hash stands for all of RAM, the disk, time, free lists, caches, tasks and /proc: the same commands give the same hash.",
    };

    /// <summary>snapshots.</summary>
    public static ShellCommand Snapshots { get; } = new("snapshots", "", "lists moments to go to; * is one this machine has been through", words => words.End(List)) { OnlyLooks = true };

    /// <summary>rewind.</summary>
    public static ShellCommand Rewind { get; } = new("rewind", $"[SNAPSHOT|N|{Rewinder.Start}]", "goes back to a snapshot (the last one), to before the last N commands, or to the start", ReadRewind)
    {
        Details = $"""
            The machine is switched on anew and given the same commands again, unseen; it takes over when memory, log and time come out as they were.
            If not, the difference is named and the machine stays as it is. Variables and drivers are as they were then; a driver's file may have changed since.
            What is undone does not count for the exit code, a panic included. Snapshots stay: rewind NAME also goes forward again.
            Commands that only look (dmesg, vars, ...) and snapshots are none of the N.
            """,
        OnlyLooks = true,
    };

    private static CommandAction ReadSnapshot(CommandWords words)
    {
        string? name = words.Left == 0 ? null : words.Word("NAME").Text;
        if (name is not null && (!ShellVariables.IsName(name) || name == Rewinder.Start))
            throw new ShellSyntaxException($"NAME {ConfigNode.Quote(name)}: expected letters, digits and _, not a digit first, and not {Rewinder.Start}");
        return words.End(shell =>
        {
            Snapshot taken = RewinderOf(shell).Take(shell, name);
            shell.Out.WriteLine($"{taken.Name}: {Moment(taken)}");
        });
    }

    private static void List(ShellSession shell)
    {
        IReadOnlyList<Snapshot> snapshots = RewinderOf(shell).Snapshots;
        foreach (Snapshot snapshot in snapshots)
        {
            string mark = Rewinder.IsPast(shell, snapshot) ? "*" : " ";
            shell.Out.WriteLine($"{mark} {snapshot.Name,-12}{Moment(snapshot)}, at {shell.NameOf(snapshot.Entries[^1])}");
        }
        if (snapshots.Count == 0)
            shell.Out.WriteLine("none; snapshot takes one");
    }

    private static CommandAction ReadRewind(CommandWords words)
    {
        if (words.Left == 0)
            return shell => ToSnapshot(shell, null);
        if (words.Peek is { Length: not 0 } word && char.IsAsciiDigit(word[0]))
        {
            int count = (int)words.Number("N", int.MaxValue, 1);
            return words.End(shell => Back(shell, count));
        }
        string name = words.Word("SNAPSHOT").Text;
        return words.End(name == Rewinder.Start ? ToStart : shell => ToSnapshot(shell, name));
    }

    private static void ToSnapshot(ShellSession shell, string? name)
    {
        Snapshot snapshot = RewinderOf(shell).Find(shell, name);
        Go(shell, snapshot.Entries, $"at {snapshot.Name}", $"{Moment(snapshot)} as it was");
    }

    private static void ToStart(ShellSession shell) => Go(shell, [], "at the start", Time(shell.Journal.Start));

    private static void Back(ShellSession shell, int count)
    {
        IReadOnlyList<JournalEntry> entries = shell.Journal.Entries;
        int at = entries.Count;
        for (int left = count; left != 0; left--)
        {
            do
                at--;
            while (at >= 0 && entries[at].Snapshot is not null);
            if (at < 0)
                throw new ShellException($"{(left == count ? "no command has" : $"only {Plural.Of(count - left, "command")} {(count - left == 1 ? "has" : "have")}")} changed anything yet; rewind {Rewinder.Start} undoes all");
        }
        Go(shell, [.. entries.Take(at)], $"before {shell.NameOf(entries[at])}", Time(at == 0 ? shell.Journal.Start : entries[at - 1].After));
    }

    private static void Go(ShellSession shell, IReadOnlyList<JournalEntry> entries, string where, string moment)
    {
        RewinderOf(shell).Go(shell, entries);
        shell.Out.WriteLine($"{where}: {moment}; {Plural.Of(entries.Count(entry => entry.Snapshot is null), "command")} done again");
        shell.Leave();
    }

    private static Rewinder RewinderOf(ShellSession shell) => shell.Rewinder ?? throw new ShellException("there is no way back here; mk shell and mk run have one");

    private static string Moment(Snapshot snapshot) => string.Create(CultureInfo.InvariantCulture, $"{Seconds(snapshot.State.TimeNs)}, hash {snapshot.State.Hash:x16}");

    private static string Time(MachineMark mark) => Seconds(mark.TimeNs);

    private static string Seconds(ulong ns) => string.Create(CultureInfo.InvariantCulture, $"{ns / 1e9:0.000000} s");
}
