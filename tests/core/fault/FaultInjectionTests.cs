using MiniKernel.Hal;
using MiniKernel.Mm;
using MiniKernel.Tests.Support;
using NUnit.Framework;

namespace MiniKernel.Core.Tests;

[TestFixture, Parallelizable(ParallelScope.All)]
public sealed class FaultInjectionTests : KernelFixture
{
    [Test]
    public void Nth_FailsThatRequestAndNoOther([Values(1u, 3u, 6u)] uint nth, [Values] WatchMode watch)
    {
        TestKernel test = Boot(watch: watch, options: With(new FaultRule { Nth = nth }));
        Assert.That(Requests(test, Ask), Is.EqualTo(Enumerable.Range(1, 6).Select(i => i != nth)));
        Assert.That(test.Kernel.Faults.Rules[0].Matched, Is.EqualTo(nth == 6 ? 6 : 8), "vmalloc's three, or the first of them");
        Assert.That(test.Kernel.Faults.Rules[0].Failed, Is.EqualTo(1));
        Assert.That(test.Kernel.Errors, Is.Zero, "a failed request is the driver's to handle");
    }

    [Test]
    public void Interval_FailsEveryNth()
    {
        TestKernel test = Boot(options: With(new FaultRule { Interval = 3 }));
        Assert.That(Requests(test, kernel => Ask(kernel, 7)), Is.EqualTo(new[] { true, true, false, true, true, false, true }));
    }

    [Test]
    public void Times_EndsIt()
    {
        // The third has no cache to come from.
        TestKernel test = Boot(options: With(new FaultRule { Times = 2 }));
        Assert.That(Requests(test, Ask), Is.EqualTo(new[] { false, false, false, true, true, true }));
    }

    [Test]
    public void Probability_IsTheSeeds()
    {
        static IReadOnlyList<bool> Of(TestKernel test) => Requests(test, kernel => Ask(kernel, 2_000));
        var rule = new FaultRule { Probability = 10 };
        IReadOnlyList<bool> first = Of(Boot(options: With(rule))), again = Of(Boot(options: With(rule))), other = Of(Boot(options: With(rule) with { Seed = 2 }));
        Assert.That(again, Is.EqualTo(first));
        Assert.That(other, Is.Not.EqualTo(first));
        // 200 expected with a standard deviation of 13: within four of them.
        Assert.That(first.Count(had => !had), Is.InRange(146, 254));
        Assert.That(other.Count(had => !had), Is.InRange(146, 254));
    }

    // Of the six of Ask: kmalloc(100), a cache of 48-byte objects, one of its objects, a page, two pages by GFP_ATOMIC, a vmalloc
    // of a page, which is two kmallocs (vm_struct, page array) and a page.
    [TestCaseSource(nameof(Filters))]
    public void AFilter_MatchesWhatItSays(FaultRule rule, int[] failing)
    {
        TestKernel test = Boot(options: With(rule));
        Assert.That(Requests(test, Ask), Is.EqualTo(Enumerable.Range(1, 6).Select(i => !failing.Contains(i))));
    }

    [Test]
    public void TheKernelsOwnRequests_AreLeftAlone()
    {
        TestKernel test = Boot(options: With(new FaultRule()));
        VirtualAddress p = test.Context.Kmalloc(100, GfpFlags.Kernel);
        Assert.That(p.IsNull, Is.False);
        test.Context.Kfree(p);
        Assert.That(test.Kernel.Faults.Rules[0].Matched, Is.Zero);
    }

    [Test]
    public void NoFail_IsNotEvenCounted()
    {
        TestKernel test = Boot(options: With(new FaultRule()));
        Assert.That(Requests(test, kernel => [Give(kernel, kernel.Kmalloc(100, GfpFlags.Kernel | GfpFlags.NoFail))]), Is.EqualTo(new[] { true }));
        Assert.That(test.Kernel.Faults.Rules[0].Matched, Is.Zero);
    }

    [Test]
    public void SlabPanic_OfACacheThatFails_Panics()
    {
        TestKernel test = Boot(options: With(new FaultRule { Kind = AllocationKind.CacheCreate }));
        Assert.That(
            () => Requests(test, kernel => [kernel.KmemCacheCreate("vital", 32, 0, SlabFlags.Panic) is null]),
            Throws.TypeOf<KernelPanicException>().With.Message.Contain("vital"));
        ExpectLeftovers();
    }

    [Test]
    public void AMempool_LivesFromItsReserve()
    {
        TestKernel test = Boot(options: With(new FaultRule { Nth = 6 })); // pool, array, three elements; then the first that is taken
        Assert.That(Requests(test, kernel =>
        {
            Mempool pool = kernel.MempoolCreateKmallocPool(3, 64)!;
            VirtualAddress element = kernel.MempoolAlloc(pool, GfpFlags.Atomic);
            int left = pool.CurrentCount;
            kernel.MempoolFree(element, pool);
            kernel.MempoolDestroy(pool);
            return [!element.IsNull, left == 2];
        }), Is.EqualTo(new[] { true, true }));
    }

    [Test]
    public void TheMessage_NamesTheRequestAndItsPlace()
    {
        TestKernel test = Boot(options: With(new FaultRule { Nth = 1 }));
        Requests(test, kernel => [Give(kernel, kernel.Kmalloc(100, GfpFlags.Atomic))]);
        Assert.That(test.LogText, Does.Contain("FAULT_INJECTION: forcing a failure.\nname failslab, 100 bytes from size-128, gfp_mask=0x20 at tests/core/fault/FaultInjectionTests.cs:")
            .And.Contain(") by toy"));
        Assert.That(test.Kernel.Faults.LastFailure, Does.StartWith("100 bytes from size-128"));
    }

    [Test]
    public void Clear_EndsAllRules()
    {
        TestKernel test = Boot(options: With(new FaultRule()));
        test.Kernel.Faults.Clear();
        Assert.That(Requests(test, Ask), Is.All.True);
        test.Kernel.Faults.Add(new FaultRule { Nth = 2 });
        Assert.That(Requests(test, Ask)[1], Is.False);
    }

    private static IEnumerable<TestCaseData> Filters()
    {
        static TestCaseData Case(string name, FaultRule rule, params int[] failing) => new TestCaseData(rule, failing).SetArgDisplayNames(name);
        yield return Case("slab", new FaultRule { Kind = AllocationKind.Slab }, 1, 3, 6);
        yield return Case("page", new FaultRule { Kind = AllocationKind.Page }, 4, 5, 6);
        yield return Case("cache_create", new FaultRule { Kind = AllocationKind.CacheCreate }, 2, 3);
        yield return Case("module", new FaultRule { Module = "t?y" }, 1, 2, 3, 4, 5, 6);
        yield return Case("other module", new FaultRule { Module = "boy" });
        yield return Case("cache", new FaultRule { Cache = "size-128" }, 1);
        yield return Case("cache pattern", new FaultRule { Cache = "th*" }, 2, 3);
        yield return Case("size", new FaultRule { MinSize = 100, MaxSize = 4096 }, 1, 4, 6);
        yield return Case("large", new FaultRule { MinSize = 8192 }, 5);
        yield return Case("gfp", new FaultRule { Kind = AllocationKind.Page, Gfp = GfpFlags.Wait }, 4, 6);
        yield return Case("file", new FaultRule { Site = "FaultInjectionTests.cs" }, 1, 2, 3, 4, 5, 6);
        yield return Case("other file", new FaultRule { Site = "Scull.cs" });
        yield return Case("method", new FaultRule { Site = nameof(Ask) }, 1, 2, 3, 4, 5, 6);
        yield return Case("line", new FaultRule { Site = "fault/FaultInjectionTests.cs:1" });
    }

    private static KernelOptions With(FaultRule rule) => new() { Faults = [rule] };

    private static IReadOnlyList<bool> Ask(KernelContext kernel)
    {
        List<bool> had = [Give(kernel, kernel.Kmalloc(100, GfpFlags.Kernel))];
        KmemCache? cache = kernel.KmemCacheCreate("things", 48, 0, 0);
        had.Add(cache is not null);
        VirtualAddress thing = cache is null ? VirtualAddress.Null : kernel.KmemCacheAlloc(cache, GfpFlags.Kernel);
        had.Add(!thing.IsNull);
        if (!thing.IsNull)
            kernel.KmemCacheFree(cache!, thing);
        if (cache is not null)
            kernel.KmemCacheDestroy(cache);
        VirtualAddress page = kernel.GetFreePages(GfpFlags.Kernel, 0), pages = kernel.GetFreePages(GfpFlags.Atomic, 1);
        had.Add(!page.IsNull);
        had.Add(!pages.IsNull);
        kernel.FreePages(page, 0);
        kernel.FreePages(pages, 1);
        VirtualAddress area = kernel.Vmalloc(4096);
        had.Add(!area.IsNull);
        kernel.Vfree(area);
        return had;
    }

    private static List<bool> Ask(KernelContext kernel, int times)
    {
        List<bool> had = [];
        for (int i = 0; i < times; i++)
            had.Add(Give(kernel, kernel.Kmalloc(64, GfpFlags.Kernel)));
        return had;
    }

    private static bool Give(KernelContext kernel, VirtualAddress p)
    {
        kernel.Kfree(p);
        return !p.IsNull;
    }

    // As a module of the name "toy", loaded and unloaded again.
    private static IReadOnlyList<bool> Requests(TestKernel test, Func<KernelContext, IReadOnlyList<bool>> ask)
    {
        IReadOnlyList<bool> had = [];
        var module = new TestModule { OnInit = kernel => had = ask(kernel) };
        Assert.That(test.Insmod(module), Is.EqualTo(Errno.Success), test.LogText);
        Assert.That(test.Kernel.Modules.Rmmod("toy"), Is.EqualTo(Errno.Success));
        return had;
    }
}
