namespace MiniKernel.Core;

/// <summary>What a module's name and parameters must be like, so that /proc/modules, reports and insmod can name them.</summary>
public static class ModuleRules
{
    private const int LongestName = 56; // MODULE_NAME_LEN of 64-bit Linux, its 0 byte left out

    /// <summary>What is wrong with them; null when nothing is.</summary>
    public static string? MistakeIn(string name, IReadOnlyList<ModuleParameter> parameters)
    {
        ArgumentNullException.ThrowIfNull(name);
        ArgumentNullException.ThrowIfNull(parameters);
        if (name.Length == 0)
            return "has no name";
        if (name.Length > LongestName || !name.All(c => char.IsAsciiLetterOrDigit(c) || c is '_' or '-'))
            return $"has a name that is not of letters, digits, _ and -, {LongestName} at the most";
        if (parameters.Any(parameter => parameter is null))
            return "has a parameter that is null";
        return parameters.GroupBy(parameter => parameter.Name).FirstOrDefault(same => same.Count() > 1) is { } twice
            ? $"has two parameters called {twice.Key}"
            : null;
    }
}
