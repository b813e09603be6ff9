namespace MiniKernel.Hal;

// The two data paths: from the transmit ring through the FIFO onto the cable, and from there into the receive ring.
public sealed partial class LoopbackNic
{
    private readonly byte[] _fifo = new byte[MaxFrameBytes];
    private int _fifoBytes;
    private bool _frameIsBad;                     // the rest of it is skipped, up to its end
    private NicRing.Descriptor _last;             // of the frame on its way; the transmit head points to it

    private bool CanFetch => (_control & NicControl.TransmitEnable) != 0 && !_sent.IsPending;

    /// <summary>Fetches until a frame is on its way or there is nothing more to fetch.</summary>
    private void SendNext()
    {
        while (CanFetch && TryFetchOwned(_transmit, out NicRing.Descriptor fragment))
        {
            bool reached = TryTakeOver(fragment);
            if (fragment.Has(NicDescriptorFlags.EndOfPacket))
                EndFrame(fragment);
            else
                _transmit.GiveBack(fragment.Length, WithError(fragment.Flags, !reached));
        }
    }

    private bool TryFetchOwned(NicRing ring, out NicRing.Descriptor descriptor)
    {
        descriptor = default;
        if (ring.IsEmpty)
            return false;
        if (ring.TryFetch(out descriptor))
            return descriptor.Has(NicDescriptorFlags.Own);
        _cause |= NicCause.Fault;
        return false;
    }

    /// <returns>False when the buffer is out of reach.</returns>
    private bool TryTakeOver(NicRing.Descriptor fragment)
    {
        if (_frameIsBad)
            return true;                          // not looked at
        if (fragment.Length > MaxFrameBytes - _fifoBytes)
        {
            _frameIsBad = true;
            return true;
        }

        _frameIsBad = !_bus.TryRead(fragment.Address, _fifo.AsSpan(_fifoBytes, fragment.Length));
        _fifoBytes += fragment.Length;
        return !_frameIsBad;
    }

    private void EndFrame(NicRing.Descriptor last)
    {
        if (_frameIsBad || _fifoBytes < MinFrameBytes)
        {
            _statistics.TransmitErrors++;
            EndTransmission(last with { Flags = WithError(last.Flags, true) });
            return;
        }

        _last = last with { Flags = WithError(last.Flags, false) };
        _clock.Reschedule(_sent, _clock.After(FrameNs(_fifoBytes)));
    }

    private void FrameSent()
    {
        ReadOnlySpan<byte> frame = _fifo.AsSpan(0, _fifoBytes);
        _statistics.TransmitPackets++;
        _statistics.TransmitBytes += (uint)frame.Length;
        Recorder?.Invoke(frame);
        Hear(frame);
        EndTransmission(_last);
        SendNext();
        UpdateLine();
    }

    private void EndTransmission(NicRing.Descriptor last)
    {
        _transmit.GiveBack(last.Length, last.Flags);
        _cause |= NicCause.TransmitDone;
        EmptyFifo();
    }

    private void EmptyFifo() => (_fifoBytes, _frameIsBad) = (0, false);

    private void Hear(ReadOnlySpan<byte> frame)
    {
        if ((_control & NicControl.ReceiveEnable) == 0)
            return;
        if (TryFetchOwned(_receive, out NicRing.Descriptor descriptor))
            Store(descriptor, frame);
        else
            Miss();
    }

    private void Store(NicRing.Descriptor descriptor, ReadOnlySpan<byte> frame)
    {
        int length = Math.Min(frame.Length, descriptor.Length);
        bool stored = _bus.TryWrite(descriptor.Address, frame[..length]);
        bool isWhole = stored && length == frame.Length;
        _receive.GiveBack((ushort)(stored ? length : 0), WithError(NicDescriptorFlags.EndOfPacket, !isWhole));
        _cause |= NicCause.Received;
        if (!isWhole)
        {
            _statistics.ReceiveErrors++;
            return;
        }

        _statistics.ReceivePackets++;
        _statistics.ReceiveBytes += (uint)length;
    }

    private void Miss()
    {
        _statistics.ReceiveMissed++;
        _cause |= NicCause.ReceiveOverrun;
    }

    private static NicDescriptorFlags WithError(NicDescriptorFlags flags, bool isError) =>
        (flags & ~NicDescriptorFlags.Error) | (isError ? NicDescriptorFlags.Error : NicDescriptorFlags.None);
}
