using System.Runtime.CompilerServices;
using MiniKernel.Core;
using MiniKernel.Hal;
using MiniKernel.Mm;

namespace MiniKernel.Inspect.Tests;

/// <summary>Allocations of other shapes than the sample driver's, to compare with and to see the checks fail on.</summary>
internal static class AllocationSites
{
    [MethodImpl(MethodImplOptions.NoInlining)]
    public static VirtualAddress Constant32(KernelContext kernel) => kernel.Kmalloc(32, GfpFlags.Kernel);

    [MethodImpl(MethodImplOptions.NoInlining)]
    public static VirtualAddress Constant33(KernelContext kernel) => kernel.Kmalloc(33, GfpFlags.Kernel);

    [MethodImpl(MethodImplOptions.NoInlining)]
    public static VirtualAddress Constant5000(KernelContext kernel) => kernel.Kmalloc(5000, GfpFlags.Kernel);

    [MethodImpl(MethodImplOptions.NoInlining)]
    public static VirtualAddress ConstantDma(KernelContext kernel) => kernel.Kmalloc(32, GfpFlags.Kernel | GfpFlags.Dma);

    [MethodImpl(MethodImplOptions.NoInlining)]
    public static VirtualAddress ConstantAtomic(KernelContext kernel) => kernel.Kmalloc(32, GfpFlags.Atomic);

    // Compares that the JIT cannot fold, in front of the same allocation.
    [MethodImpl(MethodImplOptions.NoInlining)]
    public static VirtualAddress ComparedSize(KernelContext kernel, ulong size) => size > 64 ? VirtualAddress.Null : kernel.Kmalloc(64, GfpFlags.Kernel);

    // Which of a class's two caches serves is decided when the code runs.
    [MethodImpl(MethodImplOptions.NoInlining)]
    public static VirtualAddress VariableFlags(KernelContext kernel, GfpFlags flags) => kernel.Kmalloc(64, flags);

    // Linux 2.6's walk of the size table: a loop, which no constant folds.
    [MethodImpl(MethodImplOptions.NoInlining)]
    public static VirtualAddress WalkedConstant(MmCpu cpu) =>
        cpu.TryKmalloc<LinearWalkLookup>(64, GfpFlags.Kernel, out VirtualAddress p) ? p : VirtualAddress.Null;

    [MethodImpl(MethodImplOptions.NoInlining)]
    public static VirtualAddress WalkedVariable(MmCpu cpu, ulong size) =>
        cpu.TryKmalloc<LinearWalkLookup>(size, GfpFlags.Kernel, out VirtualAddress p) ? p : VirtualAddress.Null;

    // One load more: from the cache's handle to its record.
    [MethodImpl(MethodImplOptions.NoInlining)]
    public static VirtualAddress FromCache(KernelContext kernel, KmemCache cache) => kernel.KmemCacheAlloc(cache, GfpFlags.Kernel);
}
