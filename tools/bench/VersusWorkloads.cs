using System.Runtime.CompilerServices;
using MiniKernel.Core;
using MiniKernel.Hal;

namespace MiniKernel.Bench;

/// <summary>The measured loops of kmalloc versus kmem_cache.</summary>
internal static class VersusWorkloads
{
    private const int Shapes = 5;

    /// <summary>Takes an object, uses it and gives it back, <paramref name="count"/> times; neither prepared nor used without <paramref name="use"/>.</summary>
    public static void Pair<TWay, TShape>(VersusState state, int count, bool use)
        where TWay : struct, IWay
        where TShape : struct, IShape
    {
        nuint sink = 0;
        KernelContext kernel = state.Kernel.Context();
        for (int i = 0; i < count; i++)
        {
            VirtualAddress p = use ? TakeAndUse<TWay, TShape>(state, kernel, (uint)i + 1) : TWay.Take<TShape>(state, kernel);
            Volatile.Write(ref sink, (nuint)p.Value);
            if (use)
                PutBackAndGive<TWay, TShape>(state, kernel, p);
            else
                TWay.Give<TShape>(state, kernel, p);
        }
    }

    /// <summary>Takes ten thousand objects, of all shapes in turn, uses them and gives them back.</summary>
    public static void Many<TWay>(VersusState state, FreeOrder order)
        where TWay : struct, IWay
    {
        KernelContext kernel = state.Kernel.Context();
        VirtualAddress[] objects = state.Objects;
        for (int i = 0; i < objects.Length; i += Shapes)
        {
            objects[i] = TakeAndUse<TWay, Shape40>(state, kernel, (uint)i + 1);
            objects[i + 1] = TakeAndUse<TWay, Shape72>(state, kernel, (uint)i + 2);
            objects[i + 2] = TakeAndUse<TWay, Shape100>(state, kernel, (uint)i + 3);
            objects[i + 3] = TakeAndUse<TWay, Shape140>(state, kernel, (uint)i + 4);
            objects[i + 4] = TakeAndUse<TWay, Shape300>(state, kernel, (uint)i + 5);
        }
        for (int turn = 0; turn < objects.Length; turn++)
        {
            int i = order switch
            {
                FreeOrder.Lifo => objects.Length - 1 - turn,
                FreeOrder.Fifo => turn,
                _ => state.Shuffled[turn],
            };
            GiveAny<TWay>(state, kernel, i % Shapes, objects[i]);
        }
    }

    // Without a constructor the caller prepares every object; with one, it arrives prepared.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static VirtualAddress TakeAndUse<TWay, TShape>(VersusState state, KernelContext kernel, uint number)
        where TWay : struct, IWay
        where TShape : struct, IShape
    {
        VirtualAddress p = TWay.Take<TShape>(state, kernel);
        if (!TWay.Constructs)
            VersusObject.Construct(kernel, p, TShape.Bytes);
        VersusObject.Use(kernel, p, TShape.Bytes, number);
        return p;
    }

    // The price of a constructor: who frees an object undoes what was done to it.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void PutBackAndGive<TWay, TShape>(VersusState state, KernelContext kernel, VirtualAddress p)
        where TWay : struct, IWay
        where TShape : struct, IShape
    {
        if (TWay.Constructs)
            VersusObject.Use(kernel, p, TShape.Bytes, 0);
        TWay.Give<TShape>(state, kernel, p);
    }

    private static void GiveAny<TWay>(VersusState state, KernelContext kernel, int shape, VirtualAddress p)
        where TWay : struct, IWay
    {
        switch (shape)
        {
            case 0:
                PutBackAndGive<TWay, Shape40>(state, kernel, p);
                break;
            case 1:
                PutBackAndGive<TWay, Shape72>(state, kernel, p);
                break;
            case 2:
                PutBackAndGive<TWay, Shape100>(state, kernel, p);
                break;
            case 3:
                PutBackAndGive<TWay, Shape140>(state, kernel, p);
                break;
            default:
                PutBackAndGive<TWay, Shape300>(state, kernel, p);
                break;
        }
    }
}
