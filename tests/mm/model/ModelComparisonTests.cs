using System.Text;
using MiniKernel.Hal;
using NUnit.Framework;

namespace MiniKernel.Mm.Tests.Model;

/// <summary>The real allocator against the independent model: the same calls must land on the same addresses on every shipped profile.
/// <c>dotnet test -- TestRunParameters.Parameter(name="traceLength", value="200000")</c> runs longer ones.</summary>
[TestFixture, Parallelizable(ParallelScope.All)]
public sealed class ModelComparisonTests
{
    private const int TraceLength = 12000;

    private static IEnumerable<string> ProfileNames => ShippedProfiles.All.Select(profile => profile.Name);

    private static IEnumerable<TestCaseData> Cases =>
        from profile in ShippedProfiles.All
        from seed in Enumerable.Range(1, 4)
        select new TestCaseData(profile.Name, seed) { TestName = $"SameCalls_SameAddresses({profile.Name}, seed {seed})" };

    [TestCaseSource(nameof(Cases))]
    public void SameCalls_SameAddresses(string name, int seed) => Run(ShippedProfiles.Find(name)!, seed, withTuning: false);

    /// <summary>The same while /proc/slabinfo is written to.</summary>
    [Test, Combinatorial]
    public void SameCalls_SameAddresses_WhileTuned([ValueSource(nameof(ProfileNames))] string name, [Values(101, 102)] int seed) =>
        Run(ShippedProfiles.Find(name)!, seed, withTuning: true);

    /// <summary>The same with other numbers of CPUs than the profile's own: shared arrays appear, descriptors and arrays change size.</summary>
    [Test, Combinatorial]
    public void SameCalls_SameAddresses_OnSeveralCpus([ValueSource(nameof(ProfileNames))] string name, [Values(2, 4, 8)] int cpus) =>
        Run(ShippedProfiles.Find(name)! with { Cpus = cpus }, seed: 200 + cpus, withTuning: false);

    /// <summary>The same on machines that nobody ships.</summary>
    [Test]
    public void SameCalls_SameAddresses_OnAnyMachine([Range(1, 40)] int seed) => Run(RandomProfile.Make(seed), seed, withTuning: seed % 3 == 0);

    /// <summary>SLOB against a model of its own.</summary>
    [Test, Combinatorial]
    public void SameCalls_SameAddresses_WithSlob([ValueSource(nameof(ProfileNames))] string name, [Values(301, 302, 303)] int seed) =>
        Run(ShippedProfiles.Find(name)!, seed, withTuning: false, AllocatorKind.Slob);

    /// <summary>The same on machines that nobody ships.</summary>
    [Test]
    public void SameCalls_SameAddresses_WithSlob_OnAnyMachine([Range(401, 420)] int seed) =>
        Run(RandomProfile.Make(seed), seed, withTuning: false, AllocatorKind.Slob);

    private static void Run(HardwareProfile profile, int seed, bool withTuning, AllocatorKind allocator = AllocatorKind.Slab)
    {
        // To find the first step that leaves a trace: dotnet test -- TestRunParameters.Parameter(name="snapshotEvery", value="1")
        int snapshotEvery = TestContext.Parameters.Get("snapshotEvery", 500);
        int length = TestContext.Parameters.Get("traceLength", TraceLength);
        IReadOnlyList<TraceOperation> trace = new TraceGenerator(seed, profile, withTuning, allocator).Generate(length);
        using KernelTarget kernel = MakeKernel(profile, seed, allocator);
        var comparison = new TraceComparison(profile, trace, kernel, snapshotEvery, allocator);
        if (comparison.FirstDisagreement() is { } what)
            Fail(profile, seed, trace.Take(comparison.Steps + 1), what);
        if (!withTuning)
            ExpectEverythingBack(profile, kernel, allocator);
    }

    // Fast path or not, watched or not: the addresses are the same.
    private static KernelTarget MakeKernel(HardwareProfile profile, int seed, AllocatorKind allocator) => new(profile, fastPath: seed % 2 == 1, new MmOptions
    {
        Watched = seed % 4 == 3,
        Allocator = allocator,
    });

    private static void Fail(HardwareProfile profile, int seed, IEnumerable<TraceOperation> trace, string what)
    {
        string path = Path.Combine(TestContext.CurrentContext.WorkDirectory, $"model-{profile.Name}-{seed}.replay");
        File.WriteAllLines(path, trace.Select(operation => operation.ToString()));
        TestContext.AddTestAttachment(path);
        Assert.Fail($"seed {seed}: {what}\nreplay text: {path}");
    }

    /// <summary>Conservation: once every cache is shrunk, the machine owns what it owned after boot. Frames per zone are counted with
    /// those on per-CPU lists; where free frames lie among the lists may differ.</summary>
    private static void ExpectEverythingBack(HardwareProfile profile, KernelTarget used, AllocatorKind allocator)
    {
        using var fresh = new KernelTarget(profile, fastPath: false, new MmOptions { Allocator = allocator });
        Assert.That(Holdings(used), Is.EqualTo(Holdings(fresh)), "everything was freed and destroyed, yet something is not back");

        static string Holdings(KernelTarget target)
        {
            target.ShrinkAll();
            var text = new StringBuilder();
            foreach (ZoneSnapshot zone in target.Zones)
                text.AppendLine($"{zone.Name} {zone.Free + zone.PerCpu.Sum()} frames");
            foreach (CacheSnapshot cache in target.Caches)
                text.AppendLine(cache.ToString());
            return text.ToString();
        }
    }
}
