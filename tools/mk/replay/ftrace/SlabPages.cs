namespace MiniKernel.Cli.Replay;

/// <summary>Tells pages that the slab allocator took for itself from those that somebody asked for: replay's own slabs take theirs.</summary>
/// <remarks>A slab's pages are taken just before the object for which it was made, on the same CPU, and the object lies in them.
/// Frames and pointers are compared below 1 GiB, for the direct map starts at a multiple of that everywhere. What
/// was taken after such a page and before the object is the slab's management. Until that is known an event waits,
/// and all behind it, so that the order stays; after <see cref="LongestWait"/> events it is taken to be somebody's.</remarks>
internal sealed class SlabPages(int pageShift)
{
    private const int LongestWait = 256, Gibi = 30;

    private readonly LinkedList<Waiting> _waiting = new();
    private readonly HashSet<ulong> _slabFrames = [];

    private enum Fate { Unknown, Runs, IsSlabs }

    /// <summary>Page events left out.</summary>
    public long Skipped { get; private set; }

    /// <summary>Takes the next event.</summary>
    public void Add(FtraceEvent happened)
    {
        if (happened.Kind != FtraceKind.PageAlloc || happened.Key == 0)
            Decide(happened);
        bool leaves = happened.IsOwn || (happened.Kind == FtraceKind.PageFree && _slabFrames.Remove(happened.Key));
        if (leaves && happened.Kind == FtraceKind.PageFree)
            Skipped++;
        if (!leaves)
            _waiting.AddLast(new Waiting(happened) { Fate = happened.Kind == FtraceKind.PageAlloc && happened.Key != 0 ? Fate.Unknown : Fate.Runs });
        if (_waiting.Count > LongestWait && _waiting.First!.Value.Fate == Fate.Unknown)
            _waiting.First.Value.Fate = Fate.Runs;
    }

    /// <summary>The next event whose turn it is; null when it has to wait for what comes.</summary>
    /// <param name="isLast">True when nothing comes.</param>
    public FtraceEvent? Next(bool isLast)
    {
        while (_waiting.First is { } first && (isLast || first.Value.Fate != Fate.Unknown))
        {
            _waiting.RemoveFirst();
            if (first.Value.Fate != Fate.IsSlabs)
                return first.Value.Event;
            Skipped++;
        }
        return null;
    }

    private void Decide(FtraceEvent happened)
    {
        bool isObject = happened.Kind is FtraceKind.Kmalloc or FtraceKind.CacheAlloc;
        bool inside = false;
        foreach (Waiting waiting in _waiting)
        {
            if (waiting.Fate != Fate.Unknown || waiting.Event.Cpu != happened.Cpu)
                continue;
            inside |= isObject && Holds(waiting.Event, happened.Key);
            if (inside)
            {
                waiting.Fate = Fate.IsSlabs;
                _slabFrames.Add(waiting.Event.Key);
            }
            else if (!happened.IsOwn && happened.Kind != FtraceKind.PageFree)
            {
                waiting.Fate = Fate.Runs;
            }
        }
    }

    private bool Holds(FtraceEvent pages, ulong pointer)
    {
        ulong mask = (1UL << (Gibi - pageShift)) - 1;
        return pointer != 0 && (((pointer >> pageShift) - pages.Key) & mask) < 1UL << pages.Order;
    }

    private sealed class Waiting(FtraceEvent happened)
    {
        public FtraceEvent Event => happened;

        public Fate Fate { get; set; }
    }
}
