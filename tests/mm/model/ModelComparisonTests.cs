using System.Text;
using MiniKernel.Hal;
using NUnit.Framework;

namespace MiniKernel.Mm.Tests.Model;

/// <summary>The real allocator against the independent model: the same calls must land on the same addresses on every shipped profile.</summary>
[TestFixture, Parallelizable(ParallelScope.All)]
public sealed class ModelComparisonTests
{
    private const int TraceLength = 12000, RecentOperations = 25;

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

    /// <summary>The same on machines that nobody ships.</summary>
    [Test]
    public void SameCalls_SameAddresses_OnAnyMachine([Range(1, 40)] int seed) => Run(RandomProfile.Make(seed), seed, withTuning: seed % 3 == 0);

    private static void Run(HardwareProfile profile, int seed, bool withTuning)
    {
        // To find the first step that leaves a trace: dotnet test -- TestRunParameters.Parameter(name="snapshotEvery", value="1")
        int snapshotEvery = TestContext.Parameters.Get("snapshotEvery", 500);
        IReadOnlyList<TraceOperation> trace = new TraceGenerator(seed, profile, withTuning).Generate(TraceLength);
        var model = new MmModel(profile);
        using KernelTarget kernel = MakeKernel(profile, seed);
        var comparison = new Comparison(profile, seed, trace, model, kernel);
        comparison.CompareSnapshots(0);
        for (int step = 0; step < trace.Count; step++)
        {
            comparison.Step(step);
            if (step % snapshotEvery == 0)
                comparison.CompareSnapshots(step);
        }
        comparison.CompareSnapshots(trace.Count);
        if (!withTuning)
            ExpectEverythingBack(profile, kernel);
    }

    // Fast path or not, watched or not: the addresses are the same.
    private static KernelTarget MakeKernel(HardwareProfile profile, int seed) => new(profile, fastPath: seed % 2 == 1, new MmOptions
    {
        Watched = seed % 4 == 3,
    });

    /// <summary>Conservation: once every cache is shrunk, the machine owns what it owned after boot. Frames per zone are counted with
    /// those on per-CPU lists; where free frames lie among the lists may differ.</summary>
    private static void ExpectEverythingBack(HardwareProfile profile, KernelTarget used)
    {
        using var fresh = new KernelTarget(profile, fastPath: false, new MmOptions());
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

    private sealed class Comparison(HardwareProfile profile, int seed, IReadOnlyList<TraceOperation> trace, MmModel model, KernelTarget kernel)
    {
        private readonly TracePlayer _modelPlayer = new(model);
        private readonly TracePlayer _kernelPlayer = new(kernel);
        private readonly Queue<string> _recent = new();

        public void Step(int step)
        {
            TraceOperation operation = trace[step];
            Outcome expected = _modelPlayer.Apply(operation);
            Outcome actual;
            try
            {
                actual = _kernelPlayer.Apply(operation);
            }
            catch (Exception exception)
            {
                Remember(operation, expected);
                Fail(step, $"the kernel threw: {exception}");
                return;
            }
            Remember(operation, expected);
            if (actual != expected)
                Fail(step, $"the model says {expected}, the kernel {actual}{(actual.Kind == OutcomeKind.Bug ? " " + kernel.LastBug : "")}\n{Differences()}");
        }

        public void CompareSnapshots(int step)
        {
            if (Differences() is { Length: > 0 } differences)
                Fail(step, "snapshots differ:\n" + differences);
        }

        /// <summary>What the snapshots do not agree on, the first of it.</summary>
        private string Differences()
        {
            string expected = Text(model.Zones, model.Caches), actual = Text(kernel.Zones, kernel.Caches);
            return string.Join('\n', expected.Split('\n').Zip(actual.Split('\n')).Where(pair => pair.First != pair.Second).Take(6)
                .Select(pair => $"  model:  {pair.First}\n  kernel: {pair.Second}"));
        }

        private static string Text(IReadOnlyList<ZoneSnapshot> zones, IReadOnlyList<CacheSnapshot> caches) =>
            string.Join('\n', zones.Select(zone => zone.ToString()).Concat(caches.Select(cache => cache.ToString())));

        private void Remember(TraceOperation operation, Outcome expected)
        {
            _recent.Enqueue($"  {operation}  -> {expected}");
            if (_recent.Count > RecentOperations)
                _recent.Dequeue();
        }

        private void Fail(int step, string what)
        {
            string path = Path.Combine(TestContext.CurrentContext.WorkDirectory, $"model-{profile.Name}-{seed}.replay");
            File.WriteAllLines(path, trace.Take(step + 1).Select(operation => operation.ToString()));
            TestContext.AddTestAttachment(path);
            Assert.Fail($"{profile.Name}, seed {seed}, step {step}: {what}\nmachine: {profile}\nrecent calls and what the model expects:\n"
                + $"{string.Join('\n', _recent)}\nreplay text: {path}");
        }
    }
}
