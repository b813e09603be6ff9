using MiniKernel.Core;
using MiniKernel.Hal;
using MiniKernel.Mm;

namespace MiniKernel.Cli.Replay;

/// <summary>Runs the calls of a checked trace and writes where each allocation landed.</summary>
/// <remarks>Calls go to mm directly, as kernel code outside any module would make them; a BUG ends its own line only, and
/// its report names the line of the trace.</remarks>
internal sealed class ReplayRunner(Kernel kernel, string file, TextWriter? output, ReplayFigures figures)
{
    private const string Bug = "BUG", Null = "NULL", Zero = "ZERO";
    private readonly KernelMm _mm = kernel.Mm;
    private readonly Dictionary<string, Block> _blocks = [];
    private readonly Dictionary<string, KmemCache> _caches = [];
    private MmCpu _cpu = kernel.Mm.Cpu(0);
    private ReplayCall _call = new(0, default);

    /// <summary>Runs all calls.</summary>
    public void Run(IReadOnlyList<ReplayCall> calls, CancellationToken stopping)
    {
        foreach (ReplayCall call in calls)
        {
            stopping.ThrowIfCancellationRequested();
            _call = call;
            if (Outcome(call, stopping) is not { } outcome || output is null)
                continue;
            if (Allocates(call.Operation))
                output.Write(call.Id);
            else
                output.Write(call.Line);
            output.Write(',');
            output.WriteLine(outcome);
        }
        figures.End();
    }

    private static bool Allocates(ReplayOperation operation) =>
        operation is ReplayOperation.AllocPages or ReplayOperation.Kmalloc or ReplayOperation.Krealloc or ReplayOperation.CacheAlloc;

    // What to print behind the ID or the line number; null for nothing.
    private string? Outcome(ReplayCall call, CancellationToken stopping)
    {
        try
        {
            kernel.Context(_cpu.Id).MightSleep(file, call.Line, call.Word); // notes the call site, no more
            return Execute(call, stopping);
        }
        catch (KernelOopsException)
        {
            figures.Bug();
            return Bug;
        }
    }

    private string? Execute(ReplayCall call, CancellationToken stopping)
    {
        switch (call.Operation)
        {
            case ReplayOperation.AllocPages:
                return AllocPages(call);
            case ReplayOperation.FreePages:
                return FreePages(_blocks[call.Id]);
            case ReplayOperation.Kmalloc:
                return Define(call, block => block.Address = _mm.Kmalloc(_cpu, call.Number, (GfpFlags)call.Flags));
            case ReplayOperation.Krealloc:
                return Krealloc(_blocks[call.Id], call);
            case ReplayOperation.Kfree:
                GiveBack(_blocks[call.Id]);
                _mm.Kfree(_cpu, _blocks[call.Id].Address);
                return null;
            case ReplayOperation.CacheCreate:
                return Create(call);
            case ReplayOperation.CacheAlloc:
                return AllocFromCache(call);
            case ReplayOperation.CacheFree:
                return FreeToCache(_blocks[call.Id]);
            case ReplayOperation.CacheShrink:
                return Shrink(call);
            case ReplayOperation.CacheDestroy:
                return Destroy(call);
            case ReplayOperation.Cpu:
                _cpu = _mm.Cpu((int)call.Number);
                return null;
            default:
                Tick(call.Number, stopping);
                return null;
        }
    }

    private string AllocPages(ReplayCall call)
    {
        var block = new Block { Order = (int)call.Number };
        _blocks.Add(call.Id, block);
        block.Frame = _mm.AllocPages(_cpu, (GfpFlags)call.Flags, block.Order);
        figures.TookPages(block.Frame is null ? 0 : 1ul << block.Order);
        return block.Frame is { } frame ? $"0x{(ulong)frame.Value << kernel.Machine.Profile.PageShift:x}" : Null;
    }

    private string? FreePages(Block block)
    {
        if (block.Frame is not { } frame)
            return null; // free_pages(0) is no mistake
        figures.GaveBackPages(1ul << block.Order);
        _mm.FreePages(_cpu, frame, block.Order);
        return null;
    }

    private string Define(ReplayCall call, Action<Block> allocate)
    {
        var block = new Block();
        _blocks.Add(call.Id, block); // before the call: after a BUG the ID is there and NULL
        allocate(block);
        Took(block, block.Cache?.ObjectSize ?? call.Number);
        return Where(block.Address);
    }

    private string Krealloc(Block block, ReplayCall call)
    {
        VirtualAddress moved = _mm.Krealloc(_cpu, block.Address, call.Number, (GfpFlags)call.Flags);
        if (moved.IsNull)
        {
            figures.Took(moved, call.Number);
            return Null; // the old block is as it was
        }
        GiveBack(block);
        block.Address = moved;
        Took(block, call.Number);
        return Where(moved);
    }

    private string? Create(ReplayCall call)
    {
        KmemCache? cache = _mm.KmemCacheCreate(_cpu, call.Cache, call.Number, call.Align, (SlabFlags)call.Flags);
        if (cache is null)
            return Null;
        _caches[call.Cache] = cache;
        return null;
    }

    // A cache that was refused, or has gone, is a NULL pointer in the caller's hands: Linux would take an oops.
    private string AllocFromCache(ReplayCall call) => Define(call, block =>
    {
        block.Cache = Handle(call.Cache);
        block.Address = _mm.KmemCacheAlloc(_cpu, block.Cache, (GfpFlags)call.Flags);
    });

    private string? FreeToCache(Block block)
    {
        if (block.Cache is null)
            throw Oops("the object has no cache: it was never allocated");
        GiveBack(block);
        _mm.KmemCacheFree(_cpu, block.Cache, block.Address);
        return null;
    }

    private string? Shrink(ReplayCall call)
    {
        _mm.KmemCacheShrink(_cpu, Handle(call.Cache));
        return null;
    }

    private string? Destroy(ReplayCall call)
    {
        if (!_mm.KmemCacheDestroy(_cpu, Handle(call.Cache)))
            return Null; // objects are in use; the cache stays
        _caches.Remove(call.Cache);
        return null;
    }

    private KmemCache Handle(string name) =>
        _caches.TryGetValue(name, out KmemCache? cache) ? cache : throw Oops($"there is no cache {name}");

    private KernelOopsException Oops(string explanation)
    {
        kernel.Context(_cpu.Id).Bug(explanation, file, _call.Line, _call.Word);
        return new KernelOopsException(explanation); // Bug does not come back
    }

    private void Tick(ulong milliseconds, CancellationToken stopping)
    {
        const ulong slice = 10_000; // ms; Ctrl-C is looked at in between
        for (ulong left = milliseconds; left != 0; left -= Math.Min(left, slice))
        {
            stopping.ThrowIfCancellationRequested();
            kernel.Time.Idle(Math.Min(left, slice) * VirtualClock.NsPerJiffy);
        }
    }

    private void Took(Block block, ulong requested)
    {
        block.Requested = requested;
        figures.Took(block.Address, requested);
    }

    private void GiveBack(Block block) => figures.GaveBack(block.Address, block.Requested);

    private string Where(VirtualAddress address)
    {
        if (address.IsNull)
            return Null;
        if (address == VirtualAddress.ZeroSizePointer)
            return Zero;
        return _mm.TryVirtToPhys(address, out PhysicalAddress physical) ? $"0x{physical.Value:x}" : Bug;
    }

    private sealed class Block
    {
        public VirtualAddress Address { get; set; }

        public PageFrameNumber? Frame { get; set; }

        public int Order { get; set; }

        public KmemCache? Cache { get; set; }

        public ulong Requested { get; set; }
    }
}
