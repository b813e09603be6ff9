using System.Buffers.Binary;

namespace MiniKernel.Hal.Tests;

/// <summary>Random drivers for the disk, sane and mad, compared with a model that does each command byte by byte.</summary>
public sealed class DiskModelTests : IDisposable
{
    private const int Window = 1 << 17;           // bytes of memory in play
    private const uint Base = 1 << 20;            // right behind the hole
    private const int Sectors = 128, DiskBytes = Sectors * DiskMedia.SectorBytes;
    private const int Steps = 600;
    private const uint HoleStart = 640 << 10, RamBytes = 4 << 20;
    private readonly Machine _machine = new(ShippedProfiles.Find("lab-4m")! with { MemoryMap = [new(HoleStart, Base)] }, DiskBytes);

    public void Dispose() => _machine.Dispose();

    [Test]
    public void RandomCommands_AgreeWithAByteByByteModel([Range(1, 10)] int seed)
    {
        var random = new Random(seed);
        var model = new Model();
        Span<byte> memory = _machine.Memory.Slice(new PhysicalAddress(Base), Window);
        random.NextBytes(memory);
        memory.CopyTo(model.Window);
        for (int step = 0; step < Steps; step++)
        {
            Step(random, model);
            string where = $"seed {seed}, step {step}";
            Assert.That(_machine.Disk.Read(DiskRegister.Active), Is.EqualTo(model.Active), where);
            Assert.That(_machine.Disk.Read(DiskRegister.Failed), Is.EqualTo(model.Failed), where);
            for (int tag = 0; tag < DiskController.Tags; tag++)
                Assert.That((DiskError)_machine.Disk.Read(DiskRegister.Result + (4 * tag)), Is.EqualTo(model.Results[tag]), $"{where}, tag {tag}");
            Assert.That(memory.SequenceEqual(model.Window), where);
        }

        var disk = new byte[DiskBytes];
        _machine.Disk.Media.Read(0, disk);
        Assert.That(disk.AsSpan().SequenceEqual(model.Disk), $"seed {seed}");
        Assert.That(_machine.Memory.Slice(new PhysicalAddress(0), (int)RamBytes).SequenceEqual(model.Memory), $"seed {seed}");
        Assert.That(_machine.Disk.Read(DiskRegister.Errors), Is.EqualTo(model.Errors), $"seed {seed}");
        Assert.That(Math.Min(model.Errors, model.Successes), Is.GreaterThan(10), "the walk met both");
    }

    private void Step(Random random, Model model)
    {
        switch (random.Next(8))
        {
            case < 4:
                Submit(random, model);
                break;
            case < 7:
                ulong ns = (ulong)random.NextInt64((long)DiskController.CommandNs(32) * 2);
                _machine.Clock.Advance(ns);
                model.Advance(ns);
                break;
            default:
                Assert.That(_machine.Disk.Read(DiskRegister.Completed), Is.EqualTo(model.Completed));
                model.Completed = 0;
                break;
        }
    }

    private void Submit(Random random, Model model)
    {
        uint count = Odd(random) ? (uint)random.Next(4) * 100_000 : (uint)random.Next(1, 20);
        uint lba = (uint)random.Next(Odd(random) ? Sectors * 2 : Sectors - 20);
        uint segments = random.Next(3) == 0 ? 0 : (uint)random.Next(1, 12);
        uint address = Base + (uint)random.Next(Window - (20 * DiskMedia.SectorBytes));
        if (Odd(random))
            address = random.Next(2) == 0 ? Base - 8 : 0xffff_ff00;
        if (segments != 0 && address is >= Base and < Base + Window && !Odd(random))
            WriteList(random, model, address, (int)segments, (int)count * DiskMedia.SectorBytes);
        var request = new Request(
            Command: Odd(random) ? (DiskCommand)random.Next(6) : (DiskCommand)random.Next(1, 3),
            lba, count, address, AddressHigh: Odd(random) ? (uint)random.Next(2) : 0, segments, Tag: (uint)random.Next(DiskController.Tags + 1));
        request.Program(_machine.Disk);
        bool rejected = ((DiskStatus)_machine.Disk.Read(DiskRegister.Status) & DiskStatus.Rejected) != 0;
        Assert.That(rejected, Is.EqualTo(!model.TrySubmit(request)), $"{request}");
    }

    /// <summary>Cuts the bytes into random segments; now and then one is wrong.</summary>
    private void WriteList(Random random, Model model, uint address, int segments, int bytes)
    {
        Span<byte> list = _machine.Memory.Slice(new PhysicalAddress(address), segments * DiskSegment.Bytes);
        for (int index = 0; index < segments; index++)
        {
            int length = index == segments - 1 ? bytes : Math.Min(bytes, random.Next(1, 2_000));
            bytes -= length;
            ulong target = Base + (uint)random.Next(Window - (20 * DiskMedia.SectorBytes));
            if (random.Next(60) == 0)
                target += random.Next(2) == 0 ? 1ul << 32 : Profiles.Gibi;
            Span<byte> entry = list.Slice(index * DiskSegment.Bytes, DiskSegment.Bytes);
            BinaryPrimitives.WriteUInt64LittleEndian(entry[DiskSegment.AddressOffset..], target);
            BinaryPrimitives.WriteUInt32LittleEndian(entry[DiskSegment.LengthOffset..], (uint)Math.Max(length, 0));
        }

        list.CopyTo(model.Memory.AsSpan((int)address));
    }

    private static bool Odd(Random random) => random.Next(12) == 0;

    private readonly record struct Request(DiskCommand Command, uint Lba, uint Count, uint Address, uint AddressHigh, uint Segments, uint Tag)
    {
        public void Program(DiskController disk)
        {
            disk.Write(DiskRegister.Tag, Tag);
            disk.Write(DiskRegister.Lba, Lba);
            disk.Write(DiskRegister.SectorCount, Count);
            disk.Write(DiskRegister.Address, Address);
            disk.Write(DiskRegister.AddressHigh, AddressHigh);
            disk.Write(DiskRegister.SegmentCount, Segments);
            disk.Write(DiskRegister.Command, (uint)Command);
        }
    }

    /// <summary>The controller as its page tells it.</summary>
    private sealed class Model
    {
        public readonly byte[] Memory = new byte[RamBytes], Disk = new byte[DiskBytes];
        public readonly DiskError[] Results = new DiskError[DiskController.Tags];
        private readonly Queue<Request> _waiting = new();
        private ulong _now, _due;

        public Span<byte> Window => Memory.AsSpan((int)Base, DiskModelTests.Window);

        public uint Active { get; private set; }

        public uint Completed { get; set; }

        public uint Failed { get; private set; }

        public uint Errors { get; private set; }

        public uint Successes { get; private set; }

        public bool TrySubmit(Request request)
        {
            if (request.Tag >= DiskController.Tags || (Active >> (int)request.Tag & 1) != 0)
                return false;
            Active |= 1u << (int)request.Tag;
            Failed &= ~(1u << (int)request.Tag);
            Results[request.Tag] = DiskError.None;
            _waiting.Enqueue(request);
            if (_waiting.Count == 1)
                _due = _now + Duration(request);
            return true;
        }

        public void Advance(ulong ns)
        {
            ulong end = _now + ns;
            while (_waiting.Count != 0 && _due <= end)
            {
                Finish(_waiting.Dequeue());
                _now = _due;
                if (_waiting.Count != 0)
                    _due = _now + Duration(_waiting.Peek());
            }

            _now = end;
        }

        private static ulong Duration(Request request) =>
            1_000_000 + (request.Command != DiskCommand.Flush && CheckRange(request) == DiskError.None ? request.Count * 10_240ul : 0);

        private static DiskError CheckRange(Request request) => request switch
        {
            { Command: DiskCommand.Flush } => DiskError.None,
            { Command: not (DiskCommand.Read or DiskCommand.Write) } => DiskError.BadCommand,
            { Count: 0 or > 65_536 } => DiskError.BadCount,
            _ => request.Lba + (long)request.Count > Sectors ? DiskError.BeyondEnd : DiskError.None,
        };

        private void Finish(Request request)
        {
            uint bit = 1u << (int)request.Tag;
            DiskError error = CheckRange(request);
            if (error == DiskError.None && request.Command != DiskCommand.Flush)
                error = Move(request);
            Active &= ~bit;
            Completed |= bit;
            Results[request.Tag] = error;
            Failed |= error == DiskError.None ? 0 : bit;
            Errors += error == DiskError.None ? 0u : 1u;
            Successes += error == DiskError.None ? 1u : 0u;
        }

        private DiskError Move(Request request)
        {
            int wanted = (int)request.Count * DiskMedia.SectorBytes;
            var places = new List<ulong>();
            ulong address = ((ulong)request.AddressHigh << 32) + request.Address;
            DiskError error = request.Segments == 0 ? AddPlaces(places, address, wanted) : ReadList(places, address, request.Segments, wanted);
            if (error != DiskError.None)
                return error;
            long start = (long)request.Lba * DiskMedia.SectorBytes;
            for (int index = 0; index < wanted; index++)
            {
                if (request.Command == DiskCommand.Read)
                    Memory[places[index]] = Disk[start + index];
                else
                    Disk[start + index] = Memory[places[index]];
            }

            return DiskError.None;
        }

        private DiskError ReadList(List<ulong> places, ulong list, uint segments, int wanted)
        {
            for (uint index = 0; index < segments && places.Count < wanted; index++)
            {
                ulong entry = list + (index * 16);
                if (!Reaches(entry, 16))
                    return DiskError.BadAddress;
                uint length = BitConverter.ToUInt32(Memory, (int)entry + 8);
                if (length == 0)
                    return DiskError.BadList;
                DiskError error = AddPlaces(places, BitConverter.ToUInt64(Memory, (int)entry), (int)Math.Min(length, wanted - places.Count));
                if (error != DiskError.None)
                    return error;
            }

            return places.Count == wanted ? DiskError.None : DiskError.BadList;
        }

        private static DiskError AddPlaces(List<ulong> places, ulong address, int count)
        {
            for (int index = 0; index < count; index++)
                places.Add(address + (ulong)index);
            return Reaches(address, count) ? DiskError.None : DiskError.BadAddress;
        }

        private static bool Reaches(ulong address, int length) =>
            address < RamBytes && address + (ulong)length <= RamBytes && (address >= Base || address + (ulong)length <= HoleStart);
    }
}
