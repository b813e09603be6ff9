using System.Buffers.Binary;

namespace MiniKernel.Hal.Tests;

/// <summary>Random drivers for the network card, sane and mad, compared with a model that keeps frames in lists.</summary>
public sealed class LoopbackNicModelTests : IDisposable
{
    private const uint HoleStart = 640 << 10, Base = 1 << 20, RamBytes = 4 << 20;
    private const int Window = 1 << 16;           // bytes of memory in play, right behind the hole
    private const int Rings = 1 << 10;            // of which the first hold rings, most of the time
    private const int Steps = 1_200;
    private readonly Machine _machine = new(ShippedProfiles.Find("lab-4m")! with { MemoryMap = [new(HoleStart, Base)] });
    private readonly LoopbackNic _nic;
    private readonly Model _model = new();
    private readonly List<byte[]> _wire = [];

    public LoopbackNicModelTests()
    {
        _nic = _machine.Nic;
        _nic.Recorder = frame => _wire.Add(frame.ToArray());
    }

    private delegate void Driver(Random random);

    public void Dispose() => _machine.Dispose();

    [Test]
    public void RandomDrivers_AgreeWithTheModel([Range(1, 12)] int seed)
    {
        var random = new Random(seed);
        Driver[] moves = [Send, Send, Send, Provide, Provide, Wait, Wait, Wait, ReadCause, SwitchOnOrOff, Configure, Scribble];
        Configure(random);
        for (int step = 0; step < Steps; step++)
        {
            Driver move = moves[random.Next(moves.Length)];
            move(random);
            AssertAgreement($"seed {seed}, step {step}, {move.Method.Name}");
        }

        Assert.That(_wire, Is.EqualTo(_model.Wire), $"seed {seed}");
        Assert.That(_machine.Memory.Slice(new PhysicalAddress(0), (int)RamBytes).SequenceEqual(_model.Memory), $"seed {seed}");
        Assert.That(_model.Statistics, Has.All.GreaterThan(0), "the walk met everything that is counted");
    }

    private void AssertAgreement(string where)
    {
        uint[] expected = [_model.Transmit.Head, _model.Transmit.Tail, _model.Receive.Head, _model.Receive.Tail, .. _model.Statistics];
        NicRegister[] registers =
        [
            NicRegister.TransmitHead, NicRegister.TransmitTail, NicRegister.ReceiveHead, NicRegister.ReceiveTail,
            NicRegister.TransmitPackets, NicRegister.TransmitBytes, NicRegister.TransmitErrors,
            NicRegister.ReceivePackets, NicRegister.ReceiveBytes, NicRegister.ReceiveErrors, NicRegister.ReceiveMissed,
        ];
        Assert.That(registers.Select(_nic.Read), Is.EqualTo(expected), where);
        bool isSending = ((NicStatus)_nic.Read(NicRegister.Status) & NicStatus.Transmitting) != 0;
        Assert.That(isSending, Is.EqualTo(_model.IsSending), where);
        Assert.That(_machine.Memory.Slice(new PhysicalAddress(Base), Window).SequenceEqual(_model.Memory.AsSpan((int)Base, Window)), where);
    }

    private void Send(Random random)
    {
        uint slot = _model.Transmit.Tail;
        for (int count = random.Next(1, 4); count != 0; count--)
        {
            int length = random.Next(8) == 0 ? random.Next(1, 2_000) : random.Next(14, 400);
            NicDescriptorFlags flags = NicDescriptorFlags.Own;
            flags |= random.Next(4) != 0 ? NicDescriptorFlags.EndOfPacket : NicDescriptorFlags.None;
            WriteDescriptor(random, _model.Transmit, ref slot, length, flags);
        }

        SetTail(random, NicRegister.TransmitTail, _model.Transmit, slot);
    }

    private void Provide(Random random)
    {
        uint slot = _model.Receive.Tail;
        for (int count = random.Next(1, 4); count != 0; count--)
        {
            int length = random.Next(8) == 0 ? random.Next(200) : 1_518;
            WriteDescriptor(random, _model.Receive, ref slot, length, random.Next(12) == 0 ? NicDescriptorFlags.None : NicDescriptorFlags.Own);
        }

        SetTail(random, NicRegister.ReceiveTail, _model.Receive, slot);
    }

    private void Wait(Random random)
    {
        ulong ns = (ulong)random.Next(100_000);
        _machine.Clock.Advance(ns);
        _model.Advance(ns);
    }

    private void ReadCause(Random random) => Assert.That((NicCause)_nic.Read(NicRegister.Cause), Is.EqualTo(_model.TakeCause()));

    private void SwitchOnOrOff(Random random)
    {
        uint control = random.Next(4) == 0 ? (uint)random.Next(4) : 3u;
        _nic.Write(NicRegister.Control, control);
        _model.Switch((control & 1) != 0, (control & 2) != 0);
    }

    private void Configure(Random random)
    {
        if (random.Next(3) != 0)                  // else: into rings that may be in use
        {
            _nic.Write(NicRegister.Control, 0);
            _model.Switch(false, false);
        }

        Move(NicRegister.TransmitBase, _model.Transmit, RingAddress(random, 0), (uint)random.Next(random.Next(6) == 0 ? 3 : 24));
        Move(NicRegister.ReceiveBase, _model.Receive, RingAddress(random, Rings / 2), (uint)random.Next(random.Next(6) == 0 ? 3 : 24));
        _nic.Write(NicRegister.Control, 3);
        _model.Switch(true, true);
    }

    private static ulong RingAddress(Random random, uint usual) => random.Next(20) switch
    {
        0 => RamBytes - 20,
        1 => ulong.MaxValue - 15,
        2 => Base + (ulong)random.Next(Window),
        _ => Base + usual,
    };

    private void Move(NicRegister register, Ring ring, ulong address, uint count)
    {
        _nic.Write(register, (uint)address);
        _nic.Write(register + 4, (uint)(address >> 32));
        _nic.Write(register + 8, count);
        _model.Move(ring, address, count);
    }

    private void Scribble(Random random)
    {
        if (random.Next(4) != 0)
            return;
        var bytes = new byte[random.Next(1, 20)];
        random.NextBytes(bytes);
        Poke(Base + (ulong)random.Next(random.Next(2) == 0 ? Rings : Window - 20), bytes);
    }

    private void WriteDescriptor(Random random, Ring ring, ref uint slot, int length, NicDescriptorFlags flags)
    {
        ulong place = ring.Start + (slot * 16ul);
        slot = slot + 1 >= ring.Count ? 0 : slot + 1;
        if (place is < Base or > Base + Window - 16)
            return;
        ulong address = Base + Rings + (ulong)random.Next(Window - Rings - 2_048);
        if (random.Next(20) == 0)
            address = random.Next(2) == 0 ? RamBytes - 10 : 1ul << 40;
        Span<byte> raw = stackalloc byte[12];     // the reserved bytes keep what was there
        BinaryPrimitives.WriteUInt64LittleEndian(raw, address);
        BinaryPrimitives.WriteUInt16LittleEndian(raw[8..], (ushort)length);
        BinaryPrimitives.WriteUInt16LittleEndian(raw[10..], (ushort)flags);
        Poke(place, raw);
        var data = new byte[16];
        random.NextBytes(data);
        if (address < Base + Window)
            Poke(address, data);                  // frames differ
    }

    private void SetTail(Random random, NicRegister register, Ring ring, uint slot)
    {
        uint tail = random.Next(30) == 0 ? (uint)random.Next(30) : slot;
        _nic.Write(register, tail);
        _model.SetTail(ring, tail);
    }

    private void Poke(ulong address, ReadOnlySpan<byte> bytes)
    {
        bytes.CopyTo(_machine.Memory.Slice(new PhysicalAddress(address), bytes.Length));
        bytes.CopyTo(_model.Memory.AsSpan((int)address));
    }

    private sealed class Ring
    {
        public ulong Start;
        public uint Count, Head, Tail;

        public ulong Place => Start + (Head * 16ul);
    }

    /// <summary>The card as its page tells it.</summary>
    private sealed class Model
    {
        public readonly byte[] Memory = new byte[RamBytes];
        public readonly Ring Transmit = new(), Receive = new();
        public readonly List<byte[]> Wire = [];
        private readonly List<byte> _frame = [];  // what has been fetched of the next frame
        private bool _transmits, _receives, _isSpoilt;
        private (int Length, int Flags) _sending;  // the last descriptor of the frame on its way
        private ulong _now, _due;
        private NicCause _cause;

        /// <summary>In the order of the registers.</summary>
        public uint[] Statistics { get; } = new uint[7];

        public bool IsSending { get; private set; }

        public NicCause TakeCause()
        {
            NicCause cause = _cause;
            _cause = NicCause.None;
            return cause;
        }

        public void Switch(bool transmits, bool receives)
        {
            (_transmits, _receives) = (transmits, receives);
            Fetch();
        }

        public void Move(Ring ring, ulong start, uint count)
        {
            if (ring == Transmit ? _transmits || IsSending : _receives)
            {
                _cause |= NicCause.Fault;
                return;
            }

            (ring.Start, ring.Count, ring.Head, ring.Tail) = (start, count, 0, 0);
            if (ring == Transmit)
                Forget();
        }

        public void SetTail(Ring ring, uint tail)
        {
            if (tail < ring.Count)
                ring.Tail = tail;
            else
                _cause |= NicCause.Fault;
            if (ring == Transmit)
                Fetch();
        }

        public void Advance(ulong ns)
        {
            ulong end = _now + ns;
            while (IsSending && _due <= end)
            {
                _now = _due;
                Arrive();
                Fetch();
            }

            _now = end;
        }

        private void Fetch()
        {
            while (_transmits && !IsSending && Own(Transmit))
            {
                int place = (int)Transmit.Place;
                int length = BitConverter.ToUInt16(Memory, place + 8), flags = BitConverter.ToUInt16(Memory, place + 10);
                bool failed = Append(BitConverter.ToUInt64(Memory, place), length);
                if ((flags & 2) == 0)
                    GiveBack(Transmit, length, WithError(flags, failed));
                else if (_isSpoilt || _frame.Count < 14)
                    Refuse(length, flags);
                else
                    (IsSending, _due, _sending) = (true, _now + ((ulong)_frame.Count * 80), (length, WithError(flags, false)));
            }
        }

        private bool Append(ulong address, int length)
        {
            if (_isSpoilt)
                return false;
            if (_frame.Count + length > 1_518)
            {
                _isSpoilt = true;
                return false;
            }

            _isSpoilt = !Reaches(address, length);
            if (!_isSpoilt)
                _frame.AddRange(Memory.AsSpan((int)address, length));
            return _isSpoilt;
        }

        private void Refuse(int length, int flags)
        {
            Statistics[2]++;
            GiveBack(Transmit, length, WithError(flags, true));
            _cause |= NicCause.TransmitDone;
            Forget();
        }

        private void Arrive()
        {
            IsSending = false;
            byte[] frame = [.. _frame];
            Wire.Add(frame);
            Statistics[0]++;
            Statistics[1] += (uint)frame.Length;
            if (_receives)
                Hear(frame);
            GiveBack(Transmit, _sending.Length, _sending.Flags);
            _cause |= NicCause.TransmitDone;
            Forget();
        }

        private void Hear(byte[] frame)
        {
            if (!Own(Receive))
            {
                Statistics[6]++;
                _cause |= NicCause.ReceiveOverrun;
                return;
            }

            int place = (int)Receive.Place;
            int length = Math.Min(BitConverter.ToUInt16(Memory, place + 8), frame.Length);
            ulong address = BitConverter.ToUInt64(Memory, place);
            bool reached = Reaches(address, length), whole = reached && length == frame.Length;
            if (reached)
                frame.AsSpan(0, length).CopyTo(Memory.AsSpan((int)address));
            GiveBack(Receive, reached ? length : 0, whole ? 2 : 6);
            _cause |= NicCause.Received;
            Statistics[3] += whole ? 1u : 0;
            Statistics[4] += whole ? (uint)length : 0;
            Statistics[5] += whole ? 0u : 1;
        }

        private bool Own(Ring ring)
        {
            if (ring.Head == ring.Tail)
                return false;
            if (Reaches(ring.Place, 16))
                return (Memory[ring.Place + 10] & 1) != 0;
            _cause |= NicCause.Fault;
            return false;
        }

        private void GiveBack(Ring ring, int length, int flags)
        {
            BinaryPrimitives.WriteUInt16LittleEndian(Memory.AsSpan((int)ring.Place + 8), (ushort)length);
            BinaryPrimitives.WriteUInt16LittleEndian(Memory.AsSpan((int)ring.Place + 10), (ushort)flags);
            ring.Head = (ring.Head + 1) % ring.Count;
        }

        private void Forget()
        {
            _frame.Clear();
            _isSpoilt = false;
        }

        private static int WithError(int flags, bool failed) => (flags & ~5) | (failed ? 4 : 0);

        private static bool Reaches(ulong address, int length) =>
            address <= RamBytes && address + (ulong)length <= RamBytes && (address >= Base || address + (ulong)length <= HoleStart);
    }
}
