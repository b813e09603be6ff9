using System.Numerics;
using System.Runtime.CompilerServices;

namespace MiniKernel.Mm;

/// <summary>From a size to its slot: a number that does not depend on the profile.</summary>
/// <remarks>Slots 0 to 22 are the classes of <see cref="KmallocSizes.FullList"/>. For a constant size the JIT folds
/// <see cref="SlotOf"/> to a number: a constant index into the table's static data, and Log2 of a constant, both fold.</remarks>
internal static class KmallocIndex
{
    /// <summary>Slot of a size no class holds: an always-empty stack whose slow path returns NULL.</summary>
    public const int TooLarge = 23;

    /// <summary>Slot of size 0: an always-empty stack whose slow path returns ZERO_SIZE_PTR.</summary>
    public const int Zero = 24;

    /// <summary>Slots before the first one for GFP_DMA.</summary>
    public const int DmaOffset = 32;

    /// <summary>All slots: normal ones, then those for GFP_DMA.</summary>
    public const int Count = 64;

    private const ulong LargestTabled = 192, LargestClass = 32UL << 20;

    // Indexed by (size + 7) / 8: the class of each size up to 192.
    private static ReadOnlySpan<byte> SmallSlots =>
        [Zero, 0, 0, 0, 0, 1, 1, 1, 1, 2, 2, 2, 2, 3, 3, 3, 3, 4, 4, 4, 4, 4, 4, 4, 4];

    /// <summary>Slot of the smallest class of the full list that holds <paramref name="size"/> bytes.</summary>
    /// <remarks>SLUB's way: a table for small sizes, the leading bit for large ones (Linux 2.6.24 mm/slub.c, get_slab).</remarks>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static int SlotOf(ulong size)
    {
        if (size <= LargestTabled)
            return SmallSlots[(int)((size + 7) >> 3)];
        return size <= LargestClass ? BitOperations.Log2(size - 1) - 2 : TooLarge;
    }

    /// <summary>The slot for these flags: GFP_DMA picks the class's second cache.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static int WithFlags(int slot, GfpFlags flags) => slot + ((int)(flags & GfpFlags.Dma) * DmaOffset);
}
