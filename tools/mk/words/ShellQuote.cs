namespace MiniKernel.Cli.Words;

/// <summary>Words as a POSIX shell takes them.</summary>
internal static class ShellQuote
{
    private const string Harmless = "-_./=,:@%+";

    /// <summary>The word, in quotation marks when it needs them.</summary>
    public static string Of(string word) =>
        word.Length != 0 && word.All(c => char.IsAsciiLetterOrDigit(c) || Harmless.Contains(c, StringComparison.Ordinal))
            ? word
            : $"'{word.Replace("'", "'\\''", StringComparison.Ordinal)}'";
}
