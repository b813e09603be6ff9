namespace MiniKernel.Hal;

/// <summary>A PC's two cascaded 8237 DMA controllers: channels 0 to 3 move bytes, 5 to 7 move 16-bit words.</summary>
/// <remarks>What makes GFP_DMA necessary: addresses have 24 bits, and a block does not cross a 64 KiB boundary (words:
/// 128 KiB) but wraps to its other end. Both are wired into the controller; the profile's dmaLimit does not move them.
/// Methods stand for the register accesses of Linux's asm/dma.h. All channels are masked after reset.</remarks>
public sealed class IsaDmaController
{
    /// <summary>Channels, the cascade included.</summary>
    public const int Channels = 8;

    /// <summary>The second controller's first channel: it connects the first one and moves nothing itself.</summary>
    public const int CascadeChannel = 4;

    /// <summary>Bytes the controller can address: 16 MiB.</summary>
    public const uint Reach = 1u << 24;

    private readonly MemoryBus _bus;
    private readonly IsaDmaChannel[] _channels = new IsaDmaChannel[Channels];
    private readonly string[] _names = new string[Channels];   // for whoever watches the bus

    internal IsaDmaController(MemoryBus bus)
    {
        _bus = bus;
        for (int channel = 0; channel < Channels; channel++)
        {
            _channels[channel] = new IsaDmaChannel { UnitShift = channel < CascadeChannel ? 0 : 1, Masked = true };
            _names[channel] = $"ISA DMA channel {channel}";
        }
    }

    /// <summary>True for a channel that a device can use.</summary>
    public static bool IsUsable(int channel) => channel is >= 0 and < Channels and not CascadeChannel;

    /// <summary>The boundary a block of this channel cannot cross: 64 KiB or 128 KiB.</summary>
    public static int BoundaryBytes(int channel) => channel < CascadeChannel ? 1 << 16 : 1 << 17;

    /// <summary>disable_dma: the channel moves nothing.</summary>
    public void Mask(int channel) => At(channel).Masked = true;

    /// <summary>enable_dma: the channel moves what its device asks for.</summary>
    public void Unmask(int channel) => At(channel).Masked = false;

    /// <summary>True when the channel moves nothing: disabled, or past terminal count.</summary>
    public bool IsMasked(int channel) => At(channel).Masked;

    /// <summary>set_dma_mode.</summary>
    public void SetMode(int channel, IsaDmaMode mode) => At(channel).Mode = mode;

    /// <summary>The channel's mode.</summary>
    public IsaDmaMode Mode(int channel) => At(channel).Mode;

    /// <summary>set_dma_addr: base and current address.</summary>
    /// <param name="channel">The channel.</param>
    /// <param name="busAddress">Only 24 bits reach the registers, of which a word channel drops the lowest.</param>
    public void SetAddress(int channel, ulong busAddress) => At(channel).SetAddress((uint)busAddress & (Reach - 1));

    /// <summary>Bus address of the next byte.</summary>
    public PhysicalAddress Address(int channel) => new(At(channel).BusAddress);

    /// <summary>set_dma_count: base and current count. The register holds one less, so 0 stands for 65536 units.</summary>
    /// <param name="channel">The channel.</param>
    /// <param name="bytes">A word channel drops the lowest bit.</param>
    public void SetCount(int channel, int bytes)
    {
        ref IsaDmaChannel state = ref At(channel);
        state.SetCount(bytes >> state.UnitShift);
    }

    /// <summary>get_dma_residue: bytes not moved yet; 0 when all are. An auto-init channel starts again from its count.</summary>
    public int Residue(int channel)
    {
        ref IsaDmaChannel state = ref At(channel);
        return state.Residue << state.UnitShift;
    }

    /// <summary>True once the channel has moved its last byte, until its count is set or the status register is read.</summary>
    public bool TerminalCount(int channel) => At(channel).TerminalCount;

    /// <summary>The status register of one controller: bit n is set when its channel n reached terminal count. Reading
    /// clears the bits.</summary>
    /// <param name="controller">0: channels 0 to 3; 1: channels 4 to 7.</param>
    public int ReadStatus(int controller)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(controller);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(controller, 1);
        int status = 0;
        for (int bit = 0; bit < CascadeChannel; bit++)
        {
            ref IsaDmaChannel state = ref _channels[(controller * CascadeChannel) + bit];
            status |= state.TerminalCount ? 1 << bit : 0;
            state.TerminalCount = false;
        }

        return status;
    }

    /// <summary>A device moves bytes: from memory into <paramref name="buffer"/> or the other way, as the channel's mode says.</summary>
    /// <returns>Bytes moved: fewer than asked for when the channel is masked or reaches terminal count on the way. A device
    /// on an auto-init channel calls again for the rest.</returns>
    public int Transfer(int channel, Span<byte> buffer) => Transfer(channel, buffer, out _);

    /// <summary>The same, with the end-of-process signal that devices watch.</summary>
    /// <param name="channel">The channel.</param>
    /// <param name="buffer">The device's side; of an odd length a word channel leaves the last byte.</param>
    /// <param name="terminalCount">True when the last byte moved was the channel's last.</param>
    public int Transfer(int channel, Span<byte> buffer, out bool terminalCount)
    {
        ref IsaDmaChannel state = ref At(channel);
        terminalCount = false;
        int moved = 0;
        while (!state.Masked && !terminalCount && buffer.Length - moved >= 1 << state.UnitShift)
        {
            int units = state.Run((buffer.Length - moved) >> state.UnitShift);
            int bytes = units << state.UnitShift;
            Move(_names[channel], state.Mode, new PhysicalAddress(state.BusAddress), buffer.Slice(moved, bytes));
            terminalCount = state.Step(units);
            moved += bytes;
        }

        return moved;
    }

    private void Move(string device, IsaDmaMode mode, PhysicalAddress address, Span<byte> buffer)
    {
        if ((mode & IsaDmaMode.MemoryToDevice) != 0)
            _bus.Read(device, address, buffer);
        else if ((mode & IsaDmaMode.DeviceToMemory) != 0)
            _bus.Write(device, address, buffer);
    }

    private ref IsaDmaChannel At(int channel)
    {
        if (!IsUsable(channel))
            throw new ArgumentOutOfRangeException(nameof(channel), channel, "DMA channels are 0 to 3 and 5 to 7");
        return ref _channels[channel];
    }
}
