using MiniKernel.Hal;
using MiniKernel.Mm;

namespace MiniKernel.Core;

/// <summary>linux/mempool.h. A mempool_t pointer is the pool's descriptor.</summary>
internal static class CMempoolExports
{
    public static void AddTo(CExportTable table)
    {
        table.Function("mempool_create", Create);
        table.Function("mempool_create_node", Create);  // there is one
        table.Function("mempool_destroy", Destroy);
        table.Function("mempool_resize", Resize);
        table.Function("mempool_alloc", Alloc);
        table.Function("mempool_free", Free);
        table.Function("mempool_alloc_slab", static (ref CCall c) => { GfpFlags flags = c.Gfp(); return c.Kernel.KmemCacheAlloc(CacheAt(ref c, c.Pointer()), flags, c.File, c.Line, c.Member).Value; });
        table.Function("mempool_free_slab", static (ref CCall c) => { VirtualAddress p = c.Pointer(); c.Kernel.KmemCacheFree(CacheAt(ref c, c.Pointer()), p, c.File, c.Line, c.Member); return 0; });
        table.Function("mempool_kmalloc", static (ref CCall c) => { GfpFlags flags = c.Gfp(); return c.Kernel.Kmalloc(c.Word(), flags, c.File, c.Line, c.Member).Value; });
        table.Function("mempool_kfree", static (ref CCall c) => { c.Kernel.Kfree(c.Pointer(), c.File, c.Line, c.Member); return 0; });
        table.Function("mempool_alloc_pages", static (ref CCall c) => { GfpFlags flags = c.Gfp(); return c.Kernel.AllocPages(flags, c.Int(), c.File, c.Line, c.Member) is { } frame ? c.Runtime.PageAt(frame) : 0; });
        table.Function("mempool_free_pages", static (ref CCall c) => { PageFrameNumber frame = Frame(ref c); c.Kernel.FreePages(frame, c.Int(), c.File, c.Line, c.Member); return 0; });
    }

    // The kernel's own functions are sources mm knows; others are C code.
    private static ulong Create(ref CCall c)
    {
        (int minimum, ulong alloc, ulong free, ulong data) = (c.Int(), c.Word(), c.Word(), c.Word());
        CExportTable table = c.Runtime.Exports;
        (CRuntime runtime, CModule module) = (c.Runtime, c.Module);
        Mempool? pool;
        if (alloc == table.Find("mempool_alloc_slab")!.Address)
            pool = c.Kernel.MempoolCreateSlabPool(minimum, CacheAt(ref c, new VirtualAddress(data)), c.File, c.Line, c.Member);
        else if (alloc == table.Find("mempool_kmalloc")!.Address)
            pool = c.Kernel.MempoolCreateKmallocPool(minimum, data, c.File, c.Line, c.Member);
        else if (alloc == table.Find("mempool_alloc_pages")!.Address)
            pool = c.Kernel.MempoolCreatePagePool(minimum, (int)data, c.File, c.Line, c.Member);
        else
        {
            pool = c.Kernel.MempoolCreate(
                minimum,
                (kernel, flags) => new VirtualAddress(runtime.Call(kernel.State, module, alloc, (ulong)flags, data)),
                (kernel, element) => runtime.Call(kernel.State, module, free, element.Value, data),
                c.File, c.Line, c.Member);
        }
        if (pool is null)
            return 0;
        runtime.Mempools.Set(pool.Descriptor, module, new CMempool(pool, alloc == table.Find("mempool_alloc_pages")!.Address));
        return pool.Descriptor.Value;
    }

    private static ulong Destroy(ref CCall c)
    {
        VirtualAddress descriptor = c.Pointer();
        if (descriptor.IsNull)
            return 0;
        c.Kernel.MempoolDestroy(At(ref c, descriptor, "mempool_destroy").Pool, c.File, c.Line, c.Member);
        c.Runtime.Mempools.Remove(descriptor);
        return 0;
    }

    private static ulong Resize(ref CCall c)
    {
        Mempool pool = At(ref c, c.Pointer(), "mempool_resize").Pool;
        int minimum = c.Int();
        GfpFlags flags = c.Runtime.Kernel.Options.Api == KernelApi.Linux2624 ? c.Gfp() : GfpFlags.Kernel;
        return CCall.Return(c.Kernel.MempoolResize(pool, minimum, flags, c.File, c.Line, c.Member));
    }

    private static ulong Alloc(ref CCall c)
    {
        CMempool pool = At(ref c, c.Pointer(), "mempool_alloc");
        if (!pool.IsOfPages)
            return c.Kernel.MempoolAlloc(pool.Pool, c.Gfp(), c.File, c.Line, c.Member).Value;
        return c.Kernel.MempoolAllocPages(pool.Pool, c.Gfp(), c.File, c.Line, c.Member) is { } frame ? c.Runtime.PageAt(frame) : 0;
    }

    private static ulong Free(ref CCall c)
    {
        VirtualAddress element = c.Pointer();
        CMempool pool = At(ref c, c.Pointer(), "mempool_free");
        if (!pool.IsOfPages)
            c.Kernel.MempoolFree(element, pool.Pool, c.File, c.Line, c.Member);
        else if (c.Runtime.TryFrame(element, out PageFrameNumber frame))
            c.Kernel.MempoolFree(frame, pool.Pool, c.File, c.Line, c.Member);
        else
            throw c.Runtime.Kernel.Oops.Bug(c.Cpu, c.Site, $"mempool_free({element}): {element} is no struct page");
        return 0;
    }

    private static PageFrameNumber Frame(ref CCall c)
    {
        VirtualAddress page = c.Pointer();
        return c.Runtime.TryFrame(page, out PageFrameNumber frame) ? frame : throw c.Runtime.Kernel.Oops.Bug(c.Cpu, c.Site, $"{page} is no struct page");
    }

    private static KmemCache CacheAt(ref CCall c, VirtualAddress descriptor) =>
        c.Runtime.CacheAt(descriptor) ?? throw c.Runtime.Kernel.Oops.Bug(c.Cpu, c.Site, $"mempool: there is no cache at {descriptor}");

    private static CMempool At(ref CCall c, VirtualAddress descriptor, string function) =>
        c.Runtime.Mempools.Find(descriptor) ?? throw c.Runtime.Kernel.Oops.Bug(c.Cpu, c.Site, $"{function}({descriptor}): there is no mempool at that address");
}
