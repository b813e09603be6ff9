using MiniKernel.Hal;
using MiniKernel.Tests.Support;
using NUnit.Framework;

namespace MiniKernel.Mm.Tests;

/// <summary>What drivers should not do with caches: Linux's answer, the kernel alive, and the memory back where it can be.</summary>
[TestFixture, Parallelizable(ParallelScope.All), FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
public sealed partial class CacheMisuseTests : IDisposable
{
    private readonly SlabMachine _machine = SlabMachine.Of("i386-64");
    private readonly MemoryCensus _before;

    public CacheMisuseTests() => _before = _machine.Census();

    public void Dispose() => _machine.Dispose();

    [Test]
    public void Destroy_WithObjectsInUse_KeepsTheCacheAsTheNewest_UntilTheyAreBack()
    {
        KmemCache busy = _machine.Create("busy", 100);
        _machine.Create("newer", 100);
        List<VirtualAddress> objects = _machine.Take(busy, 100);
        Assert.That(_machine.Destroy(busy), Is.False);
        Assert.That(_machine.ReportsOf<CacheStillInUse>().Single().Name, Is.EqualTo("busy"));
        Assert.That(_machine.Mm.SlabInfos()[0].Name, Is.EqualTo("busy"));
        objects.Add(_machine.Alloc(busy));
        Assert.That(_machine.Destroy(busy), Is.False, "again");
        _machine.FreeAll(busy, objects);
        Assert.That(_machine.Destroy(busy));
        Assert.That(_machine.Destroy(_machine.Mm.FindCache("newer")!));
        AliveAndWhole();
    }

    [Test]
    public void Destroy_OfNull_OrTwice_IsABug()
    {
        _machine.Bug("kmem_cache_destroy", () => _machine.Mm.KmemCacheDestroy(_machine.Cpu, null));
        KmemCache cache = _machine.Create("once", 100);
        _machine.Destroy(cache);
        _machine.Bug("kmem_cache_destroy", () => _machine.Destroy(cache));
        AliveAndWhole();
    }

    [Test]
    public void AStaleHandle_IsABug_OnBothPaths()
    {
        KmemCache stale = _machine.Create("stale", 100), other = _machine.Create("other", 100);
        VirtualAddress foreign = _machine.Alloc(other), own = _machine.Alloc(stale);
        _machine.Free(stale, own);
        _machine.Destroy(stale);
        Assert.Multiple(() =>
        {
            Assert.That(_machine.Cpu.TryAlloc(stale, GfpFlags.Kernel, out _), Is.False);
            Assert.That(_machine.Cpu.TryFree(stale, own), Is.False);
            Assert.That(_machine.Cpu.TryFree(stale, foreign), Is.False);
        });
        _machine.Bug("kmem_cache_alloc", () => _machine.Alloc(stale));
        _machine.Bug("kmem_cache_alloc", () => _machine.Mm.KmemCacheZalloc(_machine.Cpu, stale, GfpFlags.Kernel));
        _machine.Bug("kmem_cache_free", () => _machine.Free(stale, own));
        _machine.Bug("kmem_cache_shrink", () => _machine.Shrink(stale));
        Assert.That(_machine.Mm.TuneCache(_machine.Cpu, "stale", 10, 5, 0), Is.False);
        _machine.Free(other, foreign);
        _machine.Destroy(other);
        AliveAndWhole();
    }

    [Test]
    public void DoubleFree_IsSilentInTheArray_AndABugOnTheSlab()
    {
        KmemCache cache = _machine.Create("twice", 100);
        List<VirtualAddress> objects = _machine.Take(cache, 200);
        _machine.Free(cache, objects[0]);
        _machine.Free(cache, objects[0]);           // Linux without debugging notices nothing here
        MmBug bug = _machine.Bug("slab_put_obj", () => _machine.Shrink(cache));
        Assert.That(bug.Explanation, Does.Contain($"{objects[0].Value:x}").And.Contain("twice"));
        Assert.That(_machine.ReportsOf<SlabDebugReport>().Single().Lines.Single(),
            Is.EqualTo($"slab: double free detected in cache 'twice', objp 0x{objects[0].Value:x}"));
        _machine.FreeAll(cache, objects.Skip(1));
        Assert.That(_machine.Destroy(cache), "all others went on, and the first came home once");
        AliveAndWhole();
    }

    [Test]
    public void DoubleFree_FromTwoCpus_IsFoundWhenTheArraysMeetTheSlab()
    {
        KmemCache cache = _machine.Create("twice", 100);
        VirtualAddress obj = _machine.Alloc(cache);
        _machine.Free(cache, obj, cpu: 0);
        _machine.Free(cache, obj, cpu: 1);
        _machine.Bug("slab_put_obj", () => _machine.Destroy(cache));
        Assert.That(cache.IsAlive, "a destroy that ends in a BUG leaves the cache");
        Assert.That(_machine.Destroy(cache));
        AliveAndWhole();
    }

    [Test]
    public void DoubleFree_AfterTheSlabIsGone_IsABug()
    {
        KmemCache cache = _machine.Create("gone", 100);
        VirtualAddress obj = _machine.Alloc(cache);
        _machine.Free(cache, obj);
        _machine.Shrink(cache);
        _machine.Bug("kmem_cache_free", () => _machine.Mm.KmemCacheFree(_machine.Cpu, cache, obj));
        _machine.Bug("kfree", () => _machine.Kfree(obj));
        _machine.Destroy(cache);
        AliveAndWhole();
    }

    [Test]
    public void FreeToAnotherCache_IsABug_AtOnceOrWhenTheArrayIsDrained([Values] bool fast)
    {
        KmemCache right = _machine.Create("right", 100), wrong = _machine.Create("wrong", 100);
        VirtualAddress obj = _machine.Alloc(right);
        MmBug bug = fast
            ? _machine.Bug("free_block", () => FreeFastThenDrain(wrong, obj))
            : _machine.Bug("kmem_cache_free", () => _machine.Mm.KmemCacheFree(_machine.Cpu, wrong, obj));
        Assert.That(bug.Explanation, Does.Contain("wrong"));
        Assert.That(_machine.Mm.IsAllocatedObject(obj), "it is its owner's still");
        _machine.Free(right, obj);
        Assert.That(_machine.Destroy(right) && _machine.Destroy(wrong));
        AliveAndWhole();
    }

    private static readonly ulong[] Wild = [0, 16, 0x1000, 0xbfff_ffff, 0xc000_0000, 0xc010_0000, 0xdfff_fffc, 0xe000_0000, 0xffff_ffff, 1UL << 63, ulong.MaxValue];

    [Test]
    public void FreeOfAWildPointer_IsABug_AtOnceOrWhenTheArrayIsDrained([ValueSource(nameof(Wild))] ulong wild, [Values] bool fast)
    {
        KmemCache cache = _machine.Create("cache", 100);
        var pointer = new VirtualAddress(wild);
        if (fast)
            _machine.Bug("free_block", () => FreeFastThenDrain(cache, pointer));
        else
            _machine.Bug("kmem_cache_free", () => _machine.Mm.KmemCacheFree(_machine.Cpu, cache, pointer));
        Assert.That(_machine.Destroy(cache));
        AliveAndWhole();
    }

    // Linux without debugging hands it out again, and clears whatever lies there.
    [TestCase(0xdfff_ffe0ul), TestCase(0xffff_fff0ul), TestCase(0xe000_0000ul), TestCase(64ul), TestCase(ulong.MaxValue)]
    public void AWildPointerInTheArray_IsNeverTouchedBeyondRam(ulong wild)
    {
        KmemCache cache = _machine.Create("cache", 100);
        _machine.Free(cache, new VirtualAddress(wild));
        _machine.Bug("kmem_cache_alloc", () => _machine.Mm.KmemCacheZalloc(_machine.Cpu, cache, GfpFlags.Kernel));
        _machine.Free(cache, _machine.Mm.KmemCacheZalloc(_machine.Cpu, cache, GfpFlags.Kernel));
        Assert.That(_machine.Destroy(cache));
        AliveAndWhole();
    }

    [TestCase(4ul), TestCase(1ul), TestCase(99ul)]
    public void FreeOfAPointerIntoAnObject_IsABugWhenTheArrayIsFlushed(ulong offset)
    {
        KmemCache cache = _machine.Create("inside", 100);
        VirtualAddress obj = _machine.Alloc(cache);
        _machine.Free(cache, new VirtualAddress(obj.Value + offset));
        _machine.Bug("free_block", () => _machine.Shrink(cache));
        _machine.Free(cache, obj);
        Assert.That(_machine.Destroy(cache));
        AliveAndWhole();
    }

    [Test]
    public void FreeOfTheSlabsOwnManagement_IsABugWhenTheArrayIsFlushed()
    {
        KmemCache cache = _machine.Create("inside", 100);
        VirtualAddress obj = _machine.Alloc(cache), management = new(obj.Value & ~0xffful);
        _machine.Free(cache, management);
        _machine.Bug("free_block", () => _machine.Shrink(cache));
        _machine.Free(cache, obj);
        Assert.That(_machine.Destroy(cache));
        AliveAndWhole();
    }

    [TestCase(GfpFlags.HighMem), TestCase(GfpFlags.Dma32), TestCase((GfpFlags)(1u << 21)), TestCase((GfpFlags)0x80000000)]
    public void FlagsNoSlabCanHave_AreABug_OnlyWhenTheCacheMustGrow(GfpFlags flag)
    {
        KmemCache cache = _machine.Create("cache", 100);
        _machine.Bug("cache_grow", () => _machine.Alloc(cache, GfpFlags.Kernel | flag));
        VirtualAddress first = _machine.Alloc(cache), second = _machine.Alloc(cache, GfpFlags.Kernel | flag);
        Assert.That(second.IsNull, Is.False);
        _machine.FreeAll(cache, [first, second]);
        Assert.That(_machine.Destroy(cache));
        AliveAndWhole();
    }

    [Test]
    public void GfpDma_AndDmaCaches_BelongTogether([Values] bool debug)
    {
        SlabFlags extra = debug ? SlabFlags.RedZone : SlabFlags.None;
        KmemCache normal = _machine.Create("normal", 100, 0, extra), dma = _machine.Create("dma", 100, 0, SlabFlags.CacheDma | extra);
        _machine.Bug("kmem_flagcheck", () => _machine.Alloc(normal, GfpFlags.Kernel | GfpFlags.Dma));
        _machine.Bug("kmem_flagcheck", () => _machine.Alloc(dma));
        VirtualAddress low = _machine.Alloc(dma, GfpFlags.Kernel | GfpFlags.Dma), any = _machine.Alloc(normal);
        Assert.That(_machine.Mm.TryVirtToPhys(low, out PhysicalAddress physical) && physical.Value < _machine.Profile.DmaLimit);
        if (debug)
        {
            // With debugging each call is checked, before an object leaves the array.
            _machine.Bug("kmem_flagcheck", () => _machine.Alloc(normal, GfpFlags.Dma));
            _machine.Bug("kmem_flagcheck", () => _machine.Alloc(dma));
        }
        _machine.Free(dma, low);
        _machine.Free(normal, any);
        Assert.That(_machine.Destroy(normal) && _machine.Destroy(dma));
        AliveAndWhole();
    }

    [Test]
    public void FreePagesOfASlab_IsABadPage_AndTheCacheNoticesEachTime()
    {
        KmemCache cache = _machine.Create("torn", 100);
        VirtualAddress obj = _machine.Alloc(cache);
        _machine.Mm.FreePages(_machine.Cpu, new VirtualAddress(obj.Value & ~0xffful), 0);
        Assert.That(_machine.ReportsOf<BadPage>(), Has.Length.EqualTo(1));
        _machine.Bug("kmem_cache_free", () => _machine.Mm.KmemCacheFree(_machine.Cpu, cache, obj));
        _machine.Bug("free_block", () => _machine.Shrink(cache));
        _machine.Bug("kmem_cache_shrink", () => _machine.Shrink(cache));
        _machine.Bug("kmem_cache_shrink", () => _machine.Destroy(cache));
        Alive();
    }

    [Test]
    public void FreePagesOfATwoPageSlab_FrameByFrame_HurtsNobodyElse()
    {
        KmemCache cache = _machine.Create("torn", 8192);
        VirtualAddress obj = _machine.Alloc(cache);
        _machine.Mm.FreePages(_machine.Cpu, obj, 1);
        Assert.That(_machine.ReportsOf<BadPage>(), Is.Not.Empty);
        Assert.Throws<BugException>(() => _machine.Mm.KmemCacheFree(_machine.Cpu, cache, obj));
        for (int i = 0; i < 20; i++)
            Assert.That(Attempt(() => _machine.Alloc(cache)), "a BUG or an object, no fault of the host");
        Alive();
    }

    [Test]
    public void DestroyOfAKmallocClass_LeavesABugForItsUsers()
    {
        KmemCache largest = _machine.Mm.FindCache("size-131072")!;
        Assert.That(_machine.Destroy(largest));
        _machine.Bug("kmem_cache_alloc", () => _machine.Kmalloc(131072));
        _machine.Bug("kmem_cache_alloc", () => _machine.Kmalloc(100_000));
        Alive();
    }

    [Test]
    public void DestroyOfCacheCache_FailsWithItsDescriptorsInUse()
    {
        Assert.That(_machine.Destroy(_machine.Mm.FindCache("kmem_cache")!), Is.False);
        Assert.That(_machine.Mm.SlabInfos()[0].Name, Is.EqualTo("kmem_cache"));
        Alive();
    }

    private static void Nothing(VirtualAddress obj, KmemCache cache)
    {
    }

    private void FreeFastThenDrain(KmemCache cache, VirtualAddress obj)
    {
        Assert.That(_machine.Cpu.TryFree(cache, obj), "the fast path believes the caller");
        _machine.Shrink(cache);
    }

    private static bool Attempt(Action call)
    {
        try
        {
            call();
        }
        catch (BugException)
        {
        }
        return true;
    }

    private void AliveAndWhole()
    {
        Alive();
        _machine.Census().AssertSameAs(_before);
    }

    private void Alive()
    {
        KmemCache cache = _machine.Create("alive", 72);
        List<VirtualAddress> objects = _machine.Take(cache, 150);
        _machine.FreeAll(cache, objects);
        Assert.That(_machine.Destroy(cache));
        VirtualAddress block = _machine.Kmalloc(1000);
        Assert.That(block.IsNull, Is.False);
        _machine.Kfree(block);
    }
}
