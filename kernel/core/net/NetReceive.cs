namespace MiniKernel.Core;

/// <summary>Gets a packet of a protocol.</summary>
/// <param name="kernel">The kernel, in interrupt context but with interrupts on: no sleeping.</param>
/// <param name="skb">The packet; the handler's to free.</param>
/// <param name="device">Where it came in.</param>
[DriverSurface]
public delegate void PacketHandler(KernelContext kernel, SkBuff skb, NetDevice device);

/// <summary>From netif_rx() to who wants the packet (Linux 2.6.24 net/core/dev.c): through a backlog, behind the handler.</summary>
/// <remarks>A protocol has one handler, so a packet has one owner; there is no cloning.</remarks>
internal sealed class NetReceive
{
    private const int MaxBacklog = 1000;          // netdev_max_backlog
    private readonly Kernel _kernel;
    private readonly List<Protocol> _protocols = [];
    private readonly LinkedList<(SkBuff Skb, NetDevice Device)> _backlog = new();
    private readonly Tasklet _action;             // NET_RX_SOFTIRQ

    public NetReceive(Kernel kernel)
    {
        _kernel = kernel;
        _action = new Tasklet("net_rx_action", context => Deliver(kernel.Cpu(context.ProcessorId)));
    }

    /// <summary>dev_add_pack().</summary>
    public Errno AddProtocol(LoadedModule? owner, ushort protocol, PacketHandler handler)
    {
        ArgumentNullException.ThrowIfNull(handler);
        if (Find(protocol) is not null)
            return Errno.EBUSY;
        _protocols.Add(new Protocol(protocol, owner, handler));
        return Errno.Success;
    }

    /// <summary>dev_remove_pack().</summary>
    public Errno RemoveProtocol(ushort protocol) => Find(protocol) is { } known && _protocols.Remove(known) ? Errno.Success : Errno.EINVAL;

    /// <summary>netif_rx().</summary>
    /// <returns>False when it was dropped: the interface is down, or too many wait.</returns>
    public bool Queue(CpuState cpu, NetDevice device, SkBuff skb)
    {
        if (!device.IsUp || _backlog.Count >= MaxBacklog)
        {
            device.Statistics.RxDropped++;
            _kernel.Skbs.Free(cpu, skb);
            return false;
        }
        _kernel.Skbs.Length(cpu, skb);            // a buffer that is none is the driver's fault
        _backlog.AddLast((skb, device));
        Schedule(cpu);
        return true;
    }

    /// <summary>Drops what has come in from an interface that goes.</summary>
    public void Forget(CpuState cpu, NetDevice device)
    {
        for (LinkedListNode<(SkBuff Skb, NetDevice Device)>? node = _backlog.First; node is not null;)
        {
            LinkedListNode<(SkBuff Skb, NetDevice Device)>? next = node.Next;
            if (node.Value.Device == device)
            {
                _backlog.Remove(node);
                device.Statistics.RxDropped++;
                _kernel.Skbs.Free(cpu, node.Value.Skb);
            }
            node = next;
        }
    }

    /// <summary>Takes every protocol of a module off.</summary>
    /// <returns>What they were called.</returns>
    public IReadOnlyList<string> Withdraw(LoadedModule owner)
    {
        List<Protocol> own = _protocols.FindAll(protocol => protocol.Owner == owner);
        own.Sort((one, other) => one.Number.CompareTo(other.Number));
        own.ForEach(protocol => _protocols.Remove(protocol));
        return [.. own.Select(protocol => $"protocol {protocol.Number:x4}")];
    }

    private Protocol? Find(ushort number) => _protocols.Find(protocol => protocol.Number == number);

    // The kernel's own: it belongs to no module, though it is one's handler that asks for it.
    private void Schedule(CpuState cpu)
    {
        if (_kernel.SoftIrqs.Schedule(cpu, _action))
            _action.Owner = null;
    }

    // net_rx_action(): those that are there now.
    private void Deliver(CpuState cpu)
    {
        for (int left = _backlog.Count; left > 0 && _backlog.First is { } first; left--)
        {
            _backlog.RemoveFirst();
            Deliver(cpu, first.Value.Skb, first.Value.Device);
        }
        if (_backlog.Count != 0)
            Schedule(cpu);
    }

    // netif_receive_skb().
    private void Deliver(CpuState cpu, SkBuff skb, NetDevice device)
    {
        if (Find(_kernel.Skbs.Protocol(cpu, skb)) is not { } protocol)
        {
            device.Statistics.RxDropped++;
            _kernel.Skbs.Free(cpu, skb);
            return;
        }
        _kernel.Modules.Boundary.CallIsolated(
            protocol.Owner, cpu, cpu.Comm, (protocol.Handler, skb, device), static (context, call) => Call(context, call.Handler, call.skb, call.device), onOops: true);
    }

    private static bool Call(KernelContext context, PacketHandler handler, SkBuff skb, NetDevice device)
    {
        handler(context, skb, device);
        return true;
    }

    private sealed record Protocol(ushort Number, LoadedModule? Owner, PacketHandler Handler);
}
