using MiniKernel.Hal;
using MiniKernel.Tests.Support;
using NUnit.Framework;

namespace MiniKernel.Mm.Tests;

/// <summary>Thousands of random calls on every shipped profile against a model that knows only what a caller may expect:
/// nothing overlaps, alignment and zone hold, contents stay, counts agree, and all memory comes back.</summary>
[TestFixture, Parallelizable(ParallelScope.All)]
public sealed class SlabRandomWalkTests
{
    private const int Steps = 4000, MostLive = 1500;

    [Test, Combinatorial]
    public void ARandomWalk_KeepsEveryPromise_AndEveryFrame(
        [ValueSource(typeof(TestMachine), nameof(TestMachine.ProfileNames))] string profile, [Values] AllocatorKind allocator)
    {
        int seed = 1000 + profile.Length + profile[0] + profile[^1];
        using var walk = new RandomWalk(TestMachine.Profile(profile), seed, new MmOptions { Allocator = allocator });
        walk.Run(Steps, MostLive);
    }

    [Test]
    public void ARandomWalk_AtTheEdgeOfExhaustion_KeepsEveryPromise([Values(1, 2, 3)] int seed, [Values] bool debug)
    {
        HardwareProfile small = TestMachine.Profile("lab-4m", profile => profile with { Cpus = 2, WordSize = seed == 2 ? 64 : 32 });
        using var walk = new RandomWalk(small, seed, new MmOptions { SlabDebug = debug ? "walk*" : "" });
        walk.Run(Steps, int.MaxValue);
    }
}
