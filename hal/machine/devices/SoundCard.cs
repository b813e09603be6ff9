namespace MiniKernel.Hal;

/// <summary>An ISA sound card: fetches blocks of samples through the DMA controller at the pace it plays them.</summary>
/// <remarks>The driver sets up the DMA channel, then <see cref="BytesPerSecond"/> and <see cref="BlockBytes"/>, then calls
/// <see cref="Start"/>. At the end of a block the card sets <see cref="SoundCardStatus.Done"/> and raises its line. The card
/// sees memory only through the controller; what it was given is what it plays.</remarks>
public sealed class SoundCard
{
    /// <summary>Bytes the card fetches at a time.</summary>
    public const int BurstBytes = 512;

    /// <summary>Slowest pace, in bytes per second.</summary>
    public const int MinBytesPerSecond = 4_000;

    /// <summary>Fastest pace, in bytes per second; about what an ISA bus carries.</summary>
    public const int MaxBytesPerSecond = 2_000_000;

    /// <summary>Largest block, in bytes: the card counts with 16 bits.</summary>
    public const int MaxBlockBytes = 1 << 16;

    private const ulong NsPerSecond = 1_000_000_000;
    private readonly VirtualClock _clock;
    private readonly InterruptController _interrupts;
    private readonly IsaDmaController _dma;
    private readonly ClockEvent _burst;
    private int _bytesPerSecond = 44_100;
    private int _blockBytes = MaxBlockBytes;
    private readonly byte[] _fifo = new byte[BurstBytes];
    private int _blockLeft;                       // bytes of the block not fetched yet
    private ulong _startedNs;                     // when this run began
    private int _runBytesPerSecond;
    private ulong _runBytes;                      // bytes of this run up to the end of the burst under way

    internal SoundCard(VirtualClock clock, InterruptController interrupts, int line, IsaDmaController dma, int channel)
    {
        _clock = clock;
        _interrupts = interrupts;
        _dma = dma;
        Line = line;
        DmaChannel = channel;
        _burst = new ClockEvent(clock, PlayBurst);
    }

    /// <summary>The interrupt line it raises.</summary>
    public int Line { get; }

    /// <summary>The DMA channel it plays from.</summary>
    public int DmaChannel { get; }

    /// <summary>Pace; the register takes the nearest the card can do. Counts from the next start.</summary>
    public int BytesPerSecond
    {
        get => _bytesPerSecond;
        set => _bytesPerSecond = Math.Clamp(value, MinBytesPerSecond, MaxBytesPerSecond);
    }

    /// <summary>Bytes to play before the card reports; the register takes 1 to 65536. Counts from the next block.</summary>
    public int BlockBytes
    {
        get => _blockBytes;
        set => _blockBytes = Math.Clamp(value, 1, MaxBlockBytes);
    }

    /// <summary>True to begin the next block by itself, as one does with an auto-init DMA channel.</summary>
    public bool Continuous { get; set; }

    /// <summary>Status register.</summary>
    public SoundCardStatus Status { get; private set; }

    /// <summary>Bytes played since power-on or <see cref="ResetCounters"/>.</summary>
    public ulong PlayedBytes { get; private set; }

    /// <summary>CRC-32 of those bytes.</summary>
    public uint Crc { get; private set; }

    /// <summary>Hears what is played, on the host's side; for tests.</summary>
    public Action<ReadOnlySpan<byte>>? Recorder { get; set; }

    /// <summary>Begins to play; a run under way starts afresh.</summary>
    public void Start()
    {
        _startedNs = _clock.NowNs;
        _runBytes = 0;
        _runBytesPerSecond = _bytesPerSecond;
        Status = SoundCardStatus.Busy;
        BeginBlock();
    }

    /// <summary>Falls silent at once; what of the block was not fetched stays with the DMA channel.</summary>
    public void Stop()
    {
        _clock.Cancel(_burst);
        Status &= ~SoundCardStatus.Busy;
    }

    /// <summary>Clears <see cref="SoundCardStatus.Done"/> and <see cref="SoundCardStatus.Underrun"/>.</summary>
    public void Acknowledge() => Status &= SoundCardStatus.Busy;

    /// <summary>Sets <see cref="PlayedBytes"/> and <see cref="Crc"/> back to 0.</summary>
    public void ResetCounters() => (PlayedBytes, Crc) = (0, 0);

    private void BeginBlock()
    {
        _blockLeft = _blockBytes;
        ScheduleBurst();
    }

    // The time of a burst follows from the start of the run, so rounding does not add up.
    private void ScheduleBurst()
    {
        _runBytes += (ulong)Math.Min(BurstBytes, _blockLeft);
        UInt128 offsetNs = (UInt128)_runBytes * NsPerSecond / (uint)_runBytesPerSecond;
        _clock.Reschedule(_burst, _startedNs + (ulong)offsetNs);
    }

    private void PlayBurst()
    {
        int wanted = Math.Min(BurstBytes, _blockLeft);
        int got = Fetch(_fifo.AsSpan(0, wanted));
        Play(_fifo.AsSpan(0, got));
        _blockLeft -= got;
        if (got < wanted)
            EndRun(SoundCardStatus.Underrun);
        else if (_blockLeft != 0)
            ScheduleBurst();
        else
            EndBlock();
    }

    private int Fetch(Span<byte> burst)
    {
        int got = 0;
        int moved;
        do                                        // an auto-init channel ends its count and goes on
        {
            moved = _dma.Transfer(DmaChannel, burst[got..]);
            got += moved;
        }
        while (moved != 0 && got < burst.Length);
        return got;
    }

    private void Play(ReadOnlySpan<byte> burst)
    {
        PlayedBytes += (ulong)burst.Length;
        Crc = Crc32.Append(Crc, burst);
        Recorder?.Invoke(burst);
    }

    private void EndBlock()
    {
        if (!Continuous)
        {
            EndRun(SoundCardStatus.Done);
            return;
        }

        Status |= SoundCardStatus.Done;
        BeginBlock();
        _interrupts.Raise(Line);
    }

    private void EndRun(SoundCardStatus outcome)
    {
        Status = (Status & ~SoundCardStatus.Busy) | outcome;
        _interrupts.Raise(Line);
    }
}
