namespace MiniKernel.Hal.Tests;

public sealed class IsaDmaControllerTests : IDisposable
{
    private const IsaDmaMode ToDevice = IsaDmaMode.Single | IsaDmaMode.MemoryToDevice;
    private const IsaDmaMode ToMemory = IsaDmaMode.Single | IsaDmaMode.DeviceToMemory;
    private const int ByteChannel = 1, WordChannel = 5, Page64K = 1 << 16, Page128K = 1 << 17;
    private const uint Buffer = 0x0020_0000;      // a place in RAM on a 128 KiB boundary
    private readonly Machine _machine = new(Profiles.Small);
    private readonly IsaDmaController _dma;

    public IsaDmaControllerTests() => _dma = _machine.IsaDma;

    public void Dispose() => _machine.Dispose();

    [Test]
    public void Transfer_MemoryToDevice_GivesTheDeviceWhatMemoryHolds([Values(ByteChannel, WordChannel)] int channel)
    {
        byte[] pattern = FillMemory(Buffer, 1_000, seed: 7);
        SetUp(channel, ToDevice, Buffer, 1_000);
        var device = new byte[1_000];
        Assert.That(_dma.Transfer(channel, device), Is.EqualTo(1_000));
        Assert.That(device, Is.EqualTo(pattern));
    }

    [Test]
    public void Transfer_DeviceToMemory_WritesTheBlockAndNothingBesides([Values(ByteChannel, WordChannel)] int channel)
    {
        byte[] before = FillMemory(Buffer - 16, 1_032, seed: 8);
        byte[] sent = Pattern(1_000, seed: 9);
        SetUp(channel, ToMemory, Buffer, 1_000);
        Assert.That(_dma.Transfer(channel, sent), Is.EqualTo(1_000));
        Assert.That(Memory(Buffer, 1_000), Is.EqualTo(Pattern(1_000, seed: 9)));
        Assert.That(Memory(Buffer - 16, 16), Is.EqualTo(before[..16]));
        Assert.That(Memory(Buffer + 1_000, 16), Is.EqualTo(before[^16..]));
    }

    [Test]
    public void Transfer_Verify_CountsAndMovesNothing()
    {
        FillMemory(Buffer, 64, seed: 3);
        SetUp(ByteChannel, IsaDmaMode.Single | IsaDmaMode.Verify, Buffer, 64);
        var device = new byte[64];
        Assert.That(_dma.Transfer(ByteChannel, device), Is.EqualTo(64));
        Assert.That(device, Is.All.Zero);
        Assert.That(_dma.TerminalCount(ByteChannel));
    }

    [Test]
    public void SetAddress_AboveTheReachLosesTheUpperBits()
    {
        const uint High = IsaDmaController.Reach + Buffer;
        byte[] wrong = FillMemory(Buffer, 256, seed: 1);
        byte[] meant = FillMemory(High, 256, seed: 2);
        SetUp(ByteChannel, ToDevice, High, 256);
        Assert.That(_dma.Address(ByteChannel), Is.EqualTo(new PhysicalAddress(Buffer)));
        var device = new byte[256];
        _dma.Transfer(ByteChannel, device);
        Assert.That(device, Is.EqualTo(wrong).And.Not.EqualTo(meant));
    }

    [Test]
    public void Reach_DoesNotFollowTheProfilesDmaLimit()
    {
        using var machine = new Machine(Profiles.Small with { DmaLimit = 32 * Profiles.Mebi });
        machine.Memory.Slice(new PhysicalAddress(20 * Profiles.Mebi), 4).Fill(0x55);
        machine.IsaDma.SetMode(ByteChannel, ToDevice);
        machine.IsaDma.SetAddress(ByteChannel, 20 * Profiles.Mebi);
        machine.IsaDma.SetCount(ByteChannel, 4);
        machine.IsaDma.Unmask(ByteChannel);
        var device = new byte[4];
        machine.IsaDma.Transfer(ByteChannel, device);
        Assert.That(device, Is.All.Zero, "the DMA zone reaches 32 MiB, the controller does not");
    }

    [Test]
    public void Transfer_ByteChannelWrapsAt64KiB()
    {
        byte[] page = FillMemory(Buffer, Page64K, seed: 4);
        FillMemory(Buffer + Page64K, 4_096, seed: 5);
        SetUp(ByteChannel, ToDevice, Buffer + Page64K - 100, 300);
        var device = new byte[300];
        Assert.That(_dma.Transfer(ByteChannel, device), Is.EqualTo(300));
        Assert.That(device, Is.EqualTo(page[^100..].Concat(page[..200])));
    }

    [Test]
    public void Transfer_ByteChannelWrapsWhenItWritesToo()
    {
        FillMemory(Buffer, 2 * Page64K, seed: 6);
        byte[] next = Memory(Buffer + Page64K, 64);
        SetUp(ByteChannel, ToMemory, Buffer + Page64K - 8, 24);
        _dma.Transfer(ByteChannel, Pattern(24, seed: 7));
        Assert.That(Memory(Buffer + Page64K - 8, 8), Is.EqualTo(Pattern(24, seed: 7)[..8]));
        Assert.That(Memory(Buffer, 16), Is.EqualTo(Pattern(24, seed: 7)[8..]));
        Assert.That(Memory(Buffer + Page64K, 64), Is.EqualTo(next), "behind the boundary nothing changed");
    }

    [Test]
    public void Transfer_WordChannelCrosses64KiBAndWrapsAt128KiB()
    {
        byte[] page = FillMemory(Buffer, Page128K, seed: 10);
        SetUp(WordChannel, ToDevice, Buffer + Page64K - 100, 200);
        var device = new byte[200];
        _dma.Transfer(WordChannel, device);
        Assert.That(device, Is.EqualTo(page[(Page64K - 100)..(Page64K + 100)]), "64 KiB is no boundary for words");
        SetUp(WordChannel, ToDevice, Buffer + Page128K - 100, 300);
        device = new byte[300];
        _dma.Transfer(WordChannel, device);
        Assert.That(device, Is.EqualTo(page[^100..].Concat(page[..200])));
    }

    [Test]
    public void Transfer_FullCountFromTheMiddleOfAPageGoesOnceRound()
    {
        byte[] page = FillMemory(Buffer, Page64K, seed: 11);
        SetUp(ByteChannel, ToDevice, Buffer + 5, Page64K);
        var device = new byte[Page64K];
        Assert.That(_dma.Transfer(ByteChannel, device), Is.EqualTo(Page64K));
        Assert.That(device, Is.EqualTo(page[5..].Concat(page[..5])));
        Assert.That(_dma.TerminalCount(ByteChannel));
    }

    [Test]
    public void WordChannel_HasNoOddAddressesCountsOrBytes()
    {
        byte[] page = FillMemory(Buffer, 16, seed: 12);
        SetUp(WordChannel, ToDevice, Buffer + 3, 7);
        Assert.That(_dma.Address(WordChannel), Is.EqualTo(new PhysicalAddress(Buffer + 2)));
        Assert.That(_dma.Residue(WordChannel), Is.EqualTo(6));
        var device = new byte[5];
        Assert.That(_dma.Transfer(WordChannel, device), Is.EqualTo(4));
        Assert.That(device, Is.EqualTo(page[2..6].Append((byte)0)));
    }

    [Test]
    public void SetCount_OfZeroIsTheWholePage()
    {
        SetUp(ByteChannel, ToDevice, Buffer, 0);
        Assert.That(_dma.Transfer(ByteChannel, new byte[Page128K]), Is.EqualTo(Page64K));
    }

    [Test]
    public void TerminalCount_StopsTheChannelAndMasksIt()
    {
        SetUp(ByteChannel, ToDevice, Buffer, 100);
        Assert.That(_dma.Transfer(ByteChannel, new byte[60], out bool ended), Is.EqualTo(60));
        Assert.That(ended, Is.False);
        Assert.That(_dma.Residue(ByteChannel), Is.EqualTo(40));
        Assert.That(_dma.Address(ByteChannel), Is.EqualTo(new PhysicalAddress(Buffer + 60)));
        Assert.That(_dma.Transfer(ByteChannel, new byte[60], out ended), Is.EqualTo(40), "the device gets no more than the count");
        Assert.That(ended);
        Assert.That(_dma.Residue(ByteChannel), Is.Zero);
        Assert.That(_dma.IsMasked(ByteChannel));
        Assert.That(_dma.Transfer(ByteChannel, new byte[1]), Is.Zero);
    }

    [Test]
    public void TerminalCount_IsSeenUntilTheStatusIsReadOrTheCountSet()
    {
        SetUp(ByteChannel, ToDevice, Buffer, 4);
        SetUp(WordChannel, ToDevice, Buffer, 4);
        _dma.Transfer(ByteChannel, new byte[4]);
        _dma.Transfer(WordChannel, new byte[4]);
        Assert.That(_dma.ReadStatus(0), Is.EqualTo(1 << ByteChannel));
        Assert.That(_dma.ReadStatus(0), Is.Zero, "reading cleared it");
        Assert.That(_dma.TerminalCount(ByteChannel), Is.False);
        Assert.That(_dma.TerminalCount(WordChannel), "the other controller has its own register");
        _dma.SetCount(WordChannel, 4);
        Assert.That(_dma.ReadStatus(1), Is.Zero);
    }

    [Test]
    public void AutoInit_StartsAgainFromBaseAddressAndCount()
    {
        byte[] block = FillMemory(Buffer + 0x100, 96, seed: 13);
        SetUp(ByteChannel, ToDevice | IsaDmaMode.AutoInit, Buffer + 0x100, 96);
        for (int round = 0; round < 3; round++)
        {
            var device = new byte[96];
            Assert.That(_dma.Transfer(ByteChannel, device, out bool ended), Is.EqualTo(96));
            Assert.That(ended);
            Assert.That(device, Is.EqualTo(block), $"round {round}");
            Assert.That(_dma.Residue(ByteChannel), Is.EqualTo(96));
            Assert.That(_dma.IsMasked(ByteChannel), Is.False);
            Assert.That(_dma.ReadStatus(0), Is.EqualTo(1 << ByteChannel));
        }
    }

    [Test]
    public void AutoInit_EndsABurstAtTerminalCountSoThatTheDeviceSeesIt()
    {
        SetUp(ByteChannel, ToDevice | IsaDmaMode.AutoInit, Buffer, 96);
        Assert.That(_dma.Transfer(ByteChannel, new byte[100], out bool ended), Is.EqualTo(96));
        Assert.That(ended);
    }

    [Test]
    public void Decrement_GoesDownAndWrapsToTheEndOfThePage()
    {
        byte[] page = FillMemory(Buffer, Page64K, seed: 14);
        SetUp(ByteChannel, ToDevice | IsaDmaMode.Decrement, Buffer + 2, 5);
        var device = new byte[5];
        _dma.Transfer(ByteChannel, device);
        Assert.That(device, Is.EqualTo(new[] { page[2], page[1], page[0], page[^1], page[^2] }));
    }

    [Test]
    public void Mask_HoldsTheDeviceBackWithoutLosingItsPlace()
    {
        byte[] block = FillMemory(Buffer, 20, seed: 15);
        SetUp(ByteChannel, ToDevice, Buffer, 20);
        var device = new byte[20];
        _dma.Transfer(ByteChannel, device.AsSpan(0, 10));
        _dma.Mask(ByteChannel);
        Assert.That(_dma.Transfer(ByteChannel, device.AsSpan(10)), Is.Zero);
        _dma.Unmask(ByteChannel);
        Assert.That(_dma.Transfer(ByteChannel, device.AsSpan(10)), Is.EqualTo(10));
        Assert.That(device, Is.EqualTo(block));
    }

    [Test]
    public void Channels_DoNotShareState()
    {
        int[] usable = [.. Enumerable.Range(0, IsaDmaController.Channels).Where(IsaDmaController.IsUsable)];
        Assert.That(usable, Is.EqualTo(new[] { 0, 1, 2, 3, 5, 6, 7 }));
        foreach (int channel in usable)
            SetUp(channel, ToDevice, Buffer + ((uint)channel * 0x1000), 100 + (channel * 2));
        foreach (int channel in usable)
        {
            Assert.That(_dma.Address(channel).Value, Is.EqualTo(Buffer + ((uint)channel * 0x1000)));
            Assert.That(_dma.Residue(channel), Is.EqualTo(100 + (channel * 2)));
        }
    }

    [Test]
    public void ChannelThatMovesNothing_IsRefused([Values(-1, 4, 8)] int channel)
    {
        Assert.That(() => _dma.Unmask(channel), Throws.TypeOf<ArgumentOutOfRangeException>());
        Assert.That(() => _dma.Transfer(channel, new byte[1]), Throws.TypeOf<ArgumentOutOfRangeException>());
    }

    [Test]
    public void Hole_ReadsAllOnesAndSwallowsWrites()
    {
        const uint HoleStart = 672 << 10, HoleBytes = 16 << 10, Total = HoleBytes + 8;
        using var machine = new Machine(Profiles.Small with { MemoryMap = [new(HoleStart, HoleStart + HoleBytes)] });
        Span<byte> memory = machine.Memory.Slice(new PhysicalAddress(HoleStart - 4), (int)Total);
        memory.Fill(0x11);
        var device = new byte[Total];
        SetUp(machine.IsaDma, ByteChannel, ToDevice, HoleStart - 4, device.Length);
        machine.IsaDma.Transfer(ByteChannel, device);
        Assert.That(device[..4].Concat(device[^4..]), Is.All.EqualTo(0x11));
        Assert.That(device[4..^4], Is.All.EqualTo(0xff));
        Array.Fill(device, (byte)0x22);
        SetUp(machine.IsaDma, ByteChannel, ToMemory, HoleStart - 4, device.Length);
        machine.IsaDma.Transfer(ByteChannel, device);
        Assert.That(memory[..4].ToArray().Concat(memory[^4..].ToArray()), Is.All.EqualTo(0x22));
        Assert.That(memory[4..^4].ToArray(), Is.All.EqualTo(0x11), "nothing lands in the hole");
    }

    [Test]
    public void BeyondTheEndOfRam_ReadsAllOnesAndSwallowsWrites()
    {
        HardwareProfile profile = ShippedProfiles.Find("lab-4m")! with { Ram = (4 * Profiles.Mebi) - (32 * Profiles.Kibi), DmaLimit = 1 * Profiles.Mebi };
        using var machine = new Machine(profile);
        ulong end = profile.Ram;
        machine.Memory.Slice(new PhysicalAddress(end - 4), 4).Fill(0x11);
        SetUp(machine.IsaDma, ByteChannel, ToDevice, end - 4, 8);
        var device = new byte[8];
        machine.IsaDma.Transfer(ByteChannel, device);
        Assert.That(device, Is.EqualTo(new byte[] { 0x11, 0x11, 0x11, 0x11, 0xff, 0xff, 0xff, 0xff }));
        SetUp(machine.IsaDma, ByteChannel, ToMemory, end - 4, 8);
        Assert.That(machine.IsaDma.Transfer(ByteChannel, Pattern(8, seed: 18)), Is.EqualTo(8));
        Assert.That(machine.Memory.Slice(new PhysicalAddress(end - 4), 4).ToArray(), Is.EqualTo(Pattern(8, seed: 18)[..4]));
    }

    [Test]
    public void Transfer_AllocatesNothing()
    {
        var device = new byte[512];
        SetUp(ByteChannel, ToDevice | IsaDmaMode.AutoInit, Buffer, 1_000);
        _dma.Transfer(ByteChannel, device);
        long before = GC.GetAllocatedBytesForCurrentThread();
        for (int burst = 0; burst < 100; burst++)
            _dma.Transfer(ByteChannel, device);
        Assert.That(GC.GetAllocatedBytesForCurrentThread() - before, Is.Zero);
    }

    private void SetUp(int channel, IsaDmaMode mode, ulong address, int bytes) => SetUp(_dma, channel, mode, address, bytes);

    private static void SetUp(IsaDmaController dma, int channel, IsaDmaMode mode, ulong address, int bytes)
    {
        dma.Mask(channel);
        dma.SetMode(channel, mode);
        dma.SetAddress(channel, address);
        dma.SetCount(channel, bytes);
        dma.Unmask(channel);
    }

    private byte[] FillMemory(uint address, int length, int seed)
    {
        byte[] pattern = Pattern(length, seed);
        pattern.CopyTo(_machine.Memory.Slice(new PhysicalAddress(address), length));
        return pattern;
    }

    private byte[] Memory(uint address, int length) => _machine.Memory.Slice(new PhysicalAddress(address), length).ToArray();

    private static byte[] Pattern(int length, int seed)
    {
        var bytes = new byte[length];
        new Random(seed).NextBytes(bytes);
        return bytes;
    }
}
