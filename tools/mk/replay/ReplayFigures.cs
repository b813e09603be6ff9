using MiniKernel.Core;
using MiniKernel.Hal;
using MiniKernel.Mm;

namespace MiniKernel.Cli.Replay;

/// <summary>What a trace has cost on one machine: waste inside objects, in slabs, and free memory in pieces too small.</summary>
internal sealed class ReplayFigures : IDisposable
{
    private const ulong Steps = 64;     // the fullest moment is known to a 64th

    private readonly Kernel _kernel;
    private readonly KernelMm _mm;
    private readonly ulong _freeAtStart;
    private ulong _nextSnapshot;        // frames taken from which on another one is due

    /// <summary>Begins to count on a booted kernel.</summary>
    public ReplayFigures(Kernel kernel)
    {
        _kernel = kernel;
        _mm = kernel.Mm;
        _freeAtStart = _mm.TotalFreePages;
        Fullest = Last = MemoryMoment.Of(_mm, 0);
        kernel.Log.AddConsole(CountOom, printBuffer: false);
    }

    /// <summary>The machine.</summary>
    public HardwareProfile Profile => _kernel.Machine.Profile;

    /// <summary>Allocations that gave an object or pages.</summary>
    public long Allocations { get; private set; }

    /// <summary>Allocations that gave NULL.</summary>
    public long Failures { get; private set; }

    /// <summary>Calls that were a BUG.</summary>
    public long Bugs { get; private set; }

    /// <summary>Times the OOM killer was called.</summary>
    public long OutOfMemory { get; private set; }

    /// <summary>Bytes that objects were asked to have, all allocations together.</summary>
    public ulong Requested { get; private set; }

    /// <summary>Bytes of the buffers they got.</summary>
    public ulong HandedOut { get; private set; }

    /// <summary>Most frames that were off the buddy's lists at once, beyond those at the start.</summary>
    public ulong PeakFrames { get; private set; }

    /// <summary>Memory when the most frames were taken.</summary>
    public MemoryMoment Fullest { get; private set; }

    /// <summary>Memory at the end.</summary>
    public MemoryMoment Last { get; private set; }

    private ulong InUse { get; set; }   // bytes requested and not given back

    /// <summary>An object was asked for.</summary>
    public void Took(VirtualAddress address, ulong requested)
    {
        if (address.IsNull)
        {
            Failures++;
            return;
        }
        Allocations++;
        if (address != VirtualAddress.ZeroSizePointer && _mm.CacheOf(address) is { } cache)
        {
            Requested += requested;
            HandedOut += cache.Geometry.BufferSize;
            InUse += requested;
        }
        Look();
    }

    /// <summary>An object is about to be given back.</summary>
    public void GaveBack(VirtualAddress address, ulong requested)
    {
        if (!address.IsNull && address != VirtualAddress.ZeroSizePointer)
            InUse -= Math.Min(InUse, requested);
    }

    /// <summary>Pages were asked for; 0 when there were none.</summary>
    public void TookPages(ulong frames)
    {
        if (frames == 0)
        {
            Failures++;
            return;
        }
        Allocations++;
        Look();
    }

    /// <summary>A call was a BUG.</summary>
    public void Bug() => Bugs++;

    /// <summary>The trace is over.</summary>
    public void End() => Last = MemoryMoment.Of(_mm, InUse);

    /// <inheritdoc/>
    public void Dispose() => _kernel.Log.RemoveConsole(CountOom);

    private void Look()
    {
        ulong free = _mm.TotalFreePages, taken = _freeAtStart > free ? _freeAtStart - free : 0;
        PeakFrames = Math.Max(PeakFrames, taken);
        if (taken < _nextSnapshot)
            return;
        Fullest = MemoryMoment.Of(_mm, InUse);
        _nextSnapshot = taken + Math.Max(1, taken / Steps);
    }

    private void CountOom(PrintkRecord record)
    {
        if (record.Text.Contains(" invoked oom-killer: ", StringComparison.Ordinal))
            OutOfMemory++;
    }
}
