namespace MiniKernel.Hal.Tests;

public sealed class SoundCardTests : IDisposable
{
    private const uint Buffer = 0x0020_0000;
    private const int Rate = 100_000;             // bytes per second: 10 us a byte
    private const ulong NsPerByte = 10_000;
    private readonly Machine _machine = new(Profiles.Small);
    private readonly SoundCard _card;
    private readonly List<byte> _heard = [];

    public SoundCardTests()
    {
        _card = _machine.SoundCard;
        _card.BytesPerSecond = Rate;
        _card.Recorder = burst => _heard.AddRange(burst);
        _machine.Interrupts.Unmask(_card.Line);
        _machine.Cpus[0].InterruptsEnabled = true;
    }

    public void Dispose() => _machine.Dispose();

    [Test]
    public void Start_PlaysABlockAtItsPaceAndThenInterrupts()
    {
        byte[] samples = SetUp(bytes: 2_000);
        _card.BlockBytes = 2_000;
        _card.Start();
        Assert.That(_card.Status, Is.EqualTo(SoundCardStatus.Busy));
        _machine.Clock.Advance((2_000 * NsPerByte) - 1);
        Assert.That(_card.Status, Is.EqualTo(SoundCardStatus.Busy));
        Assert.That(TookInterrupt(), Is.False);
        _machine.Clock.Advance(1);
        Assert.That(_card.Status, Is.EqualTo(SoundCardStatus.Done));
        Assert.That(TookInterrupt());
        Assert.That(_heard, Is.EqualTo(samples));
        Assert.That((_card.PlayedBytes, _card.Crc), Is.EqualTo((2_000ul, Crc32.Compute(samples))));
        Assert.That(_machine.Clock.NextEventNs, Is.Null, "a silent card keeps no event");
    }

    [Test]
    public void Start_FetchesBurstByBurst()
    {
        SetUp(bytes: 2_000);
        _card.BlockBytes = 2_000;
        _card.Start();
        var counts = new List<ulong>();
        while (_machine.Clock.TryJumpToNextEvent())
            counts.Add(_card.PlayedBytes);
        Assert.That(counts, Is.EqualTo(new[] { 512ul, 1_024ul, 1_536ul, 2_000ul }));
    }

    [Test]
    public void Start_SeesWhatTheDriverWritesAheadOfIt()
    {
        SetUp(bytes: 1_024);
        _card.BlockBytes = 1_024;
        _card.Start();
        _machine.Clock.Advance(512 * NsPerByte);
        _machine.Memory.Slice(new PhysicalAddress(Buffer), 1_024).Fill(0xee);
        _machine.Clock.Advance(512 * NsPerByte);
        Assert.That(_heard[..512], Has.Some.Not.EqualTo(0xee), "played before the change");
        Assert.That(_heard[512..], Is.All.EqualTo(0xee), "fetched after it");
    }

    [Test]
    public void Pace_DoesNotDriftWhenABurstIsNoWholeNumberOfNanoseconds()
    {
        SetUp(bytes: 65_536);
        _card.BytesPerSecond = 44_100;
        _card.BlockBytes = 65_536;
        _card.Start();
        while (_card.Status == SoundCardStatus.Busy)
            _machine.Clock.TryJumpToNextEvent();
        Assert.That(_machine.Clock.NowNs, Is.EqualTo(65_536ul * 1_000_000_000 / 44_100));
    }

    [Test]
    public void Continuous_WithAutoInitPlaysTheRingOverAndOver()
    {
        byte[] ring = SetUp(bytes: 1_500, IsaDmaMode.AutoInit);
        (_card.BlockBytes, _card.Continuous) = (500, true);
        _card.Start();
        int interrupts = 0;
        for (int block = 0; block < 9; block++)
        {
            _machine.Clock.Advance(500 * NsPerByte);
            interrupts += TookInterrupt() ? 1 : 0;
            Assert.That(_card.Status, Is.EqualTo(SoundCardStatus.Busy | SoundCardStatus.Done));
            _card.Acknowledge();
            Assert.That(_card.Status, Is.EqualTo(SoundCardStatus.Busy));
        }

        Assert.That(interrupts, Is.EqualTo(9));
        Assert.That(_heard, Is.EqualTo(ring.Concat(ring).Concat(ring)));
    }

    [Test]
    public void Block_LongerThanAnAutoInitCountGoesRoundWithinABurst()
    {
        byte[] ring = SetUp(bytes: 100, IsaDmaMode.AutoInit);
        _card.BlockBytes = 250;
        _card.Start();
        _machine.Clock.Advance(250 * NsPerByte);
        Assert.That(_card.Status, Is.EqualTo(SoundCardStatus.Done));
        Assert.That(_heard, Is.EqualTo(ring.Concat(ring).Concat(ring[..50])));
    }

    [Test]
    public void CountShorterThanTheBlock_IsAnUnderrun()
    {
        byte[] samples = SetUp(bytes: 700);
        _card.BlockBytes = 1_000;
        _card.Start();
        _machine.Clock.Advance(2_000 * NsPerByte);
        Assert.That(_card.Status, Is.EqualTo(SoundCardStatus.Underrun));
        Assert.That(TookInterrupt());
        Assert.That(_heard, Is.EqualTo(samples));
    }

    [Test]
    public void MaskedChannel_IsAnUnderrunAndTheCardStops()
    {
        SetUp(bytes: 1_000);
        _machine.IsaDma.Mask(_card.DmaChannel);
        _card.Start();
        _machine.Clock.Advance(512 * NsPerByte);
        Assert.That(_card.Status, Is.EqualTo(SoundCardStatus.Underrun));
        Assert.That(_machine.Clock.NextEventNs, Is.Null);
    }

    [Test]
    public void Stop_FallsSilentAndStartBeginsABlockAfresh()
    {
        byte[] samples = SetUp(bytes: 2_000);
        _card.BlockBytes = 1_000;
        _card.Start();
        _machine.Clock.Advance(600 * NsPerByte);
        _card.Stop();
        _machine.Clock.Advance(10_000 * NsPerByte);
        Assert.That(_card.Status, Is.EqualTo(SoundCardStatus.Idle));
        Assert.That(_card.PlayedBytes, Is.EqualTo(512), "one whole burst had left");
        _card.Start();
        _machine.Clock.Advance(1_000 * NsPerByte);
        Assert.That(_card.Status, Is.EqualTo(SoundCardStatus.Done));
        Assert.That(_heard, Is.EqualTo(samples[..1_512]));
    }

    [Test]
    public void BlockAcrossTheBoundary_PlaysTheOtherEndOfThePage()
    {
        const uint Last = Buffer + (1 << 16) - 256;
        byte[] page = SetUp(bytes: 1 << 16);
        _machine.IsaDma.SetAddress(_card.DmaChannel, Last);
        _card.BlockBytes = 512;
        _card.Start();
        _machine.Clock.Advance(512 * NsPerByte);
        Assert.That(_heard, Is.EqualTo(page[^256..].Concat(page[..256])));
    }

    [Test]
    public void Registers_TakeTheNearestTheCardCanDo()
    {
        (_card.BytesPerSecond, _card.BlockBytes) = (0, -1);
        Assert.That((_card.BytesPerSecond, _card.BlockBytes), Is.EqualTo((SoundCard.MinBytesPerSecond, 1)));
        (_card.BytesPerSecond, _card.BlockBytes) = (int.MaxValue, int.MaxValue);
        Assert.That((_card.BytesPerSecond, _card.BlockBytes), Is.EqualTo((SoundCard.MaxBytesPerSecond, SoundCard.MaxBlockBytes)));
    }

    [Test]
    public void Playing_AllocatesNothing()
    {
        SetUp(bytes: 1_000, IsaDmaMode.AutoInit);
        (_card.BlockBytes, _card.Continuous, _card.Recorder) = (1_000, true, null);
        _card.Start();
        _machine.Clock.Advance(1_000 * NsPerByte);
        long before = GC.GetAllocatedBytesForCurrentThread();
        _machine.Clock.Advance(50_000 * NsPerByte);
        Assert.That(GC.GetAllocatedBytesForCurrentThread() - before, Is.Zero);
        Assert.That(_card.PlayedBytes, Is.EqualTo(51_000));
    }

    private byte[] SetUp(int bytes, IsaDmaMode extra = IsaDmaMode.Verify)
    {
        var samples = new byte[bytes];
        new Random(bytes).NextBytes(samples);
        samples.CopyTo(_machine.Memory.Slice(new PhysicalAddress(Buffer), bytes));
        IsaDmaController dma = _machine.IsaDma;
        dma.SetMode(_card.DmaChannel, IsaDmaMode.Single | IsaDmaMode.MemoryToDevice | extra);
        dma.SetAddress(_card.DmaChannel, Buffer);
        dma.SetCount(_card.DmaChannel, bytes);
        dma.Unmask(_card.DmaChannel);
        return samples;
    }

    private bool TookInterrupt() => _machine.Interrupts.TryTake(_machine.Cpus[0], out int line) && line == IrqLine.SoundCard;
}
