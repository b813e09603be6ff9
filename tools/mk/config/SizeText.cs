using System.Globalization;

namespace MiniKernel.Cli.Config;

/// <summary>Sizes as boot.json writes them: 65536, "64K", "16M", "2G".</summary>
internal static class SizeText
{
    /// <summary>What a size may look like, for messages.</summary>
    public const string Expected = "a size: bytes as a number, or a text such as \"64K\", \"16M\", \"2G\"";

    /// <summary>The texts allowed, as a regular expression for the schema.</summary>
    public const string Pattern = "^[0-9]+[KMGkmg]?$";

    /// <summary>Bytes of a size text.</summary>
    /// <returns>False when it is not one, or does not fit in 64 bits.</returns>
    public static bool TryParse(string text, out ulong bytes)
    {
        int shift = text.Length == 0 ? 0 : char.ToUpperInvariant(text[^1]) switch
        {
            'K' => 10,
            'M' => 20,
            'G' => 30,
            _ => 0,
        };
        ReadOnlySpan<char> digits = shift == 0 ? text : text.AsSpan(0, text.Length - 1);
        if (!ulong.TryParse(digits, NumberStyles.None, CultureInfo.InvariantCulture, out bytes) || bytes > ulong.MaxValue >> shift)
            return false;
        bytes <<= shift;
        return true;
    }

    /// <summary>What is wrong with a text that is nearly a size; null when it is nothing like one.</summary>
    public static string? Mistake(string text)
    {
        int digits = text.AsSpan().IndexOfAnyExceptInRange('0', '9');
        if (digits < 0)
            return text.Length == 0 ? null : "is too large: more than 64 bits hold";
        ReadOnlySpan<char> unit = text.AsSpan(digits);
        if (digits == 0 || unit.ContainsAnyExceptInRange('A', 'z')) // 1.5, 1 K
            return null;
        return unit.Length == 1 && "KMGkmg".Contains(unit[0], StringComparison.Ordinal)
            ? "is too large: more than 64 bits hold"
            : $"has the unknown unit {unit}; allowed: K, M, G, or none for bytes";
    }

    /// <summary>The shortest way to write it.</summary>
    public static string Format(ulong bytes)
    {
        (int shift, string unit) = bytes switch
        {
            0 => (0, ""),
            _ when bytes % (1UL << 30) == 0 => (30, "G"),
            _ when bytes % (1UL << 20) == 0 => (20, "M"),
            _ when bytes % (1UL << 10) == 0 => (10, "K"),
            _ => (0, ""),
        };
        return string.Create(CultureInfo.InvariantCulture, $"{bytes >> shift}{unit}");
    }
}
