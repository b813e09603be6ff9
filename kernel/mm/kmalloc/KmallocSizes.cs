using MiniKernel.Hal;

namespace MiniKernel.Mm;

/// <summary>The kmalloc size table: which classes exist on a profile (Linux 2.6.18 linux/kmalloc_sizes.h).</summary>
public static class KmallocSizes
{
    private const ulong Kibi = 1UL << 10, Mebi = 1UL << 20;

    /// <summary>Every class that exists on some profile, ascending: the index is the profile-independent slot number.</summary>
    public static IReadOnlyList<ulong> FullList { get; } =
    [
        32, 64, 96, 128, 192, 256, 512, 1024, 2048, 4096, 8192, 16384, 32768, 65536, 131072,
        256 * Kibi, 512 * Kibi, 1 * Mebi, 2 * Mebi, 4 * Mebi, 8 * Mebi, 16 * Mebi, 32 * Mebi,
    ];

    /// <summary>The classes of <paramref name="profile"/>, ascending, without the ULONG_MAX sentinel.</summary>
    public static IReadOnlyList<ulong> For(HardwareProfile profile) => [.. FullList.Where(size => Exists(profile, size))];

    private static bool Exists(HardwareProfile profile, ulong size) => size switch
    {
        32 => profile.PageSize == 4096,
        96 => profile.L1CacheBytes < 64,
        192 => profile.L1CacheBytes < 128,
        > 1 * Mebi => !profile.Mmu && profile.LargeAllocs,     // CONFIG_LARGE_ALLOCS is nested inside !CONFIG_MMU
        > 131072 => !profile.Mmu,
        _ => true,
    };
}
