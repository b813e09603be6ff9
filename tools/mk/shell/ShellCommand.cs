namespace MiniKernel.Cli.Shell;

/// <summary>What a line does once its words are read.</summary>
internal delegate void CommandAction(ShellSession shell);

/// <summary>Reads a command's operands, before anything runs.</summary>
/// <returns>What to do with them.</returns>
/// <exception cref="ShellSyntaxException">An operand is wrong.</exception>
internal delegate CommandAction CommandReader(CommandWords words);

/// <summary>One command of the shell. A new one is an entry of <see cref="CommandTable"/>.</summary>
/// <param name="Name">Its first word.</param>
/// <param name="Operands">Its other words as help shows them; completion goes by their names.</param>
/// <param name="Summary">One line of help.</param>
/// <param name="Read">See <see cref="CommandReader"/>.</param>
internal sealed record ShellCommand(string Name, string Operands, string Summary, CommandReader Read)
{
    /// <summary>More help, line by line; empty for none.</summary>
    public string Details { get; init; } = "";

    /// <summary>Of a command whose first operand says what the others are: all of its forms, as "alloc CACHE [GFP] [xN]".</summary>
    public IReadOnlyList<string> Forms { get; init; } = [];

    /// <summary>Words that mean the same.</summary>
    public IReadOnlyList<string> Aliases { get; init; } = [];

    /// <summary>True when NAME = may stand before it.</summary>
    public bool GivesValue { get; init; }

    /// <summary>True when it changes neither the machine nor the shell: no journal needs it.</summary>
    public bool OnlyLooks { get; init; }

    /// <summary>Name and operands.</summary>
    public string Usage => Operands.Length == 0 ? Name : $"{Name} {Operands}";
}
