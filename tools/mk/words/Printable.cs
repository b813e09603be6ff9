using System.Globalization;
using System.Text;

namespace MiniKernel.Cli.Words;

/// <summary>Text from outside as a message may show it: on one line, and without commands to the terminal.</summary>
internal static class Printable
{
    /// <summary>The text with control characters as <c>\u001b</c>.</summary>
    public static string Line(string text)
    {
        if (!text.Any(char.IsControl))
            return text;
        var line = new StringBuilder(text.Length + 8);
        foreach (char c in text)
        {
            if (char.IsControl(c))
                line.Append(CultureInfo.InvariantCulture, $"\\u{(int)c:x4}");
            else
                line.Append(c);
        }
        return line.ToString();
    }
}
