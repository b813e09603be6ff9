using MiniKernel.Core;
using MiniKernel.Hal;
using MiniKernel.Mm;

namespace MiniKernel.Cli.Replay;

/// <summary>What a trace has cost on one machine: waste inside objects, in slabs, and free memory in pieces too small.</summary>
internal sealed class ReplayFigures
{
    private const ulong Steps = 64;     // the fullest moment is known to a 64th

    private readonly Kernel _kernel;
    private readonly KernelMm _mm;
    private readonly ulong _freeAtStart;
    private readonly ulong _oomAtStart;
    private ulong _held, _nextSnapshot; // bytes the trace holds, and from how many on another snapshot is due

    /// <summary>Begins to count on a booted kernel.</summary>
    public ReplayFigures(Kernel kernel)
    {
        _kernel = kernel;
        _mm = kernel.Mm;
        _freeAtStart = _mm.TotalFreePages;
        _oomAtStart = _mm.OutOfMemoryCalls;
        Fullest = Last = MemoryMoment.Of(_mm, 0);
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
    public ulong OutOfMemory { get; private set; }

    /// <summary>Bytes that objects were asked to have, all allocations together.</summary>
    public ulong Requested { get; private set; }

    /// <summary>Bytes of the buffers they got.</summary>
    public ulong HandedOut { get; private set; }

    /// <summary>Most frames that were off the buddy's lists at once, beyond those at the start.</summary>
    public ulong PeakFrames { get; private set; }

    /// <summary>Memory when the trace held most, objects and pages together.</summary>
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
        if (address != VirtualAddress.ZeroSizePointer)
        {
            Requested += requested;
            HandedOut += _mm.CacheOf(address)?.Geometry.BufferSize ?? requested;
            InUse += requested;
            _held += requested;
        }
        Look();
    }

    /// <summary>An object is about to be given back.</summary>
    public void GaveBack(VirtualAddress address, ulong requested)
    {
        if (address.IsNull || address == VirtualAddress.ZeroSizePointer)
            return;
        InUse -= requested;
        _held -= requested;
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
        _held += frames << Profile.PageShift;
        Look();
    }

    /// <summary>Pages are about to be given back.</summary>
    public void GaveBackPages(ulong frames) => _held -= frames << Profile.PageShift;

    /// <summary>A call was a BUG.</summary>
    public void Bug() => Bugs++;

    /// <summary>The trace is over.</summary>
    public void End()
    {
        Last = MemoryMoment.Of(_mm, InUse);
        OutOfMemory = _mm.OutOfMemoryCalls - _oomAtStart;
    }

    private void Look()
    {
        ulong free = _mm.TotalFreePages;
        PeakFrames = Math.Max(PeakFrames, _freeAtStart > free ? _freeAtStart - free : 0);
        if (_held < _nextSnapshot)
            return;
        Fullest = MemoryMoment.Of(_mm, InUse);
        _nextSnapshot = _held + Math.Max(1, _held / Steps);
    }
}
