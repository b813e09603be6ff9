namespace MiniKernel.Hal;

/// <summary>A network card whose cable leads back to itself: it hears every frame it sends, in order, whoever it is for.</summary>
/// <remarks>A bus master with 64 address lines, and a ring of descriptors in memory for each direction
/// (<see cref="NicDescriptor"/>). The card fetches a frame into its FIFO when the cable is free, sends it at
/// <see cref="BytesPerSecond"/>, and at its end gives the descriptor back and stores what it hears. Nothing that can be
/// written into registers or descriptors does more than lose frames; causes, flags and statistics say why.</remarks>
public sealed partial class LoopbackNic
{
    /// <summary>Longest frame, header included, checksum not.</summary>
    public const int MaxFrameBytes = 1518;

    /// <summary>Shortest frame: an Ethernet header. The card does not pad.</summary>
    public const int MinFrameBytes = 14;

    /// <summary>Pace of the cable: 100 Mbit/s.</summary>
    public const ulong BytesPerSecond = 12_500_000;

    /// <summary>The card can address all there is.</summary>
    public const ulong Reach = ulong.MaxValue;

    private const uint FloatingBus = 0xffff_ffff;
    private const uint MacLow = 0x004b_4d02, MacHigh = 0x0100;   // 02:4d:4b:00:00:01, a locally administered address
    private const NicControl Enables = NicControl.TransmitEnable | NicControl.ReceiveEnable;
    private readonly VirtualClock _clock;
    private readonly BusMaster _bus;
    private readonly InterruptPin _pin;
    private readonly ClockEvent _sent;
    private readonly NicRing _transmit, _receive;
    private NicControl _control;
    private NicCause _cause, _mask;
    private Statistics _statistics;

    internal LoopbackNic(VirtualClock clock, InterruptController interrupts, int line, BusMaster bus)
    {
        _clock = clock;
        _bus = bus;
        _pin = new InterruptPin(interrupts, line);
        _sent = new ClockEvent(clock, FrameSent);
        _transmit = new NicRing(bus);
        _receive = new NicRing(bus);
    }

    private struct Statistics
    {
        public uint TransmitPackets, TransmitBytes, TransmitErrors;
        public uint ReceivePackets, ReceiveBytes, ReceiveErrors, ReceiveMissed;
    }

    /// <summary>The interrupt line it raises.</summary>
    public int Line => _pin.Line;

    /// <summary>Hears each frame at the time its last byte leaves; for tests.</summary>
    public Action<ReadOnlySpan<byte>>? Recorder { get; set; }

    private bool CanMoveTransmitRing => (_control & NicControl.TransmitEnable) == 0 && !_sent.IsPending;

    private bool CanMoveReceiveRing => (_control & NicControl.ReceiveEnable) == 0;

    /// <summary>Nanoseconds a frame of so many bytes is on its way.</summary>
    public static ulong FrameNs(int bytes) => (ulong)bytes * 1_000_000_000 / BytesPerSecond;

    /// <summary>The kernel reads a register. Where there is none, reads float high.</summary>
    public uint Read(NicRegister register) => register switch
    {
        NicRegister.Control => (uint)_control,
        NicRegister.Status => (uint)(NicStatus.LinkUp | (_sent.IsPending ? NicStatus.Transmitting : NicStatus.None)),
        NicRegister.Cause => (uint)TakeCause(),
        NicRegister.Mask => (uint)_mask,
        NicRegister.MacLow => MacLow,
        NicRegister.MacHigh => MacHigh,
        NicRegister.TransmitBase => _transmit.BaseLow,
        NicRegister.TransmitBaseHigh => _transmit.BaseHigh,
        NicRegister.TransmitCount => _transmit.Count,
        NicRegister.TransmitHead => _transmit.Head,
        NicRegister.TransmitTail => _transmit.Tail,
        NicRegister.ReceiveBase => _receive.BaseLow,
        NicRegister.ReceiveBaseHigh => _receive.BaseHigh,
        NicRegister.ReceiveCount => _receive.Count,
        NicRegister.ReceiveHead => _receive.Head,
        NicRegister.ReceiveTail => _receive.Tail,
        NicRegister.TransmitPackets => _statistics.TransmitPackets,
        NicRegister.TransmitBytes => _statistics.TransmitBytes,
        NicRegister.TransmitErrors => _statistics.TransmitErrors,
        NicRegister.ReceivePackets => _statistics.ReceivePackets,
        NicRegister.ReceiveBytes => _statistics.ReceiveBytes,
        NicRegister.ReceiveErrors => _statistics.ReceiveErrors,
        NicRegister.ReceiveMissed => _statistics.ReceiveMissed,
        _ => FloatingBus,
    };

    /// <summary>The kernel writes a register. Where there is none, or one to read only, nothing happens.</summary>
    public void Write(NicRegister register, uint value)
    {
        switch (register)
        {
            case NicRegister.Control:
                WriteControl((NicControl)value);
                break;
            case NicRegister.Mask:
                _mask = (NicCause)value & NicCause.All;
                _pin.Rearm();
                break;
            case NicRegister.TransmitBase or NicRegister.TransmitBaseHigh or NicRegister.TransmitCount:
                MoveTransmitRing(register - NicRegister.TransmitBase, value);
                break;
            case NicRegister.ReceiveBase or NicRegister.ReceiveBaseHigh or NicRegister.ReceiveCount:
                MoveReceiveRing(register - NicRegister.ReceiveBase, value);
                break;
            case NicRegister.TransmitTail:
                SetTail(_transmit, value);
                SendNext();
                break;
            case NicRegister.ReceiveTail:
                SetTail(_receive, value);
                break;
        }

        UpdateLine();
    }

    /// <summary>Loses the frame on its way and puts every register back as after power-on.</summary>
    public void Reset()
    {
        _clock.Cancel(_sent);
        _control = NicControl.None;
        _cause = _mask = NicCause.None;
        _statistics = default;
        _transmit.Reset();
        _receive.Reset();
        EmptyFifo();
        UpdateLine();
    }

    private NicCause TakeCause()
    {
        NicCause cause = _cause;
        _cause = NicCause.None;
        UpdateLine();
        return cause;
    }

    private void WriteControl(NicControl control)
    {
        if ((control & NicControl.Reset) != 0)
        {
            Reset();
            return;
        }

        _control = control & Enables;
        SendNext();
    }

    private void MoveTransmitRing(int offset, uint value)
    {
        if (!CanMoveTransmitRing)
        {
            _cause |= NicCause.Fault;
            return;
        }

        EmptyFifo();                              // a frame begun in the old ring has no end in the new one
        MoveRing(_transmit, offset, value);
    }

    private void MoveReceiveRing(int offset, uint value)
    {
        if (CanMoveReceiveRing)
            MoveRing(_receive, offset, value);
        else
            _cause |= NicCause.Fault;
    }

    // Both rings' registers lie in the same order.
    private static void MoveRing(NicRing ring, int offset, uint value)
    {
        switch (NicRegister.TransmitBase + offset)
        {
            case NicRegister.TransmitBase:
                ring.BaseLow = value;
                break;
            case NicRegister.TransmitBaseHigh:
                ring.BaseHigh = value;
                break;
            default:
                ring.SetCount(value);
                break;
        }
    }

    private void SetTail(NicRing ring, uint tail)
    {
        if (!ring.TrySetTail(tail))
            _cause |= NicCause.Fault;
    }

    private void UpdateLine() => _pin.Drive((_cause & _mask) != 0);
}
