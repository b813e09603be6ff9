using MiniKernel.Cli.Drivers;

namespace MiniKernel.Cli.Shell;

/// <summary>A command that was executed, and all that has to be known to do it again.</summary>
/// <param name="statement">The command; its operands and the text of a script's line are in it.</param>
internal sealed class JournalEntry(ShellStatement statement)
{
    /// <summary>The command.</summary>
    public ShellStatement Statement => statement;

    /// <summary>The drivers it read from the host, in order, as they were then; null for one that could not be had.</summary>
    public List<DriverModule?> Drivers { get; } = [];

    /// <summary>After how many system calls Ctrl-C ended it; null when it came to its end.</summary>
    public int? InterruptedAt { get; set; }

    /// <summary>What it took, of a <c>snapshot</c>.</summary>
    public Snapshot? Snapshot { get; set; }

    /// <summary>The machine when it was done.</summary>
    public MachineMark After { get; set; }
}
