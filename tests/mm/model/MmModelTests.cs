using MiniKernel.Hal;
using NUnit.Framework;

namespace MiniKernel.Mm.Tests.Model;

/// <summary>The model against linux-mm.md's own figures, and against itself.</summary>
[TestFixture]
public sealed class MmModelTests
{
    private static IEnumerable<string> ProfileNames => ShippedProfiles.All.Select(profile => profile.Name);

    // linux-mm.md b.9: objsize:objects/pages, o = off-slab, c = colours.
    [TestCase("i386-32", "32:113/1 c0, 64:59/1 c1, 96:40/1 c2, 128:30/1 c3, 192:20/1 c4, 256:15/1 c5, 512:8/1o, 1024:4/1o, 2048:2/1o, 4096:1/1o, 8192:1/2o")]
    [TestCase("i386-highmem", "32:113/1, 64:59/1, 128:30/1 c1, 128:30/1 c1, 192:20/1 c2, 256:15/1 c2, 512:8/1o")]
    [TestCase("x86-64-2g", "32:112/1, 64:59/1, 128:30/1 c1, 192:20/1 c2, 256:15/1 c2, 512:8/1o")]
    [TestCase("alpha-8k", "64:119/1 c1, 96:81/1 c1, 128:61/1 c2, 192:41/1 c3, 256:31/1 c2, 512:15/1 c12, 1024:8/1o, 2048:4/1o, 4096:2/1o, 8192:1/1o, 16384:1/2o")]
    [TestCase("ia64-16k", "64:240/1, 128:123/1, 256:62/1 c1, 512:31/1 c2, 1024:15/1 c7, 2048:8/1o, 4096:4/1o, 8192:2/1o, 16384:1/1o")]
    [TestCase("ppc64-64k", "64:963/1, 128:496/1, 256:251/1 c1, 512:126/1 c3, 1024:63/1 c5, 2048:31/1 c14, 4096:15/1 c31, 8192:8/1o, 16384:4/1o, 32768:2/1o, 65536:1/1o, 131072:1/2o")]
    public void KmallocGeometry_IsTheSheets(string profile, string table)
    {
        HardwareProfile machine = ShippedProfiles.Find(profile)!;
        var model = new MmModel(machine);
        string[] expected = table.Split(", ");
        string[] actual = [.. MmModel.KmallocSizes(machine).Zip(expected, (size, wanted) => Text(model.GeometryOf($"size-{size}"), wanted.Contains(" c")))];
        Assert.That(actual, Is.EqualTo(expected));
    }

    [TestCase("i386-32", "size-64(DMA), size-32(DMA), size-64, size-32, kmem_cache", TestName = "BootstrapOrder_I386")]
    [TestCase("x86-64-2g", "size-64, size-32(DMA), size-128, size-32, kmem_cache", TestName = "BootstrapOrder_X64")]
    public void BootstrapOrder_IsTheDumps(string profile, string tail)
    {
        var model = new MmModel(ShippedProfiles.Find(profile)!);
        Assert.That(string.Join(", ", model.Caches.TakeLast(5).Select(cache => cache.Name)), Is.EqualTo(tail));
    }

    [Test]
    public void Watermarks_AreThoseOfRealMachines()
    {
        List<ModelZoneLayout> highMem = [new("DMA", 0, 4096, 4004), new("Normal", 4096, 225280, 220220), new("HighMem", 229376, 1100000, 1057056)];
        ModelLayout.SetWatermarks(highMem, 4096);
        Assert.That(highMem.Select(zone => (zone.Min * 4, zone.Low * 4, zone.High * 4)),
            Is.EqualTo(new[] { (64L, 80L, 96L), (3720, 4648, 5580), (512, 4976, 9440) }));
        Assert.That(highMem[0].Protection, Is.EqualTo(new long[] { 0, 860, 4989 }));
        Assert.That(highMem[1].Protection, Is.EqualTo(new long[] { 0, 0, 33033 }));

        List<ModelZoneLayout> x64 = [new("DMA", 0, 4096, 2791), new("DMA32", 4096, 519904, 512796), new("Normal", 524000, 0, 0)];
        ModelLayout.SetWatermarks(x64, 4096);
        Assert.That((x64[0].Min, x64[0].Low, x64[0].High), Is.EqualTo((7L, 8L, 10L)));
        Assert.That(x64[1].Min, Is.EqualTo(1428));
        Assert.That(x64[0].Protection, Is.EqualTo(new long[] { 0, 2003, 2003 }));
    }

    [TestCase(4096u, 0)]
    [TestCase(32768u, 7)]
    [TestCase(65536u, 15)]
    [TestCase(131072u, 31)]
    [TestCase(1048576u, 31)]
    public void PerCpuBatch_IsTheSheets(uint present, int batch) => Assert.That(ModelZone.Batch(present, 4096), Is.EqualTo(batch));

    [TestCaseSource(nameof(ProfileNames))]
    public void Trace_LeavesTheMemoryAsItFoundIt(string name)
    {
        HardwareProfile profile = ShippedProfiles.Find(name)!;
        string before = Settled(new MmModel(profile));
        var model = new MmModel(profile);
        var player = new TracePlayer(model);
        foreach (TraceOperation operation in new TraceGenerator(7, profile).Generate(6000))
            player.Apply(operation);
        Assert.That(Settled(model), Is.EqualTo(before));
    }

    private static string Settled(MmModel model)
    {
        model.ShrinkAll();
        model.DrainPerCpuPages();
        return string.Join('\n', model.Zones.Select(zone => $"{zone.Name} {string.Join(' ', zone.FreeBlocks)}").Concat(model.Caches.Select(cache => cache.ToString())));
    }

    private static string Text(ModelGeometry geometry, bool withColours)
    {
        string colours = withColours ? $" c{geometry.Colour}" : "";
        return $"{geometry.BufferSize}:{geometry.Num}/{1 << geometry.Order}{(geometry.OffSlab ? "o" : "")}{colours}";
    }
}
