using MiniKernel.Hal;
using MiniKernel.Mm;

namespace MiniKernel.Core;

/// <summary>linux/slab.h, linux/vmalloc.h.</summary>
internal static class CSlabExports
{
    private const ulong ZeroSizePointer = 16;
    private const long CreateCharge = 100_000;    // instructions: a name is compared with those of all caches

    public static void AddTo(CExportTable table)
    {
        table.Function("__kmalloc", static (ref CCall c) => c.Kernel.Kmalloc(c.Word(), c.Gfp(), c.File, c.Line, c.Member).Value);
        table.Function("kzalloc", static (ref CCall c) => c.Kernel.Kzalloc(c.Word(), c.Gfp(), c.File, c.Line, c.Member).Value);
        table.Function("kcalloc", static (ref CCall c) => c.Kernel.Kcalloc(c.Word(), c.Word(), c.Gfp(), c.File, c.Line, c.Member).Value);
        table.Function("kmalloc_array", KmallocArray);
        table.Function("krealloc", static (ref CCall c) => c.Kernel.Krealloc(c.Pointer(), c.Word(), c.Gfp(), c.File, c.Line, c.Member).Value);
        table.Function("kfree", Kfree);
        table.Function("ksize", static (ref CCall c) => c.Kernel.Ksize(c.Pointer(), c.File, c.Line, c.Member));
        table.Function("kmem_cache_create", CacheCreate);
        table.Function("kmem_cache_destroy", CacheDestroy);
        table.Function("kmem_cache_alloc", static (ref CCall c) => CacheAlloc(ref c, 0));
        table.Function("kmem_cache_alloc_trace", CacheAllocTrace);
        table.Function("kmem_cache_zalloc", static (ref CCall c) => CacheAlloc(ref c, GfpFlags.Zero));
        table.Function("kmem_cache_free", CacheFree);
        table.Function("kmem_cache_shrink", static (ref CCall c) => Cache(ref c, "kmem_cache_shrink") is { } cache ? (ulong)c.Kernel.KmemCacheShrink(cache, c.File, c.Line, c.Member) : 0);
        table.Function("kmem_cache_size", static (ref CCall c) => Cache(ref c, "kmem_cache_size").ObjectSize);
        table.Function("kmem_cache_name", static (ref CCall c) => c.Runtime.NameOf(Cache(ref c, "kmem_cache_name")));
        table.Function("vmalloc", static (ref CCall c) => c.Kernel.Vmalloc(c.Word(), c.File, c.Line, c.Member).Value);
        table.Function("vzalloc", static (ref CCall c) => c.Kernel.Vzalloc(c.Word(), c.File, c.Line, c.Member).Value);
        table.Function("kmem_cache_alloc_bulk", AllocBulk);
        table.Function("kmem_cache_free_bulk", FreeBulk);
        table.Function("kfree_sensitive", KfreeSensitive);
        table.Function("__mk_vmalloc", static (ref CCall c) => c.Kernel.Vmalloc(c.Word(), c.Gfp(), c.File, c.Line, c.Member).Value);
        table.Function("kvmalloc", Kvmalloc);
        table.Function("kvfree", Kvfree);
        table.Function("vfree", Vfree);
    }

    private static ulong KmallocArray(ref CCall c)
    {
        (ulong count, ulong size, GfpFlags flags) = (c.Word(), c.Word(), c.Gfp());
        ulong most = c.Runtime.WordBytes == 8 ? ulong.MaxValue : uint.MaxValue;
        return size != 0 && count > most / size ? 0 : c.Kernel.Kmalloc(count * size, flags, c.File, c.Line, c.Member).Value;
    }

    private static ulong Kfree(ref CCall c)
    {
        c.Kernel.Kfree(c.Pointer(), c.File, c.Line, c.Member);
        return 0;
    }

    private static ulong Vfree(ref CCall c)
    {
        c.Kernel.Vfree(c.Pointer(), c.File, c.Line, c.Member);
        return 0;
    }

    private static ulong CacheCreate(ref CCall c)
    {
        (string name, ulong size, ulong align, SlabFlags flags, ulong ctor) = (c.Text(), c.Word(), c.Word(), (SlabFlags)c.Word(), c.Word());
        (CRuntime runtime, CModule module) = (c.Runtime, c.Module);
        runtime.Charge(c.Cpu, CreateCharge);
        ulong descriptor = 0;                               // known before the first object is made
        ObjectFunction? construct = ctor == 0 ? null : runtime.Kernel.Options.Api == KernelApi.Modern
            ? (kernel, obj) => runtime.Call(kernel.State, module, ctor, obj.Value)
            : (kernel, obj) => runtime.Call(kernel.State, module, ctor, descriptor, obj.Value);
        KmemCache? cache = c.Kernel.KmemCacheCreate(name, size, align, flags, construct, null, c.File, c.Line, c.Member);
        if (cache is null)
            return 0;
        runtime.Created(cache);
        return descriptor = cache.Descriptor.Value;
    }

    private static ulong CacheDestroy(ref CCall c)
    {
        VirtualAddress descriptor = c.Pointer();
        if (!descriptor.IsNull)                             // as later kernels allow
            c.Kernel.KmemCacheDestroy(At(ref c, descriptor, "kmem_cache_destroy"), c.File, c.Line, c.Member);
        return 0;
    }

    private static ulong CacheAlloc(ref CCall c, GfpFlags more)
    {
        KmemCache cache = Cache(ref c, "kmem_cache_alloc");
        return c.Kernel.KmemCacheAlloc(cache, c.Gfp() | more, c.File, c.Line, c.Member).Value;
    }

    // kmalloc of a constant, whose class the compiler has found: if that is the right one, a kmalloc like any other.
    private static ulong CacheAllocTrace(ref CCall c)
    {
        KmemCache cache = Cache(ref c, "kmem_cache_alloc");
        (GfpFlags flags, ulong size) = (c.Gfp(), c.Word());
        return c.Runtime.IsClassOf(cache, size, flags)
            ? c.Kernel.Kmalloc(size, flags, c.File, c.Line, c.Member).Value
            : c.Kernel.KmemCacheAlloc(cache, flags, c.File, c.Line, c.Member).Value;
    }

    private static ulong CacheFree(ref CCall c)
    {
        KmemCache cache = Cache(ref c, "kmem_cache_free");
        c.Kernel.KmemCacheFree(cache, c.Pointer(), c.File, c.Line, c.Member);
        return 0;
    }

    // All of them or none.
    private static ulong AllocBulk(ref CCall c)
    {
        KmemCache cache = Cache(ref c, "kmem_cache_alloc_bulk");
        (GfpFlags flags, ulong count, VirtualAddress objects) = (c.Gfp(), c.Word(), c.Pointer());
        for (ulong done = 0; done < count; done++)
        {
            VirtualAddress obj = c.Kernel.KmemCacheAlloc(cache, flags, c.File, c.Line, c.Member);
            if (obj.IsNull)
            {
                FreeAll(ref c, cache, done, objects);
                return 0;
            }
            c.Set(objects, Slot(ref c, done), obj.Value);
        }
        return count;
    }

    private static ulong FreeBulk(ref CCall c)
    {
        KmemCache cache = Cache(ref c, "kmem_cache_free_bulk");
        ulong count = c.Word();
        FreeAll(ref c, cache, count, c.Pointer());
        return 0;
    }

    private static void FreeAll(ref CCall c, KmemCache cache, ulong count, VirtualAddress objects)
    {
        for (ulong i = 0; i < count; i++)
            c.Kernel.KmemCacheFree(cache, c.GetPointer(objects, Slot(ref c, i)), c.File, c.Line, c.Member);
    }

    private static CMember Slot(ref CCall c, ulong index) => new("objects", (int)index * c.Runtime.WordBytes, c.Runtime.WordBytes);

    private static ulong KfreeSensitive(ref CCall c)
    {
        VirtualAddress p = c.Pointer();
        if (p.Value > ZeroSizePointer)
            c.Kernel.Memset(p, 0, c.Kernel.Ksize(p, c.File, c.Line, c.Member), c.File, c.Line, c.Member);
        c.Kernel.Kfree(p, c.File, c.Line, c.Member);
        return 0;
    }

    // What kmalloc has no class for, or no pages together, is mapped page by page.
    private static ulong Kvmalloc(ref CCall c)
    {
        (ulong size, GfpFlags flags) = (c.Word(), c.Gfp());
        bool isSmall = size <= c.Kernel.PageSize;
        VirtualAddress p = size > LargestClass(c.Runtime) ? VirtualAddress.Null
            : c.Kernel.Kmalloc(size, isSmall ? flags : flags | GfpFlags.NoWarn | GfpFlags.NoRetry, c.File, c.Line, c.Member);
        return p.IsNull && !isSmall ? c.Kernel.Vmalloc(size, flags, c.File, c.Line, c.Member).Value : p.Value;
    }

    private static ulong LargestClass(CRuntime runtime) =>
        runtime.Kernel.Mm.KmallocClasses is { Count: not 0 } classes ? classes[^1].Size : (ulong)runtime.Kernel.Machine.Profile.PageSize << (runtime.Kernel.Machine.Profile.MaxOrder - 1);

    private static ulong Kvfree(ref CCall c)
    {
        VirtualAddress p = c.Pointer();
        if (CPageExports.IsVmalloc(c.Runtime, p))
            c.Kernel.Vfree(p, c.File, c.Line, c.Member);
        else
            c.Kernel.Kfree(p, c.File, c.Line, c.Member);
        return 0;
    }

    private static KmemCache Cache(ref CCall c, string function) => At(ref c, c.Pointer(), function);

    private static KmemCache At(ref CCall c, VirtualAddress descriptor, string function) =>
        c.Runtime.CacheAt(descriptor) ?? throw c.Runtime.Kernel.Oops.Bug(c.Cpu, c.Site, $"{function}({descriptor}): there is no cache at that address");
}
