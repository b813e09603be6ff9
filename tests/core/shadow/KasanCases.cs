using MiniKernel.Hal;
using MiniKernel.Mm;

namespace MiniKernel.Core.Tests;

/// <summary>The cases of Linux's lib/test_kasan.c (mm/kasan/kasan_test.c) that mean something here, under their names.</summary>
/// <remarks>
/// Left out, with the reason:
/// kmalloc_node_oob_right (one node); krealloc_large_more_oob, krealloc_large_less_oob, kmalloc_large_uaf, kmalloc_large_invalid_free
/// (kmalloc beyond its classes is NULL here, it has no pages of its own; the page_alloc cases and kmalloc_large_oob_right stand for them);
/// kmalloc_uaf_3 and match_all_* (memory tags of ARM); kmem_cache_accounted (no cgroups); kmem_cache_bulk (no bulk calls in 2.6);
/// kasan_global_oob_*, kasan_stack_oob, kasan_alloca_oob_* (a C# driver's globals and stack are the host's); kasan_memchr,
/// kasan_memcmp, kasan_strings (KernelContext reads through CopyFrom and Read, which are covered; it has no functions of strings);
/// kasan_bitops_*, kasan_atomics (no such calls); rcu_uaf (no call_rcu); vmalloc_helpers_tags, vmap_tags, vm_map_ram_tags,
/// vmalloc_percpu (memory tags; no vmap); kernel-internal self-tests of KASAN (kasan_arch_*).
/// </remarks>
internal static class KasanCases
{
    public static void KmallocOobRight(KernelContext kernel)
    {
        VirtualAddress p = kernel.Kmalloc(123, GfpFlags.Kernel);
        kernel.Write<byte>(p + 123, (byte)'x');
        kernel.Kfree(p);
    }

    public static void KmallocOobRightInTheClass(KernelContext kernel)
    {
        VirtualAddress p = kernel.Kmalloc(123, GfpFlags.Kernel);
        kernel.Write<byte>(p + 123 + 4, (byte)'y');
        kernel.Kfree(p);
    }

    public static void KmallocOobRightBehindTheClass(KernelContext kernel)
    {
        VirtualAddress p = kernel.Kmalloc(123, GfpFlags.Kernel);
        kernel.Read<byte>(p + 128);
        kernel.Kfree(p);
    }

    public static void KmallocOobRightOfAWholeClass(KernelContext kernel)
    {
        VirtualAddress p = kernel.Kmalloc(128, GfpFlags.Kernel), neighbour = kernel.Kmalloc(128, GfpFlags.Kernel);
        kernel.Write<byte>(p + 128, (byte)'z');
        kernel.Kfree(p);
        kernel.Kfree(neighbour);
    }

    public static void KmallocOobLeft(KernelContext kernel)
    {
        VirtualAddress p = kernel.Kmalloc(15, GfpFlags.Kernel);
        kernel.Read<byte>(Below(p, 1));
        kernel.Kfree(p);
    }

    public static void KmallocLargeOobRight(KernelContext kernel)
    {
        VirtualAddress p = kernel.Kmalloc(131072 - 256, GfpFlags.Kernel);
        kernel.Write<byte>(p + (131072 - 256), 0);
        kernel.Kfree(p);
    }

    public static void PageAllocOobRight(KernelContext kernel)
    {
        VirtualAddress p = kernel.GetFreePages(GfpFlags.Kernel, 4);
        kernel.Write<byte>(p + (16 * kernel.PageSize), 0);
        kernel.FreePages(p, 4);
    }

    public static void PageAllocUaf(KernelContext kernel)
    {
        VirtualAddress p = kernel.GetFreePages(GfpFlags.Kernel, 4);
        kernel.FreePages(p, 4);
        kernel.Read<byte>(p + 7);
    }

    public static void KreallocMoreOob(KernelContext kernel)
    {
        VirtualAddress p = kernel.Krealloc(kernel.Kmalloc(201, GfpFlags.Kernel), 235, GfpFlags.Kernel);
        kernel.Write<byte>(p + 234, (byte)'x');   // all right
        kernel.Write<byte>(p + 235, (byte)'x');
        kernel.Kfree(p);
    }

    public static void KreallocLessOob(KernelContext kernel)
    {
        VirtualAddress p = kernel.Krealloc(kernel.Kmalloc(235, GfpFlags.Kernel), 201, GfpFlags.Kernel);
        kernel.Write<byte>(p + 200, (byte)'x');   // all right
        kernel.Write<byte>(p + 201, (byte)'x');
        kernel.Kfree(p);
    }

    public static void KreallocUaf(KernelContext kernel)
    {
        VirtualAddress p = kernel.Kmalloc(201, GfpFlags.Kernel);
        kernel.Kfree(p);
        kernel.Krealloc(p, 235, GfpFlags.Kernel);
    }

    public static void KmallocOob16(KernelContext kernel)
    {
        VirtualAddress p = kernel.Kmalloc(13, GfpFlags.Kernel), source = kernel.Kzalloc(16, GfpFlags.Kernel);
        kernel.Write(p, kernel.Read<UInt128>(source));
        kernel.Kfree(p);
        kernel.Kfree(source);
    }

    public static void KmallocUaf16(KernelContext kernel)
    {
        VirtualAddress p = kernel.Kmalloc(16, GfpFlags.Kernel), source = kernel.Kmalloc(16, GfpFlags.Kernel);
        kernel.Kfree(source);
        kernel.Write(p, kernel.Read<UInt128>(source));
        kernel.Kfree(p);
    }

    public static void KmallocOobInMemset(KernelContext kernel)
    {
        VirtualAddress p = kernel.Kmalloc(128 - 8, GfpFlags.Kernel);
        kernel.Memset(p, 0, 128);
        kernel.Kfree(p);
    }

    public static void KmallocOobMemset2(KernelContext kernel) => OobMemset(kernel, 2);

    public static void KmallocOobMemset4(KernelContext kernel) => OobMemset(kernel, 4);

    public static void KmallocOobMemset8(KernelContext kernel) => OobMemset(kernel, 8);

    public static void KmallocOobMemset16(KernelContext kernel) => OobMemset(kernel, 16);

    public static void KmallocMemmoveNegativeSize(KernelContext kernel)
    {
        VirtualAddress p = kernel.Kmalloc(64, GfpFlags.Kernel);
        try
        {
            kernel.Memmove(p, p + 4, unchecked((ulong)-2));
        }
        finally
        {
            kernel.Kfree(p);
        }
    }

    public static void KmallocMemmoveInvalidSize(KernelContext kernel)
    {
        VirtualAddress p = kernel.Kzalloc(64, GfpFlags.Kernel);
        kernel.Memmove(p, p + 4, 64);
        kernel.Kfree(p);
    }

    public static void KmallocUaf(KernelContext kernel)
    {
        VirtualAddress p = kernel.Kmalloc(10, GfpFlags.Kernel);
        kernel.Kfree(p);
        kernel.Write<byte>(p + 8, (byte)'x');
    }

    public static void KmallocUafMemset(KernelContext kernel)
    {
        VirtualAddress p = kernel.Kmalloc(33, GfpFlags.Kernel);
        kernel.Kfree(p);
        kernel.Memset(p, 0, 33);
    }

    public static void KmallocUaf2(KernelContext kernel)
    {
        VirtualAddress first = kernel.Kmalloc(43, GfpFlags.Kernel);
        kernel.Kfree(first);
        VirtualAddress second = kernel.Kmalloc(43, GfpFlags.Kernel);
        kernel.Write<byte>(first + 40, (byte)'x');
        kernel.BugOn(first == second);            // quarantine
        kernel.Kfree(second);
    }

    public static void KmallocDoubleKzfree(KernelContext kernel)
    {
        VirtualAddress p = kernel.Kmalloc(16, GfpFlags.Kernel);
        kernel.Kfree(p);
        kernel.Kfree(p);
    }

    public static void KmemCacheOob(KernelContext kernel) => WithCache(kernel, 200, (inside, cache, p) =>
    {
        inside.Read<byte>(p + 200);
        inside.KmemCacheFree(cache, p);
    });

    public static void KmemCacheDoubleFree(KernelContext kernel) => WithCache(kernel, 200, (inside, cache, p) =>
    {
        inside.KmemCacheFree(cache, p);
        inside.KmemCacheFree(cache, p);
    });

    public static void KmemCacheInvalidFree(KernelContext kernel) => WithCache(kernel, 200, (inside, cache, p) =>
    {
        inside.KmemCacheFree(cache, p + 1);
        inside.KmemCacheFree(cache, p);
    });

    public static void KsizeUnpoisonsMemory(KernelContext kernel)
    {
        VirtualAddress p = kernel.Kmalloc(123, GfpFlags.Kernel);
        ulong real = kernel.Ksize(p);
        kernel.Write<byte>(p + 123, 1);           // ksize() said that it may be used
        kernel.Write<byte>(p + (real - 1), 1);
        kernel.Write<byte>(p + real, 1);
        kernel.Kfree(p);
    }

    public static void KsizeUaf(KernelContext kernel)
    {
        VirtualAddress p = kernel.Kmalloc(123, GfpFlags.Kernel);
        kernel.Kfree(p);
        kernel.Ksize(p);
    }

    public static void WorkqueueUaf(KernelContext kernel)
    {
        VirtualAddress p = kernel.Kmalloc(24, GfpFlags.Kernel);
        Work work = new("uaf", inside => inside.Kfree(p));
        kernel.ScheduleWork(work);
        kernel.FlushScheduledWork();
        kernel.Read<byte>(p);
    }

    public static void VmallocOob(KernelContext kernel)
    {
        VirtualAddress p = kernel.Vmalloc(2000);
        kernel.Write<byte>(p + 1999, 0);          // all right
        kernel.Read<byte>(p + 2000);
        kernel.Vfree(p);
    }

    public static void VmallocGuardPage(KernelContext kernel)
    {
        VirtualAddress p = kernel.Vmalloc(kernel.PageSize);
        try
        {
            kernel.Read<byte>(p + kernel.PageSize);
        }
        finally
        {
            kernel.Vfree(p);
        }
    }

    public static void VmallocUaf(KernelContext kernel)
    {
        VirtualAddress p = kernel.Vmalloc(100);
        kernel.Vfree(p);
        kernel.Read<byte>(p + 5);
    }

    public static void CopyUserOobIn(KernelContext kernel)
    {
        VirtualAddress p = kernel.Kmalloc(100, GfpFlags.Kernel);
        kernel.CopyTo(p, new byte[101]);
        kernel.Kfree(p);
    }

    public static void CopyUserOobOut(KernelContext kernel)
    {
        VirtualAddress p = kernel.Kzalloc(100, GfpFlags.Kernel);
        kernel.CopyFrom(p, new byte[101]);
        kernel.Kfree(p);
    }

    public static void MempoolKmallocOobRight(KernelContext kernel) => WithMempool(kernel, static inside => inside.MempoolCreateKmallocPool(4, 101)!, static (inside, pool, p) =>
    {
        inside.Write<byte>(p + 101, 1);
        inside.MempoolFree(p, pool);
    });

    public static void MempoolKmallocUaf(KernelContext kernel) => WithMempool(kernel, static inside => inside.MempoolCreateKmallocPool(4, 101)!, static (inside, pool, p) =>
    {
        inside.MempoolFree(p, pool);
        inside.Read<byte>(p + 3);
    });

    public static void MempoolKmallocDoubleFree(KernelContext kernel) => WithMempool(kernel, static inside => inside.MempoolCreateKmallocPool(4, 101)!, static (inside, pool, p) =>
    {
        inside.MempoolFree(p, pool);
        inside.MempoolFree(p, pool);
    });

    public static void MempoolKmallocInvalidFree(KernelContext kernel) => WithMempool(kernel, static inside => inside.MempoolCreateKmallocPool(4, 101)!, static (inside, pool, p) =>
    {
        inside.MempoolFree(p + 1, pool);
        inside.MempoolFree(p, pool);
    });

    public static void MempoolSlabOobRight(KernelContext kernel) => WithCache(kernel, 104, (outer, cache, obj) =>
    {
        outer.KmemCacheFree(cache, obj);
        WithMempool(outer, inside => inside.MempoolCreateSlabPool(2, cache)!, static (inside, pool, p) =>
        {
            inside.Write<byte>(p + 104, 1);
            inside.MempoolFree(p, pool);
        });
    });

    public static void MempoolPageAllocUaf(KernelContext kernel)
    {
        Mempool pool = kernel.MempoolCreatePagePool(2, 1)!;
        PageFrameNumber frame = kernel.MempoolAllocPages(pool, GfpFlags.Kernel)!.Value;
        VirtualAddress p = kernel.PageAddress(frame);
        kernel.MempoolFree(frame, pool);
        kernel.Write<byte>(p + 1, 1);
        kernel.MempoolDestroy(pool);
    }

    public static void MempoolPageAllocDoubleFree(KernelContext kernel)
    {
        Mempool pool = kernel.MempoolCreatePagePool(2, 1)!;
        PageFrameNumber frame = kernel.MempoolAllocPages(pool, GfpFlags.Kernel)!.Value;
        kernel.MempoolFree(frame, pool);
        kernel.MempoolFree(frame, pool);
        kernel.MempoolDestroy(pool);
    }

    public static void DmaPoolOob(KernelContext kernel) => WithDmaPool(kernel, static (inside, pool, p, bus) =>
    {
        inside.Write<byte>(p + pool.BlockSize, 1);
        inside.DmaPoolFree(pool, p, bus);
    });

    public static void DmaPoolUaf(KernelContext kernel) => WithDmaPool(kernel, static (inside, pool, p, bus) =>
    {
        inside.DmaPoolFree(pool, p, bus);
        inside.Write<byte>(p + 1, 1);
    });

    public static void CoherentOob(KernelContext kernel)
    {
        VirtualAddress p = kernel.DmaAllocCoherent(null, 100, out PhysicalAddress bus, GfpFlags.Kernel);
        kernel.Write<byte>(p + 100, 1);
        kernel.DmaFreeCoherent(null, 100, p, bus);
    }

    public static void NullPointer(KernelContext kernel) => kernel.Read<int>(VirtualAddress.Null + 8);

    public static void WildPointer(KernelContext kernel) => kernel.Write(new VirtualAddress(0x5a5a5a5a), 1);

    public static void KernelImage(KernelContext kernel) => kernel.Read<int>(kernel.PhysToVirt(new PhysicalAddress(1 << 20)));

    private delegate void CacheCode(KernelContext kernel, KmemCache cache, VirtualAddress p);

    private delegate Mempool PoolMaker(KernelContext kernel);

    private delegate void PoolCode(KernelContext kernel, Mempool pool, VirtualAddress p);

    private delegate void DmaPoolCode(KernelContext kernel, DmaPool pool, VirtualAddress p, PhysicalAddress bus);

    private static VirtualAddress Below(VirtualAddress p, ulong bytes) => new(p.Value - bytes);

    private static void OobMemset(KernelContext kernel, ulong bytes)
    {
        VirtualAddress p = kernel.Kmalloc(128 - bytes, GfpFlags.Kernel);
        kernel.Memset(p + (128 - bytes - 1), 0, bytes);
        kernel.Kfree(p);
    }

    private static void WithCache(KernelContext kernel, ulong size, CacheCode code)
    {
        KmemCache cache = kernel.KmemCacheCreate("test_cache", size)!;
        code(kernel, cache, kernel.KmemCacheAlloc(cache, GfpFlags.Kernel));
        kernel.BugOn(!kernel.KmemCacheDestroy(cache));
    }

    private static void WithMempool(KernelContext kernel, PoolMaker make, PoolCode code)
    {
        Mempool pool = make(kernel);
        code(kernel, pool, kernel.MempoolAlloc(pool, GfpFlags.Kernel));
        kernel.MempoolDestroy(pool);
    }

    private static void WithDmaPool(KernelContext kernel, DmaPoolCode code)
    {
        DmaPool pool = kernel.DmaPoolCreate("blocks", null, 64)!;
        VirtualAddress p = kernel.DmaPoolAlloc(pool, GfpFlags.Kernel, out PhysicalAddress bus);
        code(kernel, pool, p, bus);
        kernel.DmaPoolDestroy(pool);
    }
}
