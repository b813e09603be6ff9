using System.Runtime.CompilerServices;
using MiniKernel.Hal;
using MiniKernel.Mm;

namespace MiniKernel.Core;

/// <content>Network: buffers, interfaces, protocols.</content>
public readonly ref partial struct KernelContext
{
    private const uint EthernetHeaderBytes = 14, EthernetTypeOffset = 12;

    /// <summary>Makes a cache of packet buffers.</summary>
    /// <param name="name">Its name in /proc/slabinfo.</param>
    /// <param name="bytes">Data bytes in a buffer.</param>
    /// <param name="reserve">Buffers set aside in a mempool for when memory is short; 0 for none.</param>
    /// <param name="file">Filled in by the compiler.</param>
    /// <param name="line">Filled in by the compiler.</param>
    /// <param name="member">Filled in by the compiler.</param>
    /// <returns>Null when there is no memory or the name is taken.</returns>
    public SkBuffCache? SkbCacheCreate(
        string name, uint bytes, int reserve = 0,
        [CallerFilePath] string file = "", [CallerLineNumber] int line = 0, [CallerMemberName] string member = "")
        => _kernel.Skbs.CreateCache(_kernel.Tasks.EnterSleeping(_cpu, new CallSite(file, line, member)), name, bytes, reserve);

    /// <summary>Destroys it, unless buffers are still in use.</summary>
    /// <returns>True when it is gone.</returns>
    public bool SkbCacheDestroy(
        SkBuffCache cache, [CallerFilePath] string file = "", [CallerLineNumber] int line = 0, [CallerMemberName] string member = "")
        => _kernel.Skbs.DestroyCache(_kernel.Tasks.EnterSleeping(_cpu, new CallSite(file, line, member)), cache);

    /// <summary>alloc_skb(): an empty buffer; see <see cref="SkBuff.IsNull"/>.</summary>
    public SkBuff AllocSkb(
        SkBuffCache cache, GfpFlags flags, [CallerFilePath] string file = "", [CallerLineNumber] int line = 0, [CallerMemberName] string member = "")
        => _kernel.Skbs.Alloc(_kernel.Tasks.Enter(_cpu, new CallSite(file, line, member)), cache, flags);

    /// <summary>kfree_skb(); a null one is fine.</summary>
    public void KfreeSkb(SkBuff skb, [CallerFilePath] string file = "", [CallerLineNumber] int line = 0, [CallerMemberName] string member = "")
        => _kernel.Skbs.Free(_kernel.Tasks.Enter(_cpu, new CallSite(file, line, member)), skb);

    /// <summary>skb->data: where the packet begins.</summary>
    public VirtualAddress SkbData(SkBuff skb, [CallerFilePath] string file = "", [CallerLineNumber] int line = 0, [CallerMemberName] string member = "")
        => _kernel.Skbs.Data(_kernel.Tasks.Enter(_cpu, new CallSite(file, line, member)), skb);

    /// <summary>skb->len.</summary>
    public uint SkbLength(SkBuff skb, [CallerFilePath] string file = "", [CallerLineNumber] int line = 0, [CallerMemberName] string member = "")
        => _kernel.Skbs.Length(_kernel.Tasks.Enter(_cpu, new CallSite(file, line, member)), skb);

    /// <summary>skb->protocol.</summary>
    public ushort SkbProtocol(SkBuff skb, [CallerFilePath] string file = "", [CallerLineNumber] int line = 0, [CallerMemberName] string member = "")
        => _kernel.Skbs.Protocol(_kernel.Tasks.Enter(_cpu, new CallSite(file, line, member)), skb);

    /// <summary>skb_put(): makes the packet longer; more than fits is a BUG.</summary>
    /// <returns>Where the new bytes are.</returns>
    public VirtualAddress SkbPut(
        SkBuff skb, uint bytes, [CallerFilePath] string file = "", [CallerLineNumber] int line = 0, [CallerMemberName] string member = "")
        => _kernel.Skbs.Put(_kernel.Tasks.Enter(_cpu, new CallSite(file, line, member)), skb, bytes);

    /// <summary>skb_push(): makes it longer in front; more than was reserved or pulled is a BUG.</summary>
    /// <returns>Where it begins now.</returns>
    public VirtualAddress SkbPush(
        SkBuff skb, uint bytes, [CallerFilePath] string file = "", [CallerLineNumber] int line = 0, [CallerMemberName] string member = "")
        => _kernel.Skbs.Push(_kernel.Tasks.Enter(_cpu, new CallSite(file, line, member)), skb, bytes);

    /// <summary>skb_pull(): takes bytes off the front.</summary>
    /// <returns>Where it begins now; null when it has fewer.</returns>
    public VirtualAddress SkbPull(
        SkBuff skb, uint bytes, [CallerFilePath] string file = "", [CallerLineNumber] int line = 0, [CallerMemberName] string member = "")
        => _kernel.Skbs.Pull(_kernel.Tasks.Enter(_cpu, new CallSite(file, line, member)), skb, bytes);

    /// <summary>skb_reserve(): leaves room in front of an empty buffer.</summary>
    public void SkbReserve(
        SkBuff skb, uint bytes, [CallerFilePath] string file = "", [CallerLineNumber] int line = 0, [CallerMemberName] string member = "")
        => _kernel.Skbs.Reserve(_kernel.Tasks.Enter(_cpu, new CallSite(file, line, member)), skb, bytes);

    /// <summary>eth_type_trans(): reads the protocol from the Ethernet header, notes it and takes the header off.</summary>
    /// <returns>The protocol; 0 when the packet is shorter than a header.</returns>
    public ushort EthTypeTrans(
        SkBuff skb, [CallerFilePath] string file = "", [CallerLineNumber] int line = 0, [CallerMemberName] string member = "")
    {
        CpuState state = _kernel.Tasks.Enter(_cpu, new CallSite(file, line, member));
        VirtualAddress header = _kernel.Skbs.Data(state, skb);
        if (_kernel.Skbs.Pull(state, skb, EthernetHeaderBytes).IsNull)
            return 0;
        ushort protocol = (ushort)((Read<byte>(header + EthernetTypeOffset) << 8) | Read<byte>(header + EthernetTypeOffset + 1));
        _kernel.Skbs.SetProtocol(state, skb, protocol);
        return protocol;
    }

    /// <summary>register_netdev(): -EEXIST when the name is taken; "eth%d" finds one that is not.</summary>
    public Errno RegisterNetdev(NetDevice device) => _kernel.Time.Charge(_cpu, _kernel.Net.Register(_kernel.Cpu(_cpu).Module, device));

    /// <summary>unregister_netdev(): takes it down first.</summary>
    public Errno UnregisterNetdev(NetDevice device) => _kernel.Time.Charge(_cpu, _kernel.Net.Unregister(_kernel.Cpu(_cpu), device));

    /// <summary>dev_get_by_name(): null when there is none.</summary>
    public NetDevice? DevGetByName(string name) => _kernel.Time.Charge(_cpu, _kernel.Net.Find(name));

    /// <summary>dev_open(): ifconfig up.</summary>
    public Errno DevOpen(NetDevice device) => _kernel.Time.Charge(_cpu, _kernel.Net.Open(_kernel.Cpu(_cpu), device));

    /// <summary>dev_close(): ifconfig down.</summary>
    public Errno DevClose(NetDevice device) => _kernel.Time.Charge(_cpu, _kernel.Net.Close(_kernel.Cpu(_cpu), device));

    /// <summary>dev_queue_xmit(): sends a packet, Ethernet header included. The buffer is gone, whatever is returned.</summary>
    /// <returns>-ENETDOWN, or -ENOBUFS when too many wait.</returns>
    public Errno DevQueueXmit(
        SkBuff skb, NetDevice device, [CallerFilePath] string file = "", [CallerLineNumber] int line = 0, [CallerMemberName] string member = "")
    {
        ArgumentNullException.ThrowIfNull(device);
        return _kernel.Time.Charge(_cpu, _kernel.NetTransmit.Queue(_kernel.Tasks.Enter(_cpu, new CallSite(file, line, member)), device, skb));
    }

    /// <summary>netif_rx(): a driver hands up what has come in. The buffer is gone, whatever is returned.</summary>
    /// <returns>False when it was dropped.</returns>
    public bool NetifRx(
        SkBuff skb, NetDevice device, [CallerFilePath] string file = "", [CallerLineNumber] int line = 0, [CallerMemberName] string member = "")
    {
        ArgumentNullException.ThrowIfNull(device);
        return _kernel.Time.Charge(_cpu, _kernel.NetReceive.Queue(_kernel.Tasks.Enter(_cpu, new CallSite(file, line, member)), device, skb));
    }

    /// <summary>netif_stop_queue(): the driver is full.</summary>
    public void NetifStopQueue(NetDevice device) => device.IsQueueStopped = true;

    /// <summary>netif_wake_queue(): it has room again; what waits is sent at once.</summary>
    public void NetifWakeQueue(NetDevice device)
    {
        _kernel.NetTransmit.Wake(_kernel.Cpu(_cpu), device);
        _kernel.Time.Charge(_cpu);
    }

    /// <summary>dev_add_pack(): who gets the packets of a protocol; -EBUSY when somebody does.</summary>
    public Errno DevAddPack(ushort protocol, PacketHandler handler)
        => _kernel.Time.Charge(_cpu, _kernel.NetReceive.AddProtocol(_kernel.Cpu(_cpu).Module, protocol, handler));

    /// <summary>dev_remove_pack().</summary>
    public Errno DevRemovePack(ushort protocol) => _kernel.Time.Charge(_cpu, _kernel.NetReceive.RemoveProtocol(protocol));
}
