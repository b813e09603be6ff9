using System.Globalization;
using System.Text;

namespace MiniKernel.Core;

/// <summary>/proc/net/dev: interfaces and their counters (Linux 2.6.24 net/core/dev.c, dev_seq_printf_stats).</summary>
internal static class NetDevFile
{
    private const string Head =
        "Inter-|   Receive                                                |  Transmit\n"
        + " face |bytes    packets errs drop fifo frame compressed multicast|bytes    packets errs drop fifo colls carrier compressed\n";

    public static string Render(Kernel kernel)
    {
        StringBuilder text = new(Head);
        foreach (NetDevice device in kernel.Net.Devices)
        {
            NetStatistics counts = device.Statistics;
            text.Append(CultureInfo.InvariantCulture, $"{device.Name,6}:{counts.RxBytes,8} {counts.RxPackets,7} {counts.RxErrors,4} {counts.RxDropped + counts.RxMissed,4} {0,4} {0,5} {0,10} {0,9} ");
            text.Append(CultureInfo.InvariantCulture, $"{counts.TxBytes,8} {counts.TxPackets,7} {counts.TxErrors,4} {counts.TxDropped,4} {0,4} {0,5} {0,7} {0,10}\n");
        }
        return text.ToString();
    }
}
