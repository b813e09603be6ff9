namespace MiniKernel.Hal.Tests;

public sealed class HardwareProfileTests
{
    private const ulong Kibi = Profiles.Kibi, Mebi = Profiles.Mebi, Gibi = Profiles.Gibi;
    private static readonly HardwareProfile _small = Profiles.Small, _big = Profiles.Big;

    /// <summary>A profile with one thing wrong, and all that is to be said about it.</summary>
    private static IEnumerable<TestCaseData> Mistakes()
    {
        yield return Mistake("word 16", _small with { WordSize = 16, LowmemLimit = 0 }, "wordSize: 16 is neither 32 nor 64");
        yield return Mistake("page not a power of two", _small with { PageSize = 5000 }, "pageSize: 5000 is not a power of two from 4096 to 65536");
        yield return Mistake("page too small", _small with { PageSize = 2048 }, "pageSize: 2048 is not a power of two from 4096 to 65536");
        yield return Mistake("page too large", _small with { PageSize = 131072 }, "pageSize: 131072 is not a power of two from 4096 to 65536");
        yield return Mistake("page negative", _small with { PageSize = int.MinValue }, "pageSize: -2147483648 is not a power of two from 4096 to 65536");
        yield return Mistake("no orders", _small with { MaxOrder = 0 }, "maxOrder: 0 is not a number of orders from 2 to 20");
        yield return Mistake("one order", _small with { MaxOrder = 1 }, "maxOrder: 1 is not a number of orders from 2 to 20");
        yield return Mistake("too many orders", _small with { MaxOrder = 64 }, "maxOrder: 64 is not a number of orders from 2 to 20");
        yield return Mistake("no cpus", _small with { Cpus = 0 }, "cpus: 0 is not a number of CPUs from 1 to 64");
        yield return Mistake("too many cpus", _small with { Cpus = 65 }, "cpus: 65 is not a number of CPUs from 1 to 64");
        yield return Mistake("l1 4", _small with { L1CacheBytes = 4 }, "l1CacheBytes: 4 is not a power of two from 8 to 256");
        yield return Mistake("line 48", _small with { CacheLineSize = 48 }, "cacheLineSize: 48 is not a power of two from 8 to 256");
        yield return Mistake("line 512", _small with { CacheLineSize = 512 }, "cacheLineSize: 512 is not a power of two from 8 to 256");
        yield return Mistake("no ram", _small with { Ram = 0 }, "ram: 0 is no memory at all");
        yield return Mistake("odd ram", _small with { Ram = (64 * Mebi) + 1 }, "ram: 67108865 is not a whole number of 4096-byte pages");
        yield return Mistake("ram beyond 32 bits", _small with { Ram = 5 * Gibi }, "ram: 5G is more than the 4G that 32 bits can address");
        yield return Mistake("ram beyond the machine", _big with { Ram = 512 * Gibi }, "ram: 512G is more than the 256G a machine can have");
        yield return Mistake("ram without HighMem", _small with { Ram = 1 * Gibi, LowmemLimit = 0 },
            "ram: 1G does not fit the direct map of a 32-bit machine; above 896M it needs a lowmemLimit");
        yield return Mistake("dma limit off the block", _small with { DmaLimit = 15 * Mebi },
            "dmaLimit: 15M is not a multiple of the largest block, 4M (pageSize << (maxOrder - 1))");
        yield return Mistake("dma32 limit off the block", _big with { Dma32Limit = (4 * Gibi) - (1 * Mebi) },
            "dma32Limit: 4095M is not a multiple of the largest block, 4M (pageSize << (maxOrder - 1))");
        yield return Mistake("lowmem limit off the block", _small with { LowmemLimit = 33 * Mebi },
            "lowmemLimit: 33M is not a multiple of the largest block, 4M (pageSize << (maxOrder - 1))");
        yield return Mistake("dma32 on 32 bits", _small with { Dma32Limit = 4 * Gibi }, "dma32Limit: 4G on a 32-bit machine, which has no DMA32 zone; only 0 is allowed");
        yield return Mistake("dma32 not above dma", _big with { Dma32Limit = 16 * Mebi }, "dma32Limit: 16M is not above dmaLimit, 16M");
        yield return Mistake("lowmem on 64 bits", _big with { LowmemLimit = 896 * Mebi }, "lowmemLimit: 896M on a 64-bit machine, which has no HighMem zone; only 0 is allowed");
        yield return Mistake("lowmem too large", _small with { LowmemLimit = 1 * Gibi }, "lowmemLimit: 1G is more than the 896M of the direct map");
        yield return Mistake("dma in HighMem", _small with { DmaLimit = 40 * Mebi, LowmemLimit = 32 * Mebi },
            "dmaLimit: 40M is above lowmemLimit, 32M: a DMA zone is low memory");
        yield return Mistake("hole backwards", _small with { MemoryMap = [new(1 * Mebi, 640 * Kibi)] }, "memoryMap[0].end: 640K is not above start, 1M");
        yield return Mistake("hole empty", _small with { MemoryMap = [new(640 * Kibi, 640 * Kibi)] }, "memoryMap[0].end: 640K is not above start, 640K");
        yield return Mistake("hole off the page", _small with { MemoryMap = [new(100, 8192)] }, "memoryMap[0].start: 100 is not a multiple of the page, 4096");
        yield return Mistake("hole outside ram", _small with { MemoryMap = [new(60 * Mebi, 65 * Mebi)] }, "memoryMap[0].end: 65M is beyond the end of ram, 64M");
        yield return Mistake("holes overlap", _small with { MemoryMap = [new(640 * Kibi, 1 * Mebi), new(768 * Kibi, 1 * Mebi)] },
            "memoryMap[1].start: 768K lies before the end of the entry above it, 1M; entries ascend and do not overlap");
        yield return Mistake("holes descend", _small with { MemoryMap = [new(8 * Mebi, 9 * Mebi), new(640 * Kibi, 1 * Mebi)] },
            "memoryMap[1].start: 640K lies before the end of the entry above it, 9M; entries ascend and do not overlap");
        yield return Mistake("image backwards", _small with { KernelImage = new(4 * Mebi, 1 * Mebi) }, "kernelImage.end: 1M is not above start, 4M");
        yield return Mistake("image off the page", _small with { KernelImage = new(1 * Mebi, (4 * Mebi) + 512) }, "kernelImage.end: 4194816 is not a multiple of the page, 4096");
        yield return Mistake("image outside ram", _small with { KernelImage = new(62 * Mebi, 66 * Mebi) }, "kernelImage.end: 66M is beyond the end of ram, 64M");
        yield return Mistake("image in frame 0", _small with { KernelImage = new(0, 512 * Kibi) }, "kernelImage.start: 0 lies in frame 0, which is reserved");
        yield return Mistake("image tiny", _small with { KernelImage = new(1 * Mebi, (1 * Mebi) + (32 * Kibi)) }, "kernelImage.end: 1056K leaves a kernel of 32K; it needs 64K");
        yield return Mistake("image in a hole", _small with { KernelImage = new(512 * Kibi, 4 * Mebi) }, "kernelImage: 512K to 4M overlaps the hole memoryMap[0], 640K to 1M");
        yield return Mistake("image in HighMem", _small with { LowmemLimit = 32 * Mebi, KernelImage = new(30 * Mebi, 34 * Mebi) },
            "kernelImage.end: 34M is above low memory, which ends at 32M");
        yield return Mistake("no room for the bitmap", _small with { KernelImage = new(512 * Kibi, 640 * Kibi) },
            "kernelImage.end: 640K leaves no room for the bootmem bitmap, 4K directly behind the image");
        yield return Mistake("kernel fills ram", _small with { KernelImage = new(1 * Mebi, (64 * Mebi) - (4 * Kibi)) },
            "ram: 64M is too little: beside kernelImage and holes the page map takes 512K in one piece and the kernel 256K, in low memory");
        yield return Mistake("page map does not fit low memory", _small with { Ram = 4 * Gibi, LowmemLimit = 32 * Mebi },
            "ram: 4G is too little: beside kernelImage and holes the page map takes 32M in one piece and the kernel 256K, in low memory");
    }

    [TestCaseSource(nameof(Mistakes))]
    public void Validate_SaysOneThingAboutOneMistake(HardwareProfile profile, string expected) =>
        Assert.That(profile.Validate().Select(error => error.ToString()), Is.EqualTo(new[] { expected }));

    [Test]
    public void Validate_ReportsEveryBrokenRuleAtOnce()
    {
        HardwareProfile broken = new()
        {
            Name = "broken",
            WordSize = 31,
            PageSize = 3,
            Ram = 0,
            Cpus = 1000,
            L1CacheBytes = 0,
            CacheLineSize = -8,
            MaxOrder = -1,
            DmaLimit = 32 * Mebi,
            Dma32Limit = 16 * Mebi,
            MemoryMap = [new(5, 5), new(4, 9)],
            KernelImage = new(9, 4),
        };
        Assert.That(Keys(broken), Is.EquivalentTo(new[]
        {
            "wordSize", "pageSize", "ram", "cpus", "l1CacheBytes", "cacheLineSize", "maxOrder", "dma32Limit",
            "memoryMap[0].end", "memoryMap[1].start", "kernelImage.end",
        }));
    }

    [Test]
    public void Validate_ReportsEveryMisplacedAddressAtOnce()
    {
        HardwareProfile broken = _small with
        {
            Ram = (64 * Mebi) + 10,
            DmaLimit = 6 * Mebi,
            LowmemLimit = 5 * Mebi,
            MemoryMap = [new(1, 2 * Mebi), new(1 * Mebi, 70 * Mebi)],
            KernelImage = new(100, 71 * Mebi),
        };
        Assert.That(Keys(broken), Is.EqualTo(new[]
        {
            "ram", "dmaLimit", "lowmemLimit", "dmaLimit", "memoryMap[0].start", "memoryMap[1].end", "memoryMap[1].start",
            "kernelImage.start", "kernelImage.end", "kernelImage.start", "kernelImage", "kernelImage",
        }));
    }

    [Test]
    public void Validate_AcceptsEveryShippedProfile([ValueSource(typeof(ShippedProfiles), nameof(ShippedProfiles.All))] HardwareProfile profile) =>
        Assert.That(profile.Validate(), Is.Empty);

    private static IEnumerable<HardwareProfile> Oddities()
    {
        yield return _small with { Name = "no DMA zone", DmaLimit = 0 };
        yield return _small with { Name = "all of it DMA, limit off the block", DmaLimit = (64 * Mebi) + 4096 };
        yield return _small with { Name = "no normal zone", Ram = 128 * Mebi, DmaLimit = 64 * Mebi, LowmemLimit = 64 * Mebi };
        yield return _small with { Name = "4 GiB, the most of 32 bits", Ram = 4 * Gibi };
        yield return _big with { Name = "256 GiB, the most there is", Ram = 256 * Gibi, Cpus = 64 };
        yield return _big with { Name = "large orders and no MMU", MaxOrder = 14, DmaLimit = 32 * Mebi, Mmu = false, LargeAllocs = true };
        yield return _small with { Name = "large orders with an MMU", LargeAllocs = true };
        yield return _small with { Name = "a hole at the very end", MemoryMap = [new(63 * Mebi, 64 * Mebi)] };
        yield return _small with { Name = "adjacent holes", MemoryMap = [new(640 * Kibi, 768 * Kibi), new(768 * Kibi, 1 * Mebi)] };
        yield return _small with { Name = "ram that ends inside a block", Ram = (61 * Mebi) + (12 * Kibi) };
        yield return _small with { Name = "two orders", MaxOrder = 2 };
        yield return _small with { Name = "a hole in HighMem", Ram = 1 * Gibi, MemoryMap = [new(1000 * Mebi, 1001 * Mebi)] };
    }

    [TestCaseSource(nameof(Oddities))]
    public void Validate_AcceptsWhatIsOddButAMachine(HardwareProfile profile) => Assert.That(profile.Validate(), Is.Empty);

    [Test]
    public void Validate_NeverThrowsAndWhatItAcceptsCanBeBuilt([Range(1, 8)] int seed)
    {
        var random = new Random(seed);
        int accepted = 0;
        for (int round = 0; round < 400; round++)
        {
            HardwareProfile profile = Mutate(ShippedProfiles.All[random.Next(ShippedProfiles.All.Length)], random);
            if (profile.Validate().Count != 0)
                continue;
            accepted++;
            Assert.That(() => new Machine(profile).Dispose(), Throws.Nothing, $"seed {seed}, round {round}: {profile}");
        }

        Assert.That(accepted, Is.InRange(20, 380), $"seed {seed}: the walk meets both kinds");
    }

    [Test]
    public void ShippedProfiles_AreFoundByNameAndTheFirstIsTheArticlesMachine()
    {
        Assert.That(ShippedProfiles.All.Select(profile => profile.Name), Is.Unique);
        Assert.That(ShippedProfiles.All[0], Is.EqualTo(ShippedProfiles.Find("i386-32")));
        Assert.That(ShippedProfiles.Find("I386-32"), Is.Null, "names are exact");
    }

    private static HardwareProfile Mutate(HardwareProfile profile, Random random)
    {
        ulong[] addresses = [0, 1, 4095, 4096, 64 * Kibi, 640 * Kibi, 1 * Mebi, 4 * Mebi, 16 * Mebi, 896 * Mebi, 4 * Gibi, 256 * Gibi, ulong.MaxValue];
        int[] numbers = [int.MinValue, -1, 0, 1, 4, 8, 11, 32, 64, 128, 4096, 8192, 65536, int.MaxValue];
        ulong Address() => addresses[random.Next(addresses.Length)];
        int Number() => numbers[random.Next(numbers.Length)];
        for (int change = random.Next(1, 4); change > 0; change--)
        {
            profile = random.Next(11) switch
            {
                0 => profile with { WordSize = Number() },
                1 => profile with { PageSize = Number() },
                2 => profile with { Ram = Address() },
                3 => profile with { MemoryMap = [new(Address(), Address()), new(Address(), Address())] },
                4 => profile with { KernelImage = new(Address(), Address()) },
                5 => profile with { Cpus = Number() },
                6 => profile with { L1CacheBytes = Number(), CacheLineSize = Number() },
                7 => profile with { DmaLimit = Address() },
                8 => profile with { Dma32Limit = Address() },
                9 => profile with { LowmemLimit = Address() },
                _ => profile with { MaxOrder = Number() },
            };
        }

        return profile;
    }

    private static IEnumerable<string> Keys(HardwareProfile profile) => profile.Validate().Select(error => error.Key);

    private static TestCaseData Mistake(string name, HardwareProfile profile, string expected) =>
        new TestCaseData(profile, expected).SetArgDisplayNames(name);
}
