using MiniKernel.Cli.Words;
using MiniKernel.Core;
using MiniKernel.Hal;
using MiniKernel.Mm;

namespace MiniKernel.Cli.Replay;

/// <summary>Runs the events of an ftrace text on a kernel as they are read.</summary>
/// <remarks>Virtual time follows the timestamps, so that the reaper has its turns. A cache is made when its first object is seen.</remarks>
internal sealed class FtraceRunner(Kernel kernel, string file, TextWriter? addresses, ReplayFigures figures, Action<string> warn)
{
    private const ulong LongestWaitNs = 3_600_000_000_000;     // a gap between events: an hour

    private readonly KernelMm _mm = kernel.Mm;
    private readonly Dictionary<ulong, Taken> _objects = [];
    private readonly Dictionary<ulong, (PageFrameNumber? Frame, int Order)> _pages = [];
    private readonly Dictionary<string, KmemCache?> _caches = [];
    private readonly SlabPages _order = new(kernel.Machine.Profile.PageShift);
    private ulong _lastNs;
    private bool _isFirst = true;

    private readonly record struct Taken(VirtualAddress Address, KmemCache? Cache, ulong Requested);

    /// <summary>Frees of pointers that no event gave.</summary>
    public long UnseenFrees { get; private set; }

    /// <summary>Pointers given twice without a free: the trace has lost events.</summary>
    public long LostFrees { get; private set; }

    /// <summary>Pages that the traced kernel took for its slabs.</summary>
    public long SlabPageEvents => _order.Skipped;

    /// <summary>Takes the next event.</summary>
    public void Add(FtraceEvent happened)
    {
        _order.Add(happened);
        while (_order.Next(isLast: false) is { } next)
            Run(next);
    }

    /// <summary>Runs what still waits.</summary>
    public void Finish()
    {
        while (_order.Next(isLast: true) is { } next)
            Run(next);
        figures.End();
    }

    private void Run(FtraceEvent happened)
    {
        Wait(happened.TimeNs);
        MmCpu cpu = _mm.Cpu(CpuOf(happened));
        try
        {
            kernel.Context(cpu.Id).MightSleep(file, happened.Line, happened.Kind.ToString());  // notes the call site, no more
            Execute(cpu, happened);
        }
        catch (KernelOopsException)
        {
            figures.Bug();
            Tell(happened, "BUG");
        }
    }

    private int CpuOf(FtraceEvent happened)
    {
        int cpus = kernel.Machine.Profile.Cpus;
        if (happened.Cpu >= cpus)
            warn($"the trace has CPUs beyond the {Plural.Of(cpus, "CPU")} of {kernel.Machine.Profile.Name}: CPU n is taken to be n modulo {cpus}");
        return happened.Cpu % cpus;
    }

    private void Wait(ulong timeNs)
    {
        ulong from = _isFirst ? kernel.Machine.Clock.NowNs : _lastNs;
        _isFirst = false;
        if (timeNs < from)
            return;
        ulong gap = timeNs - from;
        if (gap >= VirtualClock.NsPerJiffy && gap <= LongestWaitNs)
            kernel.Time.Idle(gap / VirtualClock.NsPerJiffy * VirtualClock.NsPerJiffy);
        if (gap >= VirtualClock.NsPerJiffy || _lastNs == 0)
            _lastNs = timeNs - (gap % VirtualClock.NsPerJiffy);
    }

    private void Execute(MmCpu cpu, FtraceEvent happened)
    {
        switch (happened.Kind)
        {
            case FtraceKind.Kmalloc:
            case FtraceKind.CacheAlloc:
                TakeObject(cpu, happened);
                break;
            case FtraceKind.Free:
                if (happened.Key != 0 && !Release(cpu, happened.Key))
                    UnseenFrees++;
                break;
            case FtraceKind.PageAlloc:
                TakePages(cpu, happened);
                break;
            default:
                if (happened.Key != 0 && !ReleasePages(cpu, happened.Key))
                    UnseenFrees++;
                break;
        }
    }

    private void TakeObject(MmCpu cpu, FtraceEvent happened)
    {
        if (happened.Key == 0)
            return;                         // it failed there
        if (Release(cpu, happened.Key))
            LostFrees++;
        _objects[happened.Key] = default;   // before the call: after a BUG the pointer is known, and NULL
        KmemCache? cache = happened.Kind == FtraceKind.CacheAlloc ? CacheOf(cpu, happened) : null;
        VirtualAddress address = cache is not null ? _mm.KmemCacheAlloc(cpu, cache, (GfpFlags)happened.Flags)
            : happened.Kind == FtraceKind.Kmalloc ? _mm.Kmalloc(cpu, happened.Requested, (GfpFlags)happened.Flags)
            : VirtualAddress.Null;
        bool isObject = !address.IsNull && address != VirtualAddress.ZeroSizePointer;
        _objects[happened.Key] = new Taken(address, cache, isObject ? happened.Requested : 0);
        figures.Took(address, happened.Requested);
        Tell(happened, address.IsNull ? "NULL" : !isObject ? "ZERO" : _mm.TryVirtToPhys(address, out PhysicalAddress at) ? $"0x{at.Value:x}" : "BUG");
    }

    private bool Release(MmCpu cpu, ulong pointer)
    {
        if (!_objects.Remove(pointer, out Taken taken))
            return false;
        figures.GaveBack(taken.Address, taken.Requested);
        if (taken.Address.IsNull)
            return true;
        if (taken.Cache is not null)
            _mm.KmemCacheFree(cpu, taken.Cache, taken.Address);
        else
            _mm.Kfree(cpu, taken.Address);
        return true;
    }

    /// <summary>The cache of that name; where the trace has no names, one for each object size.</summary>
    private KmemCache? CacheOf(MmCpu cpu, FtraceEvent happened)
    {
        bool isDma = ((GfpFlags)happened.Flags & GfpFlags.Dma) != 0 && kernel.Machine.Profile.HasDmaZone;
        string name = (happened.Cache.Length != 0 ? happened.Cache : $"bytes-{happened.Allocated}") + (isDma && !happened.Cache.EndsWith("(DMA)", StringComparison.Ordinal) ? "(DMA)" : "");
        if (_caches.TryGetValue(name, out KmemCache? cache))
            return cache;
        _caches[name] = null;               // in case its creation is a BUG
        SlabFlags flags = isDma ? SlabFlags.CacheDma : SlabFlags.None;
        return _caches[name] = _mm.FindCache(name) ?? _mm.KmemCacheCreate(cpu, name, Math.Max(happened.Allocated, happened.Requested), 0, flags);
    }

    private void TakePages(MmCpu cpu, FtraceEvent happened)
    {
        if (happened.Key == 0)
            return;
        if (ReleasePages(cpu, happened.Key))
            LostFrees++;
        PageFrameNumber? frame = _mm.AllocPages(cpu, (GfpFlags)happened.Flags, happened.Order);
        _pages[happened.Key] = (frame, happened.Order);
        figures.TookPages(frame is null ? 0 : 1ul << happened.Order);
        Tell(happened, frame is { } first ? $"0x{(ulong)first.Value << kernel.Machine.Profile.PageShift:x}" : "NULL");
    }

    private bool ReleasePages(MmCpu cpu, ulong key)
    {
        if (!_pages.Remove(key, out (PageFrameNumber? Frame, int Order) taken))
            return false;
        if (taken.Frame is not { } frame)
            return true;
        figures.GaveBackPages(1ul << taken.Order);
        _mm.FreePages(cpu, frame, taken.Order);
        return true;
    }

    private void Tell(FtraceEvent happened, string where) => addresses?.WriteLine($"{happened.Line},{where}");
}
