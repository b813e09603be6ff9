namespace MiniKernel.Cli.Config;

/// <summary>The mistakes found in one configuration file; all of them are reported together.</summary>
internal sealed class Mistakes(string file)
{
    private readonly List<(int Line, string Path, string Message)> _found = [];

    /// <summary>How many there are.</summary>
    public int Count => _found.Count;

    /// <summary>Notes one.</summary>
    public void Add(int line, string path, string message) => _found.Add((line, path, message));

    /// <summary>Notes that a value is not what its place allows.</summary>
    public void Add(ConfigNode node, string message) => Add(node.Line, node.Path, message);

    /// <summary>Notes a value that is not <paramref name="expected"/>.</summary>
    public void AddNot(ConfigNode node, string expected) => Add(node, $"{node.Shown} is not {expected}");

    /// <summary>One line each, in file order.</summary>
    public IReadOnlyList<string> Lines() =>
        [.. _found.OrderBy(mistake => mistake.Line).Select(mistake => $"{file}:{mistake.Line}: {mistake.Path}: {mistake.Message}")];

    /// <summary>What is wrong and what is allowed, without saying where.</summary>
    public IEnumerable<string> Messages() => _found.Select(mistake => mistake.Message);
}
