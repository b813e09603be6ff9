using MiniKernel.Core;
using MiniKernel.Hal;
using MiniKernel.Mm;

namespace MiniKernel.Drivers;

/// <summary>Takes something, says where it landed, gives it back: one stop of the tour.</summary>
internal sealed class TourGuide
{
    private const string Prefix = Tour.ModuleName;
    private readonly List<string> _missed = [];   // what there was no memory for
    private int _stops;

    /// <summary>How it went.</summary>
    public WorkloadResult Result => _missed.Count == 0
        ? new(Errno.Success, $"{_stops} allocations, each where the profile says, all given back")
        : new(Errno.ENOMEM, $"no memory for {string.Join(", ", _missed)}");

    /// <summary>kmalloc and kfree.</summary>
    public void Kmalloc(KernelContext kernel, ulong bytes, GfpFlags flags, string why, bool mayBeNull = false)
    {
        string call = (flags & GfpFlags.Dma) != 0 ? $"kmalloc({bytes}, GFP_DMA)" : $"kmalloc({bytes})";
        VirtualAddress p = kernel.Kmalloc(bytes, flags);
        if (p.IsNull && !mayBeNull)
        {
            Miss(kernel, call);
            return;
        }
        Show(kernel, call, p, kernel.ConfigSlob ? TourSlob.HomeOfKmalloc(kernel, bytes) : HomeOf(kernel, p), why);
        kernel.Kfree(p);
    }

    /// <summary>A cache and an object of it.</summary>
    public void Cache(KernelContext kernel, string name, ulong bytes, SlabFlags flags)
    {
        string call = flags == SlabFlags.None ? $"kmem_cache({bytes})" : $"kmem_cache({bytes}, HWCACHE)";
        KmemCache? cache = kernel.KmemCacheCreate(name, bytes, flags: flags);
        if (cache is null)
        {
            Miss(kernel, call);
            return;
        }
        VirtualAddress p = kernel.KmemCacheAlloc(cache, GfpFlags.Kernel);
        if (p.IsNull)
        {
            Miss(kernel, call);
        }
        else
        {
            string home = kernel.ConfigSlob ? TourSlob.HomeOf(cache) : HomeOf(kernel, p);
            Show(kernel, call, p, home, TourReasons.Alignment(kernel, cache, bytes));
            kernel.KmemCacheFree(cache, p);
        }
        kernel.KmemCacheDestroy(cache);
    }

    /// <summary>__get_free_pages and free_pages.</summary>
    public void Pages(KernelContext kernel, int order)
    {
        string call = $"__get_free_pages({order})";
        VirtualAddress p = kernel.GetFreePages(GfpFlags.Kernel, order);
        if (p.IsNull)
        {
            Miss(kernel, call);
            return;
        }
        Show(kernel, call, p, "pages", TourReasons.Order(kernel, order));
        kernel.FreePages(p, order);
    }

    /// <summary>alloc_page and __free_page: the frame may have no address.</summary>
    public void Page(KernelContext kernel, string call, GfpFlags flags, string why)
    {
        if (kernel.AllocPages(flags, 0) is not { } frame)
        {
            Miss(kernel, call);
            return;
        }
        Print(kernel, call, kernel.PageAddress(frame), kernel.PageToPhys(frame), $"frame {frame}", why);
        kernel.FreePages(frame, 0);
    }

    private void Show(KernelContext kernel, string call, VirtualAddress p, string home, string why)
    {
        if (p.IsNull)
            Write(kernel, call, "NULL", "-", "-", "-", why);
        else
            Print(kernel, call, p, kernel.VirtToPhys(p), home, why);
    }

    private void Print(KernelContext kernel, string call, VirtualAddress p, PhysicalAddress address, string home, string why)
    {
        string zone = kernel.PageZone(new PageFrameNumber((uint)(address.Value / kernel.PageSize)));
        Write(kernel, call, p.IsNull ? "none" : p.ToString(), address.ToString(), zone, home, why);
    }

    private void Write(KernelContext kernel, string call, string address, string physical, string zone, string home, string why)
    {
        _stops++;
        kernel.Printk(LogLevel.Info, $"{Prefix}: {call,-25} {address,-18} {physical,-11} {zone,-7} {home}");
        kernel.Printk(LogLevel.Info, $"{Prefix}:   {why}");
    }

    private void Miss(KernelContext kernel, string call)
    {
        _missed.Add(call);
        kernel.Printk(LogLevel.Warning, $"{Prefix}: {call}: no memory");
    }

    private static string HomeOf(KernelContext kernel, VirtualAddress p)
    {
        if (kernel.VirtToCache(p) is not { } cache)
            return "pages";
        SlabGeometry slab = cache.Geometry;
        string pages = slab.PagesPerSlab == 1 ? "page" : "pages";
        return $"{cache.Name}, {slab.BufferSize} bytes apart, {slab.ObjectsPerSlab} in a slab of {slab.PagesPerSlab} {pages}";
    }
}
