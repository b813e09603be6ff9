using System.Runtime.CompilerServices;
using MiniKernel.Hal;
using MiniKernel.Mm;

namespace MiniKernel.Core;

/// <summary>Makes an element of a mempool: mempool_alloc_t. Null when it cannot.</summary>
/// <param name="kernel">The kernel, on the CPU that runs.</param>
/// <param name="flags">How hard it may try: without __GFP_WAIT it must not sleep.</param>
[DriverSurface]
public delegate VirtualAddress MempoolAllocFunction(KernelContext kernel, GfpFlags flags);

/// <summary>Takes an element of a mempool back: mempool_free_t.</summary>
/// <param name="kernel">The kernel, on the CPU that runs.</param>
/// <param name="element">The element.</param>
[DriverSurface]
public delegate void MempoolFreeFunction(KernelContext kernel, VirtualAddress element);

/// <content>mempool: a reserve for those who must not fail.</content>
public readonly ref partial struct KernelContext
{
    /// <summary>A reserve of <paramref name="minimum"/> elements made by functions of the driver's own.</summary>
    /// <returns>Null when the whole reserve cannot be had.</returns>
    public Mempool? MempoolCreate(
        int minimum, MempoolAllocFunction alloc, MempoolFreeFunction free,
        [CallerFilePath] string file = "", [CallerLineNumber] int line = 0, [CallerMemberName] string member = "")
        => _kernel.Memory.MempoolCreate(_cpu, minimum, alloc, free, file, line, member);

    /// <summary>A reserve of objects of a cache.</summary>
    public Mempool? MempoolCreateSlabPool(
        int minimum, KmemCache cache, [CallerFilePath] string file = "", [CallerLineNumber] int line = 0, [CallerMemberName] string member = "")
        => _kernel.Memory.MempoolCreateSlabPool(_cpu, minimum, cache, file, line, member);

    /// <summary>A reserve of kmalloc'ed elements.</summary>
    public Mempool? MempoolCreateKmallocPool(
        int minimum, ulong size, [CallerFilePath] string file = "", [CallerLineNumber] int line = 0, [CallerMemberName] string member = "")
        => _kernel.Memory.MempoolCreateKmallocPool(_cpu, minimum, size, isZeroed: false, file, line, member);

    /// <summary>A reserve of kzalloc'ed elements: zeroed when made, not when taken from the reserve.</summary>
    public Mempool? MempoolCreateKzallocPool(
        int minimum, ulong size, [CallerFilePath] string file = "", [CallerLineNumber] int line = 0, [CallerMemberName] string member = "")
        => _kernel.Memory.MempoolCreateKmallocPool(_cpu, minimum, size, isZeroed: true, file, line, member);

    /// <summary>A reserve of blocks of pages, for <see cref="MempoolAllocPages"/>.</summary>
    public Mempool? MempoolCreatePagePool(
        int minimum, int order, [CallerFilePath] string file = "", [CallerLineNumber] int line = 0, [CallerMemberName] string member = "")
        => _kernel.Memory.MempoolCreatePagePool(_cpu, minimum, order, file, line, member);

    /// <summary>Changes the size of the reserve; -ENOMEM when that cannot be.</summary>
    public Errno MempoolResize(
        Mempool pool, int minimum, GfpFlags flags, [CallerFilePath] string file = "", [CallerLineNumber] int line = 0, [CallerMemberName] string member = "")
        => _kernel.Memory.MempoolResize(_cpu, pool, minimum, flags, file, line, member);

    /// <summary>Ends a pool; a BUG while elements are not back.</summary>
    public void MempoolDestroy(
        Mempool pool, [CallerFilePath] string file = "", [CallerLineNumber] int line = 0, [CallerMemberName] string member = "")
        => _kernel.Memory.MempoolDestroy(_cpu, pool, file, line, member);

    /// <summary>Takes an element: a new one without sleeping, else one of the reserve, else, if it may, it sleeps.</summary>
    /// <returns>Null without __GFP_WAIT only.</returns>
    public VirtualAddress MempoolAlloc(
        Mempool pool, GfpFlags flags, [CallerFilePath] string file = "", [CallerLineNumber] int line = 0, [CallerMemberName] string member = "")
        => _kernel.Memory.MempoolAlloc(_cpu, pool, flags, file, line, member);

    /// <summary>Takes a block of pages from a pool of them.</summary>
    public PageFrameNumber? MempoolAllocPages(
        Mempool pool, GfpFlags flags, [CallerFilePath] string file = "", [CallerLineNumber] int line = 0, [CallerMemberName] string member = "")
        => _kernel.Memory.MempoolAllocPages(_cpu, pool, flags, file, line, member);

    /// <summary>Gives an element back, to the reserve first; null is fine.</summary>
    public void MempoolFree(
        VirtualAddress element, Mempool pool, [CallerFilePath] string file = "", [CallerLineNumber] int line = 0, [CallerMemberName] string member = "")
        => _kernel.Memory.MempoolFree(_cpu, element, pool, file, line, member);

    /// <summary>Gives a block of pages back.</summary>
    public void MempoolFree(
        PageFrameNumber frame, Mempool pool, [CallerFilePath] string file = "", [CallerLineNumber] int line = 0, [CallerMemberName] string member = "")
        => _kernel.Memory.MempoolFreePages(_cpu, frame, pool, file, line, member);
}
