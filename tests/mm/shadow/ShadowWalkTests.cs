using MiniKernel.Hal;
using MiniKernel.Tests.Support;
using NUnit.Framework;

namespace MiniKernel.Mm.Tests;

/// <summary>Shadow memory says what callers hold, whatever they do.</summary>
[TestFixture, Parallelizable(ParallelScope.All)]
public sealed class ShadowWalkTests
{
    [Test]
    public void WhatIsHeldIsOpen_AndNothingElse([Values(1, 2)] int seed, [Values(32, 64)] int word, [Values(1, 2)] int cpus)
    {
        HardwareProfile small = TestMachine.Profile("lab-4m", profile => profile with { Cpus = cpus, WordSize = word });
        using ShadowWalk walk = new(small, seed);
        walk.Run(1500, 60);
    }

    [Test]
    public void OnSlobToo([Values(1, 2, 3)] int seed, [Values(32, 64)] int word)
    {
        HardwareProfile small = TestMachine.Profile("lab-4m", profile => profile with { WordSize = word });
        using ShadowWalk walk = new(small, seed, AllocatorKind.Slob);
        walk.Run(1500, 60);
    }

    [Test]
    public void AtTheEdgeOfExhaustion_TheSameHolds([Values(3, 4)] int seed)
    {
        using ShadowWalk walk = new(TestMachine.Profile("lab-4m"), seed);
        walk.Run(2000, int.MaxValue);
    }

    [TestCaseSource(typeof(TestMachine), nameof(TestMachine.ProfileNames))]
    public void TheRandomWalkOfTheSlabTests_KeepsEveryPromiseInShadowModeToo(string profile)
    {
        using RandomWalk walk = new(TestMachine.Profile(profile), 77, new MmOptions { Shadow = true, Watched = true });
        walk.Run(2000, 800);
    }

    [TestCaseSource(typeof(TestMachine), nameof(TestMachine.ProfileNames))]
    public void TheSameCalls_GiveTheSameAddresses(string profile)
    {
        List<ulong> once = Addresses(profile);
        Assert.That(Addresses(profile), Is.EqualTo(once));
    }

    [Test]
    public void Quarantine_LetsObjectsGoInOrder_WhenMoreThanAThirtySecondOfRamWaits()
    {
        using SlabMachine machine = SlabMachine.Of("lab-4m", new MmOptions { Shadow = true, Watched = true });
        ulong bound = machine.Profile.Ram / 32;
        List<VirtualAddress> taken = [.. Enumerable.Range(0, 2000).Select(_ => machine.Kmalloc(100))];
        ulong each = machine.Mm.CacheOf(taken[0])!.Geometry.BufferSize;
        taken.ForEach(p => machine.Kfree(p));
        Assert.That((ulong)machine.Mm.QuarantinedObjects, Is.EqualTo(bound / each), "the bound is kept, and used");
        VirtualAddress again = machine.Kmalloc(100);
        Assert.That(taken.Take(2000 - machine.Mm.QuarantinedObjects), Does.Contain(again), "one of those that have gone");
        machine.Kfree(again);
    }

    [Test]
    public void Quarantine_GivesWay_BeforeMemoryIsShort([Values(GfpFlags.Kernel, GfpFlags.Atomic)] GfpFlags flags)
    {
        using SlabMachine machine = SlabMachine.Of("lab-4m", new MmOptions { Shadow = true, Watched = true });
        List<VirtualAddress> taken = [];
        for (VirtualAddress p; !(p = machine.Kmalloc(1000, flags | GfpFlags.NoWarn)).IsNull;)
            taken.Add(p);
        int most = taken.Count;
        for (int round = 0; round < 3; round++)
        {
            taken.ForEach(p => machine.Kfree(p));
            taken.Clear();
            for (VirtualAddress p; !(p = machine.Kmalloc(1000, flags | GfpFlags.NoWarn)).IsNull;)
                taken.Add(p);
            Assert.That(taken, Has.Count.EqualTo(most), "nothing is lost in quarantine");
        }
        taken.ForEach(p => machine.Kfree(p));
    }

    [Test]
    public void RedZones_PartObjectsOfEveryClass_AndBuffersStayAligned([ValueSource(typeof(TestMachine), nameof(TestMachine.ProfileNames))] string profile)
    {
        using SlabMachine machine = SlabMachine.Of(profile, new MmOptions { Shadow = true, Watched = true });
        foreach (KmallocClass size in machine.Mm.KmallocClasses)
        {
            SlabGeometry geometry = size.Cache.Geometry;
            Assert.That(geometry.ObjectSize, Is.EqualTo(size.Size));
            bool hasGap = geometry.BufferSize >= size.Size + 16;
            Assert.That(hasGap || size.Size == SlabGeometry.SizeLimit(machine.Profile) || size.Size == machine.Mm.KmallocClasses[^1].Size, $"size-{size.Size}: {geometry.BufferSize}");
            if (size.Size < (ulong)machine.Profile.PageSize || machine.Kmalloc(size.Size, GfpFlags.Kernel | GfpFlags.NoWarn) is not { IsNull: false } p)
                continue;
            Assert.That(p.Value % (ulong)machine.Profile.PageSize, Is.Zero, $"size-{size.Size} begins with a page");
            machine.Kfree(p);
        }
    }

    private static List<ulong> Addresses(string profile)
    {
        using SlabMachine machine = SlabMachine.Of(profile, new MmOptions { Shadow = true, Watched = true });
        Random random = new(5);
        List<VirtualAddress> held = [];
        List<ulong> addresses = [];
        for (int i = 0; i < 2000; i++)
        {
            if (held.Count != 0 && random.Next(5) < 2)
            {
                machine.Kfree(held[^1]);
                held.RemoveAt(held.Count - 1);
                continue;
            }
            held.Add(machine.Kmalloc((ulong)random.Next(1, 5000)));
            addresses.Add(held[^1].Value);
        }
        held.ForEach(p => machine.Kfree(p));
        return addresses;
    }
}
