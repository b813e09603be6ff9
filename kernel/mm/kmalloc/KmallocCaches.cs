using MiniKernel.Hal;

namespace MiniKernel.Mm;

/// <summary>One entry of malloc_sizes: a class and its two caches.</summary>
internal sealed class KmallocEntry(ulong size, int slot)
{
    /// <summary>cs_size; ULONG_MAX in the sentinel.</summary>
    public ulong Size { get; } = size;

    /// <summary>The class's slot in every CPU's table.</summary>
    public int Slot { get; } = slot;

    /// <summary>Name of the normal cache.</summary>
    public string Name { get; } = $"size-{size}";

    /// <summary>Name of the DMA cache.</summary>
    public string DmaName { get; } = $"size-{size}(DMA)";

    /// <summary>cs_cachep.</summary>
    public KmemCache? Cache { get; set; }

    /// <summary>cs_dmacachep.</summary>
    public KmemCache? DmaCache { get; set; }
}

/// <summary>malloc_sizes: the profile's classes ascending, closed by an entry of size ULONG_MAX without caches.</summary>
internal sealed class KmallocCaches
{
    /// <summary>ARCH_KMALLOC_MINALIGN at its default: alignof(unsigned long long).</summary>
    public const ulong MinAlign = 8;

    private readonly KmallocEntry[] _table;
    private readonly bool _hasDmaZone;

    public KmallocCaches(HardwareProfile profile)
    {
        _hasDmaZone = profile.HasDmaZone;
        _table = [.. KmallocSizes.For(profile).Select(size => new KmallocEntry(size, KmallocIndex.SlotOf(size))), new KmallocEntry(ulong.MaxValue, KmallocIndex.TooLarge)];
    }

    /// <summary>The classes, without the sentinel.</summary>
    public ReadOnlySpan<KmallocEntry> Entries => _table.AsSpan(0, _table.Length - 1);

    /// <summary>Walks up the table while the size is too large for the class; the sentinel ends every walk.</summary>
    /// <remarks>Source: __find_general_cachep, Linux 2.6.24 mm/slab.c.</remarks>
    public KmallocEntry EntryFor(ulong size)
    {
        int i = 0;
        while (size > _table[i].Size)
            i++;
        return _table[i];
    }

    /// <summary>The cache that serves a request; null for a size beyond the last class, or before the cache exists.</summary>
    public KmemCache? Find(ulong size, GfpFlags flags)
    {
        KmallocEntry entry = EntryFor(size);
        return (flags & GfpFlags.Dma) != 0 && _hasDmaZone ? entry.DmaCache : entry.Cache;
    }
}
