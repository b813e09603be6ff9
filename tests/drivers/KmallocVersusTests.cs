using MiniKernel.Core;
using MiniKernel.Hal;
using MiniKernel.Mm;
using MiniKernel.Tests.Support;
using NUnit.Framework;

namespace MiniKernel.Drivers.Tests;

[TestFixture, Parallelizable(ParallelScope.All)]
public sealed class KmallocVersusTests : KernelFixture
{
    private const int Objects = 10_000, Ways = 4, Rounds = 5;      // churn takes each object twice

    [Test]
    public void Workload_GivesEverythingBack_AndIsTheSameEveryTimeAndWatch(
        [ValueSource(typeof(TestMachine), nameof(TestMachine.ProfileNames))] string profile)
    {
        const string objects = "objects=2000";
        string[] tracked = Work(profile, WatchMode.Tracked, objects), again = Work(profile, WatchMode.Tracked, objects), bare = Work(profile, WatchMode.Bare, objects);
        Assert.That(tracked, Has.Length.GreaterThan(2 + Ways + VersusObject.Sizes.Count));
        Assert.That(again, Is.EqualTo(tracked));
        Assert.That(bare, Is.EqualTo(tracked), "watching changes no address");
    }

    [Test]
    public void Space_OfKmalloc_IsTheClasses_AndOfCachesTheirGeometry(
        [ValueSource(typeof(TestMachine), nameof(TestMachine.ProfileNames))] string profile)
    {
        HardwareProfile machine = TestMachine.Profile(profile);
        string[] lines = Work(profile, WatchMode.Bare);
        foreach (uint bytes in VersusObject.Sizes)
        {
            ulong size = KmallocSizes.For(machine).First(size => size >= bytes);
            SlabGeometry kmalloc = SlabGeometry.Compute(machine, size, 8, SlabFlags.HwCacheAlign)!;
            SlabGeometry cache = SlabGeometry.Compute(machine, bytes, 0, SlabFlags.None)!;
            ulong[] row = NumbersOf(lines.Single(line => line.StartsWith($"kmalloc_versus: {bytes,5} |", StringComparison.Ordinal)));
            ulong least = ((Objects / 5u) + cache.ObjectsPerSlab - 1) / cache.ObjectsPerSlab;
            Assert.Multiple(() =>
            {
                Assert.That(row[1], Is.EqualTo(kmalloc.BufferSize));
                Assert.That(row[2], Is.EqualTo(kmalloc.ObjectsPerSlab));
                Assert.That(row[6], Is.EqualTo(cache.BufferSize));
                Assert.That(row[7], Is.EqualTo(cache.ObjectsPerSlab));
                Assert.That(row[8], Is.EqualTo(least), "a cache of its own, shrunk before: no slab more than needed");
                Assert.That(row[9], Is.EqualTo(least * cache.PagesPerSlab));
                Assert.That(row[10], Is.LessThan(row[5]), "kmalloc wastes more");
            });
        }
    }

    [Test]
    public void Initialisations_AreTheCallersWithoutAConstructor_AndFewerWithOne()
    {
        string[] lines = Work("i386-32", WatchMode.Tracked);
        foreach (string way in (string[])["kmalloc, constant sizes", "kmalloc, variable sizes", "kmem_cache             "])
            Assert.That(CountsOf(lines, way), Is.EqualTo(new ulong[] { Rounds * Objects, 0 }), way);
        ulong[] constructed = CountsOf(lines, "kmem_cache, constructor");
        Assert.That(constructed[0], Is.Zero);
        Assert.That(constructed[1], Is.InRange((ulong)Objects, (ulong)(Rounds - 1) * Objects));
        ulong churn = NumbersOf(lines.Single(line => line.Contains("constructor, churn", StringComparison.Ordinal)))[0];
        Assert.That(churn, Is.LessThan(2 * Objects / 5), "where objects come and go, slabs stay");
    }

    [Test]
    public void AlignedCaches_TakeTheRoomOfCacheLines()
    {
        string[] lines = Work("i386-128", WatchMode.Bare, "hwcache_align=1");
        Assert.That(NumbersOf(lines.Single(line => line.StartsWith("kmalloc_versus:   140 |", StringComparison.Ordinal)))[6], Is.EqualTo(256));
    }

    [TestCase(5)]
    [TestCase(7)]
    [TestCase(101)]
    public void AnyNumberOfObjects_Works(int objects) => Work("i386-32", WatchMode.Tracked, $"objects={objects}");

    [Test]
    public void ForgettingToPutBack_IsFoundByTheNextWhoTakesTheObject([Values] WatchMode watch)
    {
        TestKernel test = Boot(watch: watch);
        WorkloadResult result = InsmodAndRun(test, "forget_put_back=1");
        Assert.That(result.Error, Is.EqualTo(Errno.EBADMSG));
        // Quarantine delays the next use to the pass after.
        Assert.That(result.Summary, Does.StartWith($"kmem_cache, constructor, {(watch == WatchMode.Shadow ? "random" : "fifo")}: an object of ").And.Contain("is not as its constructor left it"));
        Unload(test, errors: 1);
    }

    [Test]
    public void PoisonedCaches_ConstructAtEveryAllocation()
    {
        TestKernel test = Boot(options: new KernelOptions { Mm = new MmOptions { SlabDebug = "versus-*" } });
        WorkloadResult result = InsmodAndRun(test, "objects=500");
        Assert.That(result.Error, Is.EqualTo(Errno.Success), result.Summary);
        Assert.That(CountsOf(Own(test), "kmem_cache, constructor")[1], Is.GreaterThanOrEqualTo(500u * Rounds));
        Unload(test, errors: 0);
    }

    [Test]
    public void MemoryThatRunsOut_IsENOMEM_AndNothingIsHeld([Values] WatchMode watch)
    {
        TestKernel test = Boot("lab-4m", watch);
        WorkloadResult result = InsmodAndRun(test, "objects=100000");
        Assert.That(result.Error, Is.EqualTo(Errno.ENOMEM));
        Assert.That(result.Summary, Does.StartWith("kmalloc, constant sizes, lifo: no memory for object "));
        Unload(test, test.Kernel.Errors);
        Assert.That(test.Kernel.Leaks, Is.Empty);
    }

    [TestCase("versus-140")]
    [TestCase("versus-72-ctor")]
    public void Init_WithATakenCacheName_FailsAndLeavesNothing(string name)
    {
        TestKernel test = Boot();
        KmemCache? taken = test.Context.KmemCacheCreate(name, 64);
        Assert.That(test.Insmod(new KmallocVersus()), Is.EqualTo(Errno.ENOMEM));
        Assert.That(test.Kernel.Modules.Loaded, Is.Empty);
        test.Context.KmemCacheDestroy(taken);
    }

    [Test]
    public void Workload_CanBeRunAgain()
    {
        TestKernel test = Boot();
        InsmodAndRun(test);
        ulong[] first = CountsOf(Own(test), "kmem_cache, constructor");
        WorkloadResult again = test.Kernel.Modules.RunWorkload(test.Kernel.Modules.Find("kmalloc_versus")!)!;
        Assert.That(again.Error, Is.EqualTo(Errno.Success), again.Summary);
        Assert.That(Own(test).Last(line => line.Contains("kmem_cache, constructor", StringComparison.Ordinal)), Does.EndWith($" {first[1]}"));
        Unload(test, errors: 0);
    }

    // What the driver printed, after load, work and unload on a kernel of its own.
    private string[] Work(string profile, WatchMode watch, params string[] parameters)
    {
        TestKernel test = Boot(profile, watch);
        WorkloadResult result = InsmodAndRun(test, parameters);
        Assert.That(result.Error, Is.EqualTo(Errno.Success), result.Summary);
        Unload(test, errors: 0);
        return [.. Own(test), result.Summary];
    }

    private static string[] Own(TestKernel test) => [.. test.Lines.Where(line => line.StartsWith("kmalloc_versus:", StringComparison.Ordinal))];

    private static ulong[] CountsOf(string[] lines, string way)
    {
        string row = lines.First(line => line.StartsWith($"kmalloc_versus: {way} |", StringComparison.Ordinal));
        return NumbersOf(row[row.LastIndexOf('|')..]);
    }

    private static ulong[] NumbersOf(string line) =>
        [.. line.Split([' ', '|', '%', ':', ','], StringSplitOptions.RemoveEmptyEntries).Where(word => char.IsAsciiDigit(word[0])).Select(ulong.Parse)];

    private static WorkloadResult InsmodAndRun(TestKernel test, params string[] parameters)
    {
        Assert.That(test.Insmod(new KmallocVersus(), parameters), Is.EqualTo(Errno.Success));
        return test.Kernel.Modules.RunWorkload(test.Kernel.Modules.Find("kmalloc_versus")!)!;
    }

    private static void Unload(TestKernel test, int errors)
    {
        Assert.That(test.Kernel.Modules.Rmmod("kmalloc_versus"), Is.EqualTo(Errno.Success));
        Assert.That(test.Kernel.Errors, Is.EqualTo(errors), test.LogText);
    }
}
