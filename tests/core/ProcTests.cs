using System.Globalization;
using MiniKernel.Hal;
using MiniKernel.Mm;
using MiniKernel.Tests.Support;
using NUnit.Framework;

namespace MiniKernel.Core.Tests;

/// <summary>/proc: Linux's text, and figures that follow what is allocated.</summary>
[TestFixture, Parallelizable(ParallelScope.All)]
public sealed class ProcTests : KernelFixture
{
    private const int Page = 4096;

    [Test]
    public void UnknownFile_IsNotFound()
    {
        ProcFileSystem proc = Boot().Kernel.Proc;
        Assert.That(proc.TryRead("nothing", out _), Is.False);
        Assert.That(() => proc.Read("nothing"), Throws.TypeOf<FileNotFoundException>());
        Assert.That(proc.Write("nothing", "x"), Is.EqualTo(Errno.ENOENT));
        Assert.That(proc.Write("version", "x"), Is.EqualTo(Errno.EACCES));
    }

    [Test]
    public void Path_MayBeWhole() => Assert.That(Boot().Kernel.Proc.Read("/proc/version"), Does.StartWith("Linux version 2.6.24-minikernel "));

    [Test]
    public void SlabInfo_HasTheHeaderOf21()
    {
        string[] lines = Lines(Boot(), "slabinfo");
        Assert.That(lines[0], Is.EqualTo("slabinfo - version: 2.1"));
        Assert.That(lines[1], Is.EqualTo(
            "# name            <active_objs> <num_objs> <objsize> <objperslab> <pagesperslab>"
            + " : tunables <limit> <batchcount> <sharedfactor> : slabdata <active_slabs> <num_slabs> <sharedavail>"));
    }

    [Test]
    public void SlabInfo_RowsAreWideAsInTheRealDump()
    {
        string[] lines = Lines(Boot("i386-64"), "slabinfo");
        Assert.That(lines.Single(line => line.StartsWith("size-131072(DMA) ", StringComparison.Ordinal)), Is.EqualTo(
            "size-131072(DMA)       0      0 131072    1   32 : tunables    8    4    0 : slabdata      0      0      0"));
        Assert.That(lines.Single(line => line.StartsWith("size-4096 ", StringComparison.Ordinal)), Does.Match(
            @"^size-4096         [ \d]{6} [ \d]{6}   4096    1    1 : tunables   24   12    8 : slabdata [ \d]{6} [ \d]{6}      0$"));
        Assert.That(lines[^2], Does.StartWith("size-32 ").Or.StartWith("size-64 "));
        Assert.That(lines[^1], Does.StartWith("kmem_cache "));
    }

    [Test]
    public void SlabInfo_FollowsAllocations()
    {
        TestKernel test = Boot();
        KmemCache cache = test.Context.KmemCacheCreate("toy", 1000)!;
        Assert.That(Row(test, "toy")[..3], Is.EqualTo(new[] { "toy", "0", "0" }));
        VirtualAddress p = test.Context.KmemCacheAlloc(cache, GfpFlags.Kernel);
        Assert.That(Row(test, "toy")[2], Is.Not.EqualTo("0"));
        test.Context.KmemCacheFree(cache, p);
        test.Context.KmemCacheDestroy(cache);
        Assert.That(test.Kernel.Proc.Read("slabinfo"), Does.Not.Contain("toy"));
    }

    [Test]
    public void SlabInfo_Write_Retunes()
    {
        TestKernel test = Boot();
        KmemCache cache = test.Context.KmemCacheCreate("toy", 64)!;
        Assert.That(test.Kernel.Proc.Write("slabinfo", "toy 10 5 0\n"), Is.EqualTo(Errno.Success));
        Assert.That(Row(test, "toy")[8..11], Is.EqualTo(new[] { "10", "5", "0" }));
        test.Context.KmemCacheDestroy(cache);
    }

    [TestCase("toy 0 1 0", Errno.Success)]
    [TestCase("toy 10 0 0", Errno.Success)]
    [TestCase("toy 10 11 0", Errno.Success)]
    [TestCase("toy 10 5 -1", Errno.Success)]
    [TestCase("nothing 10 5 0", Errno.EINVAL)]
    [TestCase("toy", Errno.EINVAL)]
    [TestCase("toy a b c", Errno.EINVAL)]
    public void SlabInfo_WriteOfNonsense_ChangesNothing(string text, Errno result)
    {
        TestKernel test = Boot();
        KmemCache cache = test.Context.KmemCacheCreate("toy", 64)!;
        string before = test.Kernel.Proc.Read("slabinfo");
        Assert.That(test.Kernel.Proc.Write("slabinfo", text), Is.EqualTo(result));
        Assert.That(test.Kernel.Proc.Read("slabinfo"), Is.EqualTo(before));
        test.Context.KmemCacheDestroy(cache);
    }

    [Test]
    public void SlabInfo_WriteBeyond128Bytes_IsEINVAL() =>
        Assert.That(Boot().Kernel.Proc.Write("slabinfo", new string('x', 129)), Is.EqualTo(Errno.EINVAL));

    [Test]
    public void BuddyInfo_IsALinePerPopulatedZone()
    {
        TestKernel test = Boot();
        string[] lines = Lines(test, "buddyinfo");
        Assert.That(lines, Has.Length.EqualTo(2));
        Assert.That(lines[0], Does.Match("^Node 0, zone      DMA ( {0,5}\\d+ ){11}$"));
        Assert.That(lines[1], Does.Match("^Node 0, zone   Normal ( {0,5}\\d+ ){11}$"));
    }

    [Test]
    public void BuddyInfo_FollowsAllocations()
    {
        TestKernel test = Boot();
        int LargestBlocks() => int.Parse(Lines(test, "buddyinfo")[1].Trim().Split(' ')[^1], CultureInfo.InvariantCulture);
        int before = LargestBlocks();
        VirtualAddress p = test.Context.GetFreePages(GfpFlags.Kernel, 10);
        Assert.That(LargestBlocks(), Is.EqualTo(before - 1));
        test.Context.FreePages(p, 10);
        Assert.That(LargestBlocks(), Is.EqualTo(before));
    }

    [Test]
    public void ZoneInfo_HasTheShapeOfTheRecordedOne()
    {
        string[] zone = [.. Lines(Boot("x86-64-2g"), "zoneinfo").TakeWhile((line, i) => i == 0 || !line.StartsWith("Node", StringComparison.Ordinal))];
        Assert.That(zone[0], Is.EqualTo("Node 0, zone      DMA"));
        Assert.That(zone[1], Does.Match(@"^  pages free     \d+$"));
        Assert.That(zone[2], Does.Match(@"^        min      \d+$"));
        Assert.That(zone[5], Is.EqualTo("        scanned  0 (a: 0 i: 0)"));
        Assert.That(zone[6], Is.EqualTo("        spanned  4096"));
        Assert.That(zone[8], Does.Match(@"^    nr_free_pages \d+$"));
        Assert.That(zone[9], Is.EqualTo("    nr_active    0"));
        Assert.That(zone[16], Does.Match(@"^    nr_slab_reclaimable \d+$"));
        Assert.That(zone[22], Does.Match(@"^        protection: \(0, \d+, \d+\)$"));
        Assert.That(zone[23..], Is.EqualTo(new[]
        {
            "  pagesets", "    cpu: 0 pcp: 0", "              count: 0", "              high:  0", "              batch: 1",
            "    cpu: 0 pcp: 1", "              count: 0", "              high:  0", "              batch: 1",
            "  all_unreclaimable: 0", "  prev_priority:     12", "  start_pfn:         0",
        }));
    }

    [Test]
    public void ZoneInfo_OnSeveralCpus_HasTheStatThreshold()
    {
        // Normal of 512 MiB less 16: 3 units of 128 MiB; 2 * fls(2) * (1 + fls(3)) = 12.
        Assert.That(Lines(Boot("i386-64"), "zoneinfo").Count(line => line == "  vm stats threshold: 12"), Is.EqualTo(2));
    }

    [Test]
    public void Meminfo_IsThatOf2624()
    {
        string[] lines = Lines(Boot("i386-highmem"), "meminfo");
        Assert.That(lines.Select(line => line.Split(':')[0]), Is.EqualTo(new[]
        {
            "MemTotal", "MemFree", "Buffers", "Cached", "SwapCached", "Active", "Inactive", "HighTotal", "HighFree", "LowTotal", "LowFree",
            "SwapTotal", "SwapFree", "Dirty", "Writeback", "AnonPages", "Mapped", "Slab", "SReclaimable", "SUnreclaim", "PageTables",
            "NFS_Unstable", "Bounce", "CommitLimit", "Committed_AS", "VmallocTotal", "VmallocUsed", "VmallocChunk", "HugePages_Total",
            "HugePages_Free", "HugePages_Rsvd", "HugePages_Surp", "Hugepagesize",
        }));
        Assert.That(lines[1], Does.Match(@"^MemFree:      [ \d]{8} kB$"));
        Assert.That(lines[7], Is.EqualTo($"HighTotal:    {(2048 - 896) * 1024,8} kB"));
        Assert.That(lines[^1], Is.EqualTo("Hugepagesize:     4096 kB"));
    }

    [Test]
    public void Meminfo_FollowsAllocations()
    {
        TestKernel test = Boot();
        (long free, long slab) = (Kib(test, "MemFree"), Kib(test, "Slab"));
        VirtualAddress pages = test.Context.GetFreePages(GfpFlags.Kernel, 5);
        Assert.That(free - Kib(test, "MemFree"), Is.EqualTo(32 * Page / 1024));
        Assert.That(Kib(test, "Slab"), Is.EqualTo(slab));
        VirtualAddress large = test.Context.Kmalloc(131072, GfpFlags.Kernel);
        Assert.That(Kib(test, "Slab") - slab, Is.GreaterThanOrEqualTo(128));
        Assert.That(Kib(test, "Slab"), Is.EqualTo(Kib(test, "SUnreclaim") + Kib(test, "SReclaimable")));
        test.Context.Kfree(large);
        test.Context.FreePages(pages, 5);
    }

    [Test]
    public void Meminfo_WithoutHighMem_HasNoSuchLines() => Assert.That(Boot("x86-64-2g").Kernel.Proc.Read("meminfo"), Does.Not.Contain("HighTotal"));

    [Test]
    public void Iomem_ShowsRamHolesAndKernel() => Assert.That(Boot().Kernel.Proc.Read("iomem"), Is.EqualTo(
        "00000000-0009ffff : System RAM\n000a0000-000fffff : reserved\n00100000-03ffffff : System RAM\n  00100000-003fffff : Kernel code\n"));

    [Test]
    public void Interrupts_CountTicks()
    {
        TestKernel test = Boot("i386-64");
        Assert.That(Lines(test, "interrupts")[..2], Is.EqualTo(new[] { "           CPU0       CPU1       ", "  0:          0          0    XT-PIC-XT        timer" }));
        test.Kernel.Time.Idle(25_000_000);
        Assert.That(Lines(test, "interrupts")[1], Is.EqualTo("  0:         25          0    XT-PIC-XT        timer"));
        Assert.That(Lines(test, "interrupts")[^2..], Is.EqualTo(new[] { "NMI:          0          0   Non-maskable interrupts", "ERR:          0" }));
    }

    [Test]
    public void Modules_NewestFirst()
    {
        TestKernel test = Boot();
        test.Insmod(new TestModule("first"));
        test.Insmod(new TestModule("second"));
        ulong start = test.Machine.Layout.ModulesStart;
        Assert.That(test.Kernel.Proc.Read("modules"), Is.EqualTo($"second 4096 0 - Live 0x{start + Page:x8}\nfirst 4096 0 - Live 0x{start:x8}\n"));
    }

    [Test]
    public void CpuInfo_HasABlockPerCpuAndTheProfilesLine()
    {
        string text = Boot("i386-128").Kernel.Proc.Read("cpuinfo");
        Assert.That(text, Does.StartWith("processor\t: 0\n").And.Contain("\n\nprocessor\t: 1\n").And.Contain("clflush size\t: 128\n"));
    }

    [Test]
    public void Cmdline_ShowsTheOptions() => Assert.That(
        Boot(watch: WatchMode.Bare, options: new KernelOptions { Mm = new MmOptions { Oom = OomPolicy.Panic } }).Kernel.Proc.Read("cmdline"),
        Is.EqualTo("slab oom=panic watch=bare\n"));

    [Test]
    public void Kmsg_ShowsLevelAndTime()
    {
        TestKernel test = Boot();
        test.Context.Printk(LogLevel.Warning, "hello");
        Assert.That(Lines(test, "kmsg")[^1], Is.EqualTo("<4>[    0.000000] hello"));
    }

    [Test]
    public void Vmstat_AddsTheZonesUp()
    {
        TestKernel test = Boot("x86-64-8g");
        string[] lines = Lines(test, "vmstat");
        Assert.That(lines[0], Is.EqualTo($"nr_free_pages {test.Mm.TotalFreePages}"));
        Assert.That(lines, Does.Contain($"nr_slab_unreclaimable {test.Mm.Zones().Sum(zone => zone.SlabUnreclaimable)}").And.Contain("allocstall 0"));
    }

    [Test]
    public void Devices_ListsMajors()
    {
        TestKernel test = Boot();
        test.Context.RegisterChrdev(0, "toy", new Silent());
        test.Context.RegisterChrdev(42, "other", new Silent());
        Assert.That(test.Kernel.Proc.Read("devices"), Is.EqualTo("Character devices:\n 42 other\n254 toy\n\nBlock devices:\n"));
    }

    private static string[] Lines(TestKernel test, string name) => test.Kernel.Proc.Read(name).TrimEnd('\n').Split('\n');

    private static string[] Row(TestKernel test, string cache) =>
        Lines(test, "slabinfo").Single(line => line.StartsWith(cache + ' ', StringComparison.Ordinal)).Split(' ', StringSplitOptions.RemoveEmptyEntries);

    private static long Kib(TestKernel test, string label) => long.Parse(
        Lines(test, "meminfo").Single(line => line.StartsWith(label + ':', StringComparison.Ordinal)).Split(' ', StringSplitOptions.RemoveEmptyEntries)[1],
        CultureInfo.InvariantCulture);

    private sealed class Silent : IFileOperations;
}
