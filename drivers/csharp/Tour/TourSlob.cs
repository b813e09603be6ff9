using MiniKernel.Core;
using MiniKernel.Mm;

namespace MiniKernel.Drivers;

/// <summary>Where things lie, and why, on a kernel with SLOB: no classes, no slabs, first fit.</summary>
internal static class TourSlob
{
    /// <summary>What kmalloc's objects lie in.</summary>
    public static string HomeOfKmalloc(KernelContext kernel, ulong bytes) =>
        IsBlock(kernel, bytes) ? $"a block of {bytes + Header(kernel)} bytes in a SLOB page" : "pages";

    /// <summary>What a cache's objects lie in.</summary>
    public static string HomeOf(KmemCache cache) => $"{cache.Name}, a block of {cache.Geometry.BufferSize} bytes in a SLOB page";

    /// <summary>Less than a page.</summary>
    public static string Block(KernelContext kernel, ulong bytes) => IsBlock(kernel, bytes)
        ? $"SLOB has no classes: {bytes} bytes and {Header(kernel)} for the size, in the first page of its list that has room"
        : Pages(kernel, bytes);

    /// <summary>A page or more.</summary>
    public static string Pages(KernelContext kernel, ulong bytes)
    {
        if (IsBlock(kernel, bytes))
            return Block(kernel, bytes);
        ulong held = kernel.PageSize;
        while (held < bytes)
            held *= 2;
        return $"a page and more SLOB leaves to the buddy: {ByteText.Of(held)} for {bytes} bytes, and no limit but the largest block";
    }

    /// <summary>What GFP_DMA promises.</summary>
    public static string Dma(KernelContext kernel) =>
        $"SLOB takes any page that has room: GFP_DMA chooses the zone of new pages only, and promises memory below {ByteText.Of(kernel.DmaLimit)} from a page of bytes upward";

    /// <summary>What aligning does to a cache.</summary>
    public static string Alignment(KernelContext kernel, KmemCache cache)
    {
        SlabGeometry block = cache.Geometry;
        return (cache.Flags & SlabFlags.HwCacheAlign) == 0
            ? $"aligned to {block.Align}, a word, and without a header: the cache knows the size"
            : $"aligned to {block.Align}, which is L1_CACHE_BYTES: what is free before and behind it, others get";
    }

    // Linux: size < PAGE_SIZE - align.
    private static bool IsBlock(KernelContext kernel, ulong bytes) => bytes + Header(kernel) < kernel.PageSize;

    private static ulong Header(KernelContext kernel) => (ulong)kernel.WordBytes;
}
