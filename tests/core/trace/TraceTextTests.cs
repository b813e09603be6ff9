using System.Text.RegularExpressions;
using MiniKernel.Hal;
using MiniKernel.Mm;
using MiniKernel.Tests.Support;
using NUnit.Framework;

namespace MiniKernel.Core.Tests.Trace;

/// <summary>The text of a trace: ftrace's layout, Linux's fields in Linux's order, and what happened in it.</summary>
[TestFixture, Parallelizable(ParallelScope.All)]
public sealed partial class TraceTextTests : KernelFixture
{
    // TP_printk of include/trace/events/kmem.h, Linux 2.6.32 and, where an event is younger, 3.3.
    private static readonly Dictionary<string, string[]> _linux = new()
    {
        ["kmalloc"] = ["call_site", "ptr", "bytes_req", "bytes_alloc", "gfp_flags"],
        ["kmem_cache_alloc"] = ["call_site", "ptr", "bytes_req", "bytes_alloc", "gfp_flags"],
        ["kfree"] = ["call_site", "ptr"],
        ["kmem_cache_free"] = ["call_site", "ptr"],
        ["mm_page_alloc"] = ["page", "pfn", "order", "migratetype", "gfp_flags"],
        ["mm_page_alloc_zone_locked"] = ["page", "pfn", "order", "migratetype", "percpu_refill"],
        ["mm_page_free"] = ["page", "pfn", "order"],
        ["mm_page_pcpu_drain"] = ["page", "pfn", "order", "migratetype"],
    };

    [Test]
    public void EveryLine_HasFtracesLayout_AndLinuxsFieldsFirst([ValueSource(typeof(TestMachine), nameof(TestMachine.ProfileNames))] string profile)
    {
        TestKernel test = Boot(profile);
        string[] lines = Traced(test, () => WorkALittle(test));
        Assert.That(lines, Has.All.Match(Layout()));
        HashSet<string> seen = [];
        foreach (Match match in lines.Select(line => Layout().Match(line)))
        {
            string name = match.Groups["name"].Value;
            string[] fields = [.. match.Groups["fields"].Value.Split(' ', StringSplitOptions.RemoveEmptyEntries).Select(field => field.Split('=')[0])];
            seen.Add(name);
            if (_linux.TryGetValue(name, out string[]? expected))
                Assert.That(fields.Take(expected.Length), Is.EqualTo(expected), name);
        }
        Assert.That(seen, Is.SupersetOf(_linux.Keys));
    }

    [Test]
    public void Kmalloc_IsOneLineWithWhatItWas()
    {
        TestKernel test = Boot();
        VirtualAddress p = default;
        string[] lines = Traced(test, () => p = test.Context.Kmalloc(100, GfpFlags.Kernel | GfpFlags.Zero), "kmem:kmalloc");
        Assert.That(lines, Has.Length.EqualTo(1));
        Assert.That(lines[0], Does.Match(
            @$"^         swapper-0     \[000\] \.\.\.\.     0\.000000: kmalloc: call_site=TraceTextTests\.cs:\d+ ptr={p.Value:x8} bytes_req=100 bytes_alloc=128 gfp_flags=GFP_KERNEL\|__GFP_ZERO$"));
        test.Context.Kfree(p);
    }

    [Test]
    public void PageEvents_NameTheStructPage()
    {
        TestKernel test = Boot();
        PageFrameNumber frame = default;
        string[] lines = Traced(test, () => frame = test.Context.AllocPages(GfpFlags.Kernel, 1)!.Value, "mm_page_alloc");
        ulong map = test.Mm.Layout.Reserved.Single(reserved => reserved.What == "page map").Start.Value + 0xc000_0000;
        Assert.That(lines.Single(), Does.EndWith($"mm_page_alloc: page={map + (32 * (ulong)frame.Value):x8} pfn={frame} order=1 migratetype=0 gfp_flags=GFP_KERNEL"));
        test.Context.FreePages(frame, 1);
    }

    [Test]
    public void Module_Task_AndContextAreShown()
    {
        TestKernel test = Boot();
        string[] lines = Traced(test, () => test.Insmod(new TestModule("my_toy")
        {
            OnInit = static kernel =>
            {
                bool flags = kernel.LocalIrqSave();
                kernel.PreemptDisable();
                kernel.Kfree(kernel.Kmalloc(10, GfpFlags.Atomic));
                kernel.PreemptEnable();
                kernel.LocalIrqRestore(flags);
            },
        }), "kmem:* && module ~ my*");
        Assert.That(lines.Select(line => Layout().Match(line).Groups["name"].Value), Is.EqualTo(new[] { "kmalloc", "kfree" }));
        Assert.That(lines, Has.All.Contains("-1     [000] d..1 "));
    }

    [Test]
    public void Failure_OfAnAllocationIsTold()
    {
        TestKernel test = Boot("lab-4m");
        string[] lines = Traced(test, () => test.Context.AllocPages(GfpFlags.Kernel | GfpFlags.Dma | GfpFlags.NoRetry | GfpFlags.NoWarn, 8));
        string[] names = [.. lines.Select(line => Layout().Match(line).Groups["name"].Value)];
        Assert.That(names, Does.Contain("zone_watermark").And.Contain("reclaim_begin").And.Contain("reclaim_end"));
        Assert.That(lines[^1], Does.Contain("mm_page_alloc: page=(null) pfn=0 order=8 "));
    }

    [Test]
    public void BareKernel_IsTracedTheSame()
    {
        string[] bare = Traced(Boot(watch: WatchMode.Bare), out TestKernel first), tracked = Traced(Boot(), out TestKernel second);
        Assert.That(bare, Is.EqualTo(tracked).And.Not.Empty);
        Assert.That(first.Kernel.Trace.IsOn || second.Kernel.Trace.IsOn, Is.False);

        string[] Traced(TestKernel test, out TestKernel same)
        {
            same = test;
            return this.Traced(test, () => WorkALittle(test));
        }
    }

    // A full disk: the kernel goes on, and the writer says why it is silent.
    [Test]
    public void WriterThatFails_SaysSoAndIsSilent()
    {
        TestKernel test = Boot();
        StringWriter output = new();
        TraceWriter writer = new(test.Mm, output);
        output.Dispose();
        test.Kernel.Trace.AddListener(writer.Write);
        test.Context.Kfree(test.Context.Kmalloc(100, GfpFlags.Kernel));
        test.Kernel.Trace.RemoveListener(writer.Write);
        Assert.That(writer.Failure, Is.InstanceOf<ObjectDisposedException>());
    }

    private static void WorkALittle(TestKernel test)
    {
        KmemCache cache = test.Context.KmemCacheCreate("with blank", 200)!;
        VirtualAddress[] objects = [.. Enumerable.Range(0, 400).Select(_ => test.Context.KmemCacheAlloc(cache, GfpFlags.Kernel))];
        VirtualAddress p = test.Context.Kmalloc(3000, GfpFlags.Kernel);
        PageFrameNumber[] pages = [.. Enumerable.Range(0, 400).Select(_ => test.Context.AllocPages(GfpFlags.Kernel, 0)!.Value)];
        Array.ForEach(pages, page => test.Context.FreePages(page, 0));
        test.Context.Kfree(p);
        Array.ForEach(objects, obj => test.Context.KmemCacheFree(cache, obj));
        test.Context.KmemCacheDestroy(cache);
    }

    private string[] Traced(TestKernel test, Action work, string? filter = null)
    {
        TraceFilter? parsed = null;
        if (filter is not null)
            Assert.That(TraceFilter.TryParse(filter, out parsed, out string mistake), Is.True, mistake);
        using StringWriter output = new();
        TraceWriter writer = new(test.Mm, output, parsed);
        test.Kernel.Trace.AddListener(writer.Write);
        work();
        test.Kernel.Trace.RemoveListener(writer.Write);
        Assert.That(output.ToString(), Does.StartWith("# tracer: nop\n#\n"));
        return [.. output.ToString().Split('\n', StringSplitOptions.RemoveEmptyEntries).Where(line => !line.StartsWith('#'))];
    }

    [GeneratedRegex(@"^ *\S+-\d+ +\[\d{3}\] [.d]\.[.hsH][.0-9] +\d+\.\d{6}: (?<name>\w+):(?<fields>( [a-z_]+=\S+)*)$")]
    private static partial Regex Layout();
}
