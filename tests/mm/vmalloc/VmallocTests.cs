using MiniKernel.Hal;
using MiniKernel.Tests.Support;
using NUnit.Framework;

namespace MiniKernel.Mm.Tests;

/// <summary>vmalloc and vfree.</summary>
[TestFixture(AllocatorKind.Slab), TestFixture(AllocatorKind.Slob), Parallelizable(ParallelScope.All)]
public sealed class VmallocTests(AllocatorKind allocator) : MmFixture(allocator)
{
    private const ulong Page = 4096;

    [Test]
    public void Areas_LieFirstFitWithAGuardPageBehindEach()
    {
        SlabMachine machine = Start();
        ulong start = machine.Machine.Layout.VmallocStart;
        VirtualAddress a = Take(machine, (2 * Page) - 5), b = Take(machine, 1), c = Take(machine, 3 * Page);
        Assert.That((a.Value, b.Value, c.Value), Is.EqualTo((start, start + (3 * Page), start + (5 * Page))));
        machine.Mm.Vfree(machine.Cpu, a);
        VirtualAddress large = Take(machine, 3 * Page), exact = Take(machine, 2 * Page);
        Assert.That(large.Value, Is.EqualTo(start + (9 * Page)), "the gap is a page too small");
        Assert.That(exact, Is.EqualTo(a), "the gap fits, guard page and all");
        Free(machine, b, c, large, exact);
    }

    [Test]
    public void PageTable_ShowsThePagesAndNothingElse([Values("i386-32", "i386-highmem", "x86-64-2g", "ppc64-64k")] string profile)
    {
        SlabMachine machine = Start(profile);
        ulong page = (ulong)machine.Profile.PageSize;
        VirtualAddress p = Take(machine, 5 * page);
        HashSet<uint> frames = [];
        for (ulong i = 0; i < 5; i++)
        {
            Assert.That(machine.Mm.TryTranslate(p + (i * page) + 7, out PhysicalAddress physical), Is.True);
            Assert.That(physical.Value % page, Is.EqualTo(7));
            Assert.That(machine.Mm.VmallocToPage(p + (i * page))!.Value.Value, Is.EqualTo(physical.Value / page));
            frames.Add((uint)(physical.Value / page));
        }
        Assert.That(frames, Has.Count.EqualTo(5));
        Assert.That(machine.Mm.TryTranslate(p + (5 * page), out _), Is.False, "guard page");
        Assert.That(machine.Mm.TryTranslate(new VirtualAddress(p.Value - 1), out _), Is.False, "before the first area");
        Assert.That(machine.Mm.VmallocToPage(p + (5 * page)), Is.Null);
        machine.Mm.Vfree(machine.Cpu, p);
        Assert.That(machine.Mm.TryTranslate(p, out _), Is.False, "after vfree");
    }

    [Test]
    public void Pages_ComeFromHighMemFirst()
    {
        SlabMachine machine = Start("i386-highmem");
        VirtualAddress any = Take(machine, 3 * Page), low = machine.Mm.Vmalloc(machine.Cpu, 3 * Page, GfpFlags.Kernel);
        for (ulong i = 0; i < 3; i++)
        {
            Assert.That(machine.Mm.IsHighMem(machine.Mm.VmallocToPage(any + (i * Page))!.Value), Is.True);
            Assert.That(machine.Mm.IsHighMem(machine.Mm.VmallocToPage(low + (i * Page))!.Value), Is.False);
        }
        Free(machine, any, low);
    }

    [Test]
    public void Vzalloc_ClearsEveryPage([Values("i386-32", "i386-highmem")] string profile)
    {
        SlabMachine machine = Start(profile);
        VirtualAddress dirty = Take(machine, 20 * Page);
        for (ulong i = 0; i < 20; i++)
            Bytes(machine, dirty + (i * Page)).Fill(0x5a);
        Free(machine, dirty);
        VirtualAddress clean = machine.Mm.Vzalloc(machine.Cpu, 20 * Page);
        for (ulong i = 0; i < 20; i++)
            Assert.That(Bytes(machine, clean + (i * Page)).IndexOfAnyExcept((byte)0), Is.Negative);
        Free(machine, clean);
    }

    [TestCase(0UL)]
    [TestCase((64UL << 20) + 1)]
    [TestCase(ulong.MaxValue)]
    [TestCase(ulong.MaxValue - 4095)]
    public void SizesThatMakeNoSense_GiveNullInSilence(ulong size)
    {
        SlabMachine machine = Start();
        Assert.That(machine.Mm.Vmalloc(machine.Cpu, size).IsNull, Is.True);
        Assert.That(machine.Reports.All, Is.Empty);
    }

    [Test]
    public void NoRoom_IsSaid()
    {
        SlabMachine machine = Start("i386-highmem");
        VirtualAddress first = Take(machine, 64UL << 20);
        Assert.That(machine.Mm.Vmalloc(machine.Cpu, 64UL << 20).IsNull, Is.True);
        Assert.That(machine.ReportsOf<VmallocSpaceExhausted>().Single().Size, Is.EqualTo((64UL << 20) + Page));
        Free(machine, first);
    }

    [Test]
    public void NoMemoryHalfway_GivesEverythingBack()
    {
        SlabMachine machine = Start("lab-4m");
        Assert.That(machine.Mm.Vmalloc(machine.Cpu, 4UL << 20, GfpFlags.Kernel | GfpFlags.NoWarn).IsNull, Is.True);
        Assert.That(machine.Mm.VmallocInfo.Used, Is.Zero);
    }

    [Test]
    public void ShrinkerThatThrowsHalfway_LeavesNothingBehind()
    {
        SlabMachine machine = Start("lab-4m");
        static uint Throw(GfpFlags flags) => throw new InvalidOperationException("shrinker");
        machine.Mm.RegisterShrinker(Throw);
        Assert.Throws<InvalidOperationException>(() => machine.Mm.Vmalloc(machine.Cpu, 4UL << 20));
        machine.Mm.UnregisterShrinker(machine.Cpu, Throw);
        Assert.That(machine.Mm.VmallocInfo.Used, Is.Zero);
    }

    [Test]
    public void Vfree_OfWhatNoVmallocReturned_IsReportedAndHarmless()
    {
        SlabMachine machine = Start();
        VirtualAddress p = Take(machine, 2 * Page);
        machine.Mm.Vfree(machine.Cpu, p + 8);
        machine.Mm.Vfree(machine.Cpu, p + Page);
        machine.Mm.Vfree(machine.Cpu, new VirtualAddress(machine.Machine.Layout.DirectMapBase + (1UL << 20)));
        machine.Mm.Vfree(machine.Cpu, VirtualAddress.Null);
        machine.Mm.Vfree(machine.Cpu, p);
        machine.Mm.Vfree(machine.Cpu, p);
        Assert.That(
            machine.ReportsOf<BadVfree>().Select(report => (report.Address.Value - p.Value, report.IsUnaligned)).Where(report => report.Item1 < 0x10000),
            Is.EqualTo(new[] { (8UL, true), (Page, false), (0UL, false) }));
        Assert.That(machine.ReportsOf<BadVfree>(), Has.Length.EqualTo(4));
    }

    [Test]
    public void Info_CountsGuardPagesAndTheLargestGap()
    {
        SlabMachine machine = Start();
        VmallocInfo empty = machine.Mm.VmallocInfo;
        Assert.That((empty.Used, empty.LargestChunk), Is.EqualTo((0UL, empty.Total)));
        VirtualAddress a = Take(machine, Page), b = Take(machine, Page);
        Assert.That(machine.Mm.VmallocInfo, Is.EqualTo(new VmallocInfo(empty.Total, 4 * Page, empty.Total - (4 * Page))));
        Free(machine, a);
        Assert.That(machine.Mm.VmallocInfo, Is.EqualTo(new VmallocInfo(empty.Total, 2 * Page, empty.Total - (4 * Page))));
        Free(machine, b);
    }

    [SlabOnly("which size classes serve it")]
    [TestCase("i386-32", 28UL)]
    [TestCase("x86-64-2g", 56UL)]
    public void Bookkeeping_TakesItsTrueMemory(string profile, ulong vmStruct)
    {
        SlabMachine machine = Start(profile);
        VirtualAddress p = default;
        Assert.That(
            ObjectsTaken.By(machine, () => p = Take(machine, 9 * Page)),
            Is.EquivalentTo(new[] { ObjectsTaken.ClassOf(machine, vmStruct), ObjectsTaken.ClassOf(machine, 9 * (ulong)machine.Profile.WordBytes) }));
        Free(machine, p);
    }

    [Test]
    public void PagesArrayLargerThanAPage_ComesFromVmallocItself()
    {
        SlabMachine machine = Start();
        VirtualAddress p = Take(machine, 1025 * Page);
        Assert.That(machine.Mm.VmallocInfo.Used, Is.EqualTo((1026 + 3) * Page));
        Free(machine, p);
        Assert.That(machine.Mm.VmallocInfo.Used, Is.Zero);
    }

    [SlabOnly("which size class serves it")]
    [Test]
    public void WithoutMmu_ItIsKmalloc()
    {
        SlabMachine machine = Start("m68k-nommu");
        VirtualAddress p = machine.Mm.Vzalloc(machine.Cpu, 5000);
        Assert.That(machine.Mm.CacheOf(p)!.Name, Is.EqualTo("size-8192"));
        Assert.That(machine.Mm.VmallocToPage(p), Is.Not.Null);
        Assert.That(machine.Mm.VmallocInfo, Is.Default);
        Free(machine, p);
    }

    private static VirtualAddress Take(SlabMachine machine, ulong size)
    {
        VirtualAddress p = machine.Mm.Vmalloc(machine.Cpu, size);
        Assert.That(p.IsNull, Is.False);
        return p;
    }

    private static void Free(SlabMachine machine, params VirtualAddress[] areas) => Array.ForEach(areas, p => machine.Mm.Vfree(machine.Cpu, p));

    private static Span<byte> Bytes(SlabMachine machine, VirtualAddress p)
    {
        Assert.That(machine.Mm.TryGetMapped(p, out Span<byte> bytes), Is.True);
        return bytes;
    }
}
