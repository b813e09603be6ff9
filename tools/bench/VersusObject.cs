using System.Runtime.CompilerServices;
using MiniKernel.Core;
using MiniKernel.Hal;

namespace MiniKernel.Bench;

/// <summary>What is done with each object: the structure of the kmalloc_versus driver.</summary>
internal static class VersusObject
{
    /// <summary>Zeroes, an empty list, a magic: the state a constructor leaves.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Construct(KernelContext kernel, VirtualAddress p, ulong bytes)
    {
        kernel.Memset(p, 0, bytes);
        kernel.WritePointer(p, p);
        kernel.WritePointer(p + (ulong)kernel.WordBytes, p);
        kernel.Write(p + ((2 * (ulong)kernel.WordBytes) + 4), 0x5a11ed);
    }

    /// <summary>Uses it, or undoes the use: a number at its start and a copy in its last bytes.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Use(KernelContext kernel, VirtualAddress p, ulong bytes, uint number)
    {
        kernel.Write(p + ((2 * (ulong)kernel.WordBytes) + 8), number);
        kernel.Write(p + (bytes - 4), number);
    }
}
