using MiniKernel.Hal;

namespace MiniKernel.Mm.Tests;

/// <summary>Machines for the page allocator's tests: the shipped ones and some with awkward edges.</summary>
internal static class TestProfiles
{
    private const ulong Kibi = 1UL << 10, Mebi = 1UL << 20, Gibi = 1UL << 30;

    public static HardwareProfile Default => ShippedProfiles.Find("i386-32")!;

    public static HardwareProfile HighMem => ShippedProfiles.Find("i386-highmem")!;

    /// <summary>One zone, no holes, two CPUs, batch 7: 128 MiB.</summary>
    public static HardwareProfile OneZone => new()
    {
        Name = "one-zone",
        Ram = 128 * Mebi,
        Cpus = 2,
    };

    public static IEnumerable<HardwareProfile> Shipped => ShippedProfiles.All;

    public static IEnumerable<HardwareProfile> Awkward =>
    [
        Default with { Name = "odd end", Ram = (37 * Mebi) + (12 * Kibi) },
        Default with { Name = "holes inside", MemoryMap = [new(0xa0000, 0x100000), new(20 * Mebi, (20 * Mebi) + (36 * Kibi)), new(33 * Mebi, 47 * Mebi)] },
        Default with { Name = "hole behind the image", KernelImage = new(1 * Mebi, 15 * Mebi), MemoryMap = [new(16 * Mebi, 17 * Mebi)] },
        HighMem with { Name = "hole in highmem", MemoryMap = [new(0xa0000, 0x100000), new((1 * Gibi) + (4 * Kibi), 1200 * Mebi)] },
        HighMem with { Name = "odd end in highmem", Ram = 900 * Mebi - (20 * Kibi), Cpus = 1 },
        ShippedProfiles.Find("x86-64-2g")! with { Name = "5 GiB less a bit", Ram = (5 * Gibi) - (60 * Kibi), Cpus = 2 },
        ShippedProfiles.Find("lab-4m")! with { Name = "blocks smaller than a word", MaxOrder = 4 },
        ShippedProfiles.Find("lab-4m")! with { Name = "single frames", MaxOrder = 1 },
        ShippedProfiles.Find("lab-4m")! with { Name = "zone limit inside a word", MaxOrder = 3, DmaLimit = (1 * Mebi) + (16 * Kibi) },
        ShippedProfiles.Find("arm-32")! with { Name = "no room above the DMA limit", DmaLimit = 127 * Mebi },
    ];

    public static IEnumerable<HardwareProfile> All => Shipped.Concat(Awkward);
}
