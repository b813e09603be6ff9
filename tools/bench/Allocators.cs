using System.Runtime.CompilerServices;
using MiniKernel.Core;
using MiniKernel.Hal;
using MiniKernel.Mm;

namespace MiniKernel.Bench;

/// <summary>A way to take and give back memory; a type argument, so that it is inlined into the measured loop.</summary>
internal interface IAllocator
{
    static abstract nint Take(BenchState state, KernelContext kernel);

    static abstract void Give(BenchState state, KernelContext kernel, nint obj);
}

/// <summary>Nothing: the cost of the loop itself.</summary>
internal readonly struct Nothing : IAllocator
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static nint Take(BenchState state, KernelContext kernel) => 1;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Give(BenchState state, KernelContext kernel, nint obj)
    {
    }
}

/// <summary>kmem_cache_alloc and kmem_cache_free, 64 bytes.</summary>
internal readonly struct KmemCache64 : IAllocator
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static nint Take(BenchState state, KernelContext kernel) => (nint)kernel.KmemCacheAlloc(state.Cache64, GfpFlags.Kernel).Value;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Give(BenchState state, KernelContext kernel, nint obj) => kernel.KmemCacheFree(state.Cache64, new VirtualAddress((ulong)obj));
}

/// <summary>kmem_cache_alloc and kmem_cache_free, 128 bytes.</summary>
internal readonly struct KmemCache128 : IAllocator
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static nint Take(BenchState state, KernelContext kernel) => (nint)kernel.KmemCacheAlloc(state.Cache128, GfpFlags.Kernel).Value;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Give(BenchState state, KernelContext kernel, nint obj) => kernel.KmemCacheFree(state.Cache128, new VirtualAddress((ulong)obj));
}

/// <summary>kmem_cache_alloc and kfree, 64 bytes: the partner of the kmalloc rows.</summary>
internal readonly struct KmemCacheKfree : IAllocator
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static nint Take(BenchState state, KernelContext kernel) => (nint)kernel.KmemCacheAlloc(state.Cache64, GfpFlags.Kernel).Value;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Give(BenchState state, KernelContext kernel, nint obj) => kernel.Kfree(new VirtualAddress((ulong)obj));
}

/// <summary>kmalloc of a constant and kfree.</summary>
internal readonly struct KmallocConstant : IAllocator
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static nint Take(BenchState state, KernelContext kernel) => (nint)kernel.Kmalloc(64, GfpFlags.Kernel).Value;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Give(BenchState state, KernelContext kernel, nint obj) => kernel.Kfree(new VirtualAddress((ulong)obj));
}

/// <summary>kmalloc of a size the JIT cannot know, by the lookup given, and kfree.</summary>
internal readonly struct KmallocVariable<TLookup> : IAllocator
    where TLookup : struct, IKmallocLookup
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static nint Take(BenchState state, KernelContext kernel) => (nint)kernel.Kmalloc<TLookup>(state.Size, GfpFlags.Kernel).Value;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Give(BenchState state, KernelContext kernel, nint obj) => kernel.Kfree(new VirtualAddress((ulong)obj));
}

/// <summary>A single page through the per-CPU lists.</summary>
internal readonly struct OnePage : IAllocator
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static nint Take(BenchState state, KernelContext kernel) => (nint)kernel.AllocPages(GfpFlags.Kernel, 0)!.Value.Value;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Give(BenchState state, KernelContext kernel, nint obj) => kernel.FreePages(new PageFrameNumber((uint)obj), 0);
}

/// <summary>No allocation: a load and a store of 8 bytes.</summary>
internal readonly struct LoadStore : IAllocator
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static nint Take(BenchState state, KernelContext kernel) => (nint)kernel.Read<ulong>(state.Buffer);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Give(BenchState state, KernelContext kernel, nint obj) => kernel.Write(state.Buffer + 8, (ulong)obj);
}

/// <summary>mimalloc.</summary>
internal readonly unsafe struct Mimalloc : IAllocator
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static nint Take(BenchState state, KernelContext kernel) => state.Mimalloc!.Malloc(state.Size);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Give(BenchState state, KernelContext kernel, nint obj) => state.Mimalloc!.Free(obj);
}

/// <summary>tcmalloc.</summary>
internal readonly unsafe struct Tcmalloc : IAllocator
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static nint Take(BenchState state, KernelContext kernel) => state.Tcmalloc!.Malloc(state.Size);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Give(BenchState state, KernelContext kernel, nint obj) => state.Tcmalloc!.Free(obj);
}

/// <summary>The C library's malloc.</summary>
internal readonly unsafe struct CLibrary : IAllocator
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static nint Take(BenchState state, KernelContext kernel) => state.C!.Malloc(state.Size);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Give(BenchState state, KernelContext kernel, nint obj) => state.C!.Free(obj);
}
