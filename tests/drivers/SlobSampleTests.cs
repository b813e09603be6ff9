using MiniKernel.Core;
using MiniKernel.Hal;
using MiniKernel.Mm;
using MiniKernel.Tests.Support;
using NUnit.Framework;

namespace MiniKernel.Drivers.Tests;

/// <summary>Every sample on a kernel with SLOB.</summary>
[TestFixture, Parallelizable(ParallelScope.All)]
public sealed class SlobSampleTests() : KernelFixture(AllocatorKind.Slob)
{
    private static IEnumerable<string> Samples => SampleDrivers.All.Select(sample => sample.Name);

    [Test, Combinatorial]
    public void EverySample_WorksAndGivesEverythingBack(
        [ValueSource(nameof(Samples))] string sample, [Values("i386-32", "i386-highmem", "x86-64-8g")] string profile, [Values] WatchMode watch)
    {
        TestKernel test = Boot(profile, watch, watch == WatchMode.Shadow ? TestMachine.AtMost512M : null);
        (WorkloadResult? result, _) = Work(test, sample);
        Assert.That(result?.Error ?? Errno.Success, Is.EqualTo(Errno.Success), result?.Summary);
        Assert.That(test.Kernel.Errors, Is.Zero, test.LogText);
    }

    [Test]
    public void Tour_WorksOnEveryProfile([ValueSource(typeof(TestMachine), nameof(TestMachine.ProfileNames))] string profile)
    {
        TestKernel test = Boot(profile, WatchMode.Bare);
        (WorkloadResult? result, string[] lines) = Work(test, "tour");
        Assert.That(result!.Error, Is.EqualTo(Errno.Success), result.Summary);
        Assert.That(lines, Has.None.Contains("size-"));
    }

    [TestCase("i386-32", "tour:   SLOB has no classes: 20 bytes and 4 for the size, in the first page of its list that has room")]
    [TestCase("x86-64-2g", "tour:   SLOB has no classes: 80 bytes and 8 for the size, in the first page of its list that has room")]
    [TestCase("i386-32", "tour:   a page and more SLOB leaves to the buddy: 128K for 100000 bytes, and no limit but the largest block")]
    [TestCase("i386-32", "tour:   SLOB takes any page that has room: GFP_DMA chooses the zone of new pages only, and promises memory below 16M from a page of bytes upward")]
    [TestCase("sparc64-8k", "tour:   there is no DMA zone: GFP_DMA means nothing here")]
    [TestCase("i386-32", "tour:   aligned to 4, a word, and without a header: the cache knows the size")]
    [TestCase("i386-highmem", "tour:   aligned to 32, which is L1_CACHE_BYTES: what is free before and behind it, others get")]
    public void Tour_SaysWhatIsTrueOfSlob(string profile, string line) =>
        Assert.That(Work(Boot(profile, WatchMode.Bare), "tour").Lines, Does.Contain(line));

    [Test]
    public void KmallocVersus_WastesLittleEitherWay_AndConstructsEachTime()
    {
        string[] lines = Work(Boot(), "kmalloc_versus").Lines;
        Assert.That(lines, Has.One.Contains("SLOB has neither classes nor slabs"));
        ulong[] kmalloc = NumbersOf(lines, "kmalloc, constant sizes"), cache = NumbersOf(lines, "kmem_cache             "), constructed = NumbersOf(lines, "kmem_cache, constructor");
        Assert.Multiple(() =>
        {
            Assert.That(kmalloc[1], Is.InRange(10_000 * 4ul, kmalloc[0] * 105 / 100), "4 bytes an object, and what is left of pages");
            Assert.That(kmalloc[1], Is.GreaterThanOrEqualTo(cache[1]), "a cache saves the header, if that makes a page");
            Assert.That(cache[1], Is.InRange(cache[0], cache[0] * 105 / 100));
            Assert.That(kmalloc[4] * 4096, Is.EqualTo(kmalloc[1]), "pages");
            Assert.That(constructed[^2..], Is.EqualTo(new ulong[] { 0, 50_000 }), "a constructor saves nothing: it runs every time");
        });
    }

    /// <summary>GFP_DMA is no promise below a page: the card fetches from the wrong place, and the driver notices.</summary>
    [TestCase(2048, Errno.EBADMSG)]
    [TestCase(4096, Errno.Success)]
    public void IsaSound_WithBuffersBelowAPage_PlaysAStrangersMemory(int bytes, Errno expected)
    {
        TestKernel test = Boot();
        VirtualAddress kept = test.Context.Kmalloc(16, GfpFlags.Kernel);         // a page of the Normal zone that has room
        Assert.That(test.Insmod(new IsaSound(), $"buffer_bytes={bytes}"), Is.EqualTo(Errno.Success), test.LogText);
        WorkloadResult? result = test.Kernel.Modules.RunWorkload(test.Kernel.Modules.Find("isa_sound")!);
        Assert.That(result!.Error, Is.EqualTo(expected), result.Summary);
        test.Kernel.Modules.Rmmod("isa_sound");
        test.Context.Kfree(kept);
    }

    [Test]
    public void Scull_SaysThatThereAreNoSlabs() =>
        Assert.That(Work(Boot(), "scull").Lines, Has.One.Contains("quanta of 4000 bytes (no slabs with SLOB), 64 to a set"));

    private static ulong[] NumbersOf(string[] lines, string way)
    {
        string row = lines.First(line => line.StartsWith($"kmalloc_versus: {way} |", StringComparison.Ordinal));
        return [.. row[row.IndexOf('|')..].Split([' ', '|', '%'], StringSplitOptions.RemoveEmptyEntries).Select(ulong.Parse)];
    }

    private static (WorkloadResult? Result, string[] Lines) Work(TestKernel test, string sample)
    {
        Assert.That(test.Insmod(SampleDrivers.Find(sample)!.Create()), Is.EqualTo(Errno.Success), test.LogText);
        WorkloadResult? result = test.Kernel.Modules.RunWorkload(test.Kernel.Modules.Find(sample)!);
        Assert.That(test.Kernel.Modules.Rmmod(sample), Is.EqualTo(Errno.Success), test.LogText);
        return (result, [.. test.Lines.Where(line => line.StartsWith(sample, StringComparison.Ordinal))]);
    }
}
