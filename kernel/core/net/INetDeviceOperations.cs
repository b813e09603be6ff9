namespace MiniKernel.Core;

/// <summary>What hard_start_xmit() says.</summary>
[DriverSurface]
public enum NetdevTx
{
    /// <summary>NETDEV_TX_OK: the buffer is the driver's now.</summary>
    Ok = 0,

    /// <summary>NETDEV_TX_BUSY: it is not; the driver should have stopped the queue.</summary>
    Busy = 1,
}

/// <summary>What a network driver does: the functions of struct net_device.</summary>
[DriverSurface]
public interface INetDeviceOperations
{
    /// <summary>open: the interface goes up.</summary>
    /// <returns>Not <see cref="Errno.Success"/>: it does not.</returns>
    Errno Open(KernelContext kernel, NetDevice device);

    /// <summary>stop: it goes down; no packet is given to the driver any more.</summary>
    void Stop(KernelContext kernel, NetDevice device);

    /// <summary>hard_start_xmit: sends a packet. Under the transmit lock, without timers and tasklets: no sleeping.</summary>
    NetdevTx HardStartXmit(KernelContext kernel, SkBuff skb, NetDevice device);
}
