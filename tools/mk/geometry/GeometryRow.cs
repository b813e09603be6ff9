using MiniKernel.Hal;
using MiniKernel.Mm;

namespace MiniKernel.Cli.Geometry;

/// <summary>What Linux makes of one cache.</summary>
internal sealed record GeometryRow(
    string Name, ulong ObjectSize, uint ObjectsPerSlab, uint PagesPerSlab,
    uint Limit, uint BatchCount, uint Shared, ulong Colours, bool IsOffSlab)
{
    private const ulong KmallocMinAlign = 8; // ARCH_KMALLOC_MINALIGN: alignof(unsigned long long)

    /// <summary>Works out a cache; null and the reason when Linux refuses it.</summary>
    public static GeometryRow? Of(HardwareProfile profile, CacheRequest cache, out string refusal)
    {
        refusal = SlabGeometry.Refusal(profile, cache.Size, cache.Flags) ?? "";
        if (refusal.Length != 0)
            return null;
        if (SlabGeometry.Compute(profile, cache.Size, cache.Align, cache.Flags) is not { } geometry)
        {
            refusal = "no slab order holds a single object";
            return null;
        }
        (uint limit, uint batchCount, uint shared) = geometry.Tunables(profile);
        return new GeometryRow(
            cache.Name, geometry.BufferSize, geometry.ObjectsPerSlab, geometry.PagesPerSlab,
            limit, batchCount, shared, geometry.Colours, geometry.IsOffSlab);
    }

    /// <summary>The kmalloc classes of a profile, ascending, each followed by its DMA twin where there is a DMA zone.</summary>
    public static IEnumerable<CacheRequest> KmallocClasses(HardwareProfile profile)
    {
        const SlabFlags flags = SlabFlags.HwCacheAlign | SlabFlags.Panic;
        foreach (ulong size in KmallocSizes.For(profile))
        {
            yield return new CacheRequest($"size-{size}", size, KmallocMinAlign, flags);
            if (profile.HasDmaZone)
                yield return new CacheRequest($"size-{size}(DMA)", size, KmallocMinAlign, flags | SlabFlags.CacheDma);
        }
    }
}
