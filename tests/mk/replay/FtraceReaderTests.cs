using MiniKernel.Cli.Replay;
using MiniKernel.Mm;

namespace MiniKernel.Cli.Tests;

[TestFixture, Parallelizable(ParallelScope.All), FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
public sealed class FtraceReaderTests
{
    private const uint Kernel = (uint)GfpFlags.Kernel, Zero = (uint)GfpFlags.Zero;
    private readonly List<string> _warnings = [];
    private readonly FtraceReader _reader;

    public FtraceReaderTests() => _reader = new FtraceReader(_warnings.Add);

    // ftrace without and with flags and thread group, perf script, trace-cmd report; names with blanks and brackets; times of 6 and 9 digits.
    [TestCase("            bash-2145  [003]  1234.000001: kmalloc: call_site=c0123456 ptr=f7123400 bytes_req=90 bytes_alloc=96 gfp_flags=GFP_KERNEL|GFP_ZERO")]
    [TestCase("            bash-2145    [003] d..1.  1234.000001: kmalloc: call_site=seq_open+0x2b/0x90 ptr=00000000f7123400 bytes_req=90 bytes_alloc=96 gfp_flags=GFP_KERNEL|__GFP_ZERO node=-1 accounted=false")]
    [TestCase("            bash-2145    (   2145) [003] ....  1234.000001: kmalloc: call_site=c0123456 ptr=0xf7123400 bytes_req=90 bytes_alloc=96 gfp_flags=0x80d0")]
    [TestCase("bash  2145 [003]  1234.000001000:       kmem:kmalloc: (seq_open+0x2b) call_site=ffffffff810a0000 ptr=0xf7123400 bytes_req=90 bytes_alloc=96 gfp_flags=GFP_KERNEL|__GFP_ZERO")]
    [TestCase("            bash-2145  [003]  1234.000001: kmalloc:              (seq_open+0x2b) call_site=c0123456 ptr=0xf7123400 bytes_req=90 bytes_alloc=96 gfp_flags=GFP_KERNEL|GFP_ZERO")]
    [TestCase("Web Content [x]-21 [003] ..... 1234.000001: kmalloc_node: call_site=c0123456 ptr=f7123400 bytes_req=90 bytes_alloc=96 gfp_flags=GFP_KERNEL|__GFP_ZERO node=0")]
    public void AKmalloc_InAnySpelling(string line) => Assert.That(_reader.Read(line), Is.EqualTo(new FtraceEvent(1, FtraceKind.Kmalloc, 3, 1_234_000_001_000, 0xf7123400)
    {
        Requested = 90,
        Allocated = 96,
        Flags = Kernel | Zero,
    }));

    [TestCase("kmem_cache_alloc: call_site=c0 ptr=c1f31000 bytes_req=200 bytes_alloc=208 gfp_flags=GFP_NOFS name=dentry", nameof(FtraceKind.CacheAlloc), 0xc1f31000ul)]
    [TestCase("kmem_cache_free: call_site=c0 ptr=c1f31000 name=dentry", nameof(FtraceKind.Free), 0xc1f31000ul)]
    [TestCase("kfree: call_site=c0 ptr=c1f31000", nameof(FtraceKind.Free), 0xc1f31000ul)]
    [TestCase("kfree: call_site=c0 ptr=(null)", nameof(FtraceKind.Free), 0ul)]
    [TestCase("mm_page_alloc: page=c1000000 pfn=7984 order=3 migratetype=0 gfp_flags=GFP_ATOMIC", nameof(FtraceKind.PageAlloc), 7984ul)]
    [TestCase("mm_page_alloc: page=0xffffea0000001000 pfn=0x1f30 order=3 migratetype=0 gfp_flags=GFP_ATOMIC", nameof(FtraceKind.PageAlloc), 7984ul)]
    [TestCase("mm_page_alloc: page=(null) pfn=0 order=3 migratetype=0 gfp_flags=GFP_ATOMIC", nameof(FtraceKind.PageAlloc), 0ul)]
    [TestCase("mm_page_free: page=c1000000 pfn=7984 order=3", nameof(FtraceKind.PageFree), 7984ul)]
    [TestCase("mm_page_free_direct: page=c1000000 pfn=7984 order=3", nameof(FtraceKind.PageFree), 7984ul)]
    [TestCase("mm_page_free_batched: page=c1000000 pfn=7984 order=0 cold=0", nameof(FtraceKind.PageFree), 7984ul)]
    [TestCase("mm_pagevec_free: page=c1000000 pfn=7984 order=0 cold=0", nameof(FtraceKind.PageFree), 7984ul)]
    public void EveryEvent_IsKnownInItsVersions(string text, string kind, ulong key)
    {
        FtraceEvent? found = _reader.Read($"  x-1 [000] 1.5: {text}");
        Assert.That((found!.Kind.ToString(), found.Key, found.Order), Is.EqualTo((kind, key, text.Contains("order=3", StringComparison.Ordinal) ? 3 : 0)));
        Assert.That(found.Cache, Is.EqualTo(text.Contains("name=", StringComparison.Ordinal) ? "dentry" : ""));
    }

    [TestCase("kmalloc: ptr=c1f31000 bytes_req=-5", "line 1: \"-5\" is not a whole number: read as 0")]
    [TestCase("kmalloc: ptr=10000000000000000 bytes_req=5", "line 1: \"10000000000000000\" is not an address: read as 0")]
    [TestCase("kfree: ptr=", "line 1: \"\" is not an address: read as 0")]
    public void WhatIsNoNumber_IsSaid(string text, string warning)
    {
        Assert.That(_reader.Read($"  x-1 [000] 1.5: {text}"), Is.Not.Null);
        Assert.That(_warnings, Is.EqualTo(new[] { warning }));
    }

    [TestCase("GFP_KERNEL", (uint)GfpFlags.Kernel)]
    [TestCase("GFP_KERNEL|GFP_NOWARN|GFP_COMP", (uint)(GfpFlags.Kernel | GfpFlags.NoWarn | GfpFlags.Comp))]
    [TestCase("GFP_KERNEL_ACCOUNT|__GFP_RECLAIMABLE", (uint)(GfpFlags.Kernel | GfpFlags.Reclaimable))]
    [TestCase("__GFP_DIRECT_RECLAIM|__GFP_KSWAPD_RECLAIM", (uint)GfpFlags.Wait)]
    [TestCase("(none)", 0u)]
    [TestCase("0x1280d0", (uint)(GfpFlags.Kernel | GfpFlags.Zero | GfpFlags.HardWall | GfpFlags.Movable))]
    public void Flags_OfAnyVersion(string text, uint flags)
    {
        Assert.That(new FtraceFlags(_warnings.Add).Parse(text), Is.EqualTo(flags));
        Assert.That(_warnings, Is.Empty);
    }

    [Test]
    public void UnknownFlags_AreLeftOutAndWarnedOfOnceEach()
    {
        var flags = new FtraceFlags(_warnings.Add);
        Assert.That(flags.Parse("GFP_KERNEL|__GFP_FANCY"), Is.EqualTo(Kernel));
        Assert.That(flags.Parse("__GFP_FANCY"), Is.Zero);
        Assert.That(flags.Parse("0x40000d0"), Is.EqualTo(Kernel));
        Assert.That(flags.Parse("0x40000d0"), Is.EqualTo(Kernel));
        Assert.That(_warnings, Is.EqualTo(new[] { "GFP flag \"__GFP_FANCY\" is unknown to 2.6.24: left out", "GFP flags 0x4000000 are unknown to 2.6.24: left out" }));
    }

    [TestCase("")]
    [TestCase("# tracer: nop")]
    [TestCase("#           TASK-PID   CPU#  TIMESTAMP  FUNCTION")]
    public void Comments_AreNothing(string line)
    {
        Assert.That(_reader.Read(line), Is.Null);
        Assert.That((_reader.OtherEvents, _reader.OtherLines), Is.EqualTo((0L, 0L)));
    }

    [TestCase("CPU:3 [LOST 1234 EVENTS]", 0, 1)]
    [TestCase("kmalloc a 100 GFP_KERNEL", 0, 1)]
    [TestCase("x-1 [000] 1.x: kmalloc: ptr=1", 0, 1)]
    [TestCase("x-1 1.5: kmalloc: ptr=1", 0, 1)]
    [TestCase("x-1 [000] 1.5: sched_switch: prev_comm=x ==> next_comm=y", 1, 0)]
    [TestCase("x-1 [000] 1.5: mm_page_pcpu_drain: page=1 pfn=1 order=0 migratetype=0", 1, 0)]
    public void WhatIsNotReplayed_IsCounted(string line, long events, long lines)
    {
        Assert.That(_reader.Read(line), Is.Null);
        Assert.That((_reader.OtherEvents, _reader.OtherLines), Is.EqualTo((events, lines)));
    }

    [Test]
    public void SlabAllocatingForItself_IsTold([Values("mm/slab.c", "cache_grow+0xa1/0x1f0", "alloc_slabmgmt.isra.3+0x20")] string site) =>
        Assert.That(_reader.Read($"x-1 [000] 1.5: kmalloc: call_site={site} ptr=1 bytes_req=1 bytes_alloc=32 gfp_flags=GFP_KERNEL")!.IsOwn, Is.True);
}
