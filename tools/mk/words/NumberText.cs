using System.Globalization;

namespace MiniKernel.Cli.Words;

/// <summary>Whole numbers as a trace or a command writes them: decimal or 0x...</summary>
internal static class NumberText
{
    /// <summary>Reads one; false when it is none or does not fit 64 bits.</summary>
    public static bool TryParse(string text, out ulong number)
    {
        bool isHex = text.StartsWith("0x", StringComparison.OrdinalIgnoreCase);
        ReadOnlySpan<char> digits = isHex ? text.AsSpan(2) : text;
        NumberStyles style = isHex ? NumberStyles.AllowHexSpecifier : NumberStyles.None;
        return ulong.TryParse(digits, style, CultureInfo.InvariantCulture, out number);
    }
}
