using System.Globalization;
using MiniKernel.Hal;
using NUnit.Framework;

namespace MiniKernel.Mm.Tests.Model;

/// <summary>The model's geometry against two real machines' /proc/slabinfo (tests/mm/data/slabinfo).</summary>
[TestFixture]
public sealed class SlabinfoDumpTests
{
    private sealed record Row(string Name, ulong ObjectSize, int Num, int Pages, int Limit, int Batch, int Shared);

    // The parameters of the two machines; b.9's tables.
    private static readonly HardwareProfile I386 = new()
    {
        Name = "i386-2.6.15ish-smp-cls64",
        Ram = 512UL << 20,
        Cpus = 2,
        L1CacheBytes = 32,
        CacheLineSize = 64,
        DmaLimit = 16UL << 20,
    };

    private static readonly HardwareProfile X64 = new()
    {
        Name = "x86_64-2.6.21-up",
        WordSize = 64,
        Ram = 2UL << 30,
        L1CacheBytes = 64,
        CacheLineSize = 64,
        DmaLimit = 16UL << 20,
    };

    private static IEnumerable<HardwareProfile> Machines => [I386, X64];

    [TestCaseSource(nameof(Machines))]
    public void KmallocRows_AreReproducedExactly(HardwareProfile machine)
    {
        var expected = Read(machine.Name).Where(row => row.Name.StartsWith("size-", StringComparison.Ordinal)).ToList();
        Assert.That(expected, Is.Not.Empty);
        List<ulong> sizes = MmModel.KmallocSizes(machine);
        Assert.That(sizes.Select(size => $"size-{size}"), Is.EquivalentTo(expected.Select(row => row.Name).Where(name => !name.EndsWith(')'))));
        ulong early = sizes[0], list3 = machine.WordSize == 32 ? 64u : 128u;
        foreach (Row row in expected)
        {
            ulong size = ulong.Parse(row.Name[5..].Replace("(DMA)", "", StringComparison.Ordinal), CultureInfo.InvariantCulture);
            bool isEarly = size == early || size == list3;
            ModelGeometry geometry = ModelGeometry.Compute(machine, size, 8, SlabBits.HwCacheAlign, isEarly)!;
            Assert.That(RowOf(row.Name, geometry), Is.EqualTo(row));
        }
    }

    /// <summary>Requested size, flags and alignment of these are not known: the row must be among what the possible ones give.</summary>
    [TestCaseSource(nameof(Machines))]
    public void EveryRow_IsOneThatTheRulesCanGive(HardwareProfile machine)
    {
        Assert.Multiple(() =>
        {
            foreach (Row row in Read(machine.Name).Where(row => row.Name != "kmem_cache"))
            {
                var possible = Possible(machine, row).Distinct().ToList();
                Assert.That(possible, Does.Contain(row));
            }
        });
    }

    [TestCaseSource(nameof(Machines))]
    public void Tunables_FollowFromTheBufferSize(HardwareProfile machine)
    {
        foreach (Row row in Read(machine.Name))
            Assert.That(ModelGeometry.Tunables(machine, row.ObjectSize, false), Is.EqualTo((row.Limit, row.Batch, row.Shared)), row.Name);
    }

    private static IEnumerable<Row> Possible(HardwareProfile machine, Row row)
    {
        for (ulong align = (ulong)machine.WordBytes; align <= 1024 && row.ObjectSize % align == 0; align *= 2)
        {
            // The widest and the narrowest request that becomes this buffer size; only they differ in being off-slab or not.
            foreach (ulong size in new[] { row.ObjectSize, row.ObjectSize - align + (ulong)machine.WordBytes }.Where(size => size <= row.ObjectSize))
            {
                foreach (uint flags in new[] { 0u, SlabBits.ReclaimAccount })
                {
                    if (ModelGeometry.Compute(machine, size, align, flags, false) is { } geometry && geometry.BufferSize == row.ObjectSize)
                        yield return RowOf(row.Name, geometry);
                }
            }
        }
    }

    private static Row RowOf(string name, ModelGeometry geometry) =>
        new(name, geometry.BufferSize, geometry.Num, 1 << geometry.Order, geometry.Limit, geometry.Batch, geometry.Shared);

    private static List<Row> Read(string machine)
    {
        string path = Path.Combine(TestData.Folder, "slabinfo", machine + ".csv");
        return [.. File.ReadLines(path).Skip(1).Select(Parse)];
    }

    private static Row Parse(string line)
    {
        string[] fields = line.Split(',');
        int[] numbers = [.. fields.Skip(1).Select(field => int.Parse(field, CultureInfo.InvariantCulture))];
        return new Row(fields[0], (ulong)numbers[0], numbers[1], numbers[2], numbers[3], numbers[4], numbers[5]);
    }
}
