using System.Runtime.CompilerServices;
using MiniKernel.Core;
using MiniKernel.Hal;
using MiniKernel.Mm;

namespace MiniKernel.Bench;

/// <summary>A way to get an object of a shape; a type argument, as <see cref="IAllocator"/>.</summary>
internal interface IWay
{
    /// <summary>True when objects arrive in their constructed state.</summary>
    static abstract bool Constructs { get; }

    static abstract VirtualAddress Take<TShape>(VersusState state, KernelContext kernel)
        where TShape : struct, IShape;

    static abstract void Give<TShape>(VersusState state, KernelContext kernel, VirtualAddress p)
        where TShape : struct, IShape;
}

/// <summary>kmalloc of a constant and kfree.</summary>
internal readonly struct ConstantKmalloc : IWay
{
    public static bool Constructs => false;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static VirtualAddress Take<TShape>(VersusState state, KernelContext kernel)
        where TShape : struct, IShape => kernel.Kmalloc(TShape.Bytes, GfpFlags.Kernel);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Give<TShape>(VersusState state, KernelContext kernel, VirtualAddress p)
        where TShape : struct, IShape => kernel.Kfree(p);
}

/// <summary>kmalloc of a variable and kfree.</summary>
internal readonly struct VariableKmalloc : IWay
{
    public static bool Constructs => false;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static VirtualAddress Take<TShape>(VersusState state, KernelContext kernel)
        where TShape : struct, IShape => kernel.Kmalloc(state.Sizes[TShape.Index], GfpFlags.Kernel);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Give<TShape>(VersusState state, KernelContext kernel, VirtualAddress p)
        where TShape : struct, IShape => kernel.Kfree(p);
}

/// <summary>kmem_cache_alloc and kmem_cache_free.</summary>
internal readonly struct PlainCache : IWay
{
    public static bool Constructs => false;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static VirtualAddress Take<TShape>(VersusState state, KernelContext kernel)
        where TShape : struct, IShape => kernel.KmemCacheAlloc(state.Plain[TShape.Index], GfpFlags.Kernel);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Give<TShape>(VersusState state, KernelContext kernel, VirtualAddress p)
        where TShape : struct, IShape => kernel.KmemCacheFree(state.Plain[TShape.Index], p);
}

/// <summary>The same from a cache with a constructor.</summary>
internal readonly struct ConstructedCache : IWay
{
    public static bool Constructs => true;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static VirtualAddress Take<TShape>(VersusState state, KernelContext kernel)
        where TShape : struct, IShape => kernel.KmemCacheAlloc(state.Constructed[TShape.Index], GfpFlags.Kernel);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Give<TShape>(VersusState state, KernelContext kernel, VirtualAddress p)
        where TShape : struct, IShape => kernel.KmemCacheFree(state.Constructed[TShape.Index], p);
}
