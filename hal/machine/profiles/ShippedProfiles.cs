using System.Collections.Immutable;

namespace MiniKernel.Hal;

/// <summary>The machines that come with the program.</summary>
public static class ShippedProfiles
{
    private const ulong Kibi = 1UL << 10, Mebi = 1UL << 20, Gibi = 1UL << 30;

    /// <summary>All of them; the first is the default.</summary>
    public static ImmutableArray<HardwareProfile> All { get; } =
    [
        Pc32("i386-32", 64 * Mebi, cpus: 1, l1: 32, line: 32),
        Pc32("i386-64", 512 * Mebi, cpus: 2, l1: 64, line: 64),
        Pc32("i386-128", 512 * Mebi, cpus: 2, l1: 128, line: 128),
        Pc32("i386-highmem", 2 * Gibi, cpus: 4, l1: 32, line: 64),
        Pc64("x86-64-2g", 2 * Gibi, cpus: 1),
        Pc64("x86-64-8g", 8 * Gibi, cpus: 4),
        new() { Name = "alpha-8k", WordSize = 64, PageSize = 8192, Ram = 512 * Mebi, DmaLimit = 16 * Mebi },
        new() { Name = "ia64-16k", WordSize = 64, PageSize = 16384, Ram = 8 * Gibi, Cpus = 4, L1CacheBytes = 128, CacheLineSize = 128, DmaLimit = 4 * Gibi },
        new() { Name = "ppc64-64k", WordSize = 64, PageSize = 65536, Ram = 4 * Gibi, Cpus = 4, L1CacheBytes = 128, CacheLineSize = 128, DmaLimit = 4 * Gibi, MaxOrder = 9 },
        new() { Name = "sparc64-8k", WordSize = 64, PageSize = 8192, Ram = 1 * Gibi, Cpus = 2 },
        new() { Name = "arm-32", Ram = 128 * Mebi, DmaLimit = 128 * Mebi, LowmemLimit = 896 * Mebi },
        new() { Name = "m68k-nommu", Ram = 16 * Mebi, L1CacheBytes = 16, CacheLineSize = 16, Mmu = false },
        new() { Name = "m68k-nommu-large", Ram = 64 * Mebi, L1CacheBytes = 16, CacheLineSize = 16, Mmu = false, LargeAllocs = true },
        new() { Name = "lab-4m", Ram = 4 * Mebi, KernelImage = new(64 * Kibi, 320 * Kibi), DmaLimit = 1 * Mebi, MaxOrder = 9 },
    ];

    /// <summary>The profile of that name, or null.</summary>
    public static HardwareProfile? Find(string name) => All.FirstOrDefault(profile => profile.Name == name);

    // A PC has video memory and ROMs between 640K and 1M.
    private static ImmutableArray<PhysicalRange> PcHole => [new(640 * Kibi, 1 * Mebi)];

    private static HardwareProfile Pc32(string name, ulong ram, int cpus, int l1, int line) => new()
    {
        Name = name,
        Ram = ram,
        Cpus = cpus,
        L1CacheBytes = l1,
        CacheLineSize = line,
        MemoryMap = PcHole,
        DmaLimit = 16 * Mebi,
        LowmemLimit = 896 * Mebi,
    };

    private static HardwareProfile Pc64(string name, ulong ram, int cpus) => new()
    {
        Name = name,
        WordSize = 64,
        Ram = ram,
        Cpus = cpus,
        L1CacheBytes = 64,
        CacheLineSize = 64,
        MemoryMap = PcHole,
        DmaLimit = 16 * Mebi,
        Dma32Limit = 4 * Gibi,
    };
}
