using MiniKernel.Core;

namespace MiniKernel.Bench;

/// <summary>In which order objects that are held together are given back.</summary>
internal enum FreeOrder
{
    /// <summary>The newest first.</summary>
    Lifo,

    /// <summary>The oldest first.</summary>
    Fifo,

    /// <summary>In a fixed random order.</summary>
    Random,
}

/// <summary>The measured loops.</summary>
internal static class Workloads
{
    /// <summary>Takes an object and gives it back, <paramref name="count"/> times.</summary>
    public static void Pair<TAllocator>(BenchState state, nuint size, int count)
        where TAllocator : struct, IAllocator
    {
        nint sink = 0;
        state.Size = size;
        KernelContext kernel = state.Kernel.Context();
        for (int i = 0; i < count; i++)
        {
            nint obj = TAllocator.Take(state, kernel);
            Volatile.Write(ref sink, obj);          // the object was used
            TAllocator.Give(state, kernel, obj);
        }
    }

    /// <summary>Takes ten thousand objects, then gives all of them back.</summary>
    public static void Many<TAllocator>(BenchState state, nuint size, FreeOrder order)
        where TAllocator : struct, IAllocator
    {
        state.Size = size;
        KernelContext kernel = state.Kernel.Context();
        nint[] objects = state.Objects;
        for (int i = 0; i < objects.Length; i++)
            objects[i] = TAllocator.Take(state, kernel);
        switch (order)
        {
            case FreeOrder.Lifo:
                for (int i = objects.Length - 1; i >= 0; i--)
                    TAllocator.Give(state, kernel, objects[i]);
                break;
            case FreeOrder.Fifo:
                for (int i = 0; i < objects.Length; i++)
                    TAllocator.Give(state, kernel, objects[i]);
                break;
            default:
                foreach (int i in state.Shuffled)
                    TAllocator.Give(state, kernel, objects[i]);
                break;
        }
    }
}
