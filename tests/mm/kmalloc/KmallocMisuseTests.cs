using MiniKernel.Hal;
using MiniKernel.Tests.Support;
using NUnit.Framework;

namespace MiniKernel.Mm.Tests;

/// <summary>kmalloc, kfree, krealloc, kcalloc and ksize at their limits and past them, on every shipped profile.</summary>
[TestFixture, Parallelizable(ParallelScope.All)]
public sealed class KmallocMisuseTests
{
    private static IEnumerable<string> Profiles => TestMachine.ProfileNames;

    [TestCaseSource(nameof(Profiles))]
    public void SizeZero_IsZeroSizePtr_WhichEverybodyAccepts(string profile)
    {
        using SlabMachine machine = SlabMachine.Of(profile);
        VirtualAddress zero = VirtualAddress.ZeroSizePointer;
        Assert.Multiple(() =>
        {
            Assert.That(machine.Kmalloc(0), Is.EqualTo(zero));
            Assert.That(machine.Kmalloc(0, GfpFlags.Dma), Is.EqualTo(zero));
            Assert.That(machine.Mm.Kzalloc(machine.Cpu, 0, GfpFlags.Kernel), Is.EqualTo(zero));
            Assert.That(machine.Mm.Kcalloc(machine.Cpu, 0, ulong.MaxValue, GfpFlags.Kernel), Is.EqualTo(zero));
            Assert.That(machine.Mm.Kcalloc(machine.Cpu, 100, 0, GfpFlags.Kernel), Is.EqualTo(zero));
            Assert.That(machine.Mm.Ksize(zero), Is.Zero);
        });
        machine.Kfree(zero);
        machine.Kfree(VirtualAddress.Null);
        Assert.That(machine.Reports.All, Is.Empty);
    }

    [TestCaseSource(nameof(Profiles))]
    public void SizesBeyondTheLastClass_AreNull_WithoutAWord(string profile)
    {
        using SlabMachine machine = SlabMachine.Of(profile);
        ulong last = machine.Mm.KmallocClasses[^1].Size;
        ulong[] sizes = [last + 1, last * 2, 1UL << 31, uint.MaxValue, 1UL << 32, (1UL << 32) + 8, 1UL << 62, ulong.MaxValue];
        foreach (ulong size in sizes)
        {
            foreach (GfpFlags flags in new[] { GfpFlags.Kernel, GfpFlags.Atomic, GfpFlags.Kernel | GfpFlags.Dma, GfpFlags.Kernel | GfpFlags.Zero })
                Assert.That(machine.Kmalloc(size, flags).IsNull, $"{size} {flags}");
        }
        Assert.That(machine.Reports.All, Is.Empty);
    }

    [TestCaseSource(nameof(Profiles))]
    public void EveryClass_ServesItsSizesAndNoLarger(string profile)
    {
        using SlabMachine machine = SlabMachine.Of(profile);
        MemoryCensus before = machine.Census();
        ulong smaller = 0;
        int largestOrder = machine.Profile.MaxOrder - 1;
        foreach (KmallocClass size in machine.Mm.KmallocClasses)
        {
            if (size.Size <= (ulong)machine.Profile.PageSize << largestOrder && size.Size <= machine.Profile.Ram / 8)
            {
                CheckClass(machine, size, smaller + 1);
                CheckClass(machine, size, size.Size);
            }
            else
            {
                // LARGE_ALLOCS: the class exists, the buddy can never fill it.
                Assert.That(machine.Kmalloc(size.Size, GfpFlags.Kernel | GfpFlags.NoRetry | GfpFlags.NoWarn).IsNull, $"{size.Size}");
            }
            smaller = size.Size;
        }
        machine.Census().AssertSameAs(before);
    }

    [TestCaseSource(nameof(Profiles))]
    public void Kcalloc_RefusesAProductThatDoesNotFitSizeT(string profile)
    {
        using SlabMachine machine = SlabMachine.Of(profile);
        ulong most = machine.Profile.WordSize == 64 ? ulong.MaxValue : uint.MaxValue;
        (ulong Count, ulong Size)[] products = [(2, (most / 2) + 1), ((most / 2) + 1, 2), (most, most), (1UL << (machine.Profile.WordSize / 2), 1UL << (machine.Profile.WordSize / 2)), (most, 2)];
        foreach ((ulong count, ulong size) in products)
            Assert.That(machine.Mm.Kcalloc(machine.Cpu, count, size, GfpFlags.Kernel).IsNull, $"{count} x {size}");
        Assert.That(machine.Mm.Kcalloc(machine.Cpu, 1, most, GfpFlags.Kernel).IsNull, "fits size_t, but no class");
        VirtualAddress array = machine.Mm.Kcalloc(machine.Cpu, 10, 10, GfpFlags.Kernel);
        Assert.That(machine.Bytes(array, 128).IndexOfAnyExcept((byte)0), Is.Negative, "zeroed, the whole class of it");
        machine.Kfree(array);
    }

    [TestCaseSource(nameof(Profiles))]
    public void Kzalloc_ZeroesTheWholeClass_OfAUsedObjectToo(string profile)
    {
        using SlabMachine machine = SlabMachine.Of(profile);
        foreach (ulong size in new ulong[] { 20, 100, 600, 5000 })
        {
            VirtualAddress used = machine.Kmalloc(size);
            ulong usable = machine.Mm.Ksize(used);
            machine.Bytes(used, usable).Fill(0xee);
            machine.Kfree(used);
            VirtualAddress zeroed = machine.Kmalloc(size, GfpFlags.Kernel | GfpFlags.Zero);
            Assert.That(zeroed, Is.EqualTo(used), "last in, first out");
            Assert.That(machine.Bytes(zeroed, usable).IndexOfAnyExcept((byte)0), Is.Negative);
            machine.Kfree(zeroed);
        }
    }

    [Test]
    public void Krealloc_FollowsLinuxCaseByCase()
    {
        using SlabMachine machine = SlabMachine.Of("x86-64-8g");
        MemoryCensus before = machine.Census();
        KernelMm mm = machine.Mm;
        MmCpu cpu = machine.Cpu;
        Assert.That(mm.Krealloc(cpu, VirtualAddress.Null, 0, GfpFlags.Kernel), Is.EqualTo(VirtualAddress.ZeroSizePointer));
        VirtualAddress p = mm.Krealloc(cpu, VirtualAddress.Null, 30, GfpFlags.Kernel);
        machine.Bytes(p, 32).Fill(0x77);
        Assert.That(mm.Krealloc(cpu, p, 32, GfpFlags.Kernel), Is.EqualTo(p), "the class holds it");
        Assert.That(mm.Krealloc(cpu, p, 1, GfpFlags.Kernel), Is.EqualTo(p), "it never shrinks");
        VirtualAddress q = mm.Krealloc(cpu, p, 33, GfpFlags.Kernel);
        Assert.That(q, Is.Not.EqualTo(p));
        Assert.That(machine.Bytes(q, 32).IndexOfAnyExcept((byte)0x77), Is.Negative, "all usable bytes of the old one are copied");
        Assert.That(mm.IsAllocatedObject(p), Is.False);
        Assert.That(mm.Krealloc(cpu, q, 200_000, GfpFlags.Kernel).IsNull, "no class");
        Assert.That(mm.IsAllocatedObject(q), "failure leaves the old one");
        Assert.That(mm.Krealloc(cpu, q, 0, GfpFlags.Kernel), Is.EqualTo(VirtualAddress.ZeroSizePointer));
        Assert.That(mm.IsAllocatedObject(q), Is.False);
        VirtualAddress fromZero = mm.Krealloc(cpu, VirtualAddress.ZeroSizePointer, 10, GfpFlags.Kernel);
        machine.Kfree(fromZero);
        machine.Bug("ksize", () => mm.Krealloc(cpu, new VirtualAddress(0x1234), 10, GfpFlags.Kernel));
        machine.Bug("kfree", () => mm.Krealloc(cpu, new VirtualAddress(0x1234), 0, GfpFlags.Kernel));
        machine.Census().AssertSameAs(before);
    }

    [Test]
    public void Ksize_OfNullOrAForeignAddress_IsABug()
    {
        using SlabMachine machine = SlabMachine.Of("i386-32");
        VirtualAddress page = machine.Mm.GetFreePages(machine.Cpu, GfpFlags.Kernel, 0);
        foreach (VirtualAddress wrong in new[] { VirtualAddress.Null, page, new VirtualAddress(0xffff_ffff), new VirtualAddress(0xc000_0000) })
            machine.Bug("ksize", () => machine.Mm.Ksize(wrong));
        KmemCache cache = machine.Create("cache", 100, 0, SlabFlags.RedZone);
        Assert.That(machine.Mm.Ksize(machine.Alloc(cache)), Is.EqualTo(104), "the object, not its red zones");
        machine.Mm.FreePages(machine.Cpu, page, 0);
    }

    [Test]
    public void Kfree_OfPageMemoryOrAWildPointer_IsABug()
    {
        using SlabMachine machine = SlabMachine.Of("i386-highmem");
        MemoryCensus before = machine.Census();
        VirtualAddress page = machine.Mm.GetFreePages(machine.Cpu, GfpFlags.Kernel, 2);
        ulong top = machine.Machine.Layout.DirectMapBase + machine.Machine.Layout.DirectMapSize;
        ulong[] wild = [page.Value, page.Value + 5000, 17, 0xbfff_ffff, 0xc000_0000, 0xc010_0000, top, top + 4096, uint.MaxValue, ulong.MaxValue];
        foreach (ulong pointer in wild)
            machine.Bug("kfree", () => machine.Kfree(new VirtualAddress(pointer)));
        machine.Mm.FreePages(machine.Cpu, page, 2);
        machine.Census().AssertSameAs(before);
    }

    [Test]
    public void Kfree_OfAnotherCachesObject_FindsItsCacheByThePage()
    {
        using SlabMachine machine = SlabMachine.Of("i386-32");
        MemoryCensus before = machine.Census();
        KmemCache cache = machine.Create("mine", 100);
        machine.Kfree(machine.Alloc(cache));
        Assert.That(machine.Destroy(cache));
        machine.Census().AssertSameAs(before);
    }

    [Test]
    public void Kfree_Twice_IsABugWhenTheArraysAreDrained()
    {
        using SlabMachine machine = SlabMachine.Of("x86-64-2g");
        MemoryCensus before = machine.Census();
        VirtualAddress p = machine.Kmalloc(1000);
        machine.Kfree(p);
        machine.Kfree(p);
        Assert.That(machine.Kmalloc(1000), Is.EqualTo(p));
        Assert.That(machine.Kmalloc(1000), Is.EqualTo(p), "as in Linux, both callers now have it");
        machine.Kfree(p);
        machine.Kfree(p);
        machine.Bug("slab_put_obj", () => machine.Shrink(machine.Mm.FindCache("size-1024")!));
        machine.Census().AssertSameAs(before);
    }

    /// <summary>The last object of memory, freed by a pointer into it, comes back and reaches beyond RAM.</summary>
    [Test]
    public void APointerIntoTheLastObjectOfMemory_NeverReachesBeyondRam()
    {
        using SlabMachine machine = SlabMachine.Of("lab-4m");
        ulong end = machine.Machine.Layout.DirectMapBase + machine.Machine.Layout.DirectMapSize;
        VirtualAddress last = default;
        for (int i = 0; i < 2000 && last.IsNull; i++)
        {
            VirtualAddress p = machine.Kmalloc(4096, GfpFlags.Atomic | GfpFlags.NoWarn);
            if (p.IsNull)
                break;
            if (p.Value + 4096 == end)
                last = p;
        }
        Assume.That(last.IsNull, Is.False, "the last frame can be had");
        machine.Kfree(new VirtualAddress(last.Value + 8));
        machine.Bug("kmem_cache_alloc", () => machine.Kmalloc(4096, GfpFlags.Atomic | GfpFlags.Zero));
    }

    [TestCase(0ul), TestCase(1ul), TestCase(100ul), TestCase(200_000ul)]
    public void BeforeTheCachesExist_KmallocIsABug(ulong size)
    {
        using var machine = new SlabMachine(TestMachine.Profile("i386-32"), boot: false);
        if (size == 0)
            Assert.That(machine.Kmalloc(0), Is.EqualTo(VirtualAddress.ZeroSizePointer));
        else
            machine.Bug("__kmalloc", () => machine.Kmalloc(size));
        machine.Bug("kmem_cache_create", () => machine.Mm.KmemCacheCreate(machine.Cpu, "early", 100, 0, SlabFlags.None));
        machine.Mm.Boot();
        VirtualAddress p = machine.Kmalloc(100);
        Assert.That(machine.Mm.IsAllocatedObject(p));
    }

    private static void CheckClass(SlabMachine machine, KmallocClass size, ulong request)
    {
        VirtualAddress p = machine.Kmalloc(request);
        Assert.That(p.IsNull, Is.False, $"{request}");
        Assert.That(machine.Mm.CacheOf(p), Is.SameAs(size.Cache), $"{request}");
        Assert.That(machine.Mm.Ksize(p), Is.EqualTo(size.Size));
        machine.Kfree(p);
        if (size.DmaCache == null || size.Size > machine.Profile.DmaLimit / 8)
            return;
        VirtualAddress low = machine.Kmalloc(request, GfpFlags.Kernel | GfpFlags.Dma);
        Assert.That(machine.Mm.CacheOf(low), Is.SameAs(size.DmaCache), $"{request}");
        Assert.That(machine.Mm.TryVirtToPhys(low, out PhysicalAddress physical) && physical.Value < machine.Profile.DmaLimit);
        machine.Kfree(low);
    }
}
