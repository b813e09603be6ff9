using System.Collections.Immutable;
using MiniKernel.Hal;

namespace MiniKernel.Mm.Tests.Model;

/// <summary>Makes valid machines of all sorts.</summary>
internal static class RandomProfile
{
    private const ulong Kibi = 1024, Mebi = 1024 * 1024;

    public static HardwareProfile Make(int seed)
    {
        var random = new Random(seed);
        while (true)
        {
            HardwareProfile profile = Guess(random, seed);
            if (profile.Validate().Count == 0)
                return profile;
        }
    }

    private static HardwareProfile Guess(Random random, int seed)
    {
        bool is64 = random.Next(2) == 0;
        int pageSize = 4096 << (random.Next(2) == 0 ? 0 : random.Next(5));
        int maxOrder = random.Next(3) == 0 ? random.Next(2, 13) : 11;
        ulong largest = (ulong)pageSize << (maxOrder - 1);
        ulong ram = ((ulong)random.Next(4, 1024) * Mebi) + (random.Next(3) == 0 ? (ulong)(random.Next(32) * pageSize) : 0);
        bool mmu = random.Next(5) != 0;
        return new HardwareProfile
        {
            Name = $"random-{seed}",
            WordSize = is64 ? 64 : 32,
            PageSize = pageSize,
            Ram = ram / (ulong)pageSize * (ulong)pageSize,
            Cpus = random.Next(2) == 0 ? 1 : random.Next(2, 9),
            L1CacheBytes = 16 << random.Next(5),
            CacheLineSize = 16 << random.Next(5),
            MaxOrder = maxOrder,
            Mmu = mmu,
            LargeAllocs = random.Next(5) == 0,
            DmaLimit = random.Next(3) == 0 ? 0 : Aligned(16 * Mebi * (ulong)random.Next(1, 4)),
            Dma32Limit = is64 && random.Next(2) == 0 ? Aligned(ram / 2) : 0,
            LowmemLimit = !is64 && random.Next(2) == 0 ? Aligned(Math.Min(ram * (ulong)random.Next(3, 7) / 6, 896 * Mebi)) : 0,
            KernelImage = random.Next(2) == 0 ? new(1 * Mebi, 4 * Mebi) : new(64 * Kibi, 1 * Mebi + (ulong)(random.Next(8) * pageSize)),
            MemoryMap = random.Next(2) == 0 ? Holes() : [],
        };

        ulong Aligned(ulong bytes) => (bytes + largest - 1) / largest * largest;

        ImmutableArray<PhysicalRange> Holes()
        {
            ulong start = (ulong)random.NextInt64((long)ram / pageSize) * (ulong)pageSize;
            return [new(start, start + (ulong)(random.Next(1, 600) * pageSize))];
        }
    }
}
