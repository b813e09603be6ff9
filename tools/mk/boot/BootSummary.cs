using MiniKernel.Core;
using MiniKernel.Mm;

namespace MiniKernel.Cli.Boot;

/// <summary>What boot shows of memory: numbers only, so that it can be drawn in more than one way.</summary>
internal sealed record BootSummary(string Profile, int PageSize, IReadOnlyList<ZoneInfo> Zones, IReadOnlyList<SlabInfo> Slabs, SlobInfo? Slob = null)
{
    /// <summary>Takes the numbers from a running kernel.</summary>
    public static BootSummary Of(Kernel kernel) => new(
        kernel.Machine.Profile.Name, kernel.Machine.Profile.PageSize,
        [.. kernel.Mm.Zones().Where(zone => zone.IsPopulated)], kernel.Mm.SlabInfos(), kernel.Mm.SlobInfo());

    /// <summary>Of SLOB, where there are no slabs to count.</summary>
    public ulong SlobBytes => Slob is null ? 0 : Slob.Pages * (ulong)PageSize;

    /// <summary>Caches that have slabs, as slabtop orders them: most objects first.</summary>
    public IEnumerable<SlabInfo> SlabsByObjects => Slabs.Where(slab => slab.TotalSlabs != 0).OrderByDescending(slab => slab.TotalObjects);

    /// <summary>Objects in use.</summary>
    public ulong ActiveObjects => Sum(slab => slab.ActiveObjects);

    /// <summary>Objects there are.</summary>
    public ulong TotalObjects => Sum(slab => slab.TotalObjects);

    /// <summary>Slabs with an object in use.</summary>
    public ulong ActiveSlabs => Sum(slab => slab.ActiveSlabs);

    /// <summary>Slabs there are.</summary>
    public ulong TotalSlabs => Sum(slab => slab.TotalSlabs);

    /// <summary>Caches with an object in use.</summary>
    public ulong ActiveCaches => (ulong)Slabs.Count(slab => slab.ActiveObjects != 0);

    /// <summary>Bytes of objects in use.</summary>
    public ulong ActiveBytes => Sum(slab => slab.ActiveObjects * slab.ObjectSize);

    /// <summary>Bytes of all slabs.</summary>
    public ulong TotalBytes => Sum(BytesOf);

    /// <summary>Bytes of a cache's slabs.</summary>
    public ulong BytesOf(SlabInfo slab) => slab.TotalSlabs * slab.PagesPerSlab * (ulong)PageSize;

    private ulong Sum(Func<SlabInfo, ulong> of)
    {
        ulong sum = 0;
        foreach (SlabInfo slab in Slabs)
            sum += of(slab);
        return sum;
    }
}
