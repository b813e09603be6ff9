using MiniKernel.Mm;

namespace MiniKernel.Core;

/// <summary>Keeps, of everything that is allocated while it listens, what mm said on the way.</summary>
/// <remarks>An event that begins something (a slab, reclaim) opens a frame, the one that ends it closes it; the event of the call
/// itself comes last and takes all that stands before it in its frame.</remarks>
public sealed class AllocationHistory
{
    private readonly Stack<Frame> _outer = [];
    private readonly Dictionary<ulong, TraceRecord[]> _objects = [];
    private readonly Dictionary<uint, TraceRecord[]> _pages = [], _slabs = [];
    private Frame _frame = new();

    /// <summary>What a listener of <see cref="KernelTrace"/> does.</summary>
    public void Note(TraceRecord record)
    {
        ArgumentNullException.ThrowIfNull(record);
        if (record.Happened is CacheGrowBeginEvent or ReclaimBeginEvent)
            Open();
        _frame.Records.Add(record);
        switch (record.Happened)
        {
            case CacheGrowEvent or ReclaimEndEvent when _outer.Count != 0: Close(record.Happened as CacheGrowEvent); break;
            case KmallocEvent { Pointer: var p }: Keep(_objects, p.Value); break;
            case CacheAllocEvent { Pointer: var p }: Keep(_objects, p.Value); break;
            case PageAllocEvent e: Keep(_pages, e.Frame?.Value ?? 0); break;
            case KfreeEvent e: Forget(_objects, e.Pointer.Value); break;
            case CacheFreeEvent e: Forget(_objects, e.Pointer.Value); break;
            case PageFreeEvent e: Forget(_pages, e.Frame.Value); break;
            case SlabDestroyEvent e: Forget(_slabs, e.Frame.Value); break;
            case CacheShrinkEvent or CacheReapEvent or CacheCreateEvent or CacheDestroyEvent or CacheTuneEvent: _frame.EndCall(_outer.Count == 0); break;
        }
    }

    /// <summary>What led to an object; null when it was taken before.</summary>
    internal IReadOnlyList<TraceRecord>? OfObject(ulong address) => _objects.GetValueOrDefault(address);

    /// <summary>What led to a block of pages, by its first frame; null when it was taken before.</summary>
    internal IReadOnlyList<TraceRecord>? OfPages(uint frame) => _pages.GetValueOrDefault(frame);

    /// <summary>How a slab came to be, by its first frame; null when it was there before.</summary>
    internal IReadOnlyList<TraceRecord>? OfSlab(uint frame) => _slabs.GetValueOrDefault(frame);

    private void Open()
    {
        _outer.Push(_frame);
        _frame = new Frame();
    }

    private void Close(CacheGrowEvent? grown)
    {
        List<TraceRecord> records = _frame.Records;
        if (grown?.Frame is { } frame)
            _slabs[frame.Value] = [.. records];
        _frame = _outer.Pop();
        _frame.Records.AddRange(records);
    }

    private void Keep<TKey>(Dictionary<TKey, TraceRecord[]> stories, TKey key)
        where TKey : notnull
    {
        stories[key] = [.. _frame.Records.Skip(_frame.CallStart)];
        _frame.EndCall(_outer.Count == 0);
    }

    private void Forget<TKey>(Dictionary<TKey, TraceRecord[]> stories, TKey key)
        where TKey : notnull
    {
        stories.Remove(key);
        _frame.EndCall(_outer.Count == 0);
    }

    private sealed class Frame
    {
        public List<TraceRecord> Records { get; } = [];

        public int CallStart { get; private set; }

        // Of the outermost frame nobody wants to know more.
        public void EndCall(bool isOutermost)
        {
            if (isOutermost)
                Records.Clear();
            CallStart = Records.Count;
        }
    }
}
