using MiniKernel.Hal;
using MiniKernel.Mm.Tests.Model;
using NUnit.Framework;

namespace MiniKernel.Mm.Tests.Trace;

/// <summary>Long random traces of calls while somebody looks on: nothing lands elsewhere, and what was told adds up.</summary>
[TestFixture, Parallelizable(ParallelScope.All)]
public sealed class TracedTraceTests
{
    private const int TraceLength = 6000, ToggleEvery = 97;

    private static IEnumerable<string> ProfileNames => ShippedProfiles.All.Select(profile => profile.Name);

    [Test]
    public void SameCalls_SameAddresses_WhileTracingComesAndGoes([ValueSource(nameof(ProfileNames))] string name, [Values(11, 12)] int seed)
    {
        HardwareProfile profile = ShippedProfiles.Find(name)!;
        IReadOnlyList<TraceOperation> trace = new TraceGenerator(seed, profile, withTuning: true).Generate(TraceLength);
        using KernelTarget plain = new(profile, fastPath: true, new MmOptions()), traced = new(profile, fastPath: true, new MmOptions());
        TracePlayer plainPlayer = new(plain), tracedPlayer = new(traced);
        EventLedger ledger = new();
        for (int step = 0; step < trace.Count; step++)
        {
            if (step % ToggleEvery == 0)
                traced.Trace(step / ToggleEvery % 2 == 0 ? ledger : null);
            Assert.That(tracedPlayer.Apply(trace[step]), Is.EqualTo(plainPlayer.Apply(trace[step])), $"seed {seed}, step {step}: {trace[step]}");
        }
        Assert.That(traced.Zones.Select(zone => zone.ToString()), Is.EqualTo(plain.Zones.Select(zone => zone.ToString())));
        Assert.That(traced.Caches, Is.EqualTo(plain.Caches));
        Assert.That(ledger.Count, Is.GreaterThan(TraceLength / 4));
    }

    [Test]
    public void Events_AddUpToWhatMemoryShows([ValueSource(nameof(ProfileNames))] string name)
    {
        HardwareProfile profile = ShippedProfiles.Find(name)!;
        using KernelTarget target = new(profile, fastPath: true, new MmOptions());
        Dictionary<string, long> freeAtFirst = target.Zones.ToDictionary(zone => zone.Name, zone => zone.Free);
        Dictionary<string, long> slabsAtFirst = target.Caches.ToDictionary(cache => cache.Name, cache => cache.Slabs);
        EventLedger ledger = new();
        target.Trace(ledger);
        TracePlayer player = new(target);
        foreach (TraceOperation operation in new TraceGenerator(21, profile).Generate(TraceLength))
        {
            Outcome outcome = player.Apply(operation);
            ledger.Expect(operation, outcome, profile);
        }
        Assert.That(ledger.Mistakes, Is.Empty);
        Assert.That(ledger.Grown, Is.GreaterThan(10), "the trace made slabs");
        Assert.Multiple(() =>
        {
            Assert.That(
                target.Zones.Sum(zone => zone.Free) - freeAtFirst.Values.Sum(), Is.EqualTo(ledger.FreeFrames), "frames that left the free lists and came back");
            foreach (CacheSnapshot cache in target.Caches)
                Assert.That(cache.Slabs - slabsAtFirst.GetValueOrDefault(cache.Name), Is.EqualTo(ledger.Slabs.GetValueOrDefault(cache.Name)), cache.Name);
            Assert.That(ledger.LiveBlocks, Is.EqualTo(ledger.Slabs.Sum(slabs => slabs.Value)), "every page block still held is a slab");
        });
    }

    [Test]
    public void NobodyListens_NothingIsTold()
    {
        using KernelTarget target = new(ShippedProfiles.Find("i386-32")!, fastPath: true, new MmOptions());
        EventLedger ledger = new();
        target.Trace(ledger);
        target.Kmalloc(100, (uint)GfpFlags.Kernel);
        long told = ledger.Count;
        target.Trace(null);
        target.Kmalloc(100, (uint)GfpFlags.Kernel);
        target.AllocPages(0, (uint)GfpFlags.Kernel);
        Assert.That(told, Is.Positive);
        Assert.That(ledger.Count, Is.EqualTo(told));
    }
}
