using MiniKernel.Hal;
using MiniKernel.Tests.Support;
using NUnit.Framework;

namespace MiniKernel.Mm.Tests;

/// <summary>Whatever a driver does to mm and to mm's memory, the host survives it.</summary>
[TestFixture, Parallelizable(ParallelScope.All)]
public sealed class MisuseWalkTests
{
    private const int Steps = 1200;

    [Test]
    public void AMadDriver_GetsBugs_NeverAFaultOfTheHost([Values(32, 64)] int word, [Values(1, 2)] int cpus, [Range(1, 10)] int seed)
    {
        HardwareProfile profile = TestMachine.Profile("lab-4m", profile => profile with { WordSize = word, Cpus = cpus, Mmu = seed % 3 != 0 });
        using var walk = new MisuseWalk(profile, seed, new MmOptions { SlabDebug = seed % 4 == 0 ? "*" : "", Watched = seed % 5 == 0 });
        Assert.DoesNotThrow(() => walk.Run(Steps), $"seed {seed}");
        Assert.That(walk.Bugs, Is.GreaterThan(Steps / 100), $"seed {seed}");
    }
}
