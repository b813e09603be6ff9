using MiniKernel.Core;
using MiniKernel.Hal;
using MiniKernel.Mm;

namespace MiniKernel.Drivers;

/// <summary>What objects occupy, seen from outside: the slabs and pages their addresses lie in.</summary>
/// <param name="Objects">Objects.</param>
/// <param name="Asked">Bytes asked for.</param>
/// <param name="Stride">Bytes from one object to the next; 0 when no cache holds them.</param>
/// <param name="PerSlab">Objects a slab; 0 when no cache holds them.</param>
/// <param name="Slabs">Slabs with at least one of the objects.</param>
/// <param name="Pages">Pages of these slabs.</param>
/// <param name="Held">Bytes of these pages, and of slab management that lies outside of them.</param>
internal readonly record struct Footprint(long Objects, long Asked, ulong Stride, uint PerSlab, long Slabs, long Pages, long Held)
{
    /// <summary>Of a hundred bytes held, those nobody asked for.</summary>
    public long WastePercent => Held == 0 ? 0 : 100 - (((100 * Asked) + (Held / 2)) / Held);

    /// <summary>Looks where objects of one size lie.</summary>
    public static Footprint Of(KernelContext kernel, IEnumerable<VirtualAddress> objects, uint bytes)
    {
        HashSet<ulong> blocks = [];
        KmemCache? cache = null;
        long count = 0;
        foreach (VirtualAddress p in objects)
        {
            cache ??= kernel.VirtToCache(p);
            int order = cache?.Geometry.Order ?? 0;
            blocks.Add((kernel.VirtToPhys(p).Value / kernel.PageSize) >> order);      // a block of pages is aligned to its size
            blocks.Add((kernel.VirtToPhys(p + (bytes - 1)).Value / kernel.PageSize) >> order);
            count++;
        }
        long asked = count * bytes;
        if (cache?.Geometry is not { } slab)
            return new(count, asked, 0, 0, 0, blocks.Count, blocks.Count * (long)kernel.PageSize);
        long pages = blocks.Count * slab.PagesPerSlab;
        long outside = slab.IsOffSlab ? blocks.Count * (long)slab.ManagementSize : 0;
        return new(count, asked, slab.BufferSize, slab.ObjectsPerSlab, blocks.Count, pages, (pages * (long)kernel.PageSize) + outside);
    }

    /// <summary>Looks which pages objects of several sizes lie in, without slabs.</summary>
    public static Footprint OfPages(KernelContext kernel, IEnumerable<(VirtualAddress Start, uint Bytes)> objects)
    {
        HashSet<ulong> pages = [];
        long count = 0, asked = 0;
        foreach ((VirtualAddress start, uint bytes) in objects)
        {
            pages.Add(kernel.VirtToPhys(start).Value / kernel.PageSize);      // no object of less than a page crosses its end
            count++;
            asked += bytes;
        }
        return new(count, asked, 0, 0, 0, pages.Count, pages.Count * (long)kernel.PageSize);
    }

    /// <summary>Sums what can be summed.</summary>
    public static Footprint operator +(Footprint one, Footprint other) =>
        new(one.Objects + other.Objects, one.Asked + other.Asked, 0, 0, one.Slabs + other.Slabs, one.Pages + other.Pages, one.Held + other.Held);
}
