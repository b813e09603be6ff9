namespace MiniKernel.Core;

/// <summary>What went through an interface: struct net_device_stats, as far as there is a use for it.</summary>
[DriverSurface]
public sealed class NetStatistics
{
    /// <summary>rx_packets.</summary>
    public ulong RxPackets { get; set; }

    /// <summary>rx_bytes.</summary>
    public ulong RxBytes { get; set; }

    /// <summary>rx_errors: packets that came spoilt.</summary>
    public ulong RxErrors { get; set; }

    /// <summary>rx_dropped: no memory, or nobody could take it.</summary>
    public ulong RxDropped { get; set; }

    /// <summary>rx_missed_errors: the card had no buffer.</summary>
    public ulong RxMissed { get; set; }

    /// <summary>tx_packets.</summary>
    public ulong TxPackets { get; set; }

    /// <summary>tx_bytes.</summary>
    public ulong TxBytes { get; set; }

    /// <summary>tx_errors.</summary>
    public ulong TxErrors { get; set; }

    /// <summary>tx_dropped.</summary>
    public ulong TxDropped { get; set; }
}
