using MiniKernel.Core;
using MiniKernel.Hal;
using MiniKernel.Mm;

namespace MiniKernel.Drivers;

/// <summary>The card: packets into the transmit ring, packets out of the receive ring, both in the interrupt handler.</summary>
internal sealed class NetCardHardware : INetDeviceOperations
{
    /// <summary>Bytes in a buffer: the longest frame, rounded up so that header and data fill whole cache lines.</summary>
    public const uint BufferBytes = 1520;

    private readonly SkBuffCache _cache;
    private readonly NetRing _transmit, _receive;
    private readonly Spinlock _lock = new("net_card");   // the rings: hard_start_xmit against the handler
    private NetDevice? _device;

    private NetCardHardware(SkBuffCache cache, NetRing transmit, NetRing receive) => (_cache, _transmit, _receive) = (cache, transmit, receive);

    /// <summary>Takes both rings; null when there is no memory, and nothing is held then.</summary>
    public static NetCardHardware? Create(KernelContext kernel, SkBuffCache cache, int count)
    {
        NetRing? transmit = NetRing.Create(kernel, count);
        if (transmit is null)
            return null;
        NetRing? receive = NetRing.Create(kernel, count);
        if (receive is not null)
            return new NetCardHardware(cache, transmit, receive);
        transmit.Free(kernel);
        return null;
    }

    /// <summary>The card's hardware address.</summary>
    public static byte[] ReadAddress(KernelContext kernel)
    {
        ulong address = kernel.Inl(NicPort.Of(NicRegister.MacLow)) | ((ulong)kernel.Inl(NicPort.Of(NicRegister.MacHigh)) << 32);
        byte[] bytes = new byte[6];
        for (int index = 0; index < bytes.Length; index++)
            bytes[index] = (byte)(address >> (8 * index));
        return bytes;
    }

    /// <summary>Gives the rings back.</summary>
    public void Free(KernelContext kernel)
    {
        _receive.Free(kernel);
        _transmit.Free(kernel);
    }

    /// <summary>Fills the receive ring and switches the card on.</summary>
    public Errno Open(KernelContext kernel, NetDevice device)
    {
        _device = device;
        while (!_receive.IsFull)
        {
            SkBuff skb = kernel.AllocSkb(_cache, GfpFlags.Kernel);
            if (skb.IsNull)
            {
                _receive.Drain(kernel);
                return Errno.ENOMEM;
            }
            _receive.Add(kernel, skb, BufferBytes, NicDescriptorFlags.None);
        }
        Errno error = kernel.RequestIrq(NicPort.Irq, device.Name, Interrupt);
        if (error != Errno.Success)
        {
            _receive.Drain(kernel);
            return error;
        }
        SwitchOn(kernel);
        return Errno.Success;
    }

    /// <summary>Switches it off first: from then on the buffers are the driver's again.</summary>
    public void Stop(KernelContext kernel, NetDevice device)
    {
        kernel.Outl((uint)NicControl.Reset, NicPort.Of(NicRegister.Control));
        kernel.FreeIrq(NicPort.Irq);
        device.Statistics.TxDropped += (ulong)_transmit.Drain(kernel);
        _receive.Drain(kernel);
    }

    /// <inheritdoc/>
    public NetdevTx HardStartXmit(KernelContext kernel, SkBuff skb, NetDevice device)
    {
        bool flags = kernel.SpinLockIrqsave(_lock);
        bool fits = !_transmit.IsFull;
        if (fits)
        {
            _transmit.Add(kernel, skb, kernel.SkbLength(skb), NicDescriptorFlags.EndOfPacket);
            kernel.Outl((uint)_transmit.Next, NicPort.Of(NicRegister.TransmitTail));
        }
        if (_transmit.IsFull)
            kernel.NetifStopQueue(device);        // the handler wakes it
        kernel.SpinUnlockIrqrestore(_lock, flags);
        return fits ? NetdevTx.Ok : NetdevTx.Busy;
    }

    private void SwitchOn(KernelContext kernel)
    {
        kernel.Outl((uint)NicControl.Reset, NicPort.Of(NicRegister.Control));
        SetRing(kernel, _transmit, NicRegister.TransmitBase, NicRegister.TransmitBaseHigh, NicRegister.TransmitCount);
        SetRing(kernel, _receive, NicRegister.ReceiveBase, NicRegister.ReceiveBaseHigh, NicRegister.ReceiveCount);
        kernel.Outl((uint)_receive.Next, NicPort.Of(NicRegister.ReceiveTail));
        kernel.Outl((uint)NicCause.All, NicPort.Of(NicRegister.Mask));
        kernel.Outl((uint)(NicControl.TransmitEnable | NicControl.ReceiveEnable), NicPort.Of(NicRegister.Control));
    }

    private static void SetRing(KernelContext kernel, NetRing ring, NicRegister low, NicRegister high, NicRegister count)
    {
        kernel.Outl((uint)ring.Bus.Value, NicPort.Of(low));
        kernel.Outl((uint)(ring.Bus.Value >> 32), NicPort.Of(high));
        kernel.Outl((uint)ring.Count, NicPort.Of(count));
    }

    // Reading the cause lowers the line.
    private bool Interrupt(KernelContext kernel, int line)
    {
        NicCause cause = (NicCause)kernel.Inl(NicPort.Of(NicRegister.Cause));
        if (cause == NicCause.None)
            return false;
        kernel.SpinLock(_lock);
        TakeSent(kernel);
        TakeReceived(kernel);
        if ((cause & NicCause.ReceiveOverrun) != 0)
            _device!.Statistics.RxMissed = kernel.Inl(NicPort.Of(NicRegister.ReceiveMissed));
        bool hasRoom = !_transmit.IsFull;
        kernel.SpinUnlock(_lock);
        if (hasRoom && _device!.IsQueueStopped)
            kernel.NetifWakeQueue(_device);       // not under the lock: it may call hard_start_xmit
        return true;
    }

    private void TakeSent(KernelContext kernel)
    {
        while (_transmit.TryTake(kernel, out SkBuff skb, out uint length, out NicDescriptorFlags flags))
        {
            NetStatistics counts = _device!.Statistics;
            if ((flags & NicDescriptorFlags.Error) != 0)
                counts.TxErrors++;
            else
                (counts.TxPackets, counts.TxBytes) = (counts.TxPackets + 1, counts.TxBytes + length);
            kernel.KfreeSkb(skb);
        }
    }

    private void TakeReceived(KernelContext kernel)
    {
        bool took = false;
        while (_receive.TryTake(kernel, out SkBuff skb, out uint length, out NicDescriptorFlags flags))
        {
            SkBuff next = Accept(kernel, skb, length, flags);
            _receive.Add(kernel, next, BufferBytes, NicDescriptorFlags.None);
            took = true;
        }
        if (took)
            kernel.Outl((uint)_receive.Next, NicPort.Of(NicRegister.ReceiveTail));
    }

    // A packet goes up only when there is a new buffer for the ring: else the ring would run dry, and the card with it.
    private SkBuff Accept(KernelContext kernel, SkBuff skb, uint length, NicDescriptorFlags flags)
    {
        NetStatistics counts = _device!.Statistics;
        if ((flags & NicDescriptorFlags.Error) != 0 || length > BufferBytes)
        {
            counts.RxErrors++;
            return skb;
        }
        SkBuff fresh = kernel.AllocSkb(_cache, GfpFlags.Atomic | GfpFlags.NoWarn);
        if (fresh.IsNull)
        {
            counts.RxDropped++;
            return skb;
        }
        (counts.RxPackets, counts.RxBytes) = (counts.RxPackets + 1, counts.RxBytes + length);
        kernel.SkbPut(skb, length);
        kernel.EthTypeTrans(skb);
        kernel.NetifRx(skb, _device);
        return fresh;
    }
}
