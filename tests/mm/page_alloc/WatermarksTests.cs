using System.Text.RegularExpressions;
using NUnit.Framework;

namespace MiniKernel.Mm.Tests;

/// <summary>The marks against what real kernels printed (tests/mm/data/zones).</summary>
[TestFixture, Parallelizable(ParallelScope.All)]
public sealed partial class WatermarksTests
{
    private const int PageSize = 4096;

    private static string Data(string name) => Path.Combine(TestContext.CurrentContext.TestDirectory, "data", "zones", name);

    [Test]
    public void ShowMemRecords_AreReproduced([Values("i386 HIGHMEM", "i386 896 MB")] string record)
    {
        RecordedZone[] recorded = [.. ReadShowMem(record)];
        Assert.That(recorded, Has.Length.EqualTo(3), "zones in the record");
        // The kernels of these records have a fourth zone type (Movable, or an empty HighMem) that lengthens the protection.
        ZoneSize[] sizes = [.. recorded.Select(zone => new ZoneSize(zone.Type, zone.Present)), new ZoneSize(ZoneType.HighMem, 0)];
        ZoneMarks[] marks = Watermarks.Compute(sizes, PageSize);
        for (int i = 0; i < recorded.Length; i++)
        {
            Assert.That((marks[i].Min, marks[i].Low, marks[i].High), Is.EqualTo((recorded[i].Min, recorded[i].Low, recorded[i].High)), recorded[i].Name);
            if (recorded[i].Protection.Length != 0)
                Assert.That(marks[i].Protection, Is.EqualTo(recorded[i].Protection), recorded[i].Name);
        }
    }

    [Test]
    public void Zoneinfo_OfA2GMachine_IsReproduced()
    {
        string text = File.ReadAllText(Data("x86_64-2.6.21-2G-up.zoneinfo.txt"));
        RecordedZone[] recorded = [.. ZoneinfoPattern().Matches(text).Select(match => new RecordedZone(
            match.Groups[1].Value, Number(match, 5), Number(match, 2), Number(match, 3), Number(match, 4),
            [.. match.Groups[6].Value.Split(", ").Select(uint.Parse)]))];
        Assert.That(recorded, Has.Length.EqualTo(2), "zones in the record");
        // Configured but without memory on 2 GB: Normal.
        ZoneSize[] sizes = [.. recorded.Select(zone => new ZoneSize(zone.Type, zone.Present)), new ZoneSize(ZoneType.Normal, 0)];
        ZoneMarks[] marks = Watermarks.Compute(sizes, PageSize);
        for (int i = 0; i < recorded.Length; i++)
        {
            Assert.That((marks[i].Min, marks[i].Low, marks[i].High), Is.EqualTo((recorded[i].Min, recorded[i].Low, recorded[i].High)), recorded[i].Name);
            Assert.That(marks[i].Protection, Is.EqualTo(recorded[i].Protection), recorded[i].Name);
        }
    }

    [Test]
    public void Zoneinfo_ListSizes_AreReproduced()
    {
        string text = File.ReadAllText(Data("x86_64-2.6.21-2G-up.zoneinfo.txt"));
        uint[] recorded = [.. PagesetPattern().Matches(text).SelectMany(match => new[] { Number(match, 1), Number(match, 2) })];
        uint[] ours = [.. new uint[] { 2791, 512796 }.SelectMany(ListSizes)];
        Assert.That(ours, Is.EqualTo(recorded));
    }

    [TestCase(0u, 4096, 0u)]
    [TestCase(4096u, 4096, 0u, Description = "the 16 MiB DMA zone")]
    [TestCase(8191u, 4096, 0u)]
    [TestCase(8192u, 4096, 1u)]
    [TestCase(32768u, 4096, 7u, Description = "128 MiB")]
    [TestCase(65536u, 4096, 15u, Description = "256 MiB")]
    [TestCase(131072u, 4096, 31u, Description = "512 MiB")]
    [TestCase(4u << 20, 4096, 31u, Description = "16 GiB")]
    [TestCase(262144u, 16384, 7u, Description = "512 KiB is 32 frames of 16 KiB")]
    [TestCase(65536u, 65536, 1u, Description = "and 8 of 64 KiB")]
    public void Batch_FollowsTheZone(uint present, int pageSize, uint batch) =>
        Assert.That(PerCpuPages.BatchOf(present, pageSize), Is.EqualTo(batch));

    [TestCase(0ul, 128u)]
    [TestCase(1024ul, 128u)]
    [TestCase(515587ul * 4, 5744u, Description = "the 2 GB record's own derivation")]
    [TestCase(1ul << 40, 65536u)]
    public void MinFree_IsTheClampedRoot(ulong lowKbytes, uint expected) =>
        Assert.That(Watermarks.MinFree(lowKbytes), Is.EqualTo(expected));

    [Test]
    public void MinFree_RoundsTheRootDown()
    {
        for (ulong kbytes = 1; kbytes < 200_000_000; kbytes = (kbytes * 3 / 2) + 1)
        {
            ulong root = Watermarks.MinFree(kbytes);
            if (root is > 128 and < 65536)
                Assert.That(root * root <= kbytes * 16 && (root + 1) * (root + 1) > kbytes * 16, $"{kbytes} kB");
        }
    }

    private static unsafe uint[] ListSizes(uint present)
    {
        PerCpuPages hot = default, cold = default;
        PerCpuPages.SetUp(&hot, &cold, PerCpuPages.BatchOf(present, PageSize));
        return [hot.High, hot.Chunk, cold.High, cold.Chunk];
    }

    private static IEnumerable<RecordedZone> ReadShowMem(string record) =>
        File.ReadLines(Data("show_mem-records.txt"))
            .SkipWhile(line => !line.StartsWith($"# --- {record}", StringComparison.Ordinal)).Skip(1)
            .TakeWhile(line => !line.StartsWith('#'))
            .Select(line => ShowMemPattern().Match(line))
            .Select(match => new RecordedZone(
                match.Groups[1].Value, Number(match, 5) / 4, Number(match, 2) / 4, Number(match, 3) / 4, Number(match, 4) / 4,
                [.. match.Groups[6].Value.Split(' ', StringSplitOptions.RemoveEmptyEntries).Select(uint.Parse)]));

    private static uint Number(Match match, int group) => uint.Parse(match.Groups[group].Value);

    [GeneratedRegex(@"^(\w+) free:\d+kB min:(\d+)kB low:(\d+)kB high:(\d+)kB present:(\d+)kB(?:\s+lowmem_reserve\[\]:((?: \d+)+))?")]
    private static partial Regex ShowMemPattern();

    [GeneratedRegex(@"zone +(\w+)\n.*?min +(\d+)\n +low +(\d+)\n +high +(\d+)\n.*?present +(\d+)\n.*?protection: \(([\d, ]+)\)", RegexOptions.Singleline)]
    private static partial Regex ZoneinfoPattern();

    [GeneratedRegex(@"high: +(\d+)\n +batch: (\d+)")]
    private static partial Regex PagesetPattern();

    private sealed record RecordedZone(string Name, uint Present, uint Min, uint Low, uint High, uint[] Protection)
    {
        public ZoneType Type => Enum.Parse<ZoneType>(Name, ignoreCase: true);
    }
}
