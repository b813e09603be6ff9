using MiniKernel.Hal;
using MiniKernel.Mm;
using MiniKernel.Tests.Support;
using NUnit.Framework;

namespace MiniKernel.Core.Tests.Explain;

/// <summary>Why an allocation landed where it did: the steps are what happened, and the same call afterwards lands there.</summary>
[TestFixture, Parallelizable(ParallelScope.All)]
public sealed class ExplainerTests : KernelFixture
{
    [Test]
    public void Kmalloc_LandsWhereItWasExplained([ValueSource(typeof(TestMachine), nameof(TestMachine.ProfileNames))] string profile, [Values(1UL, 100UL, 3000UL, 20000UL)] ulong size)
    {
        TestKernel test = Boot(profile);
        Explanation explained = new Explainer(test.Kernel).Kmalloc(0, size, GfpFlags.Kernel);
        VirtualAddress p = test.Context.Kmalloc(size, GfpFlags.Kernel);
        Assert.That(explained.Steps[^1].Text, Is.EqualTo($"kmalloc({size}, GFP_KERNEL) returns {p}"));
        Assert.That(explained.Steps[0].Event, Is.EqualTo("kmalloc_class"));
        Assert.That(explained.Result[0].Text, Does.StartWith($"{p} is virtual: the direct map; "));
        Assert.That(test.Kernel.Trace.IsOn, Is.False);
        test.Context.Kfree(p);
    }

    [Test]
    public void EmptyStack_AndGrowth_AreTold()
    {
        TestKernel test = Boot();
        KmemCache cache = test.Context.KmemCacheCreate("fresh", 500)!;
        string[] steps = Steps(new Explainer(test.Kernel).CacheAlloc(0, cache, GfpFlags.Kernel));
        Assert.That(steps[0], Does.Match(@"^fresh has no free object anywhere and grows by a slab of order 0; its colour is 0, of \d+ that lie 32 bytes apart$|no room for colours"));
        Assert.That(steps, Has.One.Matches<string>(text => text.StartsWith("zone Normal may give: ", StringComparison.Ordinal)));
        Assert.That(steps[^1], Does.Match(@"^kmem_cache_alloc\(fresh, GFP_KERNEL\) returns 0x[0-9a-f]+$"));
        string[] again = Steps(new Explainer(test.Kernel).CacheAlloc(0, cache, GfpFlags.Kernel));
        Assert.That(again, Has.Length.EqualTo(2), "now the object lies on the stack");
        Assert.That(again[0], Does.StartWith("the object on top of CPU 0's stack of fresh is handed out: "));
        test.Context.KmemCacheDestroy(cache);
    }

    [Test]
    public void Watermarks_ArePassedOverInNumbers()
    {
        TestKernel test = Boot("lab-4m");
        List<PageFrameNumber> taken = [];
        while (test.Context.AllocPages(GfpFlags.NoWait | GfpFlags.NoWarn, 0) is { } frame)
            taken.Add(frame);
        Explanation explained = new Explainer(test.Kernel).AllocPages(0, 0, GfpFlags.NoWait | GfpFlags.NoWarn);
        string[] passedOver = [.. Steps(explained).Where(text => text.Contains("is passed over", StringComparison.Ordinal))];
        ZoneInfo normal = test.Mm.Zones().Single(zone => zone.Name == "Normal");
        Assert.That(passedOver[0], Does.StartWith($"zone Normal is passed over: {normal.Free} free - 1 wanted + 1 <= {normal.Low} (low {normal.Low}) + 0 lowmem_reserve"));
        Assert.That(passedOver.Any(text => text.Contains(" less ", StringComparison.Ordinal) && text.Contains("no __GFP_WAIT", StringComparison.Ordinal)), Is.True, string.Join('\n', passedOver));
        Assert.That(explained.Result.Single(), Is.EqualTo(new Fact("result", "NULL")));
        taken.ForEach(frame => test.Context.FreePages(frame, 0));
    }

    [Test]
    public void TooLarge_Zero_AndTheWrongFlag_HaveAnAnswer()
    {
        TestKernel test = Boot();
        Explainer explainer = new(test.Kernel);
        Assert.That(Steps(explainer.Kmalloc(0, 1UL << 30, GfpFlags.Kernel)), Is.EqualTo(new[] { $"no class holds {1UL << 30} bytes; the largest is 131072: kmalloc returns NULL" }));
        Assert.That(explainer.Kmalloc(0, 0, GfpFlags.Kernel).Result.Single().Text, Does.StartWith("ZERO_SIZE_PTR"));
        KmemCache cache = test.Context.KmemCacheCreate("normal_only", 64)!;
        Explanation refused = explainer.CacheAlloc(0, cache, GfpFlags.Kernel | GfpFlags.Dma);
        Assert.That(refused.Result.Single().Text, Does.Contain("GFP_DMA given for cache `normal_only'"));
        test.Context.KmemCacheDestroy(cache);
    }

    [Test]
    public void Address_IsExplainedFromWhatWasHeard()
    {
        TestKernel test = Boot();
        AllocationHistory history = new();
        VirtualAddress before = test.Context.Kmalloc(100, GfpFlags.Kernel);
        test.Kernel.Trace.AddListener(history.Note);
        KmemCache cache = test.Context.KmemCacheCreate("heard", 1000)!;
        VirtualAddress first = test.Context.KmemCacheAlloc(cache, GfpFlags.Kernel), second = test.Context.KmemCacheAlloc(cache, GfpFlags.Kernel);
        PageFrameNumber page = test.Context.AllocPages(GfpFlags.Kernel, 3)!.Value;
        Explainer explainer = new(test.Kernel);
        Assert.That(explainer.Address(history, before.Value).IsComplete, Is.False);
        Assert.That(explainer.Address(null, first.Value).IsComplete, Is.False);
        string[] ofFirst = Steps(explainer.Address(history, first.Value + 5)), ofSecond = Steps(explainer.Address(history, second.Value));
        Assert.That(ofFirst[0], Does.StartWith("heard has no free object anywhere and grows"));
        Assert.That(ofFirst[^1], Does.EndWith($"returns {first}"));
        Assert.That(ofSecond[0], Is.EqualTo(ofFirst[0]), "its slab is the same");
        Assert.That(ofSecond[^1], Does.EndWith($"returns {second}"));
        Assert.That(Steps(explainer.Address(history, (ulong)page.Value << 12))[^1], Is.EqualTo($"alloc_pages(order 3, GFP_KERNEL) gives frame {page}"));
        test.Context.FreePages(page, 3);
        test.Context.KmemCacheFree(cache, first);
        test.Context.KmemCacheFree(cache, second);
        Assert.That(explainer.Address(history, first.Value).Steps, Is.Empty, "it is free now");
        test.Context.KmemCacheDestroy(cache);
        test.Kernel.Trace.RemoveListener(history.Note);
        test.Context.Kfree(before);
    }

    [Test]
    public void LiveGroups_SayWhoHoldsWhatSinceWhen()
    {
        TestKernel test = Boot();
        VirtualAddress[] taken = [.. Enumerable.Range(0, 3).Select(_ => test.Context.Kmalloc(100, GfpFlags.Kernel))];
        LiveGroup group = test.Kernel.LiveGroups.Single();
        Assert.That((group.Module, group.What, group.Count, group.Bytes), Is.EqualTo(("kernel", "size-128", 3, 300UL)));
        Assert.That(group.Site.Member, Is.EqualTo(nameof(LiveGroups_SayWhoHoldsWhatSinceWhen)));
        Array.ForEach(taken, p => test.Context.Kfree(p));
        Assert.That(test.Kernel.LiveGroups, Is.Empty);
    }

    private static string[] Steps(Explanation explanation) => [.. explanation.Steps.Select(step => step.Text)];
}
