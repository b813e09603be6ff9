using MiniKernel.Core;
using MiniKernel.Hal;

namespace MiniKernel.Drivers;

/// <summary>The structure that is allocated all the time, in kernel memory, in one of several sizes.</summary>
/// <remarks>
/// <code>struct versus { struct list_head list; u32 lock, magic, number; u8 payload[...]; u32 copy; };</code>
/// Its <i>constructed state</i> (Bonwick 1994): zeroes, an empty list, the magic. Who frees an object in that state need not
/// prepare it again, if it comes from a cache whose constructor prepared it once.
/// </remarks>
internal static class VersusObject
{
    /// <summary>The sizes: none fits a kmalloc class.</summary>
    public static IReadOnlyList<uint> Sizes { get; } = [40, 72, 100, 140, 300];

    private const uint Magic = 0x5a11ed;
    private const ulong CopyBytes = sizeof(uint);

    /// <summary>Brings an object into its constructed state.</summary>
    public static void Construct(KernelContext kernel, VirtualAddress p, uint bytes)
    {
        kernel.Memset(p, 0, bytes);
        kernel.WritePointer(p, p);                                        // INIT_LIST_HEAD: an empty list points to itself
        kernel.WritePointer(p + (ulong)kernel.WordBytes, p);
        kernel.Write(MagicOf(kernel, p), Magic);
    }

    /// <summary>True when it is in its constructed state, as far as this driver changes it.</summary>
    public static bool IsConstructed(KernelContext kernel, VirtualAddress p, uint bytes) =>
        kernel.ReadPointer(p) == p
        && kernel.Read<uint>(MagicOf(kernel, p)) == Magic
        && IsUsedAs(kernel, p, bytes, 0);

    /// <summary>Uses it: a number at its start, a copy in its last bytes.</summary>
    public static void Use(KernelContext kernel, VirtualAddress p, uint bytes, uint number)
    {
        kernel.Write(NumberOf(kernel, p), number);
        kernel.Write(p + (bytes - CopyBytes), number);
    }

    /// <summary>True when it still holds what <see cref="Use"/> wrote.</summary>
    public static bool IsUsedAs(KernelContext kernel, VirtualAddress p, uint bytes, uint number) =>
        kernel.Read<uint>(NumberOf(kernel, p)) == number && kernel.Read<uint>(p + (bytes - CopyBytes)) == number;

    /// <summary>Puts it back into its constructed state: two stores undo the use.</summary>
    public static void PutBack(KernelContext kernel, VirtualAddress p, uint bytes) => Use(kernel, p, bytes, 0);

    private static VirtualAddress MagicOf(KernelContext kernel, VirtualAddress p) => p + ((2 * (ulong)kernel.WordBytes) + 4);

    private static VirtualAddress NumberOf(KernelContext kernel, VirtualAddress p) => p + ((2 * (ulong)kernel.WordBytes) + 8);
}
