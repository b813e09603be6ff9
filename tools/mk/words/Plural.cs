using System.Globalization;

namespace MiniKernel.Cli.Words;

/// <summary>"1 object", "2 objects".</summary>
internal static class Plural
{
    /// <summary>A number and what it counts; the plural ends in s.</summary>
    public static string Of(int count, string what) =>
        Of(count, what, $"{what}s");

    /// <summary>A number and what it counts.</summary>
    public static string Of(int count, string one, string many) =>
        string.Create(CultureInfo.InvariantCulture, $"{count} {(count == 1 ? one : many)}");
}
