using MiniKernel.Core;
using MiniKernel.Hal;
using MiniKernel.Mm;
using MiniKernel.Tests.Support;
using NUnit.Framework;

namespace MiniKernel.Drivers.Tests;

[TestFixture, Parallelizable(ParallelScope.All)]
public sealed class TourTests : KernelFixture
{
    private const int Stops = 13;

    [Test]
    public void Tour_GivesEverythingBack_AndIsTheSameEveryTimeAndWatch(
        [ValueSource(typeof(TestMachine), nameof(TestMachine.ProfileNames))] string profile)
    {
        string[] tracked = Work(profile, WatchMode.Tracked), again = Work(profile, WatchMode.Tracked), bare = Work(profile, WatchMode.Bare);
        Assert.That(tracked, Has.Length.EqualTo(3 + (2 * Stops) + 1));
        Assert.That(tracked[^1], Is.EqualTo($"{Stops} allocations, each where the profile says, all given back"));
        Assert.That(again, Is.EqualTo(tracked));
        Assert.That(bare, Is.EqualTo(tracked), "watching changes no address");
    }

    [Test]
    public void EveryStop_ShowsTheZoneItsAddressLiesIn([ValueSource(typeof(TestMachine), nameof(TestMachine.ProfileNames))] string profile)
    {
        TestKernel test = Boot(profile);
        InsmodAndRun(test);
        string[][] rows = [.. Own(test).Select(Words).Where(row => row.Length > 4 && row[2].StartsWith("0x", StringComparison.Ordinal))];
        Assert.That(rows, Has.Length.GreaterThanOrEqualTo(9));
        foreach (string[] row in rows)
        {
            ulong physical = Convert.ToUInt64(row[3], 16);
            uint frame = (uint)(physical >> test.Machine.Profile.PageShift);
            ZoneInfo zone = test.Mm.Zones().Single(zone => frame >= zone.StartFrame && frame < zone.StartFrame + zone.Spanned);
            Assert.That(row[4], Is.EqualTo(zone.Name), string.Join(' ', row));
            Assert.That(Convert.ToUInt64(row[2], 16) - physical, Is.EqualTo(test.Machine.Layout.DirectMapBase));
        }
        Unload(test);
    }

    [TestCase("i386-32", "size-32 exists because PAGE_SIZE is 4096")]
    [TestCase("alpha-8k", "there is no size-32: it exists with pages of 4096 only, these have 8192")]
    [TestCase("i386-32", "size-96 exists because L1_CACHE_BYTES is 32, below 64")]
    [TestCase("i386-highmem", "size-96 exists because L1_CACHE_BYTES is 32, below 64; lines of 64 at run time pad its objects")]
    [TestCase("i386-64", "there is no size-96: L1_CACHE_BYTES is 64, not below 64")]
    [TestCase("i386-64", "size-192 exists because L1_CACHE_BYTES is 64, below 128")]
    [TestCase("i386-128", "there is no size-192: L1_CACHE_BYTES is 128, not below 128")]
    [TestCase("i386-32", "no class holds it: with an MMU the classes end at size-131072, larger things are for vmalloc")]
    [TestCase("m68k-nommu", "without an MMU there is no vmalloc, so the classes go on to size-1048576")]
    [TestCase("m68k-nommu-large", "without an MMU there is no vmalloc, so the classes go on to size-33554432 (CONFIG_LARGE_ALLOCS)")]
    [TestCase("i386-32", "from the DMA zone, below 16M; an ISA device reaches it")]
    [TestCase("lab-4m", "from the DMA zone, below 1M; an ISA device reaches it")]
    [TestCase("ia64-16k", "from the DMA zone, below 4G; an ISA device reaches 16M only, GFP_DMA promises it nothing")]
    [TestCase("arm-32", "all of RAM is the DMA zone (limit 128M): with or without GFP_DMA; an ISA device reaches 16M only, GFP_DMA promises it nothing")]
    [TestCase("sparc64-8k", "there is no DMA zone: GFP_DMA means nothing here, and size-N(DMA) is not asked")]
    [TestCase("i386-32", "there is no DMA32 zone: every address has 32 bits")]
    [TestCase("sparc64-8k", "there is no DMA32 zone: GFP_DMA32 means nothing here")]
    [TestCase("x86-64-2g", "below 4G, as all of RAM is: Normal is empty")]
    [TestCase("x86-64-8g", "below 4G, for devices that send 32 address bits; Normal lies above")]
    [TestCase("i386-highmem", "HighMem: the direct map ends at 896M, so page_address() is NULL and only kmap() shows it")]
    [TestCase("i386-64", "no HighMem: the direct map shows all of RAM, 512M; an ordinary page")]
    [TestCase("i386-128", "aligned to 128, cache lines have 128: 100 bytes take 128, no line has two owners")]
    [TestCase("x86-64-2g", "aligned to 8, a word: 100 bytes take 104, neighbours share cache lines")]
    [TestCase("ppc64-64k", "1 page, 64K, aligned to that; the largest block has 16M")]
    public void Reasons_FollowFromTheProfile(string profile, string reason) =>
        Assert.That(Work(profile, WatchMode.Bare), Does.Contain($"tour:   {reason}"));

    [TestCase("i386-32", "kmalloc(80)", "Normal", "size-96,")]
    [TestCase("i386-64", "kmalloc(80)", "Normal", "size-128,")]
    [TestCase("alpha-8k", "kmalloc(20)", "Normal", "size-64,")]
    [TestCase("i386-32", "kmalloc(80, GFP_DMA)", "DMA", "size-96(DMA),")]
    [TestCase("sparc64-8k", "kmalloc(80, GFP_DMA)", "Normal", "size-96,")]
    [TestCase("m68k-nommu", "kmalloc(200000)", "Normal", "size-262144,")]
    [TestCase("x86-64-8g", "alloc_page(GFP_DMA32)", "DMA32", "frame")]
    [TestCase("x86-64-2g", "alloc_page(GFP_HIGHUSER)", "DMA32", "frame")]
    [TestCase("i386-highmem", "alloc_page(GFP_HIGHUSER)", "HighMem", "frame")]
    public void Stops_LandWhereTheReasonSays(string profile, string call, string zone, string home)
    {
        string row = Work(profile, WatchMode.Bare).Single(line => line.StartsWith($"tour: {call} ", StringComparison.Ordinal));
        string[] words = Words(row[$"tour: {call}".Length..]);
        Assert.That(words[2..4], Is.EqualTo(new[] { zone, home }), row);
    }

    [Test]
    public void Init_SaysWhichMachineItIs() => Assert.That(Work("i386-highmem", WatchMode.Bare)[..3], Is.EqualTo(new[]
    {
        "tour: i386-highmem: 32-bit words, pages of 4K, orders 0 to 10, an MMU, 4 CPUs",
        "tour: L1_CACHE_BYTES 32 when compiled, cache lines of 64 when running",
        "tour: 2G of RAM: DMA below 16M, Normal below 896M, HighMem below 2G",
    }));

    [Test]
    public void Tour_WithATakenCacheName_IsENOMEM_AndGoesOn()
    {
        TestKernel test = Boot();
        KmemCache? taken = test.Context.KmemCacheCreate("tour_packed", 64);
        WorkloadResult result = InsmodAndRun(test);
        Assert.That((result.Error, result.Summary), Is.EqualTo((Errno.ENOMEM, "no memory for kmem_cache(100)")));
        Assert.That(test.LogText, Does.Contain("tour: alloc_page(GFP_HIGHUSER)"));
        Unload(test);
        test.Context.KmemCacheDestroy(taken);
    }

    [Test]
    public void Tour_WithoutMemory_IsENOMEM_AndHoldsNothing([Values] WatchMode watch)
    {
        TestKernel test = Boot("lab-4m", watch);
        List<PageFrameNumber> taken = [];
        while (test.Context.AllocPages(GfpFlags.Kernel | GfpFlags.NoWarn, 0) is { } frame)
            taken.Add(frame);
        WorkloadResult result = InsmodAndRun(test);
        Assert.That(result.Error, Is.EqualTo(Errno.ENOMEM));
        Assert.That(result.Summary, Does.StartWith("no memory for ").And.Contain("__get_free_pages(3)"));
        taken.ForEach(frame => test.Context.FreePages(frame, 0));
        Unload(test);
    }

    private string[] Work(string profile, WatchMode watch)
    {
        TestKernel test = Boot(profile, watch);
        WorkloadResult result = InsmodAndRun(test);
        Assert.That(result.Error, Is.EqualTo(Errno.Success), result.Summary);
        Unload(test);
        Assert.That(test.Kernel.Errors, Is.Zero, test.LogText);
        return [.. Own(test), result.Summary];
    }

    private static string[] Own(TestKernel test) => [.. test.Lines.Where(line => line.StartsWith("tour:", StringComparison.Ordinal))];

    private static string[] Words(string line) => line.Split(' ', StringSplitOptions.RemoveEmptyEntries);

    private static WorkloadResult InsmodAndRun(TestKernel test)
    {
        Assert.That(test.Insmod(new Tour()), Is.EqualTo(Errno.Success));
        return test.Kernel.Modules.RunWorkload(test.Kernel.Modules.Find("tour")!)!;
    }

    private static void Unload(TestKernel test)
    {
        Assert.That(test.Kernel.Modules.Rmmod("tour"), Is.EqualTo(Errno.Success));
        Assert.That(test.Kernel.Leaks, Is.Empty);
    }
}
