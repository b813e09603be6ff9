namespace MiniKernel.Hal.Tests;

/// <summary>Machines the tests are written for; their numbers are part of the tests.</summary>
internal static class Profiles
{
    public const ulong Kibi = 1UL << 10, Mebi = 1UL << 20, Gibi = 1UL << 30;

    /// <summary>32 bits, 64 MiB with a PC's hole, 2 CPUs, 16 MiB of DMA zone.</summary>
    public static HardwareProfile Small => new()
    {
        Name = "small",
        Ram = 64 * Mebi,
        Cpus = 2,
        DmaLimit = 16 * Mebi,
        LowmemLimit = 896 * Mebi,
        MemoryMap = [new(640 * Kibi, 1 * Mebi)],
    };

    /// <summary>The same with 64 bits and 8 GiB.</summary>
    public static HardwareProfile Big => new()
    {
        Name = "big",
        WordSize = 64,
        Ram = 8 * Gibi,
        Cpus = 4,
        DmaLimit = 16 * Mebi,
        Dma32Limit = 4 * Gibi,
        MemoryMap = [new(640 * Kibi, 1 * Mebi)],
    };
}
