using MiniKernel.Hal;

namespace MiniKernel.Mm.Tests.Model;

/// <summary>An independent model of 2.6.24's SLOB: where every block of a call sequence lies. Pages are lists of free extents,
/// in the order in which they are searched; nothing is stored in memory.</summary>
internal sealed class SlobModel : ITraceTarget
{
    private readonly HardwareProfile _profile;
    private readonly ModelPages _pages;
    private readonly List<HeapPage> _search = [];                       // pages with free extents, the next search's first one first
    private readonly Dictionary<uint, HeapPage> _heap = [];
    private readonly Dictionary<ulong, ulong> _asked = [];              // kmalloc's objects: bytes asked for
    private readonly Dictionary<string, ModelSlobCache> _caches = [];
    private int _cpu;

    private sealed record ModelSlobCache(ulong Size, ulong Align, ulong Descriptor);

    private sealed class HeapPage(uint frame)
    {
        public uint Frame => frame;

        public List<(int At, int Units)> Free { get; } = [];

        public int FreeUnits => Free.Sum(extent => extent.Units);
    }

    public SlobModel(HardwareProfile profile)
    {
        _profile = profile;
        _pages = new ModelPages(profile);
        _pages.ReleaseBootMemory();
        _pages.SetWatermarks();
    }

    public IReadOnlyList<ZoneSnapshot> Zones => [.. _pages.Zones.Select(zone => zone.Snapshot())];

    public IReadOnlyList<CacheSnapshot> Caches => [];

    private ulong PageSize => (ulong)_profile.PageSize;

    private ulong Word => (ulong)_profile.WordBytes;

    // A size in units must fit a signed 16-bit number, or units are twice as wide.
    private ulong Unit => PageSize < 65536 ? 2u : 4u;

    private int UnitsPerPage => (int)(PageSize / Unit);

    public Outcome AllocPages(int order, uint gfp) => Outcome.AtOrNull(_pages.Alloc(order, gfp, _cpu) is { } frame ? frame * PageSize : null);

    public Outcome FreePages(ulong physical, int order)
    {
        _pages.Free((uint)(physical / PageSize), order, _cpu);
        return Outcome.Done();
    }

    public Outcome Kmalloc(ulong size, uint gfp) => Catching(() =>
    {
        if (size == 0)
            return Outcome.Zero;
        ulong? place = size + Word < PageSize ? Take(size + Word, Word, gfp) + Word : TakePages(size, gfp);
        if (place is { } address)
            _asked.Add(address, size);
        return Outcome.AtOrNull(place);
    });

    public Outcome Krealloc(Outcome old, ulong size, uint gfp)
    {
        if (size == 0)
        {
            Kfree(old);
            return Outcome.Zero;
        }
        ulong asked = old.Kind == OutcomeKind.Address ? _asked[old.Value] : 0;
        ulong usable = asked + Word < PageSize ? (asked + Unit - 1) / Unit * Unit : asked;
        if (usable >= size)
            return old;
        Outcome grown = Kmalloc(size, gfp);
        if (grown.Kind == OutcomeKind.Address)
            Kfree(old);
        return grown;
    }

    public Outcome Kfree(Outcome pointer)
    {
        if (pointer.Kind != OutcomeKind.Address)
            return Outcome.Done();
        _asked.Remove(pointer.Value, out ulong asked);
        if (asked + Word < PageSize)
            Give(pointer.Value - Word, asked + Word);
        else
            GivePages(pointer.Value, asked);
        return Outcome.Done();
    }

    public Outcome CacheCreate(string name, ulong size, ulong align, uint flags) => Catching(() =>
    {
        if (size == 0)
            throw new ModelBugException();
        if ((flags & SlabBits.DestroyByRcu) != 0)
            size += 3 * Word;
        ulong least = (flags & SlabBits.HwCacheAlign) != 0 ? (ulong)_profile.L1CacheBytes : 0;
        // The flags are given where gfp flags belong: slob.c of 2.6.24 does that.
        if (Take(DescriptorBytes, 0, flags) is not { } descriptor)
            return Outcome.Null;
        _caches.Add(name, new ModelSlobCache(size, ((ulong[])[least, Word, align]).Max(), descriptor));
        return Outcome.Done();
    });

    public Outcome CacheAlloc(string name, uint gfp) => Catching(() =>
    {
        ModelSlobCache cache = _caches[name];
        return Outcome.AtOrNull(cache.Size < PageSize ? Take(cache.Size, cache.Align, gfp) : TakePages(cache.Size, gfp));
    });

    public Outcome CacheFree(string name, ulong physical)
    {
        ulong size = _caches[name].Size;
        if (size < PageSize)
            Give(physical, size);
        else
            GivePages(physical, size);
        return Outcome.Done();
    }

    public Outcome CacheShrink(string name) => Outcome.Done();

    public Outcome CacheDestroy(string name)
    {
        _caches.Remove(name, out ModelSlobCache? cache);
        Give(cache!.Descriptor, DescriptorBytes);
        return Outcome.Done();
    }

    /// <summary>There is nothing to write to.</summary>
    public Outcome Tune(string name, int limit, int batch, int shared) => Outcome.Null;

    public Outcome Cpu(int cpu)
    {
        _cpu = cpu;
        return Outcome.Done();
    }

    public Outcome Tick(ulong ms) => Outcome.Done();

    // unsigned int size, align; unsigned long flags; name; ctor; dtor
    private ulong DescriptorBytes => 8 + (4 * Word);

    private int UnitsOf(ulong bytes) => (int)((bytes + Unit - 1) / Unit);

    private static Outcome Catching(Func<Outcome> call)
    {
        try
        {
            return call();
        }
        catch (ModelBugException)
        {
            return Outcome.Bug;
        }
    }

    private ulong? Take(ulong bytes, ulong align, uint gfp)
    {
        int units = UnitsOf(bytes);
        for (int i = 0; i < _search.Count; i++)
        {
            HeapPage page = _search[i];
            if (TakeFrom(page, units, align) is not { } at)
                continue;
            if (page.Free.Count == 0)
                _search.RemoveAt(i);
            // The ring starts with what is now behind the page's predecessor, unless nothing is or there was none.
            if (i > 0 && i < _search.Count)
            {
                List<HeapPage> skipped = _search[..i];
                _search.RemoveRange(0, i);
                _search.AddRange(skipped);
            }
            return (page.Frame * PageSize) + ((ulong)at * Unit);
        }
        RequireAddressable(gfp);
        if (_pages.Alloc(0, gfp, _cpu) is not { } frame)
            return null;
        var fresh = new HeapPage(frame);
        fresh.Free.Add((0, UnitsPerPage));
        _heap.Add(frame, fresh);
        _search.Insert(0, fresh);
        int start = TakeFrom(fresh, units, align) ?? throw new ModelBugException();
        return (frame * PageSize) + ((ulong)start * Unit);
    }

    private int? TakeFrom(HeapPage page, int units, ulong align)
    {
        for (int i = 0; i < page.Free.Count; i++)
        {
            (int at, int free) = page.Free[i];
            int start = at;
            while (align != 0 && ((page.Frame * PageSize) + ((ulong)start * Unit)) % align != 0)
                start++;
            if (start + units > at + free)
                continue;
            page.Free.RemoveAt(i);
            if (start + units < at + free)
                page.Free.Insert(i, (start + units, at + free - start - units));
            if (start > at)
                page.Free.Insert(i, (at, start - at));
            return start;
        }
        return null;
    }

    private void Give(ulong address, ulong bytes)
    {
        HeapPage page = _heap[(uint)(address / PageSize)];
        (int at, int units) = ((int)(address % PageSize / Unit), UnitsOf(bytes));
        bool wasFull = page.Free.Count == 0;
        if (page.FreeUnits + units == UnitsPerPage)
        {
            _search.Remove(page);
            _heap.Remove(page.Frame);
            _pages.Free(page.Frame, 0, _cpu);
            return;
        }
        if (wasFull)
            _search.Insert(0, page);
        int i = page.Free.FindIndex(extent => extent.At > at);
        if (i < 0)
            i = page.Free.Count;
        page.Free.Insert(i, (at, units));
        // In front of all others it stays by itself: 2.6.24 joins only what lies behind a free extent.
        if (i == 0)
            return;
        if (i + 1 < page.Free.Count && at + units == page.Free[i + 1].At)
            Join(page, i);
        if (page.Free[i - 1].At + page.Free[i - 1].Units == at)
            Join(page, i - 1);
    }

    private static void Join(HeapPage page, int i)
    {
        page.Free[i] = (page.Free[i].At, page.Free[i].Units + page.Free[i + 1].Units);
        page.Free.RemoveAt(i + 1);
    }

    private ulong? TakePages(ulong bytes, uint gfp)
    {
        RequireAddressable(gfp);
        return _pages.Alloc(OrderOf(bytes), gfp, _cpu) is { } frame ? frame * PageSize : null;
    }

    private void GivePages(ulong address, ulong bytes) => _pages.Free((uint)(address / PageSize), OrderOf(bytes), _cpu);

    private int OrderOf(ulong bytes) => Enumerable.Range(0, 40).First(order => PageSize << order >= bytes);

    private static void RequireAddressable(uint gfp)
    {
        if ((gfp & Gfp.HighMem) != 0)
            throw new ModelBugException();
    }
}
