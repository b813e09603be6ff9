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
    private const int Seed = 2624, MostShown = 12, Storms = 60;

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

    [Test]
    public void AnOverwrittenDescriptor_IsReportedOnce_AndRewritten([Values("kmem_cache", "size-64", "mine")] string name)
    {
        using SlabMachine machine = SlabMachine.Of("x86-64-8g");
        machine.Create("mine", 100);
        KmemCache cache = machine.Mm.FindCache(name)!;
        machine.Mm.SyncViews();
        VirtualAddress at = new(cache.Descriptor.Value + 36);
        byte expected = machine.Bytes(at, 1)[0];
        machine.Bytes(at, 1)[0] ^= 0x10;
        machine.Shrink(cache);
        machine.Shrink(cache);
        machine.Reap(5000);
        Assert.That(machine.Reports.All.Single(), Is.EqualTo(new DescriptorOverwritten(name, "kmem_cache", at, expected, (byte)(expected ^ 0x10))));
        Assert.That(machine.Bytes(at, 1)[0], Is.EqualTo(expected));
    }

    [Test]
    public void ManyWrongWords_AreSurvived([Range(0, 5)] int kernel)
    {
        TestCaseData data = Kernels().ElementAt(3 * kernel);
        (var profile, var flags) = ((HardwareProfile)data.Arguments[0]!, (SlabFlags)data.Arguments[1]!);
        List<CorruptionTarget> targets = [.. TargetsOf(profile, flags, "views"), .. TargetsOf(profile, flags, "slabs"), .. TargetsOf(profile, flags, "statics")];
        for (int seed = 0; seed < Storms; seed++)
        {
            var random = new Random(seed);
            using var scenario = new CorruptionScenario(profile, flags);
            for (int i = random.Next(1, 12); i > 0; i--)
                Overwrite(scenario.Machine, random, targets);
            string order = CorruptionScenario.Orders[random.Next(CorruptionScenario.Orders.Count)];
            Assert.DoesNotThrow(() => scenario.Run(order), $"seed {seed}, {order}");
        }
    }

    // A wild byte, or a word that is an address of mm's own: what a stray pointer most likely leaves.
    private static void Overwrite(SlabMachine machine, Random random, List<CorruptionTarget> targets)
    {
        CorruptionTarget at = targets[random.Next(targets.Count)], other = targets[random.Next(targets.Count)];
        if (random.Next(3) == 0)
        {
            machine.Bytes(at.Address, 1)[0] = (byte)random.Next(256);
            return;
        }
        int word = machine.Profile.WordBytes;
        var aligned = new VirtualAddress(at.Address.Value & ~(ulong)(word - 1));
        BitConverter.GetBytes(other.Address.Value & ~(ulong)(word - 1)).AsSpan(0, word).CopyTo(machine.Bytes(aligned, (ulong)word));
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
