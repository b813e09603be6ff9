using System.Buffers.Binary;
using MiniKernel.Core;
using MiniKernel.Hal;
using MiniKernel.Mm;

namespace MiniKernel.Drivers;

/// <summary>What the network driver shows at boot: packets sent, heard and compared; with memory, without, and with it again.</summary>
/// <remarks>Each packet carries its number. What arrives must be whole and in order; what does not must have been counted. The
/// packets it sends come from a cache of its own, so that those sent do not feed those that come in.</remarks>
internal sealed class NetWorkload(NetDevice device)
{
    private const ushort Protocol = 0x88b5;       // IEEE 802, for local experiments
    private const int HeaderBytes = 14, Packets = 400, ShortPackets = 256, LargestOrder = 10;
    private const long Patience = 1000;           // jiffies
    private readonly WaitQueue _arrived = new("net_workload");
    private readonly List<SkBuff> _held = [];
    private bool _holds;
    private uint _sent, _received, _lost, _wrong, _last;

    private ulong Dropped => device.Statistics.RxDropped + device.Statistics.RxErrors + device.Statistics.RxMissed;

    /// <summary>Opens the interface, sends, closes it.</summary>
    public WorkloadResult Run(KernelContext kernel)
    {
        Errno error = kernel.DevAddPack(Protocol, Receive);
        if (error != Errno.Success)
            return new(error, $"protocol {Protocol:x4} is taken");
        SkBuffCache? senders = kernel.SkbCacheCreate("net_card_sent", NetCardHardware.BufferBytes);
        WorkloadResult result = senders is null ? new(Errno.ENOMEM, "no memory for packets") : OpenAndExchange(kernel, senders);
        if (senders is not null)
            kernel.SkbCacheDestroy(senders);
        kernel.DevRemovePack(Protocol);
        return result;
    }

    private WorkloadResult OpenAndExchange(KernelContext kernel, SkBuffCache senders)
    {
        Errno error = kernel.DevOpen(device);
        if (error != Errno.Success)
            return new(error, $"{device.Name} does not open");
        WorkloadResult result = Exchange(kernel, senders);
        kernel.DevClose(device);
        return result;
    }

    private WorkloadResult Exchange(KernelContext kernel, SkBuffCache senders)
    {
        ulong droppedBefore = Dropped;
        Send(kernel, senders, Packets);
        bool plentyIsFine = _received == Packets;
        SendWhileMemoryIsShort(kernel, senders);
        ulong dropped = Dropped - droppedBefore;
        uint before = _received;
        Send(kernel, senders, Packets);
        bool isFineAgain = _received - before == Packets;
        string summary = $"{_sent} packets sent, {_received} heard and compared, {dropped} dropped while memory was short";
        if (_wrong != 0 || _received + dropped != _sent || _lost != dropped)
            return new(Errno.EBADMSG, $"{summary}; {_wrong} wrong, {_lost} missing");
        return plentyIsFine && isFineAgain
            ? new(Errno.Success, summary)
            : new(Errno.ENOMEM, $"{summary}, and some where there should have been plenty");
    }

    // The packets exist before memory runs out: what is looked at is the receiving side.
    private void SendWhileMemoryIsShort(KernelContext kernel, SkBuffCache senders)
    {
        List<SkBuff> packets = [];
        for (uint index = 0; index < ShortPackets; index++)
        {
            SkBuff packet = Make(kernel, senders, _sent + index);
            if (!packet.IsNull)
                packets.Add(packet);
        }
        List<(VirtualAddress Address, int Order)> taken = TakeMemory(kernel);
        _holds = true;                            // and nothing comes back
        foreach (SkBuff packet in packets)
            Queue(kernel, packet);
        Wait(kernel);
        _holds = false;
        foreach (SkBuff packet in _held)
            kernel.KfreeSkb(packet);
        _held.Clear();
        foreach ((VirtualAddress address, int order) in taken)
            kernel.FreePages(address, order);
    }

    private static List<(VirtualAddress Address, int Order)> TakeMemory(KernelContext kernel)
    {
        List<(VirtualAddress Address, int Order)> taken = [];
        for (int order = LargestOrder; order >= 0;)
        {
            VirtualAddress address = kernel.GetFreePages(GfpFlags.Atomic | GfpFlags.NoWarn, order);
            if (address.IsNull)
                order--;
            else
                taken.Add((address, order));
        }
        return taken;
    }

    private void Send(KernelContext kernel, SkBuffCache senders, int packets)
    {
        for (int index = 0; index < packets; index++)
        {
            SkBuff packet = Make(kernel, senders, _sent);
            if (!packet.IsNull)
                Queue(kernel, packet);
        }
        Wait(kernel);
    }

    private void Queue(KernelContext kernel, SkBuff packet)
    {
        _sent++;
        kernel.DevQueueXmit(packet, device);
    }

    private void Wait(KernelContext kernel)
    {
        ulong dropped = Dropped;
        uint received = _received;
        while (kernel.WaitEventTimeout(_arrived, () => _received != received || Dropped != dropped, Patience / 10) != 0)
            (dropped, received) = (Dropped, _received);   // as long as something moves
    }

    private SkBuff Make(KernelContext kernel, SkBuffCache senders, uint number)
    {
        byte[] frame = Frame(number);
        SkBuff skb = kernel.AllocSkb(senders, GfpFlags.Kernel);
        if (skb.IsNull)
            return skb;
        kernel.CopyTo(kernel.SkbPut(skb, (uint)frame.Length), frame);
        return skb;
    }

    private byte[] Frame(uint number)
    {
        byte[] frame = TestPattern.Make((int)(60 + (number * 52 % 1456)), number + 1);   // 60 to 1512 bytes, a multiple of four
        for (int index = 0; index < 6; index++)
            frame[index] = frame[6 + index] = device.Address[index];
        BinaryPrimitives.WriteUInt16BigEndian(frame.AsSpan(12), Protocol);
        BinaryPrimitives.WriteUInt32LittleEndian(frame.AsSpan(HeaderBytes), number);
        return frame;
    }

    private void Receive(KernelContext kernel, SkBuff skb, NetDevice from)
    {
        byte[] data = new byte[kernel.SkbLength(skb)];
        kernel.CopyFrom(kernel.SkbData(skb), data);
        uint number = BinaryPrimitives.ReadUInt32LittleEndian(data);
        bool isRight = number >= _last && number < _sent + ShortPackets && data.AsSpan().SequenceEqual(Frame(number).AsSpan(HeaderBytes));
        if (isRight)
            (_lost, _last) = (_lost + number - _last, number + 1);
        else
            _wrong++;
        _received++;
        if (_holds)
            _held.Add(skb);
        else
            kernel.KfreeSkb(skb);
        kernel.WakeUp(_arrived);
    }
}
