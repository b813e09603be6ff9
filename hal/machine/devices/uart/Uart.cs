namespace MiniKernel.Hal;

/// <summary>A 16550-like serial port: two FIFOs of 16 bytes, characters at the configured pace, one interrupt line.</summary>
/// <remarks>The FIFOs are always on and the receive trigger level is one byte; formats, modem lines and break are not
/// modelled. Without a sink what is sent is lost, as on a port with no cable.</remarks>
public sealed class Uart
{
    /// <summary>Bytes in each FIFO.</summary>
    public const int FifoBytes = 16;

    private const uint BaseClock = 115_200;       // baud at divisor 1
    private const uint BitsPerCharacter = 10;     // start, 8 data, stop
    private const byte DivisorLatchOpen = 0x80, ModemReady = 0xb0, NoCause = 0x01, FifosOn = 0xc0;
    private const byte CauseTransmit = 0x02, CauseReceive = 0x04, CauseLineStatus = 0x06;
    private readonly VirtualClock _clock;
    private readonly InterruptController _interrupts;
    private readonly ClockEvent _sent, _arrived;
    private readonly ByteFifo _transmit = new(FifoBytes), _receive = new(FifoBytes);
    private readonly Queue<byte> _wire = new();   // what the host has sent and has not arrived yet
    private byte _shifting;                       // the byte on its way out
    private ushort _divisor = 1;
    private byte _lineControl, _modemControl, _scratch;
    private UartInterrupts _enabled;
    private bool _overrun, _transmitCause, _lineHigh;

    internal Uart(VirtualClock clock, InterruptController interrupts, int line)
    {
        _clock = clock;
        _interrupts = interrupts;
        Line = line;
        _sent = new ClockEvent(clock, CharacterSent);
        _arrived = new ClockEvent(clock, CharacterArrived);
    }

    /// <summary>The interrupt line it raises.</summary>
    public int Line { get; }

    /// <summary>Gets each byte sent, at the time its last bit leaves; the host's end of the cable.</summary>
    public Action<byte>? Sink { get; set; }

    /// <summary>Nanoseconds a character takes on the wire.</summary>
    public ulong CharacterNs => (ulong)BitsPerCharacter * Math.Max(_divisor, (ushort)1) * 1_000_000_000 / BaseClock;

    private bool DivisorOpen => (_lineControl & DivisorLatchOpen) != 0;

    /// <summary>The host sends bytes to the port; they arrive one character time apart.</summary>
    public void Receive(ReadOnlySpan<byte> bytes)
    {
        foreach (byte value in bytes)
            _wire.Enqueue(value);
        if (!_arrived.IsPending && _wire.Count != 0)
            _clock.Reschedule(_arrived, _clock.After(CharacterNs));
    }

    /// <summary>The kernel reads a register.</summary>
    public byte Read(UartRegister register)
    {
        byte value = register switch
        {
            UartRegister.Data => DivisorOpen ? (byte)_divisor : ReadData(),
            UartRegister.InterruptEnable => DivisorOpen ? (byte)(_divisor >> 8) : (byte)_enabled,
            UartRegister.InterruptIdentification => ReadCause(),
            UartRegister.LineControl => _lineControl,
            UartRegister.ModemControl => _modemControl,
            UartRegister.LineStatus => ReadLineStatus(),
            UartRegister.ModemStatus => ModemReady,
            UartRegister.Scratch => _scratch,
            _ => throw new ArgumentOutOfRangeException(nameof(register), register, "a 16550 has registers 0 to 7"),
        };
        UpdateLine();
        return value;
    }

    /// <summary>The kernel writes a register.</summary>
    public void Write(UartRegister register, byte value)
    {
        switch (register)
        {
            case UartRegister.Data when DivisorOpen:
                _divisor = (ushort)((_divisor & 0xff00) | value);
                break;
            case UartRegister.Data:
                Send(value);
                break;
            case UartRegister.InterruptEnable when DivisorOpen:
                _divisor = (ushort)((_divisor & 0x00ff) | (value << 8));
                break;
            case UartRegister.InterruptEnable:
                WriteEnable((UartInterrupts)(value & 0x07));
                break;
            case UartRegister.InterruptIdentification:
                WriteFifoControl(value);
                break;
            case UartRegister.LineControl:
                _lineControl = value;
                break;
            case UartRegister.ModemControl:
                _modemControl = value;
                break;
            case UartRegister.Scratch:
                _scratch = value;
                break;
            case UartRegister.LineStatus or UartRegister.ModemStatus:
                break;                            // read-only
            default:
                throw new ArgumentOutOfRangeException(nameof(register), register, "a 16550 has registers 0 to 7");
        }

        UpdateLine();
    }

    private void Send(byte value)
    {
        _transmitCause = false;
        if (_sent.IsPending)
            _ = _transmit.TryPush(value);         // into a full FIFO: lost
        else
            StartShifting(value);
    }

    private void StartShifting(byte value)
    {
        _shifting = value;
        _transmitCause |= _transmit.Count == 0;
        _clock.Reschedule(_sent, _clock.After(CharacterNs));
    }

    private void CharacterSent()
    {
        byte value = _shifting;
        if (_transmit.TryPop(out byte next))
            StartShifting(next);
        UpdateLine();
        Sink?.Invoke(value);
    }

    private void CharacterArrived()
    {
        _overrun |= !_receive.TryPush(_wire.Dequeue());
        if (_wire.Count != 0)
            _clock.Reschedule(_arrived, _clock.After(CharacterNs));
        UpdateLine();
    }

    private byte ReadData()
    {
        _ = _receive.TryPop(out byte value);      // an empty FIFO reads 0
        return value;
    }

    private byte ReadLineStatus()
    {
        UartLineStatus status = _receive.Count != 0 ? UartLineStatus.DataReady : UartLineStatus.None;
        status |= _overrun ? UartLineStatus.Overrun : UartLineStatus.None;
        status |= _transmit.Count == 0 ? UartLineStatus.TransmitterReady : UartLineStatus.None;
        status |= _transmit.Count == 0 && !_sent.IsPending ? UartLineStatus.TransmitterIdle : UartLineStatus.None;
        _overrun = false;
        return (byte)status;
    }

    private byte ReadCause()
    {
        byte cause = Cause();
        if (cause == CauseTransmit)
            _transmitCause = false;               // reading it is its acknowledgement
        return (byte)(cause | FifosOn);
    }

    private byte Cause()
    {
        if (_overrun && (_enabled & UartInterrupts.LineStatus) != 0)
            return CauseLineStatus;
        if (_receive.Count != 0 && (_enabled & UartInterrupts.DataReady) != 0)
            return CauseReceive;
        return _transmitCause && (_enabled & UartInterrupts.TransmitterReady) != 0 ? CauseTransmit : NoCause;
    }

    // Enabling the transmit interrupt with an empty FIFO raises it at once; drivers count on that.
    private void WriteEnable(UartInterrupts enabled)
    {
        _transmitCause |= (enabled & ~_enabled & UartInterrupts.TransmitterReady) != 0 && _transmit.Count == 0;
        _enabled = enabled;
    }

    private void WriteFifoControl(byte value)
    {
        if ((value & 0x02) != 0)
            _receive.Clear();
        if ((value & 0x04) != 0)
            _transmit.Clear();
    }

    // The interrupt controller is edge-triggered: a request for each time a cause comes up, none while one stands.
    private void UpdateLine()
    {
        bool high = Cause() != NoCause;
        if (high && !_lineHigh)
            _interrupts.Raise(Line);
        _lineHigh = high;
    }
}
