using MiniKernel.Hal;
using MiniKernel.Mm.Tests.Model;

namespace MiniKernel.Mm.Tests.Trace;

/// <summary>Keeps books of events alone: what they say is free, taken and grown, without a look at memory.</summary>
internal sealed class EventLedger : IMmTrace
{
    private readonly HashSet<ulong> _objects = [];
    private readonly Dictionary<uint, int> _pages = [];
    private MmEvent? _last;
    private KmemCache? _growing;

    public long Count { get; private set; }

    public int Grown { get; private set; }

    /// <summary>Frames in free lists, more than at first.</summary>
    public long FreeFrames { get; private set; }

    /// <summary>Blocks handed out, more than at first.</summary>
    public long LiveBlocks { get; private set; }

    /// <summary>Slabs a cache, more than at first.</summary>
    public Dictionary<string, long> Slabs { get; } = [];

    public List<string> Mistakes { get; } = [];

    public void Trace(MmEvent happened)
    {
        Count++;
        switch (happened)
        {
            case PageAllocZoneLockedEvent taken: FreeFrames -= 1L << taken.Order; break;
            case PagePcpuDrainEvent: FreeFrames++; break;
            case PageFreeEvent { Order: > 0 } freed: FreeFrames += 1L << freed.Order; break;
        }
        LiveBlocks += happened is PageAllocEvent { Frame: not null } ? 1 : happened is PageFreeEvent ? -1 : 0;
        switch (happened)
        {
            case PageAllocEvent { Frame: { } frame } pages: Check(_pages.TryAdd(frame.Value, pages.Order), happened); break;
            // What boot took is not in the books: only a free with another order than the allocation's is a mistake.
            case PageFreeEvent pages: Check(!_pages.Remove(pages.Frame.Value, out int order) || order == pages.Order, happened); break;
            case KmallocEvent { Pointer.IsNull: false } taken: Check(_objects.Add(taken.Pointer.Value), happened); break;
            case CacheAllocEvent { Pointer.IsNull: false } taken: Check(_objects.Add(taken.Pointer.Value), happened); break;
            case KfreeEvent gone: _objects.Remove(gone.Pointer.Value); break;
            case CacheFreeEvent gone: _objects.Remove(gone.Pointer.Value); break;
            case CacheGrowBeginEvent begun: _growing = begun.Cache; break;
            case CacheGrowEvent grown: NoteGrown(grown); break;
            case SlabDestroyEvent destroyed: Add(destroyed.Cache, -1); break;
            case ZoneWatermarkEvent mark: Check(mark.IsOk == mark.LastFree > mark.LastNeeded, happened); break;
        }
        _last = happened;
    }

    /// <summary>The last event must tell of what the call came to.</summary>
    public void Expect(TraceOperation operation, Outcome outcome, HardwareProfile profile)
    {
        ulong? told = (operation, _last) switch
        {
            (KmallocOperation, KmallocEvent last) => last.Pointer.Value,
            (CacheAllocOperation, CacheAllocEvent last) => last.Pointer.Value,
            (AllocPagesOperation, PageAllocEvent last) => (last.Frame?.Value ?? 0) * (ulong)profile.PageSize,
            _ => null,
        };
        bool isAddress = outcome.Kind == OutcomeKind.Address && operation is KmallocOperation or CacheAllocOperation or AllocPagesOperation;
        if (isAddress && outcome.Kind == OutcomeKind.Address && (told is not { } address || (address & 0x0fff_ffff) != (outcome.Value & 0x0fff_ffff)))
            Mistakes.Add($"{operation} came to {outcome}, but the last event is {_last}");
    }

    private void NoteGrown(CacheGrowEvent grown)
    {
        Check(_growing is not null, grown);
        if (grown.Frame is null)
            return;
        Grown++;
        Add(grown.Cache, 1);
    }

    private void Add(KmemCache cache, int slabs) => Slabs[cache.Name] = Slabs.GetValueOrDefault(cache.Name) + slabs;

    private void Check(bool holds, MmEvent happened)
    {
        if (!holds)
            Mistakes.Add($"does not fit what came before: {happened}");
    }
}
