using System.IO.Enumeration;

namespace MiniKernel.Mm;

/// <summary>The slabDebug option: cache names with <c>*</c> and <c>?</c>, separated by commas.</summary>
internal static class SlabDebugPatterns
{
    /// <summary>True when one of the patterns names the cache.</summary>
    public static bool Match(string patterns, string name)
    {
        if (patterns.Length == 0)
            return false;
        foreach (string pattern in Split(patterns))
        {
            if (Names(pattern, name))
                return true;
        }
        return false;
    }

    /// <summary>The patterns that name none of some caches.</summary>
    public static IReadOnlyList<string> Unmet(string patterns, IEnumerable<string> names) =>
        patterns.Length == 0 ? [] : [.. Split(patterns).Where(pattern => !names.Any(name => Names(pattern, name)))];

    private static string[] Split(string patterns) => patterns.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);

    private static bool Names(string pattern, string name) => FileSystemName.MatchesSimpleExpression(pattern, name, ignoreCase: false);
}
