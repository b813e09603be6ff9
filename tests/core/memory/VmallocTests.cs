using MiniKernel.Hal;
using MiniKernel.Mm;
using MiniKernel.Tests.Support;
using NUnit.Framework;

namespace MiniKernel.Core.Tests;

/// <summary>vmalloc and kmap as a driver meets them: texts, contexts, /proc/meminfo, the tracker.</summary>
[TestFixture(AllocatorKind.Slab), TestFixture(AllocatorKind.Slob), Parallelizable(ParallelScope.All)]
public sealed class VmallocTests(AllocatorKind allocator) : KernelFixture(allocator)
{
    [Test]
    public void Meminfo_ShowsWhatIsTaken()
    {
        TestKernel test = Boot();
        ulong total = (test.Machine.Layout.VmallocEnd - test.Machine.Layout.VmallocStart) >> 10;
        Assert.That(Figures(test), Is.EqualTo((total, 0UL, total)));
        VirtualAddress a = test.Context.Vmalloc(100_000), b = test.Context.Vmalloc(1);
        Assert.That(Figures(test), Is.EqualTo((total, 112UL, total - 112)));
        test.Context.Vfree(a);
        Assert.That(Figures(test), Is.EqualTo((total, 8UL, total - 112)));
        test.Context.Vfree(b);
        Assert.That(Figures(Boot("m68k-nommu")), Is.EqualTo((0UL, 0UL, 0UL)));
    }

    [Test]
    public void Vfree_OfABadAddress_SaysWhatLinuxSays([Values] WatchMode watch)
    {
        TestKernel test = Boot(watch: watch);
        VirtualAddress p = test.Context.Vmalloc(5000);
        test.Context.Vfree(p + 8);
        test.Context.Vfree(p + 4096 + 4096);
        Assert.That(test.Lines, Does.Contain($"Trying to vfree() bad address ({p.Value + 8:x8})"));
        Assert.That(test.Lines, Does.Contain($"Trying to vfree() nonexistent vm area ({p.Value + 8192:x8})"));
        test.Context.Vfree(p);
        test.Context.Vfree(p);
        Assert.That(test.Lines, Does.Contain($"Trying to vfree() nonexistent vm area ({p.Value:x8})"));
        Assert.That(test.Kernel.Errors, Is.EqualTo(watch == WatchMode.Bare ? 3 : 6));
    }

    [SlabOnly("names of size classes")]
    [Test]
    public void BadFrees_AreNamedByTheTracker()
    {
        TestKernel test = Boot();
        KernelContext kernel = test.Context;
        VirtualAddress area = kernel.Vmalloc(5000), obj = kernel.Kmalloc(100, GfpFlags.Kernel);
        kernel.Kfree(area);
        Assert.That(test.LogText, Does.Contain($"BUG: kfree({area}): no object, but vmalloc area\n  allocated at tests/core/memory/VmallocTests.cs:"));
        kernel.Vfree(obj);
        Assert.That(test.LogText, Does.Contain($"BUG: vfree({obj}): it is an object of `size-128'"));
        kernel.Vfree(area + 8);
        Assert.That(test.LogText, Does.Contain($"BUG: vfree({area + 8}): pointer 8 bytes into vmalloc area"));
        kernel.Vfree(area);
        kernel.Vfree(area);
        Assert.That(test.LogText, Does.Contain($"BUG: vfree({area}): double free of vmalloc area\n"));
        kernel.Kfree(obj);
    }

    [Test]
    public void NoRoom_IsAWarningNotAnError()
    {
        TestKernel test = Boot("i386-highmem");
        VirtualAddress p = test.Context.Vmalloc(64UL << 20);
        Assert.That(test.Context.Vmalloc(64UL << 20).IsNull, Is.True);
        Assert.That(test.Lines, Does.Contain("allocation failed: out of vmalloc space - use vmalloc=<size> to increase size."));
        Assert.That(test.Kernel.Errors, Is.Zero);
        test.Context.Vfree(p);
    }

    [Test]
    public void InInterrupt_ItIsABug()
    {
        TestKernel test = Boot();
        test.Insmod(new TestModule { OnInit = static kernel => kernel.RequestIrq(7, "toy", static (context, _) => { context.Vmalloc(1); return true; }) });
        test.Machine.Interrupts.Raise(7);
        test.Context.Udelay(1);
        Assert.That(test.LogText, Does.Contain("kernel BUG at mm/vmalloc.c, __get_vm_area_node()!"));
        Assert.That(test.Mm.VmallocInfo.Used, Is.Zero);
    }

    [Test]
    public void Leaks_AreListedByCallSite()
    {
        TestKernel test = Boot("i386-highmem");
        PageFrameNumber frame = default;
        List<VirtualAddress> areas = [];
        test.Insmod(new TestModule
        {
            OnInit = kernel =>
            {
                for (int i = 0; i < 3; i++)
                    areas.Add(kernel.Vmalloc(10_000));
                frame = kernel.AllocPages(GfpFlags.Kernel | GfpFlags.HighMem, 0)!.Value;
                kernel.Kmap(frame);
                kernel.Kmap(frame);
            },
        });
        test.Kernel.Modules.Rmmod("toy");
        Assert.That(
            test.Kernel.Leaks.Select(leak => (leak.What, leak.Count, leak.Bytes)),
            Is.EquivalentTo(new[] { ("vmalloc area", 3, 30_000UL), ("kmap", 1, 4096UL), ("kmap", 1, 4096UL), ("pages of order 0", 1, 4096UL) }));
        Assert.That(test.Kernel.Leaks.Select(leak => leak.Site.ToString()), Is.All.StartsWith("tests/core/memory/VmallocTests.cs:"));
        areas.ForEach(area => test.Mm.Vfree(test.Mm.Cpu(0), area));
        test.Mm.FreePages(test.Mm.Cpu(0), frame, 0);
    }

    [Test]
    public void Kunmap_OfAPageNobodyMapped_IsNamed_OrABug([Values] WatchMode watch)
    {
        TestKernel test = Boot("i386-highmem", watch);
        PageFrameNumber frame = test.Context.AllocPages(GfpFlags.Kernel | GfpFlags.HighMem, 0)!.Value;
        test.Context.Kmap(frame);
        test.Context.Kunmap(frame);
        if (watch == WatchMode.Bare)
            Assert.Throws<KernelOopsException>(() => test.Context.Kunmap(frame));
        else
            test.Context.Kunmap(frame);
        Assert.That(test.LogText, Does.Contain(watch == WatchMode.Bare ? "kernel BUG at mm/highmem.c, kunmap_high()!" : $"kunmap(page frame {frame}): double free of kmap"));
        test.Context.FreePages(frame, 0);
    }

    [Test]
    public void KmapAtomic_MakesTheContextAtomic([Values("i386-highmem", "x86-64-2g")] string profile)
    {
        TestKernel test = Boot(profile);
        KernelContext kernel = test.Context;
        PageFrameNumber frame = kernel.AllocPages(GfpFlags.HighUser, 0)!.Value;
        VirtualAddress p = kernel.KmapAtomic(frame, KmapType.User0);
        Assert.That(kernel.InAtomic, Is.True);
        kernel.Kfree(kernel.Kmalloc(10, GfpFlags.Kernel));
        Assert.That(test.LogText, Does.Contain("BUG: sleeping function called from invalid context at tests/core/memory/VmallocTests.cs:"));
        kernel.KunmapAtomic(p, KmapType.User0);
        Assert.That(kernel.InAtomic, Is.False);
        kernel.FreePages(frame, 0);
    }

    [Test]
    public void KmapAtomic_TwiceInOneSlot_IsABug()
    {
        TestKernel test = Boot("i386-highmem");
        PageFrameNumber frame = test.Context.AllocPages(GfpFlags.HighUser, 0)!.Value;
        test.Insmod(new TestModule
        {
            OnInit = kernel =>
            {
                kernel.KmapAtomic(frame, KmapType.User0);
                kernel.KmapAtomic(frame, KmapType.User0);
            },
        });
        Assert.That(test.LogText, Does.Contain("kernel BUG at arch/x86/mm/highmem_32.c, kmap_atomic_prot()!\nthe slot User0 of CPU 0 is in use"));
        Assert.That(test.Context.InAtomic, Is.False, "what the dead code had disabled is as it was");
        test.Context.FreePages(frame, 0);
    }

    private static (ulong Total, ulong Used, ulong Chunk) Figures(TestKernel test)
    {
        Dictionary<string, ulong> lines = test.Kernel.Proc.Read("meminfo").Split('\n', StringSplitOptions.RemoveEmptyEntries)
            .Where(line => line.EndsWith(" kB", StringComparison.Ordinal))
            .ToDictionary(line => line[..line.IndexOf(':')], line => ulong.Parse(line[(line.IndexOf(':') + 1)..^3], System.Globalization.CultureInfo.InvariantCulture));
        return (lines["VmallocTotal"], lines["VmallocUsed"], lines["VmallocChunk"]);
    }
}
