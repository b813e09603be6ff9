using MiniKernel.Core;
using MiniKernel.Mm;

namespace MiniKernel.Drivers;

/// <summary>Why something landed where it did, worked out from the facts of the profile.</summary>
internal static class TourReasons
{
    private const ulong IsaReach = 16 << 20, SmallestPage = 4096;

    /// <summary>Is there a size-32?</summary>
    public static string Size32(KernelContext kernel) => kernel.ConfigSlob ? TourSlob.Block(kernel, 20) : kernel.PageSize == SmallestPage
        ? "size-32 exists because PAGE_SIZE is 4096"
        : $"there is no size-32: it exists with pages of 4096 only, these have {kernel.PageSize}";

    /// <summary>Is there a size-96?</summary>
    public static string Size96(KernelContext kernel) => kernel.ConfigSlob ? TourSlob.Block(kernel, 80) : BetweenPowers(kernel, 96, 64);

    /// <summary>Is there a size-192?</summary>
    public static string Size192(KernelContext kernel) => kernel.ConfigSlob ? TourSlob.Block(kernel, 150) : BetweenPowers(kernel, 192, 128);

    /// <summary>A class of many pages.</summary>
    public static string Large(KernelContext kernel) => kernel.ConfigSlob ? TourSlob.Pages(kernel, 100_000)
        : $"one object is a slab of its own: 131072 bytes are {Pages(131072 / kernel.PageSize)}, its struct slab lies elsewhere";

    /// <summary>The first class that an MMU makes superfluous.</summary>
    public static string BeyondMmu(KernelContext kernel)
    {
        if (kernel.ConfigSlob)
            return TourSlob.Pages(kernel, 200_000);
        if (kernel.ConfigMmu)
            return "no class holds it: with an MMU the classes end at size-131072, larger things are for vmalloc";
        return "without an MMU there is no vmalloc, so the classes go on to " + (kernel.ConfigLargeAllocs ? "size-33554432 (CONFIG_LARGE_ALLOCS)" : "size-1048576");
    }

    /// <summary>What GFP_DMA promises.</summary>
    public static string Dma(KernelContext kernel)
    {
        if (kernel.DmaLimit == 0)
            return "there is no DMA zone: GFP_DMA means nothing here" + (kernel.ConfigSlob ? "" : ", and size-N(DMA) is not asked");
        if (kernel.ConfigSlob && kernel.DmaLimit < kernel.RamBytes)
            return TourSlob.Dma(kernel);
        string reach = Math.Min(kernel.DmaLimit, kernel.RamBytes) > IsaReach ? $"; an ISA device reaches {ByteText.Of(IsaReach)} only, GFP_DMA promises it nothing" : "; an ISA device reaches it";
        return kernel.DmaLimit >= kernel.RamBytes
            ? $"all of RAM is the DMA zone (limit {ByteText.Of(kernel.DmaLimit)}): with or without GFP_DMA{reach}"
            : $"from the DMA zone, below {ByteText.Of(kernel.DmaLimit)}{reach}";
    }

    /// <summary>What GFP_DMA32 promises.</summary>
    public static string Dma32(KernelContext kernel)
    {
        if (kernel.Dma32Limit == 0)
            return kernel.WordBytes == 4 ? "there is no DMA32 zone: every address has 32 bits" : "there is no DMA32 zone: GFP_DMA32 means nothing here";
        return kernel.Dma32Limit >= kernel.RamBytes
            ? $"below {ByteText.Of(kernel.Dma32Limit)}, as all of RAM is: Normal is empty"
            : $"below {ByteText.Of(kernel.Dma32Limit)}, for devices that send 32 address bits; Normal lies above";
    }

    /// <summary>Who may have memory the kernel does not see.</summary>
    public static string HighUser(KernelContext kernel) => kernel.RamBytes > kernel.LowmemBytes
        ? $"HighMem: the direct map ends at {ByteText.Of(kernel.LowmemBytes)}, so page_address() is NULL and only kmap() shows it"
        : $"no HighMem: the direct map shows all of RAM, {ByteText.Of(kernel.RamBytes)}; an ordinary page";

    /// <summary>A block of pages.</summary>
    public static string Order(KernelContext kernel, int order) =>
        $"{Pages(1ul << order)}, {ByteText.Of(kernel.PageSize << order)}, aligned to that; the largest block has {ByteText.Of(kernel.PageSize << (kernel.MaxOrder - 1))}";

    /// <summary>What aligning to cache lines makes of a cache.</summary>
    public static string Alignment(KernelContext kernel, KmemCache cache, ulong bytes)
    {
        SlabGeometry slab = cache.Geometry;
        if (!slab.HasSlabs)
            return TourSlob.Alignment(kernel, cache);
        return (cache.Flags & SlabFlags.HwCacheAlign) == 0
            ? $"aligned to {slab.Align}, a word: {bytes} bytes take {slab.BufferSize}, neighbours share cache lines"
            : $"aligned to {slab.Align}, cache lines have {kernel.CacheLineSize}: {bytes} bytes take {slab.BufferSize}, no line has two owners";
    }

    // size-96 and size-192 lie between powers of two, and exist where a cache line is no wider than the gap.
    private static string BetweenPowers(KernelContext kernel, ulong size, ulong limit)
    {
        if (kernel.L1CacheBytes >= limit)
            return $"there is no size-{size}: L1_CACHE_BYTES is {kernel.L1CacheBytes}, not below {limit}";
        string padded = size % kernel.CacheLineSize == 0 ? "" : $"; lines of {kernel.CacheLineSize} at run time pad its objects";
        return $"size-{size} exists because L1_CACHE_BYTES is {kernel.L1CacheBytes}, below {limit}{padded}";
    }

    private static string Pages(ulong count) => count == 1 ? "1 page" : $"{count} pages";
}
