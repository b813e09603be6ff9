using System.Globalization;

namespace MiniKernel.Core;

/// <summary>One line of the log.</summary>
/// <param name="Sequence">Number of the line since power-on, from 0.</param>
/// <param name="Level">Its level.</param>
/// <param name="TimeNs">Virtual time at which it was printed.</param>
/// <param name="Text">The line, without a line end.</param>
public sealed record PrintkRecord(ulong Sequence, LogLevel Level, ulong TimeNs, string Text)
{
    private const ulong NsPerSecond = 1_000_000_000, NsPerMicrosecond = 1_000;

    /// <summary>The time as CONFIG_PRINTK_TIME shows it: <c>[    1.000250] </c>.</summary>
    public string TimeStamp => string.Create(
        CultureInfo.InvariantCulture, $"[{TimeNs / NsPerSecond,5}.{TimeNs % NsPerSecond / NsPerMicrosecond:d6}] ");

    /// <summary>The line as dmesg shows it.</summary>
    public override string ToString() => TimeStamp + Text;
}
