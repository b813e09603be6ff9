using System.Globalization;
using System.Text.RegularExpressions;
using MiniKernel.Cli.Config;

namespace MiniKernel.Cli.Drivers;

/// <summary>What the compiler said, in the form everything else here speaks: <c>file:line:column: error CS0103: text</c>.</summary>
internal sealed partial class CompilerOutput
{
    private readonly List<string> _errors = [], _warnings = [];

    /// <summary>Takes the compiler's output apart.</summary>
    /// <param name="text">All of it.</param>
    /// <param name="driver">What stands for a message that names no file.</param>
    /// <param name="currentFolder">What paths are shown from.</param>
    public CompilerOutput(string text, string driver, string currentFolder)
    {
        foreach (string line in text.Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries))
        {
            if (Diagnostic().Match(line) is not { Success: true } found)
                continue;
            string place = found.Groups["file"].Success
                ? string.Create(CultureInfo.InvariantCulture, $"{ConfigFile.Show(found.Groups["file"].Value, currentFolder)}:{found.Groups["line"].Value}:{found.Groups["column"].Value}")
                : driver;
            List<string> kind = found.Groups["kind"].Value == "error" ? _errors : _warnings;
            kind.Add($"{place}: {found.Groups["rest"].Value}");
        }
    }

    /// <summary>Errors, in the compiler's order.</summary>
    public IReadOnlyList<string> Errors => _errors;

    /// <summary>Warnings, likewise.</summary>
    public IReadOnlyList<string> Warnings => _warnings;

    [GeneratedRegex(@"^(?:(?<file>.+)\((?<line>[0-9]+),(?<column>[0-9]+)\): )?(?<rest>(?<kind>error|warning) [A-Z]+[0-9]+: .*)$")]
    private static partial Regex Diagnostic();
}
