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
        foreach (string pattern in patterns.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries))
        {
            if (FileSystemName.MatchesSimpleExpression(pattern, name, ignoreCase: false))
                return true;
        }
        return false;
    }
}
