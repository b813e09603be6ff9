using MiniKernel.Hal;

namespace MiniKernel.Cli.Config;

/// <summary>A change that one key makes to a profile.</summary>
internal delegate HardwareProfile ProfileChange(HardwareProfile profile);

/// <summary>The keys of a hardware profile and how each value is read.</summary>
internal static class ProfileKeys
{
    /// <summary>Every key but "base".</summary>
    public static IReadOnlyList<string> Values { get; } =
    [
        "wordSize", "pageSize", "ram", "memoryMap", "kernelImage", "cpus", "l1CacheBytes", "cacheLineSize",
        "dmaLimit", "dma32Limit", "lowmemLimit", "maxOrder", "mmu", "largeAllocs",
    ];

    /// <summary>Every key a profile in boot.json may have.</summary>
    public static IReadOnlyList<string> All { get; } = ["base", .. Values];

    /// <summary>Reads the value of one of <see cref="Values"/>.</summary>
    /// <returns>What it changes; null when the value is a mistake, which has been noted.</returns>
    public static ProfileChange? Read(string key, ConfigNode value, Mistakes mistakes) => key switch
    {
        "wordSize" => ValueReader.Int(value, mistakes) is { } bits ? profile => profile with { WordSize = bits } : null,
        "pageSize" => ValueReader.SmallSize(value, mistakes) is { } bytes ? profile => profile with { PageSize = bytes } : null,
        "ram" => ValueReader.Size(value, mistakes) is { } bytes ? profile => profile with { Ram = bytes } : null,
        "memoryMap" => MemoryMapReader.Holes(value, mistakes) is { } holes ? profile => profile with { MemoryMap = holes } : null,
        "kernelImage" => MemoryMapReader.Image(value, mistakes) is { } image ? profile => profile with { KernelImage = image } : null,
        "cpus" => ValueReader.Int(value, mistakes) is { } count ? profile => profile with { Cpus = count } : null,
        "l1CacheBytes" => ValueReader.SmallSize(value, mistakes) is { } bytes ? profile => profile with { L1CacheBytes = bytes } : null,
        "cacheLineSize" => ValueReader.SmallSize(value, mistakes) is { } bytes ? profile => profile with { CacheLineSize = bytes } : null,
        "dmaLimit" => ValueReader.Size(value, mistakes) is { } limit ? profile => profile with { DmaLimit = limit } : null,
        "dma32Limit" => ValueReader.Size(value, mistakes) is { } limit ? profile => profile with { Dma32Limit = limit } : null,
        "lowmemLimit" => ValueReader.Size(value, mistakes) is { } limit ? profile => profile with { LowmemLimit = limit } : null,
        "maxOrder" => ValueReader.Int(value, mistakes) is { } orders ? profile => profile with { MaxOrder = orders } : null,
        "mmu" => ValueReader.Bool(value, mistakes) is { } mmu ? profile => profile with { Mmu = mmu } : null,
        _ => ValueReader.Bool(value, mistakes) is { } large ? profile => profile with { LargeAllocs = large } : null,
    };
}
