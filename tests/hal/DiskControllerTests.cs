using System.Buffers.Binary;

namespace MiniKernel.Hal.Tests;

public sealed class DiskControllerTests : IDisposable
{
    private const uint Buffer = 0x0020_0000, List = 0x0010_0000;
    private const int Sector = DiskMedia.SectorBytes;
    private const int Sectors = 256;
    private readonly Machine _machine = new(Profiles.Small, diskBytes: Sectors * Sector);
    private readonly DiskController _disk;

    public DiskControllerTests()
    {
        _disk = _machine.Disk;
        _machine.Interrupts.Unmask(_disk.Line);
        _machine.Cpus[0].InterruptsEnabled = true;
        _disk.Write(DiskRegister.Control, (uint)DiskControl.InterruptEnable);
    }

    public void Dispose() => _machine.Dispose();

    [Test]
    public void Read_BringsSectorsAfterLatencyAndTransferTimeAndInterrupts()
    {
        byte[] sectors = FillDisk(lba: 7, count: 3);
        Submit(tag: 2, DiskCommand.Read, lba: 7, count: 3, Buffer);
        Assert.That((Status, Register(DiskRegister.Active)), Is.EqualTo((DiskStatus.Busy, 1u << 2)));
        _machine.Clock.Advance(DiskController.CommandNs(3) - 1);
        Assert.That(Memory(Buffer, 3 * Sector), Is.All.Zero);
        Assert.That(TookInterrupt(), Is.False);
        _machine.Clock.Advance(1);
        Assert.That(Memory(Buffer, 3 * Sector), Is.EqualTo(sectors));
        Assert.That(TookInterrupt());
        Assert.That((Status, Register(DiskRegister.Active)), Is.EqualTo((DiskStatus.Idle, 0u)));
        Assert.That(Register(DiskRegister.Completed), Is.EqualTo(1u << 2));
        Assert.That(Register(DiskRegister.Completed), Is.Zero, "reading cleared it");
        Assert.That(Result(2), Is.EqualTo(DiskError.None));
        Assert.That(Register(DiskRegister.SectorsRead), Is.EqualTo(3));
        Assert.That(_machine.Clock.NextEventNs, Is.Null, "an idle disk keeps no event");
    }

    [Test]
    public void CommandNs_IsLatencyAndBytesByRate() =>
        Assert.That(DiskController.CommandNs(100), Is.EqualTo(DiskController.LatencyNs + (51_200ul * 1_000_000_000 / DiskController.BytesPerSecond)));

    [Test]
    public void Write_PutsSectorsOnTheDisk()
    {
        byte[] bytes = FillMemory(Buffer, 4 * Sector);
        Run(DiskCommand.Write, lba: Sectors - 4, count: 4, Buffer);
        Assert.That(Disk(Sectors - 4, 4), Is.EqualTo(bytes));
        Assert.That(Disk(0, Sectors - 4), Is.All.Zero);
        Assert.That(Register(DiskRegister.SectorsWritten), Is.EqualTo(4));
    }

    [Test]
    public void Write_TakesWhatMemoryHoldsAtItsEnd()
    {
        FillMemory(Buffer, Sector);
        Submit(0, DiskCommand.Write, 0, 1, Buffer);
        byte[] later = FillMemory(Buffer, Sector, seed: 2);
        Finish();
        Assert.That(Disk(0, 1), Is.EqualTo(later), "until then the buffer is the controller's");
    }

    [Test]
    public void List_ScattersAndGathersWhereSegmentsCutSectors()
    {
        byte[] sectors = FillDisk(0, 2);
        WriteList((Buffer + 1, 700), (Buffer + 5_001, 1), (Buffer + 3_000, 5_000));
        Run(DiskCommand.Read, 0, 2, List, segments: 3);
        Assert.That(Memory(Buffer + 1, 700), Is.EqualTo(sectors[..700]));
        Assert.That(Memory(Buffer + 5_001, 1), Is.EqualTo(sectors[700..701]));
        Assert.That(Memory(Buffer + 3_000, 323), Is.EqualTo(sectors[701..]));
        Assert.That(Memory(Buffer + 3_323, 500), Is.All.Zero, "what is left over of the list stays as it was");
        Run(DiskCommand.Write, 10, 2, List, segments: 3);
        Assert.That(Disk(10, 2), Is.EqualTo(sectors));
    }

    [Test]
    public void List_MayBeOverwrittenByItsOwnRead()
    {
        byte[] sectors = FillDisk(0, 2);
        WriteList((List, Sector), (Buffer, Sector));
        Run(DiskCommand.Read, 0, 2, List, segments: 2);
        Assert.That(Memory(List, Sector), Is.EqualTo(sectors[..Sector]));
        Assert.That(Memory(Buffer, Sector), Is.EqualTo(sectors[Sector..]));
    }

    [Test]
    public void Commands_AreServedInTheOrderTheyWereGiven()
    {
        FillMemory(Buffer, 3 * Sector);
        Submit(5, DiskCommand.Write, 0, 1, Buffer);
        Submit(1, DiskCommand.Read, 0, 1, Buffer + 0x1000);
        Submit(3, DiskCommand.Flush, uint.MaxValue, 0, 0);
        _machine.Clock.Advance(DiskController.CommandNs(1));
        Assert.That(Register(DiskRegister.Completed), Is.EqualTo(1u << 5));
        _machine.Clock.Advance(DiskController.CommandNs(1));
        Assert.That(Register(DiskRegister.Completed), Is.EqualTo(1u << 1));
        Assert.That(Memory(Buffer + 0x1000, Sector), Is.EqualTo(Memory(Buffer, Sector)), "the read saw the write before it");
        _machine.Clock.Advance(DiskController.LatencyNs - 1);
        Assert.That(Register(DiskRegister.Active), Is.EqualTo(1u << 3), "each waits for the one before");
        _machine.Clock.Advance(1);
        Assert.That(Register(DiskRegister.Completed), Is.EqualTo(1u << 3));
        Assert.That(Result(3), Is.EqualTo(DiskError.None), "a flush looks at no block and no address");
    }

    [Test]
    public void CommandBlock_MayBeWrittenAgainAtOnce()
    {
        FillDisk(0, 2);
        Submit(0, DiskCommand.Read, 0, 1, Buffer);
        Submit(1, DiskCommand.Read, 1, 1, Buffer + Sector);
        Finish();
        Assert.That(Memory(Buffer, 2 * Sector), Is.EqualTo(Disk(0, 2)));
    }

    [Test]
    public void EveryTag_CanBeOutstanding()
    {
        for (uint tag = 0; tag < DiskController.Tags; tag++)
        {
            Assert.That(Status & DiskStatus.Full, Is.EqualTo(DiskStatus.Idle));
            Submit(tag, DiskCommand.Read, tag, 1, Buffer + (tag * Sector));
        }

        Assert.That(Status, Is.EqualTo(DiskStatus.Busy | DiskStatus.Full));
        byte[] sectors = FillDisk(0, DiskController.Tags);
        Finish();
        Assert.That(Register(DiskRegister.Completed), Is.EqualTo(0xff));
        Assert.That(Memory(Buffer, sectors.Length), Is.EqualTo(sectors));
    }

    [Test]
    public void Tag_OutstandingOrUnknownIsRejectedWithoutEffect()
    {
        FillDisk(0, 2);
        Submit(0, DiskCommand.Read, 0, 1, Buffer);
        Submit(0, DiskCommand.Read, 1, 1, Buffer);
        Assert.That(Status, Is.EqualTo(DiskStatus.Busy | DiskStatus.Rejected));
        Submit(DiskController.Tags, DiskCommand.Read, 1, 1, Buffer);
        Submit(uint.MaxValue, DiskCommand.Read, 1, 1, Buffer);
        Assert.That(Status, Is.EqualTo(DiskStatus.Busy | DiskStatus.Rejected));
        Finish();
        Assert.That(Memory(Buffer, Sector), Is.EqualTo(Disk(0, 1)), "the first command went on");
        Submit(0, DiskCommand.Flush, 0, 0, 0);
        Assert.That(Status, Is.EqualTo(DiskStatus.Busy));
    }

    [TestCase(0u, 0u, DiskError.BadCount)]
    [TestCase(0u, DiskController.MaxSectors + 1u, DiskError.BadCount)]
    [TestCase(0u, uint.MaxValue, DiskError.BadCount)]
    [TestCase((uint)Sectors, 1u, DiskError.BeyondEnd)]
    [TestCase(Sectors - 1u, 2u, DiskError.BeyondEnd)]
    [TestCase(uint.MaxValue, 2u, DiskError.BeyondEnd)]
    [TestCase(uint.MaxValue, 1u, DiskError.BeyondEnd)]
    public void Range_OutsideTheDiskFailsAfterTheLatencyAlone(uint lba, uint count, DiskError expected)
    {
        Submit(4, DiskCommand.Read, lba, count, Buffer);
        _machine.Clock.Advance(DiskController.LatencyNs);
        AssertFailed(4, expected);
    }

    [Test]
    public void Command_UnknownFails([Values(0u, 4u, uint.MaxValue)] uint command)
    {
        Submit(0, (DiskCommand)command, 0, 1, Buffer);
        _machine.Clock.Advance(DiskController.LatencyNs);
        AssertFailed(0, DiskError.BadCommand);
    }

    [TestCase(0x0009_ff00u, DiskError.BadAddress, Description = "into the hole at 640K")]
    [TestCase(0x000f_fff0u, DiskError.BadAddress, Description = "out of the hole at 640K")]
    [TestCase(0x03ff_ff00u, DiskError.BadAddress, Description = "over the end of RAM")]
    [TestCase(0x0400_0000u, DiskError.BadAddress, Description = "beyond RAM")]
    [TestCase(0xffff_ff00u, DiskError.BadAddress, Description = "over the end of 32 bits")]
    [TestCase(0x03ff_fe00u, DiskError.None, Description = "the last bytes of RAM")]
    [TestCase(0x0010_0000u, DiskError.None, Description = "the first behind the hole")]
    public void Buffer_WhereNoRamAnswersFails(uint address, DiskError expected)
    {
        Submit(0, DiskCommand.Write, 0, 1, address);
        Finish();
        Assert.That(Result(0), Is.EqualTo(expected));
        Submit(0, DiskCommand.Read, 0, 1, address);
        Finish();
        Assert.That(Result(0), Is.EqualTo(expected));
    }

    [Test]
    public void Address_HasNoWiresAbove32BitsAndDoesNotWrap()
    {
        using var machine = new Machine(Profiles.Big);
        DiskController disk = machine.Disk;
        Span<byte> low = machine.Memory.Slice(new PhysicalAddress(Buffer), Sector);
        low.Fill(0x11);
        machine.Memory.Slice(new PhysicalAddress(Buffer + (4 * Profiles.Gibi)), Sector).Fill(0x22);
        disk.Write(DiskRegister.AddressHigh, 1);
        Submit(disk, 0, DiskCommand.Write, 0, 1, Buffer);
        disk.Write(DiskRegister.AddressHigh, 0);
        Submit(disk, 1, DiskCommand.Read, 0, 1, uint.MaxValue - Sector + 2);
        Submit(disk, 2, DiskCommand.Read, 0, 1, uint.MaxValue - Sector + 1);
        machine.Clock.Advance(10 * DiskController.CommandNs(1));
        Assert.That(disk.Read(DiskRegister.Failed), Is.EqualTo(0b011));
        Assert.That(low.ToArray(), Is.All.EqualTo(0x11));
        Assert.That(Disk(disk, 0, 1), Is.All.Zero);
    }

    [Test]
    public void Segment_AboveFourGibibytesFailsTheWholeCommand()
    {
        FillDisk(0, 2);
        WriteList((Buffer, Sector), (Buffer + (1ul << 32), Sector));
        Submit(0, DiskCommand.Read, 0, 2, List, segments: 2);
        Finish();
        AssertFailed(0, DiskError.BadAddress);
        Assert.That(Memory(Buffer, Sector), Is.All.Zero, "all or nothing");
    }

    [Test]
    public void List_ThatIsWrongFails()
    {
        WriteList((Buffer, Sector), (Buffer, 0), (Buffer, Sector));
        Assert.That(ResultOf(count: 2, List, segments: 3), Is.EqualTo(DiskError.BadList), "an empty segment");
        Assert.That(ResultOf(count: 1, List, segments: 3), Is.EqualTo(DiskError.None), "not looked at that far");
        WriteList((Buffer, Sector), (Buffer, Sector - 1));
        Assert.That(ResultOf(count: 2, List, segments: 2), Is.EqualTo(DiskError.BadList), "too few bytes");
        Assert.That(ResultOf(count: 1, List, DiskController.MaxSegments + 1), Is.EqualTo(DiskError.BadList), "too long");
        Assert.That(ResultOf(count: 1, List, uint.MaxValue), Is.EqualTo(DiskError.BadList));
        Assert.That(ResultOf(count: 1, 0xffff_fff8, segments: 1), Is.EqualTo(DiskError.BadAddress), "the list itself out of reach");
        WriteList((ulong.MaxValue - 3, Sector));
        Assert.That(ResultOf(count: 1, List, segments: 1), Is.EqualTo(DiskError.BadAddress));
        WriteList((Buffer, uint.MaxValue));
        Assert.That(ResultOf(count: 1, List, segments: 1), Is.EqualTo(DiskError.None), "the command's bytes count");
    }

    [Test]
    public void List_OfTheGreatestLengthWorks()
    {
        byte[] sectors = FillDisk(0, 1);
        WriteList([.. Enumerable.Range(0, DiskController.MaxSegments).Select(index => ((ulong)(Buffer + (index * 16)), 2u))]);
        Run(DiskCommand.Read, 0, 1, List, DiskController.MaxSegments);
        byte[] memory = Memory(Buffer, DiskController.MaxSegments * 16);
        Assert.That(Enumerable.Range(0, Sector).Select(index => memory[(index / 2 * 16) + (index % 2)]), Is.EqualTo(sectors));
    }

    [Test]
    public void Failed_StandsUntilTheTagIsUsedAgain()
    {
        Submit(6, DiskCommand.Read, Sectors, 1, Buffer);
        Finish();
        Assert.That(Register(DiskRegister.Failed), Is.EqualTo(1u << 6));
        Assert.That(Register(DiskRegister.Failed), Is.EqualTo(1u << 6));
        Submit(6, DiskCommand.Flush, 0, 0, 0);
        Assert.That((Register(DiskRegister.Failed), Result(6)), Is.EqualTo((0u, DiskError.None)));
        Assert.That(Register(DiskRegister.Errors), Is.EqualTo(1));
    }

    [Test]
    public void Line_IsRaisedOncePerStandingCompletionAndAgainAfterItIsRead()
    {
        Submit(0, DiskCommand.Flush, 0, 0, 0);
        Submit(1, DiskCommand.Flush, 0, 0, 0);
        _machine.Clock.Advance(DiskController.LatencyNs);
        Assert.That(TookInterrupt());
        _machine.Clock.Advance(DiskController.LatencyNs);
        Assert.That(TookInterrupt(), Is.False, "the first was not looked at yet");
        Assert.That(Register(DiskRegister.Completed), Is.EqualTo(0b11));
        Submit(0, DiskCommand.Flush, 0, 0, 0);
        _machine.Clock.Advance(DiskController.LatencyNs);
        Assert.That(TookInterrupt());
    }

    [Test]
    public void Line_IsQuietWhileDisabledAndMakesUpForItWhenEnabled()
    {
        _disk.Write(DiskRegister.Control, 0);
        Submit(0, DiskCommand.Flush, 0, 0, 0);
        Finish();
        Assert.That(TookInterrupt(), Is.False);
        _disk.Write(DiskRegister.Control, (uint)DiskControl.InterruptEnable);
        Assert.That(TookInterrupt());
        _machine.Interrupts.Clear(_disk.Line);
        _disk.Write(DiskRegister.Control, (uint)DiskControl.InterruptEnable);
        Assert.That(TookInterrupt(), "every write of the enable asks again");
    }

    [Test]
    public void Reset_DropsWhatIsOutstandingAndKeepsTheDisk()
    {
        byte[] sectors = FillDisk(0, 1);
        Submit(DiskController.Tags, DiskCommand.Flush, 0, 0, 0);
        Submit(0, DiskCommand.Read, 0, 1, Buffer);
        Submit(1, DiskCommand.Read, Sectors, 1, Buffer);
        _machine.Clock.Advance(DiskController.CommandNs(1));
        _disk.Write(DiskRegister.Control, (uint)(DiskControl.Reset | DiskControl.InterruptEnable));
        Assert.That(_machine.Clock.NextEventNs, Is.Null);
        foreach (DiskRegister register in Enum.GetValues<DiskRegister>().Except([DiskRegister.Capacity, DiskRegister.Command]))
            Assert.That(Register(register), Is.Zero, $"{register}");
        Assert.That(Disk(0, 1), Is.EqualTo(sectors));
        Run(DiskCommand.Read, 0, 1, Buffer);
    }

    [Test]
    public void Registers_KeepTheCommandBlockAndFloatWhereThereAreNone()
    {
        DiskRegister[] block = [DiskRegister.Lba, DiskRegister.SectorCount, DiskRegister.Address, DiskRegister.AddressHigh, DiskRegister.SegmentCount, DiskRegister.Tag];
        foreach (DiskRegister register in block)
            _disk.Write(register, 0x8000_0000u + (uint)register);
        foreach (DiskRegister register in block)
            Assert.That(Register(register), Is.EqualTo(0x8000_0000u + (uint)register), $"{register}");
        foreach (int offset in new[] { -4, 1, 0x42, 0x60, int.MaxValue, (int)DiskRegister.Command })
            Assert.That(Register((DiskRegister)offset), Is.EqualTo(uint.MaxValue), $"{offset}");
        _disk.Write((DiskRegister)0x60, 1);
        _disk.Write(DiskRegister.Capacity, 1);
        Assert.That(Register(DiskRegister.Capacity), Is.EqualTo(Sectors));
    }

    [Test]
    public void Size_IsEightMebibytesUnlessGiven()
    {
        using var machine = new Machine(Profiles.Small);
        Assert.That(machine.Disk.Read(DiskRegister.Capacity), Is.EqualTo(8 * Profiles.Mebi / Sector));
        Assert.That(() => new Machine(Profiles.Small, 0), Throws.TypeOf<ArgumentOutOfRangeException>());
        Assert.That(() => new Machine(Profiles.Small, 1_000), Throws.TypeOf<ArgumentOutOfRangeException>());
        Assert.That(() => new Machine(Profiles.Small, (1ul << 32) * Sector), Throws.TypeOf<ArgumentOutOfRangeException>());
    }

    [Test]
    public void LargeDisk_WorksAtItsEnd()
    {
        using var machine = new Machine(Profiles.Small, diskBytes: 1024 * Profiles.Gibi);
        uint last = machine.Disk.Media.Sectors - 1;
        machine.Memory.Slice(new PhysicalAddress(Buffer), Sector).Fill(0x5a);
        Submit(machine.Disk, 0, DiskCommand.Write, last, 1, Buffer);
        machine.Clock.Advance(DiskController.CommandNs(1));
        Assert.That(Disk(machine.Disk, last, 1), Is.All.EqualTo(0x5a));
    }

    [Test]
    public void Media_IsCheckedOnTheHostsSide()
    {
        Assert.That(() => _disk.Media.Read(Sectors, new byte[1]), Throws.TypeOf<ArgumentOutOfRangeException>());
        Assert.That(() => _disk.Media.Write(Sectors - 1, new byte[Sector + 1]), Throws.TypeOf<ArgumentOutOfRangeException>());
        _machine.Dispose();
        Assert.That(() => _disk.Media.Read(0, new byte[1]), Throws.TypeOf<ObjectDisposedException>());
    }

    [Test]
    public void Commands_AllocateNothing()
    {
        WriteList((Buffer, 300), (Buffer + 1_000, 10_000));
        Run(DiskCommand.Write, 0, 8, List, segments: 2);
        long before = GC.GetAllocatedBytesForCurrentThread();
        for (int round = 0; round < 100; round++)
        {
            Submit(0, DiskCommand.Write, 0, 8, List, segments: 2);
            Submit(1, DiskCommand.Read, 8, 8, Buffer);
            Finish();
            Register(DiskRegister.Completed);
        }

        Assert.That(GC.GetAllocatedBytesForCurrentThread() - before, Is.Zero);
    }

    private DiskStatus Status => (DiskStatus)Register(DiskRegister.Status);

    private uint Register(DiskRegister register) => _disk.Read(register);

    private DiskError Result(int tag) => (DiskError)Register(DiskRegister.Result + (4 * tag));

    private void Submit(uint tag, DiskCommand command, uint lba, uint count, uint address, uint segments = 0) =>
        Submit(_disk, tag, command, lba, count, address, segments);

    private static void Submit(DiskController disk, uint tag, DiskCommand command, uint lba, uint count, uint address, uint segments = 0)
    {
        disk.Write(DiskRegister.Tag, tag);
        disk.Write(DiskRegister.Lba, lba);
        disk.Write(DiskRegister.SectorCount, count);
        disk.Write(DiskRegister.Address, address);
        disk.Write(DiskRegister.SegmentCount, segments);
        disk.Write(DiskRegister.Command, (uint)command);
    }

    private void Run(DiskCommand command, uint lba, uint count, uint address, uint segments = 0)
    {
        Submit(0, command, lba, count, address, segments);
        Finish();
        Assert.That(Result(0), Is.EqualTo(DiskError.None));
    }

    private DiskError ResultOf(uint count, uint address, uint segments)
    {
        Submit(0, DiskCommand.Write, 0, count, address, segments);
        Finish();
        return Result(0);
    }

    private void Finish()
    {
        while (_machine.Clock.TryJumpToNextEvent())
            continue;
    }

    private void AssertFailed(int tag, DiskError expected)
    {
        Assert.That(Result(tag), Is.EqualTo(expected));
        Assert.That((Register(DiskRegister.Completed), Register(DiskRegister.Failed)), Is.EqualTo((1u << tag, 1u << tag)));
        Assert.That(Register(DiskRegister.Errors), Is.EqualTo(1));
        Assert.That(Register(DiskRegister.SectorsRead), Is.Zero);
        Assert.That(TookInterrupt());
    }

    private void WriteList(params (ulong Address, uint Length)[] segments)
    {
        Span<byte> list = _machine.Memory.Slice(new PhysicalAddress(List), segments.Length * DiskSegment.Bytes);
        foreach ((ulong address, uint length) in segments)
        {
            BinaryPrimitives.WriteUInt64LittleEndian(list[DiskSegment.AddressOffset..], address);
            BinaryPrimitives.WriteUInt32LittleEndian(list[DiskSegment.LengthOffset..], length);
            list = list[DiskSegment.Bytes..];
        }
    }

    private byte[] FillDisk(uint lba, int count)
    {
        var bytes = new byte[count * Sector];
        new Random(count).NextBytes(bytes);
        _disk.Media.Write(lba, bytes);
        return bytes;
    }

    private byte[] FillMemory(uint address, int length, int seed = 1)
    {
        var bytes = new byte[length];
        new Random(seed).NextBytes(bytes);
        bytes.CopyTo(_machine.Memory.Slice(new PhysicalAddress(address), length));
        return bytes;
    }

    private byte[] Disk(uint lba, int count) => Disk(_disk, lba, count);

    private static byte[] Disk(DiskController disk, uint lba, int count)
    {
        var bytes = new byte[count * Sector];
        disk.Media.Read(lba, bytes);
        return bytes;
    }

    private byte[] Memory(uint address, int length) => _machine.Memory.Slice(new PhysicalAddress(address), length).ToArray();

    private bool TookInterrupt() => _machine.Interrupts.TryTake(_machine.Cpus[0], out int line) && line == IrqLine.Disk;
}
