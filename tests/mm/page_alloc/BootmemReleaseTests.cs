using MiniKernel.Hal;
using NUnit.Framework;

namespace MiniKernel.Mm.Tests;

[TestFixture, Parallelizable(ParallelScope.All), FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
public sealed unsafe class BootmemReleaseTests
{
    [TestCaseSource(typeof(TestProfiles), nameof(TestProfiles.All))]
    public void Release_LeavesTheListsThatTheWalkFrameByFrameLeaves(HardwareProfile profile)
    {
        using var machine = new PageMachine(profile);
        var reference = new ReferenceBoot(profile);
        reference.Release();

        Assert.That(machine.Allocator.TotalRamPages, Is.EqualTo(reference.Released), "frames released");
        Assert.That(machine.FreeAndParked, Is.EqualTo(reference.Released), "each of them is somewhere");
        Zone[] zones = [.. machine.Allocator.Zones.Where(zone => zone.Layout.Spanned != 0)];
        Assert.That(zones, Has.Length.EqualTo(reference.Zones.Count));
        for (int i = 0; i < zones.Length; i++)
            AssertSameLists(machine, zones[i], reference.Zones[i]);
    }

    [TestCaseSource(typeof(TestProfiles), nameof(TestProfiles.All))]
    public void Release_IsFollowedByTheSameAllocations(HardwareProfile profile)
    {
        using var machine = new PageMachine(profile, watermarks: false);
        var reference = new ReferenceBoot(profile);
        reference.Release();
        foreach (ReferenceZone zone in reference.Zones)
        {
            Zone real = machine.Allocator.Zones.Single(z => z.Layout.Spanned != 0 && z.StartFrame == zone.Start);
            int largest = profile.MaxOrder - 1;
            for (int i = 0; i < 200; i++)
            {
                int order = i % profile.MaxOrder;
                uint expected = zone.TakeBlock(order) ?? 0;
                Assert.That(real.TryTakeBlock(order, out PageFrameNumber block) ? block.Value : 0, Is.EqualTo(expected), $"block {i}, order {order}");
                if (expected != 0 && order != largest && i % 3 == 0)
                {
                    zone.ReturnBlock(expected, order);
                    real.ReturnBlock(block, order);
                }
            }
            AssertSameLists(machine, real, zone);
        }
    }

    [Test]
    public void Release_Of64GiB_TouchesNoMoreOfThePageMapThan8GiB()
    {
        HardwareProfile small = ShippedProfiles.Find("x86-64-8g")!;
        HardwareProfile large = small with { Name = "x86-64-64g", Ram = 64UL << 30 };
        Assert.That(TouchedHostPages(large), Is.EqualTo(TouchedHostPages(small)).And.LessThan(64));
    }

    [Test]
    public void ReservedFrames_AreNeverHandedOut()
    {
        using var machine = new PageMachine(TestProfiles.Default, watermarks: false);
        List<uint> all = machine.Exhaust(GfpFlags.NoWait);
        Assert.That(all, Has.Count.EqualTo(machine.Allocator.TotalRamPages));
        Assert.That(all, Is.Unique);
        Assert.That(all.Where(frame => machine.Allocator.IsReserved(new PageFrameNumber(frame))), Is.Empty);
        Assert.That(Enumerable.Range(0, (int)machine.Profile.Frames).Count(frame => machine.Allocator.IsReserved(new PageFrameNumber((uint)frame))),
            Is.EqualTo(machine.Profile.Frames - all.Count));
    }

    private static void AssertSameLists(PageMachine machine, Zone zone, ReferenceZone reference)
    {
        List<uint>[] free = ZoneLists.FreeLists(machine, zone), expected = reference.FreeLists;
        for (int order = 0; order < free.Length; order++)
        {
            Assert.That(free[order], Is.EqualTo(expected[order]), $"{zone.Layout.Name} order {order}");
            Assert.That(zone.FreeBlocks(order), Is.EqualTo((uint)expected[order].Count), $"{zone.Layout.Name} order {order}, count");
        }
        Assert.That(zone.FreePages, Is.EqualTo(reference.FreePages), zone.Layout.Name);
        for (int cpu = 0; cpu < machine.Profile.Cpus; cpu++)
        {
            Assert.That(ZoneLists.PerCpu(zone.HotList(cpu)), Is.EqualTo(reference.Hot[cpu]), $"{zone.Layout.Name} hot list of CPU {cpu}");
            Assert.That(ZoneLists.PerCpu(zone.ColdList(cpu)), Is.EqualTo(reference.Cold[cpu]), $"{zone.Layout.Name} cold list of CPU {cpu}");
        }
    }

    /// <summary>4 KiB pages of the page map that hold anything but zeroes.</summary>
    private static int TouchedHostPages(HardwareProfile profile)
    {
        using var machine = new PageMachine(profile);
        var map = new ReadOnlySpan<Page>(machine.Allocator.Pages.First, (int)machine.Allocator.Pages.Frames);
        ReadOnlySpan<byte> bytes = System.Runtime.InteropServices.MemoryMarshal.AsBytes(map);
        int touched = 0;
        for (int at = 0; at < bytes.Length; at += 4096)
            touched += bytes.Slice(at, 4096).ContainsAnyExcept((byte)0) ? 1 : 0;
        return touched;
    }
}
