namespace MiniKernel.Core;

/// <summary>A network interface: struct net_device.</summary>
/// <param name="name">Its name; "eth%d" becomes the first that is free.</param>
/// <param name="operations">What its driver does.</param>
[DriverSurface]
public sealed class NetDevice(string name, INetDeviceOperations operations)
{
    /// <summary>Its name.</summary>
    public string Name { get; internal set; } = name;

    /// <summary>mtu: bytes in a packet behind the Ethernet header.</summary>
    public uint Mtu { get; set; } = 1500;

    /// <summary>tx_queue_len: packets that wait for the driver at most.</summary>
    public int TxQueueLength { get; set; } = 1000;

    /// <summary>dev_addr: hardware address.</summary>
    public IReadOnlyList<byte> Address { get; set; } = new byte[6];

    /// <summary>Counters; the driver's to write.</summary>
    public NetStatistics Statistics { get; } = new();

    /// <summary>IFF_UP.</summary>
    public bool IsUp { get; internal set; }

    /// <summary>netif_queue_stopped(): the driver takes nothing now.</summary>
    public bool IsQueueStopped { get; internal set; }

    /// <summary>Packets that wait for the driver.</summary>
    public int Waiting => Queue.Count;

    internal INetDeviceOperations Operations { get; } = operations;

    internal LoadedModule? Owner { get; set; }

    internal bool IsRegistered { get; set; }

    /// <summary>qdisc: pfifo.</summary>
    internal LinkedList<SkBuff> Queue { get; } = new();

    /// <summary>_xmit_lock: held while the driver is given a packet.</summary>
    internal Spinlock TransmitLock { get; } = new(name);
}
