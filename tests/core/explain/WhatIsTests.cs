using MiniKernel.Hal;
using MiniKernel.Mm;
using MiniKernel.Tests.Support;
using NUnit.Framework;

namespace MiniKernel.Core.Tests.Explain;

/// <summary>What lies at an address, asked of every kind of memory there is.</summary>
[TestFixture, Parallelizable(ParallelScope.All)]
public sealed class WhatIsTests : KernelFixture
{
    [Test]
    public void Object_IsNamedWithWhoHasIt_AndAfterwardsWhoHadIt([ValueSource(typeof(TestMachine), nameof(TestMachine.ProfileNames))] string profile)
    {
        TestKernel test = Boot(profile);
        VirtualAddress p = test.Context.Kmalloc(100, GfpFlags.Kernel);
        KmemCache cache = test.Mm.CacheOf(p)!;
        Assert.That(Text(test, p.Value + 8, "object"), Does.EndWith($"at {p}, 8 bytes into it: allocated"));
        Assert.That(Text(test, p.Value + 8, "slab"), Does.StartWith($"of cache {cache.Name} ({cache.ObjectSize} bytes, {cache.Geometry.ObjectsPerSlab} a slab)"));
        Assert.That(Text(test, p.Value + 8, "what"), Is.EqualTo($"{cache.Name}, 100 bytes asked for: byte 8 of them"));
        Assert.That(Text(test, p.Value + 100, "what"), Does.EndWith("1 byte(s) past their end, in what was not asked for"));
        Assert.That(Text(test, p.Value, "taken"), Does.Match(@"^by kernel in swapper/0 at tests/core/explain/WhatIsTests\.cs:\d+ \(Object_"));
        Assert.That(Facts(test, p.Value).Select(fact => fact.Name), Has.None.EqualTo("freed"));
        test.Context.Kfree(p);
        Assert.That(Text(test, p.Value, "object"), Does.EndWith("free, on the stack of CPU 0, 0 above it"));
        Assert.That(Text(test, p.Value, "freed"), Does.StartWith("by kernel in swapper/0 at tests/core/explain/WhatIsTests.cs:"));
        test.TakeCensus();                        // empties the stacks
        Assert.That(Text(test, p.Value, "object") ?? "free", Does.Not.Contain("stack").And.Contain("free"));
    }

    // Each object of a cache is exactly one of: allocated, on the stack, free in its slab; and all are counted.
    [Test]
    public void EveryObjectOfASlab_IsInOnePlace([Values("i386-32", "x86-64-2g", "lab-4m")] string profile, [Values(48UL, 1500UL)] ulong size)
    {
        TestKernel test = Boot(profile);
        KmemCache cache = test.Context.KmemCacheCreate("places", size)!;
        VirtualAddress[] taken = [.. Enumerable.Range(0, 40).Select(_ => test.Context.KmemCacheAlloc(cache, GfpFlags.Kernel))];
        foreach (VirtualAddress p in taken[..13])
            test.Context.KmemCacheFree(cache, p);
        List<SlabPlace> places = [];
        foreach (VirtualAddress slab in taken.Select(p => new VirtualAddress(p.Value & ~((test.Context.PageSize << cache.Geometry.Order) - 1))).Distinct())
        {
            for (ulong at = 0; at < test.Context.PageSize << cache.Geometry.Order; at++)
            {
                if (test.Mm.InspectSlab(slab + at) is { } place && place.Object == slab + at)
                    places.Add(place);
            }
        }
        SlabInfo info = test.Mm.SlabInfos().Single(row => row.Name == "places");
        Assert.That(places, Has.Count.EqualTo((int)info.TotalObjects));
        Assert.That(places.Where(place => place.Use == SlabUse.Allocated).Select(place => place.Object), Is.EquivalentTo(taken[13..]));
        Assert.That((ulong)places.Count(place => place.Use == SlabUse.Free), Is.EqualTo(info.TotalObjects - info.ActiveObjects));
        Assert.That(places.Where(place => place.Use == SlabUse.OnStack).Select(place => place.Above).Order(), Is.EqualTo(Enumerable.Range(0, places.Count(place => place.Use == SlabUse.OnStack))));
        foreach (VirtualAddress p in taken[13..])
            test.Context.KmemCacheFree(cache, p);
        test.Context.KmemCacheDestroy(cache);
    }

    // A frame is in exactly one place; what the zones count, the frames say one by one.
    [Test]
    public void EveryFrame_IsInOnePlace([ValueSource(typeof(TestMachine), nameof(TestMachine.ProfileNames))] string profile)
    {
        TestKernel test = Boot(profile, change: static machine => machine with { Ram = Math.Min(machine.Ram, 64UL << 20) });
        PageFrameNumber pages = test.Context.AllocPages(GfpFlags.Kernel, 2)!.Value, single = test.Context.AllocPages(GfpFlags.Kernel, 0)!.Value;
        PageFrameNumber parked = test.Context.AllocPages(GfpFlags.Kernel, 0)!.Value;
        test.Context.FreePages(parked, 0);
        Dictionary<string, long> free = [], perCpu = [];
        long slab = 0;
        for (uint frame = 0; frame < test.Machine.Profile.Frames; frame++)
        {
            FrameInfo info = test.Mm.Inspect(new PageFrameNumber(frame));
            string zone = info.Zone!.Name;
            free[zone] = free.GetValueOrDefault(zone) + (info.Use == FrameUse.Free ? 1 : 0);
            perCpu[zone] = perCpu.GetValueOrDefault(zone) + (info.Use == FrameUse.PerCpuList ? 1 : 0);
            slab += info.Use == FrameUse.Slab ? 1 : 0;
        }
        foreach (ZoneInfo zone in test.Mm.Zones().Where(zone => zone.IsPopulated))
        {
            Assert.That(free[zone.Name], Is.EqualTo(zone.Free), zone.Name);
            Assert.That(perCpu[zone.Name], Is.EqualTo(zone.Pagesets.Sum(list => list.Count)), zone.Name);
        }
        Assert.That(slab, Is.EqualTo(test.Mm.Zones().Sum(zone => zone.SlabReclaimable + zone.SlabUnreclaimable)));
        Assert.That(test.Mm.Inspect(pages + 3), Is.EqualTo(new FrameInfo(pages + 3, FrameUse.Allocated, test.Mm.Inspect(pages).Zone, pages, 2)));
        Assert.That(test.Mm.Inspect(single).Order, Is.Zero);
        Assert.That(test.Mm.Inspect(parked).Use, Is.EqualTo(FrameUse.PerCpuList).Or.EqualTo(FrameUse.Free), "small zones' lists hold nothing");
        test.Context.FreePages(pages, 2);
        test.Context.FreePages(single, 0);
    }

    [TestCase("i386-32", 0x10UL, "or virtual", "the null page, which is never mapped: NULL + 16")]
    [TestCase("i386-32", 0xa0000UL, "frame", "160, reserved at boot|160, a hole: no RAM there")]
    [TestCase("i386-32", 0xc0100000UL, "address", "0xc0100000 is virtual: the kernel image")]
    [TestCase("i386-32", 0x9000_0000UL, "address", "0x90000000 is virtual: below the kernel: there is no user space; nothing is mapped there")]
    [TestCase("i386-32", 0xffffe000UL, "address", "0xffffe000 is virtual: the trap page")]
    [TestCase("i386-32", 0xd0000000UL, "address", "0xd0000000 is virtual: the vmalloc area; nothing is mapped there")]
    [TestCase("i386-highmem", 0x7fffe000UL, "address", "0x7fffe000 is physical, in HighMem: the kernel has no address for it")]
    [TestCase("x86-64-2g", 0xffffffff88000000UL, "address", "0xffffffff88000000 is virtual: the area of modules")]
    [TestCase("x86-64-2g", ulong.MaxValue, "address", "0xffffffffffffffff is virtual: between the kernel's areas")]
    [TestCase("x86-64-2g", 0xffffffff80200000UL, "address", "0xffffffff80200000 is virtual: the kernel image")]
    public void OtherPlaces_AreNamed(string profile, ulong address, string name, string expected)
    {
        string text = Text(Boot(profile), address, name)!;
        Assert.That(expected.Split('|').Any(text.StartsWith), Is.True, text);
    }

    [Test]
    public void VmallocArea_AndItsGuardPage_AreNamed()
    {
        TestKernel test = Boot();
        VirtualAddress p = test.Context.Vmalloc(5000);
        Assert.That(Text(test, p.Value + 4097, "vmalloc"), Is.EqualTo($"4097 bytes into an area of 8192 bytes at {p}"));
        Assert.That(Text(test, p.Value + 8192, "vmalloc"), Does.EndWith(": in the guard page behind it"));
        Assert.That(Text(test, p.Value + 4097, "what"), Is.EqualTo("vmalloc area, 5000 bytes asked for: byte 4097 of them"));
        test.Context.Vfree(p);
    }

    // Whatever is asked, there is an answer.
    [Test]
    public void AnyAddress_HasAnAnswer([ValueSource(typeof(TestMachine), nameof(TestMachine.ProfileNames))] string profile)
    {
        TestKernel test = Boot(profile);
        Random random = new(3);
        for (int i = 0; i < 400; i++)
        {
            ulong address = (ulong)random.NextInt64(long.MinValue, long.MaxValue) & test.Machine.Profile.UlongMax;
            Assert.That(Facts(test, address >> random.Next(40)), Is.Not.Empty);
        }
    }

    private static IReadOnlyList<Fact> Facts(TestKernel test, ulong address) => WhatIs.Of(test.Kernel, address);

    private static string? Text(TestKernel test, ulong address, string name) => Facts(test, address).FirstOrDefault(fact => fact.Name == name)?.Text;
}
