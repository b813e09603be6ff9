using MiniKernel.Hal;
using NUnit.Framework;

namespace MiniKernel.Mm.Tests;

/// <summary>What a caller of SLOB meets: headers, constructors, whole pages, and misuse.</summary>
[TestFixture, Parallelizable(ParallelScope.All)]
public sealed class SlobTests() : MmFixture(AllocatorKind.Slob)
{
    private SlobInfo Info(SlabMachine machine) => machine.Mm.SlobInfo()!;

    [Test]
    public void Kmalloc_PutsTheSizeBeforeTheObject_AndNeighboursTouch([Values("i386-32", "x86-64-2g", "ppc64-64k")] string profile)
    {
        SlabMachine machine = Start(profile);
        ulong word = (ulong)machine.Profile.WordBytes;
        VirtualAddress first = machine.Kmalloc(100), second = machine.Kmalloc(10);
        Assert.That(machine.UInt(new VirtualAddress(first.Value - word)), Is.EqualTo(100));
        Assert.That(machine.UInt(new VirtualAddress(second.Value - word)), Is.EqualTo(10));
        ulong end = first.Value + 100, header = (end + word - 1) / word * word;
        Assert.That(second.Value, Is.EqualTo(header + word));
        machine.Kfree(second);
        machine.Kfree(first);
        Assert.That(Info(machine).Pages, Is.Zero, "a page that is wholly free goes back at once");
    }

    [Test]
    public void Kmalloc_NearAPage_TakesWholePages_AndKsizeIsWhatWasAsked([Values("i386-32", "x86-64-2g", "ppc64-64k")] string profile)
    {
        SlabMachine machine = Start(profile);
        ulong page = (ulong)machine.Profile.PageSize, word = (ulong)machine.Profile.WordBytes;
        foreach (ulong size in (ulong[])[page - word, page, page + 1, 5 * page])
        {
            VirtualAddress p = machine.Kmalloc(size);
            Assert.That(p.Value % page, Is.Zero, $"{size}");
            Assert.That(machine.Mm.Ksize(p), Is.EqualTo(size));
            Assert.That(Info(machine).Pages, Is.Zero, $"{size} is not SLOB's");
            machine.Kfree(p);
        }
        VirtualAddress block = machine.Kmalloc(page - word - 1);
        Assert.That((block.Value % page, Info(machine).Pages), Is.EqualTo((word, 1ul)), "a byte less is a block");
        machine.Kfree(block);
    }

    [Test]
    public void Kmalloc_HasNoLimitButTheLargestBlock()
    {
        SlabMachine machine = Start();
        VirtualAddress p = machine.Kmalloc(4 << 20);
        Assert.That(p.IsNull, Is.False);
        machine.Kfree(p);
        Assert.That(machine.Kmalloc((4 << 20) + 1), Is.EqualTo(VirtualAddress.Null));
    }

    [Test]
    public void GfpDma_ChoosesTheZoneOfNewPagesOnly()
    {
        SlabMachine machine = Start();
        VirtualAddress inDma = machine.Kmalloc(2000, GfpFlags.Kernel | GfpFlags.Dma);
        VirtualAddress first = machine.Kmalloc(2000), second = machine.Kmalloc(64, GfpFlags.Kernel | GfpFlags.Dma);
        VirtualAddress normal = machine.Kmalloc(3000), behind = machine.Kmalloc(1000, GfpFlags.Kernel | GfpFlags.Dma);
        VirtualAddress pages = machine.Kmalloc(8192, GfpFlags.Kernel | GfpFlags.Dma);
        Assert.Multiple(() =>
        {
            Assert.That(IsDma(inDma), "the first page was taken for it");
            Assert.That(IsDma(first), "GFP_KERNEL is content with it");
            Assert.That(IsDma(second));
            Assert.That(IsDma(normal), Is.False);
            Assert.That(IsDma(behind), Is.False, "there was room beside a GFP_KERNEL block: Linux's SLOB does not look at the zone");
            Assert.That(IsDma(pages), "whole pages are what they were asked to be");
        });
        foreach (VirtualAddress p in (VirtualAddress[])[inDma, first, second, normal, behind, pages])
            machine.Kfree(p);

        bool IsDma(VirtualAddress p) => machine.Mm.TryVirtToPhys(p, out PhysicalAddress physical) && physical.Value < machine.Profile.DmaLimit;
    }

    [Test]
    public void Krealloc_KeepsWhatWasThere_AndGrowsOnlyBeyondItsUnits()
    {
        SlabMachine machine = Start();
        VirtualAddress p = machine.Kmalloc(9);
        machine.Bytes(p, 9).Fill(0x5e);
        Assert.That(machine.Mm.Krealloc(machine.Cpu, p, 10, GfpFlags.Kernel), Is.EqualTo(p), "10 bytes are 5 units, as 9 are");
        VirtualAddress moved = machine.Mm.Krealloc(machine.Cpu, p, 5000, GfpFlags.Kernel);
        Assert.That(moved, Is.Not.EqualTo(p));
        Assert.That(machine.Bytes(moved, 9).IndexOfAnyExcept((byte)0x5e), Is.Negative);
        machine.Kfree(moved);
    }

    [Test]
    public void Zeroed_IsZero_AndConstructedAfterwards()
    {
        SlabMachine machine = Start();
        VirtualAddress dirty = machine.Kmalloc(300);
        machine.Bytes(dirty, 300).Fill(0xff);
        VirtualAddress keep = machine.Kmalloc(8);
        machine.Kfree(dirty);
        VirtualAddress zeroed = machine.Mm.Kzalloc(machine.Cpu, 300, GfpFlags.Kernel);
        Assert.That(machine.Bytes(zeroed, 300).IndexOfAnyExcept((byte)0), Is.Negative);
        KmemCache cache = machine.Create("built", 40, ctor: (obj, _) => machine.Bytes(obj, 40)[39] = 7);
        VirtualAddress built = machine.Mm.KmemCacheZalloc(machine.Cpu, cache, GfpFlags.Kernel);
        Assert.That((machine.Bytes(built, 40)[..39].IndexOfAnyExcept((byte)0), machine.Bytes(built, 40)[39]), Is.EqualTo((-1, (byte)7)));
        machine.Free(cache, built);
        machine.Destroy(cache);
        machine.Kfree(zeroed);
        machine.Kfree(keep);
    }

    [Test]
    public void ConstructorAndDestructor_RunForEachAllocationAndEachFree()
    {
        SlabMachine machine = Start();
        int made = 0, ended = 0;
        KmemCache cache = machine.Create("both", 60, ctor: (_, _) => made++, dtor: (_, _) => ended++);
        for (int i = 1; i <= 5; i++)
        {
            VirtualAddress obj = machine.Alloc(cache);
            machine.Free(cache, obj);
            Assert.That((made, ended), Is.EqualTo((i, i)));
        }
        Assert.That(machine.Shrink(cache), Is.Zero);
        Assert.That(machine.Destroy(cache));
    }

    [Test]
    public void AConstructorThatThrows_LeavesNothing([Values(50, 9000)] int size)
    {
        SlabMachine machine = Start();
        KmemCache cache = machine.Create("faulty", (ulong)size, ctor: (_, _) => throw new InvalidOperationException("driver"));
        Assert.Throws<InvalidOperationException>(() => machine.Alloc(cache));
        Assert.That(machine.Destroy(cache));
    }

    [Test]
    public void AConstructor_MayAllocateFromItsOwnCache()
    {
        SlabMachine machine = Start();
        List<VirtualAddress> inner = [];
        KmemCache? cache = null;
        int depth = 0;
        cache = machine.Create("nested", 48, ctor: (_, _) =>
        {
            if (depth++ < 3)
                inner.Add(machine.Alloc(cache!));
        });
        inner.Add(machine.Alloc(cache));
        Assert.That(inner.Distinct().Count(), Is.EqualTo(4));
        machine.FreeAll(cache, inner);
        machine.Destroy(cache);
    }

    [Test]
    public void Exhaustion_IsNull_AndRunsNoConstructor()
    {
        SlabMachine machine = Start("lab-4m");
        bool ran = false;
        KmemCache cache = machine.Create("late", 3000, ctor: (_, _) => ran = true);
        List<VirtualAddress> taken = [];
        for (VirtualAddress p = machine.Kmalloc(3000, GfpFlags.Atomic); !p.IsNull; p = machine.Kmalloc(3000, GfpFlags.Atomic))
            taken.Add(p);
        Assert.That(machine.Alloc(cache, GfpFlags.Atomic), Is.EqualTo(VirtualAddress.Null));
        Assert.That(ran, Is.False);
        taken.ForEach(p => machine.Kfree(p));
        machine.Destroy(cache);
    }

    [Test]
    public void Alignment_IsL1CacheBytes_OrWhatIsAskedFor()
    {
        SlabMachine machine = Start("i386-highmem");            // compiled for 32, run on 64
        KmemCache lines = machine.Create("lines", 20, flags: SlabFlags.HwCacheAlign), wide = machine.Create("wide", 20, align: 256);
        List<VirtualAddress> ofLines = machine.Take(lines, 5), ofWide = machine.Take(wide, 5);
        Assert.That(ofLines.Select(p => p.Value % 32), Is.All.Zero);
        Assert.That(ofLines.Select(p => p.Value % 64), Has.Some.Not.Zero, "not the run-time line");
        Assert.That(ofWide.Select(p => p.Value % 256), Is.All.Zero);
        machine.FreeAll(wide, ofWide);
        machine.FreeAll(lines, ofLines);
        machine.Destroy(lines);
        machine.Destroy(wide);
    }

    [Test]
    public void Destroy_LeavesObjectsWhereTheyAre_AndStaleHandlesAreFound()
    {
        SlabMachine machine = Start();
        KmemCache cache = machine.Create("short", 100);
        VirtualAddress obj = machine.Alloc(cache);
        Assert.That(machine.Destroy(cache), "nobody counts objects");
        Assert.That(machine.Mm.IsAllocatedObject(obj));
        machine.Bug("kmem_cache_alloc", () => machine.Alloc(cache));
        machine.Bug("kmem_cache_free", () => machine.Free(cache, obj));
        KmemCache again = machine.Create("short", 100);
        machine.Free(again, obj);                               // any cache of that size will do
        machine.Destroy(again);
    }

    [Test]
    public void NamesMayRepeat()
    {
        SlabMachine machine = Start();
        KmemCache one = machine.Create("same", 8), other = machine.Create("same", 16);
        Assert.That(machine.Mm.SlabInfos(), Is.Empty);
        machine.Destroy(one);
        machine.Destroy(other);
    }

    [Test]
    public void BadFrees_AreBugs_AndChangeNothing()
    {
        SlabMachine machine = Start();
        KmemCache cache = machine.Create("mine", 64);
        VirtualAddress p = machine.Kmalloc(100), neighbour = machine.Kmalloc(100), obj = machine.Alloc(cache);
        machine.Bug("kfree", () => machine.Kfree(new VirtualAddress(p.Value + 8)));
        machine.Bug("kfree", () => machine.Kfree(new VirtualAddress(p.Value + 3)));
        machine.Bug("kfree", () => machine.Kfree(obj));
        machine.Bug("kmem_cache_free", () => machine.Free(cache, p));
        machine.Bug("kmem_cache_free", () => machine.Free(cache, new VirtualAddress(obj.Value + 2)));
        machine.Bug("kfree", () => machine.Kfree(new VirtualAddress(12345)));
        machine.Kfree(p);
        machine.Bug("kfree", () => machine.Kfree(p));
        machine.Bug("ksize", () => machine.Mm.Ksize(p));
        machine.Kfree(neighbour);
        machine.Free(cache, obj);
        machine.Destroy(cache);
    }

    [Test]
    public void ADoubleFreeOfPages_ShowsAtTheNextAllocation_AsBadPageState()
    {
        SlabMachine machine = Start();
        VirtualAddress p = machine.Kmalloc(4096);
        machine.Kfree(p);
        machine.Kfree(p);
        VirtualAddress again = machine.Kmalloc(4096);
        Assert.That((again, machine.ReportsOf<BadPage>().Length), Is.EqualTo((p, 1)));
        machine.Kfree(again);
    }

    [Test]
    public void APageOfSlobsThatSomebodyFrees_IsABadPage_AndLeavesTheList()
    {
        SlabMachine machine = Start();
        VirtualAddress p = machine.Kmalloc(100);
        ulong page = (ulong)machine.Profile.PageSize;
        machine.Mm.FreePages(machine.Cpu, new VirtualAddress(p.Value / page * page), 0);
        Assert.That(machine.ReportsOf<BadPage>(), Has.Length.EqualTo(1));
        VirtualAddress other = machine.Kmalloc(100), third = machine.Kmalloc(100);
        Assert.That(Info(machine).Pages, Is.EqualTo(1));
        machine.Kfree(third);
        machine.Kfree(other);
    }

    [Test]
    public void HighMem_IsABug_WhenAPageMustBeTaken()
    {
        SlabMachine machine = Start("i386-highmem");
        machine.Bug("slob_new_page", () => machine.Kmalloc(100, GfpFlags.HighUser));
        machine.Bug("slob_new_page", () => machine.Kmalloc(100_000, GfpFlags.HighUser));
    }

    [TestCase(0u, 0u)]
    public void ObjectsOfNoBytes_AreABug(uint size, uint align) =>
        Start().Bug("kmem_cache_create", () => Start().Create("none", size, align));

    [Test]
    public void AnOverwrittenDescriptor_IsReportedOnce_AndPutRight()
    {
        SlabMachine machine = Start();
        KmemCache cache = machine.Create("victim", 100);
        machine.Bytes(cache.Descriptor, 1)[0] ^= 0x10;
        VirtualAddress obj = machine.Alloc(cache);
        machine.Free(cache, obj);
        Assert.That(machine.ReportsOf<DescriptorOverwritten>().Single(), Has.Property("Found").EqualTo((byte)(100 ^ 0x10)));
        machine.Destroy(cache);
    }

    [Test]
    public void NothingHasSlabs()
    {
        SlabMachine machine = Start();
        Assert.That((machine.Mm.HasSlabs, machine.Mm.KmallocClasses.Count, machine.Mm.SlabInfos().Count), Is.EqualTo((false, 0, 0)));
        VirtualAddress p = machine.Kmalloc(100);
        Assert.That(machine.Mm.CacheOf(p), Is.Null);
        Assert.That(machine.Mm.Zones().Sum(zone => zone.SlabReclaimable + zone.SlabUnreclaimable), Is.Zero);
        Assert.That(machine.Mm.TuneCache(machine.Cpu, "size-64", 10, 5, 0), Is.False);
        machine.Reap(10_000);
        machine.Kfree(p);
    }
}
