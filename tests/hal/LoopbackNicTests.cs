using System.Buffers.Binary;

namespace MiniKernel.Hal.Tests;

public sealed class LoopbackNicTests : IDisposable
{
    private const uint SendRing = 0x0010_0000, ReceiveRing = 0x0010_8000, SendBuffers = 0x0020_0000, ReceiveBuffers = 0x0030_0000;
    private const int RingCount = 8, BufferBytes = 2048;
    private const NicDescriptorFlags Own = NicDescriptorFlags.Own, Eop = NicDescriptorFlags.EndOfPacket, Error = NicDescriptorFlags.Error;
    private const NicControl Both = NicControl.TransmitEnable | NicControl.ReceiveEnable;
    private readonly Machine _machine = new(Profiles.Small);
    private readonly LoopbackNic _nic;
    private readonly List<byte[]> _wire = [];

    public LoopbackNicTests()
    {
        _nic = _machine.Nic;
        _nic.Recorder = frame => _wire.Add(frame.ToArray());
        _machine.Interrupts.Unmask(_nic.Line);
        _machine.Cpus[0].InterruptsEnabled = true;
        SetUp(Both);
    }

    public void Dispose() => _machine.Dispose();

    [Test]
    public void Frame_ArrivesAfterItsTimeOnTheCable()
    {
        byte[] frame = Queue(0, 1_000);
        Send(1);
        Assert.That(Status, Is.EqualTo(NicStatus.LinkUp | NicStatus.Transmitting));
        _machine.Clock.Advance(LoopbackNic.FrameNs(1_000) - 1);
        Assert.That((Cause, Flags(SendRing, 0), Flags(ReceiveRing, 0)), Is.EqualTo((NicCause.None, Own | Eop, Own)));
        Assert.That(TookInterrupt(), Is.False);
        _machine.Clock.Advance(1);
        Assert.That(TookInterrupt());
        Assert.That(Cause, Is.EqualTo(NicCause.TransmitDone | NicCause.Received));
        Assert.That(Cause, Is.EqualTo(NicCause.None), "reading cleared it");
        Assert.That(Received(0), Is.EqualTo(frame));
        Assert.That((Flags(SendRing, 0), Flags(ReceiveRing, 0)), Is.EqualTo((Eop, Eop)));
        Assert.That((Register(NicRegister.TransmitHead), Register(NicRegister.ReceiveHead)), Is.EqualTo((1u, 1u)));
        Assert.That(Status, Is.EqualTo(NicStatus.LinkUp));
        Assert.That(_machine.Clock.NextEventNs, Is.Null, "an idle card keeps no event");
        AssertStatistics(sent: 1, sentBytes: 1_000, received: 1, receivedBytes: 1_000);
    }

    [Test]
    public void FrameNs_IsBytesByRate() => Assert.That(LoopbackNic.FrameNs(1_518), Is.EqualTo(1_518ul * 80));

    [Test]
    public void Frames_KeepTheirOrderOneAfterTheOther()
    {
        byte[][] frames = [.. Enumerable.Range(0, 5).Select(slot => Queue(slot, 100 + slot))];
        Send(5);
        _machine.Clock.Advance(LoopbackNic.FrameNs(100) + LoopbackNic.FrameNs(101));
        Assert.That(_wire, Is.EqualTo(frames[..2]));
        Finish();
        Assert.That(_wire, Is.EqualTo(frames));
        Assert.That(Enumerable.Range(0, 5).Select(Received), Is.EqualTo(frames));
        Assert.That(_machine.Clock.NowNs, Is.EqualTo(LoopbackNic.FrameNs(510)));
    }

    [Test]
    public void Frame_IsFetchedWhenTheCableIsFree()
    {
        byte[] first = Queue(0, 64);
        Queue(1, 64);
        Send(2);
        Memory(SendBuffers, 64).Fill(0xee);
        Memory(SendBuffers + BufferBytes, 64).Fill(0xdd);
        Finish();
        Assert.That(_wire[0], Is.EqualTo(first), "it was in the FIFO");
        Assert.That(_wire[1], Is.All.EqualTo(0xdd));
    }

    [Test]
    public void Frame_IsGatheredFromFragments()
    {
        byte[] head = Queue(0, 14, Own), middle = Queue(1, 0, Own), tail = Queue(2, 300);
        Send(1);
        Assert.That(Flags(SendRing, 0), Is.EqualTo(NicDescriptorFlags.None), "taken over");
        Assert.That(Status, Is.EqualTo(NicStatus.LinkUp), "its end is missing");
        Send(3);
        Finish();
        Assert.That(Received(0), Is.EqualTo(head.Concat(middle).Concat(tail)));
        AssertStatistics(sent: 1, sentBytes: 314, received: 1, receivedBytes: 314);
    }

    [Test]
    public void Rings_GoRoundAndRound()
    {
        for (uint round = 0; round < 50; round++)
        {
            int slot = (int)(round % RingCount);
            byte[] frame = Queue(slot, 60 + (int)round);
            Send((round + 1) % RingCount);
            Finish();
            Assert.That(Received(slot), Is.EqualTo(frame), $"round {round}");
            Provide(slot, BufferBytes);
            _nic.Write(NicRegister.ReceiveTail, (uint)slot);
        }

        Assert.That(Register(NicRegister.ReceivePackets), Is.EqualTo(50));
    }

    [Test]
    public void NoDescriptorOfTheCards_IsAMissedFrame()
    {
        for (int slot = 0; slot < RingCount - 1; slot++)
            Queue(slot, 60);
        Write(ReceiveRing, 2, ReceiveBuffers, BufferBytes, NicDescriptorFlags.None);
        Send(RingCount - 1);
        Finish();
        Assert.That(Cause, Is.EqualTo(NicCause.TransmitDone | NicCause.Received | NicCause.ReceiveOverrun));
        Assert.That(Register(NicRegister.ReceiveHead), Is.EqualTo(2), "it waits at the driver's descriptor");
        AssertStatistics(sent: 7, sentBytes: 420, received: 2, receivedBytes: 120, missed: 5);
        Provide(2, BufferBytes);
        byte[] frame = Queue(RingCount - 1, 77);
        Send(0);
        Finish();
        Assert.That(Received(2), Is.EqualTo(frame));
    }

    [Test]
    public void EmptyReceiveRing_IsAMissedFrame()
    {
        _nic.Write(NicRegister.ReceiveTail, 0);
        Queue(0, 60);
        Send(1);
        Finish();
        Assert.That(Cause, Is.EqualTo(NicCause.TransmitDone | NicCause.ReceiveOverrun));
        AssertStatistics(sent: 1, sentBytes: 60, missed: 1);
    }

    [Test]
    public void ReceiverSwitchedOff_HearsNothingAndMissesNothing()
    {
        _nic.Write(NicRegister.Control, (uint)NicControl.TransmitEnable);
        Queue(0, 60);
        Send(1);
        Finish();
        Assert.That(Cause, Is.EqualTo(NicCause.TransmitDone));
        AssertStatistics(sent: 1, sentBytes: 60);
    }

    [Test]
    public void TransmitterSwitchedOff_EndsTheFrameOnItsWayAndWaits()
    {
        byte[] first = Queue(0, 60), second = Queue(1, 61);
        Send(2);
        _nic.Write(NicRegister.Control, (uint)NicControl.ReceiveEnable);
        Finish();
        Assert.That(_wire, Is.EqualTo(new[] { first }));
        _nic.Write(NicRegister.Control, (uint)Both);
        Finish();
        Assert.That(_wire, Is.EqualTo(new[] { first, second }));
    }

    [Test]
    public void TransmitDescriptor_OfTheDriversStopsTheCardUntilTheTailIsWritten()
    {
        Queue(0, 60, Eop);
        Send(2);
        Assert.That((Status, Register(NicRegister.TransmitHead)), Is.EqualTo((NicStatus.LinkUp, 0u)));
        byte[] frame = Queue(0, 60);
        Send(1);
        Finish();
        Assert.That(_wire, Is.EqualTo(new[] { frame }));
    }

    [TestCase(LoopbackNic.MaxFrameBytes, false)]
    [TestCase(LoopbackNic.MaxFrameBytes + 1, true)]
    [TestCase(ushort.MaxValue, true)]
    [TestCase(LoopbackNic.MinFrameBytes, false)]
    [TestCase(LoopbackNic.MinFrameBytes - 1, true)]
    [TestCase(0, true)]
    public void FrameLength_OutsideTheRulesIsNotSent(int length, bool isError)
    {
        Queue(0, length, Own | Eop | Error);
        byte[] next = Queue(1, 60);
        Send(2);
        Finish();
        Assert.That(Flags(SendRing, 0), Is.EqualTo(isError ? Eop | Error : Eop));
        Assert.That(Register(NicRegister.TransmitErrors), Is.EqualTo(isError ? 1 : 0));
        Assert.That(_wire[^1], Is.EqualTo(next), "the card goes on");
        Assert.That(_wire, Has.Count.EqualTo(isError ? 1 : 2));
        Assert.That(Cause & NicCause.TransmitDone, Is.EqualTo(NicCause.TransmitDone));
    }

    [Test]
    public void Fragments_TooLongTogetherAreSkippedToTheEndOfTheFrame()
    {
        Queue(0, 1_500, Own);
        Queue(1, 19, Own);
        Queue(2, 5);
        byte[] next = Queue(3, 60);
        Send(4);
        Finish();
        Assert.That(_wire, Is.EqualTo(new[] { next }));
        NicDescriptorFlags[] expected = [NicDescriptorFlags.None, NicDescriptorFlags.None, Eop | Error, Eop];
        Assert.That(Enumerable.Range(0, 4).Select(slot => Flags(SendRing, slot)), Is.EqualTo(expected));
        AssertStatistics(sent: 1, sentBytes: 60, received: 1, receivedBytes: 60, sendErrors: 1);
    }

    [Test]
    public void TransmitBuffer_OutOfReachIsAnError([Values(0x000a_0000ul, 0x03ff_fff0ul, 1ul << 32, ulong.MaxValue - 4)] ulong address)
    {
        Write(SendRing, 0, address, 60, Own);
        Queue(1, 60);
        byte[] next = Queue(2, 60);
        Send(3);
        Finish();
        Assert.That((Flags(SendRing, 0), Flags(SendRing, 1)), Is.EqualTo((Error, Eop | Error)));
        Assert.That(_wire, Is.EqualTo(new[] { next }));
        AssertStatistics(sent: 1, sentBytes: 60, received: 1, receivedBytes: 60, sendErrors: 1);
    }

    [Test]
    public void ReceiveBuffer_OutOfReachIsAnError([Values(0x000a_0000ul, 0x03ff_fff0ul, 1ul << 32, ulong.MaxValue - 4)] ulong address)
    {
        Write(ReceiveRing, 0, address, BufferBytes, Own);
        Queue(0, 60);
        byte[] second = Queue(1, 61);
        Send(2);
        Finish();
        Assert.That((Flags(ReceiveRing, 0), Length(ReceiveRing, 0)), Is.EqualTo((Eop | Error, 0)));
        Assert.That(Received(1), Is.EqualTo(second));
        AssertStatistics(sent: 2, sentBytes: 121, received: 1, receivedBytes: 61, receiveErrors: 1);
    }

    [Test]
    public void ReceiveBuffer_TooShortHoldsTheBeginning()
    {
        Write(ReceiveRing, 0, ReceiveBuffers, 50, Own);
        Write(ReceiveRing, 1, ReceiveBuffers + BufferBytes, 0, Own);
        Memory(ReceiveBuffers, BufferBytes).Fill(0xcc);
        byte[] frame = Queue(0, 60);
        Queue(1, 60);
        Send(2);
        Finish();
        Assert.That((Flags(ReceiveRing, 0), Flags(ReceiveRing, 1)), Is.EqualTo((Eop | Error, Eop | Error)));
        Assert.That(Received(0), Is.EqualTo(frame[..50]));
        Assert.That(Length(ReceiveRing, 1), Is.Zero);
        Assert.That(Memory(ReceiveBuffers + 50, 10).ToArray(), Is.All.EqualTo(0xcc), "not a byte further");
        AssertStatistics(sent: 2, sentBytes: 120, receiveErrors: 2);
    }

    [Test]
    public void Descriptor_OutOfReachIsAFault()
    {
        _nic.Write(NicRegister.Control, 0);
        Place(NicRegister.TransmitBase, 0x03ff_fff8, RingCount);
        _nic.Write(NicRegister.Control, (uint)Both);
        Send(1);
        Assert.That(Cause, Is.EqualTo(NicCause.Fault));
        Assert.That(Status, Is.EqualTo(NicStatus.LinkUp));
        _nic.Write(NicRegister.Control, 0);
        Place(NicRegister.TransmitBase, SendRing, RingCount);
        Place(NicRegister.ReceiveBase, ulong.MaxValue - 7, RingCount);
        _nic.Write(NicRegister.ReceiveTail, 4);
        Queue(0, 60);
        _nic.Write(NicRegister.Control, (uint)Both);
        Send(1);
        Finish();
        Assert.That(Cause, Is.EqualTo(NicCause.TransmitDone | NicCause.Fault | NicCause.ReceiveOverrun));
        Assert.That(Register(NicRegister.ReceiveMissed), Is.EqualTo(1));
    }

    [Test]
    public void Ring_OfNoLengthMovesNothing()
    {
        _nic.Write(NicRegister.Control, 0);
        Place(NicRegister.TransmitBase, SendRing, 0);
        Place(NicRegister.ReceiveBase, ReceiveRing, 0);
        _nic.Write(NicRegister.Control, (uint)Both);
        foreach (NicRegister tail in new[] { NicRegister.TransmitTail, NicRegister.ReceiveTail })
        {
            _nic.Write(tail, 0);
            Assert.That(Cause, Is.EqualTo(NicCause.Fault), $"{tail}");
            _nic.Write(tail, uint.MaxValue);
            Assert.That((Cause, Register(tail)), Is.EqualTo((NicCause.Fault, 0u)), $"{tail}");
        }

        Assert.That(_machine.Clock.NextEventNs, Is.Null);
    }

    [Test]
    public void Tail_BeyondTheRingIsAFaultWithoutEffect()
    {
        Queue(0, 60);
        Send(RingCount);
        Assert.That((Cause, Register(NicRegister.TransmitTail)), Is.EqualTo((NicCause.Fault, 0u)));
        Assert.That(TookInterrupt());
        Finish();
        Assert.That(_wire, Is.Empty);
    }

    [Test]
    public void Ring_DoesNotMoveWhileItIsInUse()
    {
        NicRegister[] registers =
        [
            NicRegister.TransmitBase, NicRegister.TransmitBaseHigh, NicRegister.TransmitCount,
            NicRegister.ReceiveBase, NicRegister.ReceiveBaseHigh, NicRegister.ReceiveCount,
        ];
        foreach (NicRegister register in registers)
        {
            uint before = Register(register);
            _nic.Write(register, 4);
            Assert.That((Cause, Register(register)), Is.EqualTo((NicCause.Fault, before)), $"{register}");
        }

        Queue(0, 60);
        Send(1);
        _nic.Write(NicRegister.Control, 0);
        _nic.Write(NicRegister.TransmitCount, 4);
        Assert.That((Cause, Register(NicRegister.TransmitCount)), Is.EqualTo((NicCause.Fault, (uint)RingCount)), "a frame is on its way");
        Finish();
        _nic.Write(NicRegister.TransmitCount, 4);
        Assert.That(Register(NicRegister.TransmitCount), Is.EqualTo(4));
        Assert.That((Register(NicRegister.TransmitHead), Register(NicRegister.TransmitTail)), Is.EqualTo((0u, 0u)));
    }

    [Test]
    public void Ring_MovedForgetsAFrameWithoutItsEnd()
    {
        Queue(0, 100, Own);
        Send(1);
        _nic.Write(NicRegister.Control, 0);
        Place(NicRegister.TransmitBase, SendRing, RingCount);
        _nic.Write(NicRegister.Control, (uint)Both);
        byte[] frame = Queue(0, 60);
        Send(1);
        Finish();
        Assert.That(_wire, Is.EqualTo(new[] { frame }));
    }

    [Test]
    public void Rings_WorkAboveFourGibibytes()
    {
        using var machine = new Machine(Profiles.Big);
        LoopbackNic nic = machine.Nic;
        ulong high = 5 * Profiles.Gibi;
        machine.Memory.Slice(new PhysicalAddress(high + 0x1000), 60).Fill(0x7e);
        Write(machine, high, 0, high + 0x1000, 60, Own | Eop);
        Write(machine, high + 0x800, 0, high + 0x2000, BufferBytes, Own);
        Place(nic, NicRegister.TransmitBase, high, 2);
        Place(nic, NicRegister.ReceiveBase, high + 0x800, 2);
        nic.Write(NicRegister.Control, (uint)Both);
        nic.Write(NicRegister.ReceiveTail, 1);
        nic.Write(NicRegister.TransmitTail, 1);
        machine.Clock.Advance(LoopbackNic.FrameNs(60));
        Assert.That(nic.Read(NicRegister.ReceivePackets), Is.EqualTo(1));
        Assert.That(machine.Memory.Slice(new PhysicalAddress(high + 0x2000), 60).ToArray(), Is.All.EqualTo(0x7e));
    }

    [Test]
    public void Line_AsksOncePerStandingCauseAndAgainAfterItIsRead()
    {
        for (int slot = 0; slot < 3; slot++)
            Queue(slot, 60);
        Send(3);
        _machine.Clock.Advance(LoopbackNic.FrameNs(60));
        Assert.That(TookInterrupt());
        _machine.Clock.Advance(LoopbackNic.FrameNs(60));
        Assert.That(TookInterrupt(), Is.False, "the first was not looked at yet");
        _ = Cause;
        _machine.Clock.Advance(LoopbackNic.FrameNs(60));
        Assert.That(TookInterrupt());
    }

    [Test]
    public void Mask_HoldsCausesBackAndMakesUpForThem()
    {
        _nic.Write(NicRegister.Mask, (uint)NicCause.ReceiveOverrun);
        Queue(0, 60);
        Send(1);
        Finish();
        Assert.That(TookInterrupt(), Is.False);
        _nic.Write(NicRegister.Mask, uint.MaxValue);
        Assert.That(TookInterrupt());
        Assert.That((NicCause)Register(NicRegister.Mask), Is.EqualTo(NicCause.All));
        _nic.Write(NicRegister.Mask, (uint)NicCause.Received);
        Assert.That(TookInterrupt(), "every write of the mask asks again");
        _nic.Write(NicRegister.Mask, 0);
        Assert.That(TookInterrupt(), Is.False);
        Assert.That(Cause, Is.EqualTo(NicCause.TransmitDone | NicCause.Received), "masked causes are remembered");
    }

    [Test]
    public void Reset_LosesTheFrameOnItsWayAndForgetsEverything()
    {
        Queue(0, 60);
        Queue(1, 1_000);
        Send(2);
        _machine.Clock.Advance(LoopbackNic.FrameNs(60));
        _nic.Write(NicRegister.Control, (uint)(NicControl.Reset | Both));
        Assert.That(_machine.Clock.NextEventNs, Is.Null);
        foreach (NicRegister register in Enum.GetValues<NicRegister>().Except([NicRegister.Status, NicRegister.MacLow, NicRegister.MacHigh]))
            Assert.That(Register(register), Is.Zero, $"{register}");
        SetUp(Both);
        byte[] frame = Queue(0, 70);
        Send(1);
        Finish();
        Assert.That(Received(0), Is.EqualTo(frame));
    }

    [Test]
    public void Registers_FloatWhereThereAreNone()
    {
        foreach (int offset in new[] { -4, 1, 0x18, 0x34, 0x7c, int.MaxValue })
            Assert.That(Register((NicRegister)offset), Is.EqualTo(uint.MaxValue), $"{offset}");
        _nic.Write((NicRegister)0x34, 1);
        _nic.Write(NicRegister.TransmitHead, 5);
        Assert.That(Register(NicRegister.TransmitHead), Is.Zero);
        Assert.That((Register(NicRegister.MacLow) & 3, Register(NicRegister.MacHigh) >> 16), Is.EqualTo((2u, 0u)), "local, not multicast");
        Assert.That(Register(NicRegister.Control), Is.EqualTo((uint)Both));
    }

    [Test]
    public void Traffic_AllocatesNothing()
    {
        _nic.Recorder = null;
        SendRound(0);
        long before = GC.GetAllocatedBytesForCurrentThread();
        for (uint round = 1; round < 200; round++)
            SendRound(round);
        Assert.That(GC.GetAllocatedBytesForCurrentThread() - before, Is.Zero);
        Assert.That(Register(NicRegister.ReceivePackets), Is.EqualTo(200));
    }

    private NicCause Cause => (NicCause)Register(NicRegister.Cause);

    private NicStatus Status => (NicStatus)Register(NicRegister.Status);

    private uint Register(NicRegister register) => _nic.Read(register);

    private void SendRound(uint round)
    {
        uint slot = round % RingCount;
        Write(SendRing, (int)slot, SendBuffers, 200, Own | Eop);
        Send((slot + 1) % RingCount);
        Finish();
        Provide((int)slot, BufferBytes);
        _nic.Write(NicRegister.ReceiveTail, slot);
    }

    private void SetUp(NicControl control)
    {
        Place(NicRegister.TransmitBase, SendRing, RingCount);
        Place(NicRegister.ReceiveBase, ReceiveRing, RingCount);
        for (int slot = 0; slot < RingCount; slot++)
            Provide(slot, BufferBytes);
        _nic.Write(NicRegister.ReceiveTail, RingCount - 1);
        _nic.Write(NicRegister.Mask, (uint)NicCause.All);
        _nic.Write(NicRegister.Control, (uint)control);
    }

    private void Place(NicRegister ring, ulong address, uint count) => Place(_nic, ring, address, count);

    private static void Place(LoopbackNic nic, NicRegister ring, ulong address, uint count)
    {
        nic.Write(ring, (uint)address);
        nic.Write(ring + 4, (uint)(address >> 32));
        nic.Write(ring + 8, count);
    }

    private void Provide(int slot, ushort capacity) =>
        Write(ReceiveRing, slot, ReceiveBuffers + ((uint)slot * BufferBytes), capacity, Own);

    /// <summary>Fills a send buffer (only its first 2048 bytes are its own) and its descriptor.</summary>
    private byte[] Queue(int slot, int length, NicDescriptorFlags flags = Own | Eop)
    {
        uint address = SendBuffers + ((uint)slot * BufferBytes);
        var bytes = new byte[length];
        new Random(length + slot).NextBytes(bytes);
        bytes.AsSpan(0, Math.Min(length, BufferBytes)).CopyTo(Memory(address, BufferBytes));
        Write(SendRing, slot, address, (ushort)length, flags);
        return bytes;
    }

    private void Send(uint tail) => _nic.Write(NicRegister.TransmitTail, tail);

    private void Finish()
    {
        while (_machine.Clock.TryJumpToNextEvent())
            continue;
    }

    private void Write(ulong ring, int slot, ulong address, ushort length, NicDescriptorFlags flags) =>
        Write(_machine, ring, slot, address, length, flags);

    private static void Write(Machine machine, ulong ring, int slot, ulong address, ushort length, NicDescriptorFlags flags)
    {
        Span<byte> raw = machine.Memory.Slice(new PhysicalAddress(ring + ((uint)slot * NicDescriptor.Bytes)), NicDescriptor.Bytes);
        BinaryPrimitives.WriteUInt64LittleEndian(raw[NicDescriptor.AddressOffset..], address);
        BinaryPrimitives.WriteUInt16LittleEndian(raw[NicDescriptor.LengthOffset..], length);
        BinaryPrimitives.WriteUInt16LittleEndian(raw[NicDescriptor.FlagsOffset..], (ushort)flags);
    }

    private NicDescriptorFlags Flags(uint ring, int slot) => (NicDescriptorFlags)Half(ring, slot, NicDescriptor.FlagsOffset);

    private int Length(uint ring, int slot) => Half(ring, slot, NicDescriptor.LengthOffset);

    private ushort Half(uint ring, int slot, int offset) =>
        BinaryPrimitives.ReadUInt16LittleEndian(Memory((uint)(ring + (slot * NicDescriptor.Bytes) + offset), sizeof(ushort)));

    private byte[] Received(int slot) => Memory((uint)(ReceiveBuffers + (slot * BufferBytes)), Length(ReceiveRing, slot)).ToArray();

    private Span<byte> Memory(uint address, int length) => _machine.Memory.Slice(new PhysicalAddress(address), length);

    private void AssertStatistics(
        uint sent = 0, uint sentBytes = 0, uint sendErrors = 0, uint received = 0, uint receivedBytes = 0, uint receiveErrors = 0, uint missed = 0)
    {
        uint[] actual =
        [
            Register(NicRegister.TransmitPackets), Register(NicRegister.TransmitBytes), Register(NicRegister.TransmitErrors),
            Register(NicRegister.ReceivePackets), Register(NicRegister.ReceiveBytes), Register(NicRegister.ReceiveErrors), Register(NicRegister.ReceiveMissed),
        ];
        Assert.That(actual, Is.EqualTo(new[] { sent, sentBytes, sendErrors, received, receivedBytes, receiveErrors, missed }));
    }

    private bool TookInterrupt() => _machine.Interrupts.TryTake(_machine.Cpus[0], out int line) && line == IrqLine.Nic;
}
