using System.Globalization;
using System.Text.RegularExpressions;
using MiniKernel.Hal;
using MiniKernel.Mm;
using MiniKernel.Tests.Support;
using NUnit.Framework;

namespace MiniKernel.Core.Tests.Procps;

/// <summary>Debian's slabtop, vmstat and free read our /proc files and show the figures that mm itself gives.</summary>
[TestFixture, Parallelizable(ParallelScope.All)]
public sealed partial class ProcpsTests : KernelFixture
{
    private const double Rounding = 0.0051;      // of a figure printed with two digits

    private static readonly string[] _profiles = ["i386-32", "i386-64", "i386-highmem", "x86-64-8g", "ia64-16k", "m68k-nommu", "lab-4m"];
    private static readonly Lazy<Procps> _procps = new(() => new Procps());

    [OneTimeTearDown]
    public static void Clean()
    {
        if (_procps.IsValueCreated)
            _procps.Value.Dispose();
    }

    [Test]
    public void Slabtop_ShowsEveryCache([ValueSource(nameof(_profiles))] string profile)
    {
        (IReadOnlyList<SlabInfo> caches, string text) = Used(profile);
        string[] lines = _procps.Value.Run("slabtop", ["-o"], ("slabinfo", text));
        Assert.That(lines[6].TrimEnd(), Is.EqualTo("  OBJS ACTIVE  USE OBJ SIZE  SLABS OBJ/SLAB CACHE SIZE NAME"));
        string[][] rows = [.. lines[7..].Select(Words)];
        Assert.That(rows.Select(row => row[7]), Is.EquivalentTo(caches.Select(cache => cache.Name)));
        Assert.Multiple(() =>
        {
            foreach (SlabInfo cache in caches)
                ExpectRow(rows.Single(row => row[7] == cache.Name), cache);
        });
    }

    [Test]
    public void Slabtop_SumsUp([ValueSource(nameof(_profiles))] string profile)
    {
        (IReadOnlyList<SlabInfo> caches, string text) = Used(profile);
        string[] lines = _procps.Value.Run("slabtop", ["-o"], ("slabinfo", text));
        double active = Sum(cache => cache.ActiveObjects * cache.ObjectSize), total = Sum(cache => cache.TotalObjects * cache.ObjectSize);
        Assert.Multiple(() =>
        {
            ExpectSums(lines[0], "Objects", Sum(cache => cache.ActiveObjects), Sum(cache => cache.TotalObjects));
            ExpectSums(lines[1], "Slabs", Sum(cache => cache.ActiveSlabs), Sum(cache => cache.TotalSlabs));
            ExpectSums(lines[2], "Caches", Sum(cache => cache.TotalObjects == 0 ? 0 : 1ul), caches.Count);
            ExpectSums(lines[3], "Size", active / 1024, total / 1024);
            double[] sizes = Figures(lines[4]);
            Assert.That(sizes[0], Is.EqualTo(caches.Min(cache => cache.ObjectSize) / 1024.0).Within(Rounding), "smallest");
            Assert.That(sizes[1], Is.EqualTo(Math.Floor(total / Sum(cache => cache.TotalObjects)) / 1024).Within(Rounding), "average");
            Assert.That(sizes[2], Is.EqualTo(caches.Max(cache => cache.ObjectSize) / 1024.0).Within(Rounding), "largest");
        });

        double Sum(Func<SlabInfo, ulong> figure) => caches.Sum(cache => (double)figure(cache));
    }

    [TestCase("a", 1)]
    [TestCase("c", 6)]
    [TestCase("l", 4)]
    [TestCase("o", 0)]
    [TestCase("s", 3)]
    public void Slabtop_SortsByAColumn(string key, int column)
    {
        string[] lines = _procps.Value.Run("slabtop", ["-o", "-s", key], ("slabinfo", Used("i386-64").Text));
        Assert.That(lines[7..].Select(line => Figures(line)[column]), Is.Ordered.Descending);
    }

    [Test]
    public void Vmstat_ShowsEveryCache([ValueSource(nameof(_profiles))] string profile)
    {
        (IReadOnlyList<SlabInfo> caches, string text) = Used(profile);
        string[] lines = _procps.Value.Run("vmstat", ["-m", "-n"], ("slabinfo", text));
        Assert.That(Words(lines[0]), Is.EqualTo(new[] { "Cache", "Num", "Total", "Size", "Pages" }));
        // What it calls Pages is the objects of a slab, on a real kernel too.
        Assert.That(lines[1..].Select(line => string.Join(' ', Words(line))), Is.EquivalentTo(caches.Select(cache =>
            $"{cache.Name} {cache.ActiveObjects} {cache.TotalObjects} {cache.ObjectSize} {cache.ObjectsPerSlab}")));
    }

    [Test]
    public void Free_ShowsTheMachinesMemory([ValueSource(nameof(_profiles))] string profile)
    {
        TestKernel test = Boot(profile);
        ulong page = (ulong)test.Machine.Profile.PageSize / 1024, total = test.Mm.TotalRamPages * page, free = test.Mm.TotalFreePages * page;
        string[] lines = _procps.Value.Run("free", ["-k"], ("meminfo", test.Kernel.Proc.Read("meminfo")));
        string[] memory = Words(lines[1]);
        Assert.That((memory[0], memory[1], memory[3]), Is.EqualTo(("Mem:", $"{total}", $"{free}")));
    }

    /// <summary>Without a slabinfo the programs must fail: what they show above is ours, not the host's.</summary>
    [Test]
    public void WithoutOurFile_TheHostsIsNotRead() =>
        Assert.That(() => _procps.Value.Run("vmstat", ["-m"]), Throws.TypeOf<AssertionException>());

    private static void ExpectRow(string[] row, SlabInfo cache)
    {
        ulong used = cache.TotalObjects == 0 ? 0 : 100 * cache.ActiveObjects / cache.TotalObjects;
        // It takes a page to be as large as its own machine's.
        ulong kilobytes = cache.TotalSlabs * cache.PagesPerSlab * (ulong)Environment.SystemPageSize / 1024;
        Assert.That((row[0], row[1], row[2], row[4], row[5], row[6]), Is.EqualTo(
            ($"{cache.TotalObjects}", $"{cache.ActiveObjects}", $"{used}%", $"{cache.TotalSlabs}", $"{cache.ObjectsPerSlab}", $"{kilobytes}K")), cache.Name);
        Assert.That(Figures(row[3])[0], Is.EqualTo(cache.ObjectSize / 1024.0).Within(Rounding), cache.Name);
    }

    private static void ExpectSums(string line, string what, double active, double total)
    {
        Assert.That(line, Does.StartWith($" Active / Total {what} (% used)"));
        double[] figures = Figures(line);
        Assert.That((figures[0], figures[1]), Is.EqualTo((active, total)).Within(Rounding), what);
        Assert.That(figures[2], Is.EqualTo(100 * active / total).Within(0.051), what);
    }

    /// <summary>A kernel that has worked a little: slabs full, partial and free, and caches of its own.</summary>
    private (IReadOnlyList<SlabInfo> Caches, string Text) Used(string profile)
    {
        TestKernel test = Boot(profile);
        ExpectLeftovers();
        KernelContext kernel = test.Context;
        KmemCache inodes = kernel.KmemCacheCreate("toy_inode_cache", 340, 0, SlabFlags.ReclaimAccount)!, requests = kernel.KmemCacheCreate("toy_request", 96, 0, SlabFlags.HwCacheAlign)!;
        kernel.KmemCacheCreate("toy_without_objects", 2000);
        var taken = new List<VirtualAddress>();
        for (int i = 0; i < 200; i++)
        {
            kernel.KmemCacheAlloc(requests, GfpFlags.Kernel);
            taken.Add(kernel.KmemCacheAlloc(inodes, GfpFlags.Kernel));
            kernel.Kmalloc((nuint)(20 * (i % 50)), GfpFlags.Kernel);
        }
        foreach (VirtualAddress inode in taken.Skip(50))
            kernel.KmemCacheFree(inodes, inode);
        return (test.Mm.SlabInfos(), test.Kernel.Proc.Read("slabinfo"));
    }

    private static string[] Words(string line) => line.Split(' ', StringSplitOptions.RemoveEmptyEntries);

    private static double[] Figures(string line) =>
        [.. Figure().Matches(line).Select(match => double.Parse(match.Value, CultureInfo.InvariantCulture))];

    [GeneratedRegex(@"(?<![\w.-])\d+(\.\d+)?")]
    private static partial Regex Figure();
}
