namespace MiniKernel.Cli;

/// <summary>The command line or a file it names is wrong. Carries every line to print; ends in exit 2, before a machine exists.</summary>
internal sealed class UsageException : Exception
{
    /// <summary>One line.</summary>
    public UsageException(string line)
        : this([line])
    {
    }

    /// <summary>Several lines.</summary>
    public UsageException(IReadOnlyList<string> lines)
        : base(string.Join('\n', lines)) => Lines = lines;

    /// <summary>The first lines of many: what is no text at all would fill the screen.</summary>
    public static IReadOnlyList<string> Some(IReadOnlyList<string> lines)
    {
        const int most = 20;
        return lines.Count <= most ? lines : [.. lines.Take(most), $"and {lines.Count - most} more"];
    }

    /// <summary>What to print, a mistake a line.</summary>
    public IReadOnlyList<string> Lines { get; }
}
