namespace MiniKernel.Core;

/// <summary>From dev_queue_xmit() to a driver (Linux 2.6.24 net/core/dev.c, net/sched/sch_generic.c): first in, first out.</summary>
/// <remarks>A driver that says it is busy without having stopped the queue gets the packet again with the next one, or when
/// it wakes the queue; Linux would ask it again and again.</remarks>
internal sealed class NetTransmit(Kernel kernel)
{
    /// <summary>Hands a packet over, whatever becomes of it.</summary>
    /// <returns>-ENETDOWN, -ENOBUFS when too many wait: the packet is gone then.</returns>
    public Errno Queue(CpuState cpu, NetDevice device, SkBuff skb)
    {
        if (!device.IsUp || device.Queue.Count >= device.TxQueueLength)
        {
            device.Statistics.TxDropped++;
            kernel.Skbs.Free(cpu, skb);
            return device.IsUp ? Errno.ENOBUFS : Errno.ENETDOWN;
        }
        kernel.Skbs.Length(cpu, skb);             // a buffer that is none is the caller's fault, not the driver's
        device.Queue.AddLast(skb);
        Run(cpu, device);
        return Errno.Success;
    }

    /// <summary>netif_wake_queue(): the driver has room again.</summary>
    public void Wake(CpuState cpu, NetDevice device)
    {
        device.IsQueueStopped = false;
        Run(cpu, device);
    }

    /// <summary>Drops what waits.</summary>
    public void Purge(CpuState cpu, NetDevice device)
    {
        foreach (SkBuff skb in device.Queue)
        {
            device.Statistics.TxDropped++;
            kernel.Skbs.Free(cpu, skb);
        }
        device.Queue.Clear();
    }

    // qdisc_run(). Whoever has the lock sends what others add meanwhile.
    private void Run(CpuState cpu, NetDevice device)
    {
        while (device is { IsUp: true, IsQueueStopped: false, TransmitLock.IsLocked: false, Queue.First: { } first })
        {
            SkBuff skb = first.Value;
            device.Queue.RemoveFirst();
            if (Send(cpu, device, skb) == NetdevTx.Ok)
                continue;
            if (device.IsUp)
                device.Queue.AddFirst(skb);
            else
                kernel.Skbs.Free(cpu, skb);
            return;
        }
    }

    private NetdevTx Send(CpuState cpu, NetDevice device, SkBuff skb)
    {
        bool isForeign = cpu.IsInterrupted && cpu.Module != device.Owner;
        ModuleBoundary boundary = kernel.Modules.Boundary;
        cpu.SoftIrqDisabled++;
        device.TransmitLock.Take(cpu);
        try
        {
            return isForeign
                ? boundary.CallIsolated(device.Owner, cpu, cpu.Comm, (device, skb), static (context, call) => Call(context, call.device, call.skb), NetdevTx.Ok)
                : boundary.Call(device.Owner, cpu, cpu.Comm, (device, skb), static (context, call) => Call(context, call.device, call.skb), NetdevTx.Ok);
        }
        finally
        {
            device.TransmitLock.Release(cpu);
            cpu.SoftIrqDisabled--;
        }
    }

    private static NetdevTx Call(KernelContext context, NetDevice device, SkBuff skb) => device.Operations.HardStartXmit(context, skb, device);
}
