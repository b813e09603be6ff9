using System.Globalization;

namespace MiniKernel.Cli.Words;

/// <summary>"1 object", "2 objects".</summary>
internal static class Plural
{
    /// <summary>A number and what it counts; the plural ends in s.</summary>
    public static string Of(int count, string what) =>
        string.Create(CultureInfo.InvariantCulture, $"{count} {what}{(count == 1 ? "" : "s")}");
}
