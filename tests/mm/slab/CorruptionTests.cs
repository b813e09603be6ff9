using System.Text;
using MiniKernel.Hal;
using MiniKernel.Tests.Support;
using NUnit.Framework;

namespace MiniKernel.Mm.Tests;

/// <summary>Somebody overwrites a byte of mm's own memory: mm says so, or nothing at all comes of it (design.md §4).</summary>
/// <remarks>Every byte, flipped once by one bit and once by several, met first by each kind of call in turn; each run on a
/// kernel of its own. What does not lead to a report is compared, call by call, with an undisturbed twin.</remarks>
[TestFixture, Parallelizable(ParallelScope.All)]
public sealed class CorruptionTests
{
    private const int Seed = 2624, MostShown = 12;

    private static readonly HardwareProfile Small = TestMachine.Profile("lab-4m");

    private static IEnumerable<TestCaseData> Kernels()
    {
        (HardwareProfile Profile, SlabFlags Flags)[] kernels =
        [
            (Small with { Name = "32-bit UP" }, SlabFlags.None),
            (Small with { Name = "32-bit SMP", Cpus = 2 }, SlabFlags.ReclaimAccount),
            (Small with { Name = "64-bit UP", WordSize = 64, CacheLineSize = 64, L1CacheBytes = 64 }, SlabFlags.None),
            (Small with { Name = "64-bit SMP", WordSize = 64, Cpus = 2, CacheLineSize = 64, L1CacheBytes = 64 }, SlabFlags.None),
            (Small with { Name = "nommu", Mmu = false, DmaLimit = 0, CacheLineSize = 16, L1CacheBytes = 16 }, SlabFlags.None),
            (Small with { Name = "red zones" }, SlabFlags.RedZone | SlabFlags.StoreUser | SlabFlags.Poison),
        ];
        foreach ((HardwareProfile profile, SlabFlags flags) in kernels)
        {
            foreach (string part in new[] { "views", "slabs", "statics" })
                yield return new TestCaseData(profile, flags, part).SetArgDisplayNames(profile.Name, part);
        }
    }

    [TestCaseSource(nameof(Kernels))]
    public void AFlippedByte_IsReportedOrWithoutEffect(HardwareProfile profile, SlabFlags flags, string part)
    {
        List<CorruptionTarget> targets = TargetsOf(profile, flags, part);
        Assert.That(targets, Has.Count.GreaterThan(20));
        Dictionary<string, CorruptionScenario> twins = Undisturbed(profile, flags);
        var random = new Random(Seed);
        var findings = new List<string>();
        for (int i = 0; i < targets.Count; i++)
        {
            byte one = (byte)(1 << random.Next(8)), several = (byte)random.Next(3, 256);
            Check(targets[i], one, CorruptionScenario.Orders[i % CorruptionScenario.Orders.Count]);
            Check(targets[i], several, CorruptionScenario.Orders[random.Next(CorruptionScenario.Orders.Count)]);
        }
        var text = new StringBuilder($"seed {Seed}: {findings.Count} findings\n").AppendJoin('\n', findings.Take(MostShown));
        Assert.That(findings, Is.Empty, text.ToString());

        void Check(CorruptionTarget target, byte mask, string order)
        {
            if (Finding(profile, flags, target, mask, order, twins[order]) is { } finding)
                findings.Add($"{target.Field} ^ 0x{mask:x2}, then {order}: {finding}");
        }
    }

    [TestCaseSource(nameof(Kernels))]
    public void TheUndisturbedKernel_UsesEveryListAndComplainsOfNothing(HardwareProfile profile, SlabFlags flags, string part)
    {
        using var scenario = new CorruptionScenario(profile, flags);
        foreach (KmemCache cache in scenario.Caches)
        {
            SlabInfo info = scenario.Machine.Info(cache);
            Assert.Multiple(() =>
            {
                Assert.That(info.TotalSlabs - info.ActiveSlabs, Is.GreaterThanOrEqualTo(1), "free slabs");
                Assert.That(info.ActiveSlabs, Is.GreaterThanOrEqualTo(4), "full and partial slabs");
                Assert.That(info.SharedAvailable, Is.GreaterThan(0), "shared array");
                Assert.That(cache.Geometry.IsOffSlab, Is.EqualTo(cache.Name == "off-slab"));
            });
        }
        scenario.Run(CorruptionScenario.Orders[part.Length % CorruptionScenario.Orders.Count]);
        Assert.That(scenario.Machine.Reports.All.Where(report => report is not CacheStillInUse), Is.Empty);
    }

    private static string? Finding(
        HardwareProfile profile, SlabFlags flags, CorruptionTarget target, byte mask, string order, CorruptionScenario twin)
    {
        using var scenario = new CorruptionScenario(profile, flags);
        scenario.Machine.Bytes(target.Address, 1)[0] ^= mask;
        try
        {
            scenario.Run(order);
        }
        catch (Exception fault) when (fault is not AssertionException)
        {
            return $"{fault.GetType().Name}: {fault.Message} {fault.StackTrace?.Split('\n')[0]}";
        }
        if (scenario.Complaints > twin.Complaints)
            return null;
        if (!scenario.Answers.SequenceEqual(twin.Answers))
            return "an effect without a report";
        return target.MayBeSilent ? null : "nothing noticed a byte that Linux reads";
    }

    private static List<CorruptionTarget> TargetsOf(HardwareProfile profile, SlabFlags flags, string part)
    {
        using var scenario = new CorruptionScenario(profile, flags);
        scenario.Machine.Mm.SyncViews();
        return part switch
        {
            "views" => [.. CorruptionTarget.Views(scenario)],
            "slabs" => [.. CorruptionTarget.Slabs(scenario)],
            _ => [.. CorruptionTarget.Statics(scenario)],
        };
    }

    private static Dictionary<string, CorruptionScenario> Undisturbed(HardwareProfile profile, SlabFlags flags)
    {
        var twins = new Dictionary<string, CorruptionScenario>();
        foreach (string order in CorruptionScenario.Orders)
        {
            using var twin = new CorruptionScenario(profile, flags);
            twin.Run(order);
            twins.Add(order, twin);
        }
        return twins;
    }
}
