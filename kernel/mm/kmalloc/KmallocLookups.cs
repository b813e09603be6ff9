using System.Runtime.CompilerServices;

namespace MiniKernel.Mm;

/// <summary>A way from a size that is not a constant to a CPU's slot.</summary>
/// <remarks>A struct as type argument, so that the JIT inlines the one in use.</remarks>
public interface IKmallocLookup
{
    /// <summary>The slot of the class for <paramref name="size"/> bytes.</summary>
    static abstract int SlotOf(MmCpu cpu, ulong size);
}

/// <summary>SLUB's table for small sizes and the leading bit for large ones.</summary>
public readonly struct TableLookup : IKmallocLookup
{
    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static int SlotOf(MmCpu cpu, ulong size) => KmallocIndex.SlotOf(size);
}

/// <summary>Linux 2.6 SLAB's walk up the size table to its ULONG_MAX sentinel (__find_general_cachep).</summary>
public readonly unsafe struct LinearWalkLookup : IKmallocLookup
{
    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static int SlotOf(MmCpu cpu, ulong size)
    {
        if (size == 0)
            return KmallocIndex.Zero;
        ClassSize* entry = cpu.State->Classes;
        while (size > entry->Size)
            entry++;
        return (int)entry->Slot;
    }
}

/// <summary>A binary search of the size table.</summary>
public readonly unsafe struct BinarySearchLookup : IKmallocLookup
{
    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static int SlotOf(MmCpu cpu, ulong size)
    {
        if (size == 0)
            return KmallocIndex.Zero;
        ClassSize* low = cpu.State->Classes;
        for (uint count = cpu.State->ClassCount; count > 1;)
        {
            uint half = count / 2;
            if (low[half - 1].Size < size)
                low += half;
            count -= half;
        }
        return (int)low->Slot;
    }
}
