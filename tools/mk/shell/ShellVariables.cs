using System.Globalization;
using MiniKernel.Cli.Config;

namespace MiniKernel.Cli.Shell;

/// <summary>The shell's variables: $1, $2, ... for results nobody named, $NAME for others.</summary>
internal sealed class ShellVariables
{
    private readonly Dictionary<string, ShellValue> _values = [];
    private readonly List<string> _names = [];    // in the order they were first set
    private int _last;

    /// <summary>Names without $, in the order they were first set.</summary>
    public IReadOnlyList<string> Names => _names;

    /// <summary>True for a letter or _ and then letters, digits and _.</summary>
    public static bool IsName(string text) =>
        text.Length != 0 && (char.IsAsciiLetter(text[0]) || text[0] == '_') && text.All(c => char.IsAsciiLetterOrDigit(c) || c == '_');

    /// <summary>Sets a variable.</summary>
    /// <param name="name">Its name; null for the next number.</param>
    /// <param name="value">What it holds from now on.</param>
    /// <returns>The name.</returns>
    public string Set(string? name, ShellValue value)
    {
        name ??= (++_last).ToString(CultureInfo.InvariantCulture);
        if (_values.TryAdd(name, value))
            _names.Add(name);
        else
            _values[name] = value;
        return name;
    }

    /// <summary>What a variable holds.</summary>
    /// <exception cref="ShellException">It was never set.</exception>
    public ShellValue Get(string name)
    {
        if (_values.TryGetValue(name, out ShellValue? value))
            return value;
        string known = _names.Count == 0 ? "none is set yet; kmalloc, alloc_pages and cache alloc set one" : NearestName.Advice(name, _names);
        throw new ShellException($"there is no variable ${name}; {known}");
    }
}
