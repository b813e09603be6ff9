using MiniKernel.Core;
using MiniKernel.Hal;

namespace MiniKernel.Drivers;

/// <summary>The card behind /dev/dsp: what is written is played, block by block.</summary>
internal sealed class IsaSoundCard(DmaBuffers buffers, uint rate) : IFileOperations
{
    /// <summary>The channel the card is wired to.</summary>
    public const int DmaChannel = 1;

    private const uint PollMicroseconds = 250;
    private const ulong MillisecondsPerSecond = 1_000;   // and jiffies: HZ is 1000
    private bool _inUse;
    private int _next;                            // the buffer to fill next
    private uint _playing;                        // bytes of the block that plays; 0 when none does
    private ulong _started;                       // when it began, in jiffies

    /// <summary>What it plays from.</summary>
    public DmaBuffers Buffers { get; } = buffers;

    /// <summary>There is one card: a second opener is turned away.</summary>
    public Errno Open(KernelContext kernel, OpenFile file)
    {
        if (_inUse)
            return Errno.EBUSY;
        _inUse = true;
        (_next, _playing) = (0, 0);
        kernel.Outl((uint)SoundCardCommand.ResetCounters, SoundCardPort.Command);
        kernel.Outl(rate, SoundCardPort.BytesPerSecond);
        return Errno.Success;
    }

    /// <summary>Fills a buffer while the other one plays, then waits for its turn.</summary>
    /// <returns>At most one buffer's bytes.</returns>
    public IoResult Write(KernelContext kernel, OpenFile file, ReadOnlySpan<byte> data, ref long position)
    {
        uint count = Math.Min((uint)data.Length, Buffers.Bytes);
        if (count == 0)
            return 0;
        kernel.CopyTo(Buffers.Address(_next), data[..(int)count]);
        Errno error = WaitForBlock(kernel);
        if (error != Errno.Success)
            return error;
        StartBlock(kernel, _next, count);
        _next ^= 1;
        position += count;
        return (long)count;
    }

    /// <summary>Waits until everything written has been played, or asks what was.</summary>
    public IoResult Ioctl(KernelContext kernel, OpenFile file, uint command, ulong argument)
    {
        if (command == IsaSoundIoctl.Sync)
            return WaitForBlock(kernel);
        if (command == IsaSoundIoctl.GetPlayed)
            return (long)kernel.Inl(SoundCardPort.PlayedBytes);
        return command == IsaSoundIoctl.GetCrc ? (long)kernel.Inl(SoundCardPort.Crc) : Errno.ENOTTY;
    }

    /// <summary>Plays what is left, then falls silent.</summary>
    public void Release(KernelContext kernel, OpenFile file)
    {
        WaitForBlock(kernel);
        Stop(kernel);
        _inUse = false;
    }

    /// <summary>Falls silent; the channel moves nothing any more.</summary>
    public void Stop(KernelContext kernel)
    {
        kernel.Outl((uint)SoundCardCommand.Stop, SoundCardPort.Command);
        kernel.DisableDma(DmaChannel);
        _playing = 0;
    }

    // The order that Linux's Documentation/DMA-ISA-LPC asks for: disable, mode, address, count, enable, then the device.
    private void StartBlock(KernelContext kernel, int buffer, uint count)
    {
        kernel.DisableDma(DmaChannel);
        kernel.SetDmaMode(DmaChannel, IsaDmaMode.Single | IsaDmaMode.MemoryToDevice);
        kernel.SetDmaAddr(DmaChannel, Buffers.BusAddress(buffer));
        kernel.SetDmaCount(DmaChannel, (int)count);
        kernel.EnableDma(DmaChannel);
        kernel.Outl(count, SoundCardPort.BlockBytes);
        kernel.Outl((uint)SoundCardCommand.Start, SoundCardPort.Command);
        _playing = count;
        _started = kernel.Jiffies;
    }

    // Waits for as long as the block surely takes, then polls: each look costs virtual time, in which the card plays on.
    private Errno WaitForBlock(KernelContext kernel)
    {
        if (_playing == 0)
            return Errno.Success;
        ulong blockTime = MillisecondsPerSecond * _playing / rate;
        ulong limit = _started + (2 * blockTime) + 100;
        for (ulong now = kernel.Jiffies; now + 1 < _started + blockTime; now++)
            kernel.Udelay(1_000);
        while (true)
        {
            SoundCardStatus status = (SoundCardStatus)kernel.Inl(SoundCardPort.Status);
            if ((status & SoundCardStatus.Busy) == 0)
                return EndOfBlock(kernel, status);
            if (kernel.Jiffies > limit)
            {
                Stop(kernel);
                return Errno.ETIMEDOUT;
            }
            kernel.Udelay(PollMicroseconds);
        }
    }

    private Errno EndOfBlock(KernelContext kernel, SoundCardStatus status)
    {
        kernel.Outl(0, SoundCardPort.Status);     // acknowledge
        int residue = kernel.GetDmaResidue(DmaChannel);
        _playing = 0;
        return (status & SoundCardStatus.Done) != 0 && residue == 0 ? Errno.Success : Errno.EIO;
    }
}
