using MiniKernel.Hal;
using MiniKernel.Tests.Support;
using NUnit.Framework;

namespace MiniKernel.Mm.Tests;

/// <summary>CPUs that run freely, one host thread each: nothing is lost, overlaps, or is handed out twice.</summary>
/// <remarks>Objects carry a stamp that is checked when they are freed, often on another CPU than the one that took them;
/// meanwhile caches are made, shrunk, retuned, reaped and ended, page lists drained, and CPUs go idle. For a long run:
/// <c>dotnet test tests/mm --filter FreeRunning -- 'TestRunParameters.Parameter(name="stressOperations", value="100000000")'</c>
/// (another seed likewise: <c>stressSeed</c>).</remarks>
[TestFixture, NonParallelizable]
public sealed class FreeRunningTests
{
    private const int DefaultOperations = 1_000_000;

    [Test, CancelAfter(3_600_000)]
    public void NothingIsLost(
        [Values(2, 4, 8)] int cpus, [Values("i386-32", "x86-64-8g")] string profile, [Values] bool watched, [Values] AllocatorKind allocator,
        CancellationToken stop) =>
        Run(TestMachine.Profile(profile) with { Cpus = cpus }, watched, allocator, shareOf: 24, stop);

    [Test, CancelAfter(3_600_000)]
    public void NothingIsLostOnAnyProfile(
        [ValueSource(nameof(Profiles))] string profile, [Values] bool watched, [Values] AllocatorKind allocator, CancellationToken stop) =>
        Run(TestMachine.Profile(profile) with { Cpus = 4 }, watched, allocator, shareOf: 4 * Profiles.Count(), stop);

    private static IEnumerable<string> Profiles => ShippedProfiles.All.Select(profile => profile.Name);

    private static void Run(HardwareProfile profile, bool watched, AllocatorKind allocator, int shareOf, CancellationToken stop)
    {
        int seed = TestContext.Parameters.Get("stressSeed", 1), operations = TestContext.Parameters.Get("stressOperations", DefaultOperations) / shareOf;
        MmOptions options = new() { FreeRunning = true, Watched = watched, Allocator = allocator };
        using var machine = new SlabMachine(profile, options);
        Census before = Census.Of(machine.Mm);
        using var run = new StressRun(machine, operations / profile.Cpus, seed, stop);
        run.Execute();
        TestContext.Out.WriteLine($"{profile.Cpus} CPUs, {profile.Name}, watched {watched}, seed {seed}: {run.Operations} operations");
        Assert.That(run.Failures, Is.Empty, $"seed {seed}");
        Assert.That(machine.Reports.All, Is.Empty, $"seed {seed}");
        Assert.That(Census.Of(machine.Mm), Is.EqualTo(before), $"seed {seed}: every frame and object is back");
    }

    /// <summary>Frames and objects after everything that can be given back was.</summary>
    private sealed record Census(ulong Frames, string Caches)
    {
        public static Census Of(KernelMm mm)
        {
            for (int pass = 0; pass < 3; pass++)
            {
                foreach (SlabInfo row in mm.SlabInfos())
                    mm.KmemCacheShrink(mm.Cpu(0), mm.FindCache(row.Name)!);
            }
            ulong parked = 0;
            foreach (ZoneInfo zone in mm.Zones())
                parked += (ulong)zone.Pagesets.Sum(list => list.Count);
            IReadOnlyList<SlabInfo> rows = mm.SlabInfos();
            Assert.That(rows.Where(row => row.Error != null), Is.Empty);
            return new Census(mm.TotalFreePages + parked, mm.SlobInfo() + string.Join('\n', rows.Select(row => $"{row.Name} {row.ActiveObjects} {row.TotalSlabs}")));
        }
    }
}
