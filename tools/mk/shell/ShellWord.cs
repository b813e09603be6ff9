namespace MiniKernel.Cli.Shell;

/// <summary>One word of a line, quotation marks removed.</summary>
/// <param name="Text">What it says.</param>
/// <param name="IsLiteral">True when a $ in it is no variable: it stood in '...' or behind a backslash.</param>
internal readonly record struct ShellWord(string Text, bool IsLiteral = false)
{
    /// <inheritdoc/>
    public override string ToString() => Text;
}
