using MiniKernel.Cli.Terminal;
using MiniKernel.Hal;

namespace MiniKernel.Cli.Shell;

/// <summary>A file of commands: all of it is read and checked before anything runs.</summary>
internal static class ShellScript
{
    /// <summary>Reads a script.</summary>
    /// <param name="file">Its path; <c>-</c> is stdin.</param>
    /// <param name="shown">What messages call it.</param>
    /// <param name="profile">The machine it is for.</param>
    /// <param name="session">Knows stdin and the current folder.</param>
    /// <exception cref="UsageException">It cannot be read, or has mistakes; each is a line.</exception>
    public static IReadOnlyList<ShellStatement> Read(string file, string shown, HardwareProfile profile, Session session)
    {
        using TextReader text = InputFile.Open(file, session);
        var parser = new ShellParser(profile);
        var statements = new List<ShellStatement>();
        var mistakes = new List<string>();
        for (int line = 1; text.ReadLine() is { } content; line++)
        {
            try
            {
                statements.AddRange(parser.Parse(line == 1 ? content.TrimStart('\uFEFF') : content, line));
            }
            catch (ShellSyntaxException mistake)
            {
                mistakes.Add($"{shown}:{line}: {mistake.Message}");
            }
        }
        return mistakes.Count == 0 ? statements : throw new UsageException(UsageException.Some(mistakes));
    }
}
