namespace MiniKernel.Core;

/// <summary>struct cache_sizes.</summary>
public sealed class CacheSizesStruct : CStruct
{
    internal CacheSizesStruct(int wordBytes)
        : base("struct cache_sizes", wordBytes)
    {
        Size = Word("cs_size");
        Cache = Word("cs_cachep");
        DmaCache = Word("cs_dmacachep");
    }

    /// <summary>Bytes of an object; ULONG_MAX in the entry behind the last.</summary>
    public CMember Size { get; }

    /// <summary>Its cache.</summary>
    public CMember Cache { get; }

    /// <summary>The cache whose slabs lie in the DMA zone.</summary>
    public CMember DmaCache { get; }
}
