using MiniKernel.Hal;
using MiniKernel.Mm;
using MiniKernel.Tests.Support;
using NUnit.Framework;

namespace MiniKernel.Core.Tests;

[TestFixture, Parallelizable(ParallelScope.All)]
public sealed class ReaperTests : KernelFixture
{
    private const ulong Millisecond = 1_000_000;

    [Test]
    public void Reaper_RunsEveryTwoSeconds_AndGivesFreeSlabsBack()
    {
        TestKernel test = Boot(watch: WatchMode.Bare);
        KmemCache cache = FilledAndEmptied(test);
        ulong slabs = SlabsOf(test);
        Assert.That(slabs, Is.Positive);
        test.Kernel.Time.Idle(1_999 * Millisecond);
        Assert.That(SlabsOf(test), Is.EqualTo(slabs), "not yet");
        test.Kernel.Time.Idle(60_000 * Millisecond);
        Assert.That(SlabsOf(test), Is.Zero);
        test.Context.KmemCacheDestroy(cache);
    }

    [Test]
    public void Reaper_WaitsWhileTheCpuMayNotSleep()
    {
        TestKernel test = Boot(watch: WatchMode.Bare);
        KmemCache cache = FilledAndEmptied(test);
        ulong slabs = SlabsOf(test);
        KernelContext kernel = test.Context;
        kernel.PreemptDisable();
        kernel.Mdelay(20_000);
        Assert.That(SlabsOf(test), Is.EqualTo(slabs));
        kernel.PreemptEnable();
        kernel.Mdelay(40_000);
        Assert.That(SlabsOf(test), Is.Zero);
        kernel.KmemCacheDestroy(cache);
    }

    [Test]
    public void DestructorThatOopsesInTheReaper_StopsItsModuleAndNothingElse()
    {
        ExpectLeftovers();
        TestKernel test = Boot();
        int[] none = [];
        test.Insmod(new TestModule
        {
            OnInit = kernel =>
            {
                KmemCache cache = kernel.KmemCacheCreate("toy", 1500, ctor: static (_, _) => { }, dtor: (_, _) => none[1]++)!;
                kernel.KmemCacheFree(cache, kernel.KmemCacheAlloc(cache, GfpFlags.Kernel));
            },
        });
        test.Kernel.Time.Idle(60_000 * Millisecond);
        Assert.That(test.Kernel.Modules.Find("toy")!.State, Is.EqualTo(ModuleState.Dead));
        Assert.That(test.Kernel.Oopses, Is.EqualTo(1));
        Assert.That(test.Kernel.Reaper, Is.Not.Null);
    }

    private static KmemCache FilledAndEmptied(TestKernel test)
    {
        KmemCache cache = test.Context.KmemCacheCreate("toy", 1500)!;
        List<VirtualAddress> objects = [];
        for (int i = 0; i < 100; i++)
            objects.Add(test.Context.KmemCacheAlloc(cache, GfpFlags.Kernel));
        objects.ForEach(p => test.Context.KmemCacheFree(cache, p));
        return cache;
    }

    private static ulong SlabsOf(TestKernel test) => test.Mm.SlabInfos().Single(cache => cache.Name == "toy").TotalSlabs;
}
