using System.Globalization;
using System.Text;

namespace MiniKernel.Core;

/// <summary>Bytes as %pE shows them (Linux 5.10 string_escape_mem).</summary>
internal static class CEscapedText
{
    /// <summary>Escapes bytes.</summary>
    /// <param name="bytes">The bytes.</param>
    /// <param name="letters">What is escaped: s white space, c backslash, bell and escape, n zero, o any as octal, h any as hexadecimal,
    /// a the same as s c n o; with p none that can be printed. Empty is "ap".</param>
    public static string Of(ReadOnlySpan<byte> bytes, string letters)
    {
        string kinds = (letters.Length == 0 ? "ap" : letters).Replace("a", "scno", StringComparison.Ordinal);
        StringBuilder text = new();
        foreach (byte value in bytes)
            text.Append(One(value, kinds));
        return text.ToString();
    }

    private static string One(byte value, string kinds)
    {
        string plain = ((char)value).ToString();
        if (Has(kinds, 'p') && IsPrintable(value))
            return plain;
        string? named = value switch
        {
            (byte)'\n' or (byte)'\r' or (byte)'\t' or (byte)'\v' or (byte)'\f' when Has(kinds, 's') => "\\" + "tnvfr"[value - '\t'],
            (byte)'\\' when Has(kinds, 'c') => "\\\\",
            (byte)'\a' when Has(kinds, 'c') => "\\a",
            0x1b when Has(kinds, 'c') => "\\e",
            0 when Has(kinds, 'n') => "\\0",
            _ => null,
        };
        return named ?? (Has(kinds, 'o') ? "\\" + Convert.ToString(value, 8).PadLeft(3, '0')
            : Has(kinds, 'h') ? string.Create(CultureInfo.InvariantCulture, $"\\x{value:x2}") : plain);
    }

    private static bool Has(string kinds, char kind) => kinds.Contains(kind, StringComparison.Ordinal);

    // The kernel's ctype is that of Latin-1.
    private static bool IsPrintable(byte value) => value is (>= 0x20 and <= 0x7e) or >= 0xa0;
}
