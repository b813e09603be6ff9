using System.Buffers.Binary;

namespace MiniKernel.Hal;

/// <summary>A disk with its controller: a bus master with 32 address lines and eight tagged commands in flight.</summary>
/// <remarks>The driver fills the command block and writes <see cref="DiskRegister.Command"/>. Commands are served one after
/// the other in the order they were given. Each takes <see cref="LatencyNs"/> and the time its bytes take at
/// <see cref="BytesPerSecond"/>; one that is wrong in itself only the former. List and buffers are used at that moment
/// and not before: until then they belong to the controller. A command moves all of its bytes or none. Nothing that can be
/// written into the registers or the list does more than fail.</remarks>
public sealed class DiskController
{
    /// <summary>Commands that can be outstanding.</summary>
    public const int Tags = 8;

    /// <summary>Most sectors a command moves.</summary>
    public const int MaxSectors = 1 << 16;

    /// <summary>Longest list.</summary>
    public const int MaxSegments = 256;

    /// <summary>Bytes the controller can address: 4 GiB.</summary>
    public const ulong Reach = 1ul << 32;

    /// <summary>Nanoseconds a command takes before its first byte: overhead, seek and half a turn.</summary>
    public const ulong LatencyNs = 1_000_000;

    /// <summary>Pace of a transfer.</summary>
    public const ulong BytesPerSecond = 50_000_000;

    /// <summary>Size of a disk nobody gave a size.</summary>
    public const ulong DefaultBytes = 8ul << 20;

    private const uint FloatingBus = 0xffff_ffff, AllTags = (1u << Tags) - 1;
    private const ulong NsPerSecond = 1_000_000_000;
    private readonly VirtualClock _clock;
    private readonly BusMaster _bus;
    private readonly InterruptPin _pin;
    private readonly ClockEvent _done;
    private readonly Request[] _requests = new Request[Tags];
    private readonly DiskError[] _results = new DiskError[Tags];
    private readonly int[] _queue = new int[Tags];   // tags in the order they were given, a ring
    private readonly Segment[] _list = new Segment[MaxSegments];
    private int _first, _queued;
    private Request _block;                       // the command block
    private uint _tag, _active, _completed, _failed;
    private uint _sectorsRead, _sectorsWritten, _errors;
    private bool _interruptEnabled, _rejected;

    internal DiskController(VirtualClock clock, InterruptController interrupts, int line, BusMaster bus, DiskMedia media)
    {
        _clock = clock;
        _bus = bus;
        _pin = new InterruptPin(interrupts, line);
        _done = new ClockEvent(clock, Complete);
        Media = media;
    }

    private record struct Request(DiskCommand Command, uint Lba, uint Sectors, uint Address, uint AddressHigh, uint Segments)
    {
        public readonly ulong BusAddress => ((ulong)AddressHigh << 32) | Address;
    }

    private readonly record struct Segment(ulong Address, int Bytes);

    /// <summary>The interrupt line it raises.</summary>
    public int Line => _pin.Line;

    /// <summary>What is on the disk; the host's side.</summary>
    public DiskMedia Media { get; }

    /// <summary>Nanoseconds from the start to the completion of a command that moves so many sectors.</summary>
    public static ulong CommandNs(uint sectors) => LatencyNs + ((ulong)sectors * DiskMedia.SectorBytes * NsPerSecond / BytesPerSecond);

    /// <summary>The kernel reads a register. Where there is none, reads float high.</summary>
    public uint Read(DiskRegister register) => register switch
    {
        DiskRegister.Capacity => Media.Sectors,
        DiskRegister.Status => (uint)Status(),
        DiskRegister.Control => _interruptEnabled ? (uint)DiskControl.InterruptEnable : 0,
        DiskRegister.Lba => _block.Lba,
        DiskRegister.SectorCount => _block.Sectors,
        DiskRegister.Address => _block.Address,
        DiskRegister.AddressHigh => _block.AddressHigh,
        DiskRegister.SegmentCount => _block.Segments,
        DiskRegister.Tag => _tag,
        DiskRegister.Active => _active,
        DiskRegister.Completed => TakeCompleted(),
        DiskRegister.Failed => _failed,
        DiskRegister.SectorsRead => _sectorsRead,
        DiskRegister.SectorsWritten => _sectorsWritten,
        DiskRegister.Errors => _errors,
        _ => ReadResult(register - DiskRegister.Result),
    };

    /// <summary>The kernel writes a register. Where there is none, or one to read only, nothing happens.</summary>
    public void Write(DiskRegister register, uint value)
    {
        switch (register)
        {
            case DiskRegister.Control:
                WriteControl((DiskControl)value);
                break;
            case DiskRegister.Lba:
                _block.Lba = value;
                break;
            case DiskRegister.SectorCount:
                _block.Sectors = value;
                break;
            case DiskRegister.Address:
                _block.Address = value;
                break;
            case DiskRegister.AddressHigh:
                _block.AddressHigh = value;
                break;
            case DiskRegister.SegmentCount:
                _block.Segments = value;
                break;
            case DiskRegister.Tag:
                _tag = value;
                break;
            case DiskRegister.Command:
                Submit((DiskCommand)value);
                break;
        }
    }

    /// <summary>Drops what is outstanding and puts the registers back as after power-on; the disk keeps its contents.</summary>
    public void Reset()
    {
        _clock.Cancel(_done);
        _block = default;
        Array.Clear(_results);
        _first = _queued = 0;
        _tag = _active = _completed = _failed = 0;
        _sectorsRead = _sectorsWritten = _errors = 0;
        _interruptEnabled = _rejected = false;
        UpdateLine();
    }

    private DiskStatus Status()
    {
        DiskStatus status = _active != 0 ? DiskStatus.Busy : DiskStatus.Idle;
        status |= _active == AllTags ? DiskStatus.Full : DiskStatus.Idle;
        return status | (_rejected ? DiskStatus.Rejected : DiskStatus.Idle);
    }

    private uint ReadResult(int offset)
    {
        bool isResult = offset is >= 0 and < Tags * sizeof(uint) && offset % sizeof(uint) == 0;
        return isResult ? (uint)_results[offset / sizeof(uint)] : FloatingBus;
    }

    private uint TakeCompleted()
    {
        uint completed = _completed;
        _completed = 0;
        UpdateLine();
        return completed;
    }

    private void WriteControl(DiskControl control)
    {
        if ((control & DiskControl.Reset) != 0)
        {
            Reset();
            return;
        }

        _interruptEnabled = (control & DiskControl.InterruptEnable) != 0;
        _pin.Rearm();
        UpdateLine();
    }

    private void Submit(DiskCommand command)
    {
        _rejected = _tag >= Tags || (_active & (1u << (int)_tag)) != 0;
        if (_rejected)
            return;
        int tag = (int)_tag;
        uint bit = 1u << tag;
        _requests[tag] = _block with { Command = command };
        _results[tag] = DiskError.None;
        _failed &= ~bit;
        _active |= bit;
        _queue[(_first + _queued++) % Tags] = tag;
        if (_queued == 1)
            BeginFirst();
    }

    private void BeginFirst()
    {
        ref readonly Request request = ref _requests[_queue[_first]];
        bool moves = request.Command != DiskCommand.Flush && Check(request) == DiskError.None;
        _clock.Reschedule(_done, _clock.After(CommandNs(moves ? request.Sectors : 0)));
    }

    private void Complete()
    {
        int tag = _queue[_first];
        _first = (_first + 1) % Tags;
        _queued--;
        Report(tag, Execute(_requests[tag]));
        if (_queued != 0)
            BeginFirst();
        UpdateLine();
    }

    private void Report(int tag, DiskError result)
    {
        uint bit = 1u << tag;
        _results[tag] = result;
        _active &= ~bit;
        _completed |= bit;
        if (result == DiskError.None)
            return;
        _failed |= bit;
        _errors++;
    }

    private DiskError Execute(in Request request)
    {
        DiskError error = Check(request);
        if (error != DiskError.None || request.Command == DiskCommand.Flush)
            return error;
        int bytes = (int)request.Sectors * DiskMedia.SectorBytes;
        error = FetchList(request, bytes);
        if (error != DiskError.None)
            return error;
        Move(request.Command, Media.From(request.Lba, bytes));
        Count(request);
        return DiskError.None;
    }

    /// <summary>What can be said before memory is looked at.</summary>
    private DiskError Check(in Request request)
    {
        if (request.Command == DiskCommand.Flush)
            return DiskError.None;
        if (request.Command is not (DiskCommand.Read or DiskCommand.Write))
            return DiskError.BadCommand;
        if (request.Sectors is 0 or > MaxSectors)
            return DiskError.BadCount;
        return (ulong)request.Lba + request.Sectors > Media.Sectors ? DiskError.BeyondEnd : DiskError.None;
    }

    /// <summary>Takes the whole list over before the first byte moves: a read may land on the list itself.</summary>
    private DiskError FetchList(in Request request, int bytes)
    {
        if (request.Segments == 0)
            return Note(0, request.BusAddress, bytes);
        if (request.Segments > MaxSegments)
            return DiskError.BadList;
        Span<byte> entry = stackalloc byte[DiskSegment.Bytes];
        for (int index = 0; index < request.Segments && bytes != 0; index++)
        {
            if (!_bus.TryRead(request.BusAddress + ((ulong)index * DiskSegment.Bytes), entry))
                return DiskError.BadAddress;
            ulong address = BinaryPrimitives.ReadUInt64LittleEndian(entry[DiskSegment.AddressOffset..]);
            uint length = BinaryPrimitives.ReadUInt32LittleEndian(entry[DiskSegment.LengthOffset..]);
            int used = (int)Math.Min(length, (uint)bytes);
            DiskError error = used == 0 ? DiskError.BadList : Note(index, address, used);
            if (error != DiskError.None)
                return error;
            bytes -= used;
        }

        return bytes == 0 ? DiskError.None : DiskError.BadList;
    }

    private DiskError Note(int index, ulong address, int bytes)
    {
        _list[index] = new Segment(address, bytes);
        return _bus.Reaches(address, (uint)bytes) ? DiskError.None : DiskError.BadAddress;
    }

    private void Move(DiskCommand command, Span<byte> media)
    {
        for (int index = 0; !media.IsEmpty; index++)
        {
            Segment segment = _list[index];
            Span<byte> part = media[..segment.Bytes];
            _ = command == DiskCommand.Read ? _bus.TryWrite(segment.Address, part) : _bus.TryRead(segment.Address, part);
            media = media[segment.Bytes..];
        }
    }

    private void Count(in Request request)
    {
        if (request.Command == DiskCommand.Read)
            _sectorsRead += request.Sectors;
        else
            _sectorsWritten += request.Sectors;
    }

    private void UpdateLine() => _pin.Drive(_interruptEnabled && _completed != 0);
}
