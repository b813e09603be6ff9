namespace MiniKernel.Mm;

/// <summary>Freed objects that wait before they can be allocated again: as long as they do, whoever still uses them is found.</summary>
/// <remarks>First in, first out, bounded by bytes (Linux mm/kasan/quarantine.c: a 32nd of RAM, here without batches a CPU,
/// so that the same calls always let the same objects go).</remarks>
internal sealed class Quarantine(ulong limitBytes)
{
    /// <summary>What part of RAM may lie here.</summary>
    public const ulong Fraction = 32;

    private readonly Lock _lock = new();
    private Queue<Entry> _entries = new();
    private ulong _bytes;

    /// <summary>An object and where it goes: to its cache, or to kfree when nobody knows that.</summary>
    public readonly record struct Entry(KmemCache? Cache, ulong Address, ulong Bytes)
    {
        /// <summary>What it takes, as far as that is known.</summary>
        public ulong Taken => Cache?.BufferSize ?? Bytes;
    }

    /// <summary>Objects waiting.</summary>
    public int Count => _entries.Count;

    /// <summary>Adds an object.</summary>
    public void Add(Entry entry)
    {
        lock (_lock)
        {
            _entries.Enqueue(entry);
            _bytes += entry.Taken;
        }
    }

    /// <summary>The oldest one, while there is more than the bound.</summary>
    public bool TryTakeSurplus(out Entry entry)
    {
        lock (_lock)
            return TryTake(_bytes > limitBytes, out entry);
    }

    /// <summary>The oldest one.</summary>
    public bool TryTake(out Entry entry)
    {
        lock (_lock)
            return TryTake(true, out entry);
    }

    /// <summary>Takes out every object of a cache, oldest first.</summary>
    public IReadOnlyList<Entry> TakeAll(KmemCache cache)
    {
        lock (_lock)
        {
            List<Entry> own = [.. _entries.Where(entry => entry.Cache == cache)];
            if (own.Count != 0)
                _entries = new Queue<Entry>(_entries.Where(entry => entry.Cache != cache));
            _bytes -= (ulong)own.Count * cache.BufferSize;
            return own;
        }
    }

    private bool TryTake(bool wanted, out Entry entry)
    {
        entry = default;
        if (!wanted || !_entries.TryDequeue(out entry))
            return false;
        _bytes -= entry.Taken;
        return true;
    }
}
