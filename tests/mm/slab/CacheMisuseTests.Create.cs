using MiniKernel.Hal;
using MiniKernel.Tests.Support;
using NUnit.Framework;

namespace MiniKernel.Mm.Tests;

/// <content>kmem_cache_create with arguments it refuses, BUGs or panics on, or takes although they look odd.</content>
public sealed partial class CacheMisuseTests
{
    [TestCase(0ul), TestCase(3ul), TestCase(131073ul), TestCase(0xffff_ffff_fffful)]
    public void Create_OfAnImpossibleSize_IsABug(ulong size)
    {
        _machine.Bug("kmem_cache_create", () => _machine.Mm.KmemCacheCreate(_machine.Cpu, "odd", size, 0, SlabFlags.Panic));
        AliveAndWhole();
    }

    [Test]
    public void Create_TakesTheSmallestAndTheLargestSize()
    {
        KmemCache smallest = _machine.Create("smallest", 4), largest = _machine.Create("largest", 131072);
        _machine.Free(smallest, _machine.Alloc(smallest));
        _machine.Free(largest, _machine.Alloc(largest));
        Assert.That(_machine.Destroy(smallest) && _machine.Destroy(largest));
        AliveAndWhole();
    }

    [Test]
    public void Create_WithoutAName_IsABug()
    {
        _machine.Bug("kmem_cache_create", () => _machine.Mm.KmemCacheCreate(_machine.Cpu, null, 100, 0, SlabFlags.None));
        AliveAndWhole();
    }

    [TestCase(1ul), TestCase(3ul), TestCase(12ul), TestCase(40ul), TestCase(100ul), TestCase(4095ul), TestCase(6000ul)]
    public void Create_WithAnAlignmentThatIsNoPowerOfTwo_WorksInItsOwnWay(ulong align)
    {
        KmemCache cache = _machine.Create("odd", 200, align);
        List<VirtualAddress> objects = _machine.Take(cache, 50);
        for (int i = 0; i < objects.Count; i++)
            _machine.Bytes(objects[i], cache.ObjectSize).Fill((byte)i);
        for (int i = 0; i < objects.Count; i++)
            Assert.That(_machine.Bytes(objects[i], cache.ObjectSize).IndexOfAnyExcept((byte)i), Is.Negative, "objects overlap");
        _machine.FreeAll(cache, objects);
        Assert.That(_machine.Destroy(cache));
        AliveAndWhole();
    }

    /// <summary>Colours are multiples of the alignment, so even struct slab lies at an odd address.</summary>
    [Test]
    public void Create_WithAnOddAlignmentAndColours_WorksOnEveryWordSize(
        [Values("i386-32", "x86-64-2g", "x86-64-8g", "alpha-8k")] string profile, [Values(67ul, 130ul, 333ul)] ulong align)
    {
        using SlabMachine machine = SlabMachine.Of(profile);
        MemoryCensus before = machine.Census();
        KmemCache cache = machine.Create("odd", align - 8, align);
        Assert.That(cache.Geometry.Colours, Is.GreaterThan(0ul).Or.EqualTo(cache.Geometry.LeftOver / align));
        int count = 7 * (int)cache.Geometry.ObjectsPerSlab;
        List<VirtualAddress> objects = machine.Take(cache, count);
        machine.FreeAll(cache, objects.Where((_, i) => i % 2 == 0));
        machine.Shrink(cache);
        objects = [.. objects.Where((_, i) => i % 2 != 0), .. machine.Take(cache, count)];
        Assert.That(machine.Info(cache).Error, Is.Null);
        Assert.That(objects, Is.Unique);
        machine.FreeAll(cache, objects);
        Assert.That(machine.Destroy(cache));
        machine.Census().AssertSameAs(before);
        Assert.That(machine.Reports.All, Is.Empty);
    }

    [Test]
    public void Create_WithoutMemory_IsNull_OrPanicsIfAsked([Values] bool panic)
    {
        using SlabMachine machine = SlabMachine.Of("lab-4m");
        MemoryCensus before = machine.Census();
        var frames = new List<VirtualAddress>();
        for (VirtualAddress page = Page(); !page.IsNull; page = Page())
            frames.Add(page);
        var caches = new List<KmemCache>();
        bool refused = false;
        for (int i = 0; i < 500 && !refused; i++)
        {
            try
            {
                KmemCache? cache = machine.Mm.KmemCacheCreate(machine.Cpu, $"cache-{i}", 3000, 0, panic ? SlabFlags.Panic : SlabFlags.None);
                refused = cache == null;
                if (cache != null)
                    caches.Add(cache);
            }
            catch (PanicException)
            {
                refused = panic;
            }
        }
        Assert.That(refused);
        Assert.That(machine.ReportsOf<CacheNotCreated>(), Is.Empty, "Linux says so only of objects that fit no slab");
        frames.ForEach(frame => machine.Mm.FreePages(machine.Cpu, frame, 0));
        caches.ForEach(cache => machine.Destroy(cache));
        machine.Census().AssertSameAs(before);

        VirtualAddress Page() => machine.Mm.GetFreePages(machine.Cpu, GfpFlags.Kernel | GfpFlags.NoWarn | GfpFlags.NoRetry, 0);
    }

    [TestCase(262144ul), TestCase(0x1_0000_0000ul), TestCase(ulong.MaxValue)]
    public void Create_WithAHugeAlignment_IsRefused(ulong align)
    {
        Assert.That(_machine.Mm.KmemCacheCreate(_machine.Cpu, "huge", 100, align, SlabFlags.None), Is.Null);
        Assert.That(_machine.ReportsOf<CacheNotCreated>().Single().Name, Is.EqualTo("huge"));
        AliveAndWhole();
    }

    [Test]
    public void Create_TooLargeOnceRedZonesAreAdded_IsRefusedOrPanics()
    {
        const SlabFlags flags = SlabFlags.RedZone | SlabFlags.StoreUser;
        Assert.That(_machine.Mm.KmemCacheCreate(_machine.Cpu, "zoned", 131072, 0, flags), Is.Null);
        Assert.Throws<PanicException>(() => _machine.Mm.KmemCacheCreate(_machine.Cpu, "zoned", 131072, 0, flags | SlabFlags.Panic));
        Assert.That(_machine.ReportsOf<CacheNotCreated>(), Has.Length.EqualTo(2));
        AliveAndWhole();
    }

    [Test]
    public void Create_OfAKnownName_IsRefused_AndPanicsIfAsked()
    {
        KmemCache first = _machine.Create("twice", 100);
        Assert.That(_machine.Mm.KmemCacheCreate(_machine.Cpu, "twice", 100, 0, SlabFlags.None), Is.Null);
        Assert.That(_machine.Mm.KmemCacheCreate(_machine.Cpu, "size-32", 100, 0, SlabFlags.None), Is.Null);
        Exception panic = Assert.Throws<PanicException>(() => _machine.Mm.KmemCacheCreate(_machine.Cpu, "twice", 100, 0, SlabFlags.Panic))!;
        Assert.That(panic.Message, Is.EqualTo("kmem_cache_create(): failed to create slab `twice'"));
        Assert.That(_machine.ReportsOf<DuplicateCache>().Select(report => report.Name), Is.EqualTo(new[] { "twice", "size-32", "twice" }));
        Assert.That(_machine.Destroy(first));
        Assert.That(_machine.Destroy(_machine.Create("twice", 64)), "the name is free again");
        AliveAndWhole();
    }

    [TestCase(0x100u), TestCase(0x200u), TestCase(0x8000u), TestCase(0x200000u), TestCase(0x80000000u)]
    public void Create_WithUnknownFlags_IsABug(uint flags)
    {
        _machine.Bug("kmem_cache_create", () => _machine.Mm.KmemCacheCreate(_machine.Cpu, "odd", 100, 0, (SlabFlags)flags));
        AliveAndWhole();
    }

    [Test]
    public void Create_WithPoisonAndRcu_OrADestructorAlone_IsABug()
    {
        _machine.Bug("kmem_cache_create", () => _machine.Mm.KmemCacheCreate(_machine.Cpu, "rcu", 100, 0, SlabFlags.DestroyByRcu | SlabFlags.Poison));
        _machine.Bug("kmem_cache_create", () => _machine.Mm.KmemCacheCreate(_machine.Cpu, "dtor", 100, 0, SlabFlags.None, null, Nothing));
        _machine.Bug("kmem_cache_create", () => _machine.Mm.KmemCacheCreate(_machine.Cpu, "rcu", 100, 0, SlabFlags.DestroyByRcu, Nothing, Nothing));
        AliveAndWhole();
    }
}
