using System.Globalization;
using System.Text;

namespace MiniKernel.Core;

/// <summary>/proc/kmsg: the log with level and time before each line (Linux 2.6.24 kernel/printk.c, CONFIG_PRINTK_TIME).</summary>
/// <remarks>Reading does not take the lines away: there is no klogd that would have to be told apart from dmesg.</remarks>
internal static class KmsgFile
{
    public static string Render(PrintkLog log)
    {
        StringBuilder text = new();
        foreach (PrintkRecord record in log.Records)
            text.Append(CultureInfo.InvariantCulture, $"<{(int)record.Level}>").Append(record.TimeStamp).Append(record.Text).Append('\n');
        return text.ToString();
    }
}
