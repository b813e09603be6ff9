namespace MiniKernel.Cli.Shell;

/// <summary>One checked command with everything around it.</summary>
/// <param name="Line">Its line in the script, from 1.</param>
/// <param name="Command">The command.</param>
/// <param name="Action">The command with its operands.</param>
internal sealed record ShellStatement(int Line, ShellCommand Command, CommandAction Action)
{
    /// <summary>As it was written, for <c>--trace</c>.</summary>
    public string Text { get; init; } = "";

    /// <summary>The variable it sets; null for none or the next number.</summary>
    public string? Name { get; init; }

    /// <summary>True behind <c>!</c>: it is to fail.</summary>
    public bool MustFail { get; init; }

    /// <summary>The file its output goes to; null for stdout.</summary>
    public string? Target { get; init; }

    /// <summary>True when it changes neither the machine nor the shell.</summary>
    public bool OnlyLooks { get; init; }

    /// <summary>True for &gt;&gt;.</summary>
    public bool Appends { get; init; }
}
