using System.Collections.Immutable;
using System.Numerics;

namespace MiniKernel.Hal;

/// <summary>What a machine is built from: one entry of boot.json's "profiles", or a shipped one.</summary>
/// <remarks>Immutable. Key names in boot.json are these names in camel case. Validate decides whether the
/// values describe a machine; whoever builds one from an invalid profile gets an <see cref="ArgumentException"/>.</remarks>
public sealed partial record HardwareProfile
{
    /// <summary>The profile's name.</summary>
    public required string Name { get; init; }

    /// <summary>Bits in a pointer: 32 or 64.</summary>
    public int WordSize { get; init; } = 32;

    /// <summary>Bytes per page frame; a power of two, 4096 to 65536.</summary>
    public int PageSize { get; init; } = 4096;

    /// <summary>Bytes of physical address space that RAM (and the holes in it) fills; a whole number of pages.</summary>
    public ulong Ram { get; init; } = 64UL << 20;

    /// <summary>Stretches of it where there is no RAM.</summary>
    public ImmutableArray<PhysicalRange> MemoryMap { get; init; } = [];

    /// <summary>Where the kernel itself lies.</summary>
    public PhysicalRange KernelImage { get; init; } = new(1UL << 20, 4UL << 20);

    /// <summary>Number of CPUs, all online from the start.</summary>
    public int Cpus { get; init; } = 1;

    /// <summary>L1_CACHE_BYTES: the compile-time line size, which decides the kmalloc classes that exist.</summary>
    public int L1CacheBytes { get; init; } = 32;

    /// <summary>cache_line_size(): the run-time line size, which decides alignment and colour.</summary>
    public int CacheLineSize { get; init; } = 32;

    /// <summary>First address no GFP_DMA page may have; 0 = there is no DMA zone.</summary>
    public ulong DmaLimit { get; init; }

    /// <summary>First address no GFP_DMA32 page may have; 0 = there is no DMA32 zone.</summary>
    public ulong Dma32Limit { get; init; }

    /// <summary>First address that is HighMem on a 32-bit machine; 0 = all of it is low memory.</summary>
    public ulong LowmemLimit { get; init; }

    /// <summary>Number of buddy orders: 11 is orders 0 to 10.</summary>
    public int MaxOrder { get; init; } = 11;

    /// <summary>CONFIG_MMU.</summary>
    public bool Mmu { get; init; } = true;

    /// <summary>CONFIG_LARGE_ALLOCS.</summary>
    public bool LargeAllocs { get; init; }

    /// <summary>Bytes in a pointer.</summary>
    public int WordBytes => WordSize / 8;

    /// <summary>log2 of the page size.</summary>
    public int PageShift => BitOperations.Log2((uint)PageSize);

    /// <summary>Page frames, holes included.</summary>
    public uint Frames => (uint)(Ram >> PageShift);

    /// <summary>ULONG_MAX of the profile.</summary>
    public ulong UlongMax => WordSize == 64 ? ulong.MaxValue : uint.MaxValue;

    /// <summary>Bytes of RAM the kernel sees in its direct map.</summary>
    public ulong LowmemBytes => WordSize == 64 || LowmemLimit == 0 ? Ram : Math.Min(Ram, LowmemLimit);

    /// <summary>CONFIG_ZONE_DMA.</summary>
    public bool HasDmaZone => DmaLimit != 0;

    /// <summary>CONFIG_ZONE_DMA32.</summary>
    public bool HasDma32Zone => Dma32Limit != 0;

    /// <summary>CONFIG_HIGHMEM.</summary>
    public bool HasHighMem => WordSize == 32 && LowmemLimit != 0;
}
