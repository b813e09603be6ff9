using MiniKernel.Hal;

namespace MiniKernel.Mm;

/// <summary>Byte offsets of SLAB's structures in the profile's word size (Linux 2.6.24 mm/slab.c, no debugging fields).</summary>
/// <remarks>A spinlock takes no byte on one CPU and four on several.</remarks>
internal sealed class StructLayouts
{
    /// <summary>Works out the layouts of <paramref name="profile"/>.</summary>
    public StructLayouts(HardwareProfile profile)
    {
        int word = profile.WordBytes, lockBytes = profile.Cpus > 1 ? 4 : 0;
        Word = word;

        ArrayEntries = Align(16 + lockBytes, word);
        BootArrayBytes = ArrayEntries + word;

        List3Scalars = 6 * word;
        List3FreeLimit = List3Scalars + word;
        List3ColourNext = List3FreeLimit + 4;
        List3Shared = Align(List3ColourNext + 4 + lockBytes, word);
        List3NextReap = List3Shared + (2 * word);
        List3FreeTouched = List3NextReap + word;
        List3Bytes = Align(List3FreeTouched + 4, word);

        CacheNumbers = profile.Cpus * word;
        CacheColour = Align(CacheNumbers + 36, word);
        CacheColourOff = CacheColour + word;
        CacheSlabpCache = Align(CacheColourOff + 4, word);
        CacheSlabSize = CacheSlabpCache + word;
        CacheCtor = CacheSlabSize + 8;
        CacheDtor = CacheCtor + word;
        CacheName = CacheDtor + word;
        CacheNext = CacheName + word;
        CacheNodeLists = CacheNext + (2 * word);
        CacheBytes = CacheNodeLists + word;
    }

    /// <summary>Bytes in a pointer.</summary>
    public int Word { get; }

    /// <summary>array_cache: entry[].</summary>
    public int ArrayEntries { get; }

    /// <summary>sizeof(struct arraycache_init).</summary>
    public int BootArrayBytes { get; }

    /// <summary>kmem_list3: free_objects, the first field behind the three list heads.</summary>
    public int List3Scalars { get; }

    /// <summary>kmem_list3: free_limit.</summary>
    public int List3FreeLimit { get; }

    /// <summary>kmem_list3: colour_next.</summary>
    public int List3ColourNext { get; }

    /// <summary>kmem_list3: shared (alien follows).</summary>
    public int List3Shared { get; }

    /// <summary>kmem_list3: next_reap.</summary>
    public int List3NextReap { get; }

    /// <summary>kmem_list3: free_touched.</summary>
    public int List3FreeTouched { get; }

    /// <summary>sizeof(struct kmem_list3).</summary>
    public int List3Bytes { get; }

    /// <summary>kmem_cache: batchcount, limit, shared, buffer_size, reciprocal_buffer_size, flags, num, gfporder, gfpflags.</summary>
    public int CacheNumbers { get; }

    /// <summary>kmem_cache: colour.</summary>
    public int CacheColour { get; }

    /// <summary>kmem_cache: colour_off.</summary>
    public int CacheColourOff { get; }

    /// <summary>kmem_cache: slabp_cache.</summary>
    public int CacheSlabpCache { get; }

    /// <summary>kmem_cache: slab_size (dflags follows).</summary>
    public int CacheSlabSize { get; }

    /// <summary>kmem_cache: ctor.</summary>
    public int CacheCtor { get; }

    /// <summary>kmem_cache: dtor.</summary>
    public int CacheDtor { get; }

    /// <summary>kmem_cache: name.</summary>
    public int CacheName { get; }

    /// <summary>kmem_cache: next, the links of cache_chain.</summary>
    public int CacheNext { get; }

    /// <summary>kmem_cache: nodelists[0].</summary>
    public int CacheNodeLists { get; }

    /// <summary>sizeof(struct kmem_cache).</summary>
    public int CacheBytes { get; }

    private static int Align(int offset, int alignment) => (offset + alignment - 1) / alignment * alignment;
}
