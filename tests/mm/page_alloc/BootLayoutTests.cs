using MiniKernel.Hal;
using NUnit.Framework;

namespace MiniKernel.Mm.Tests;

[TestFixture, Parallelizable(ParallelScope.All)]
public sealed class BootLayoutTests
{
    private const ulong Kibi = 1UL << 10, Mebi = 1UL << 20, Gibi = 1UL << 30;

    [Test]
    public void Pc_Of64M()
    {
        BootLayout layout = BootLayout.Compute(TestProfiles.Default);
        Assert.That(layout.Zones.Select(zone => (zone.Name, zone.StartFrame, zone.Spanned, zone.Present)), Is.EqualTo(new[]
        {
            ("DMA", 0u, 4096u, 4096u - 96 - 32),        // hole at 640K, page map share
            ("Normal", 4096u, 12288u, 12288u - 96),
            ("HighMem", 0u, 0u, 0u),
        }));
        // isqrt(16160 pages * 4 KiB * 16) = 1016 KiB = 254 frames, shared out by size.
        Assert.That(layout.Zones.Select(zone => (zone.Min, zone.Low, zone.High)), Is.EqualTo(new[] { (62u, 77u, 93u), (191u, 238u, 286u), (32u, 32u, 32u) }));
        Assert.That(layout.Zones.Select(zone => string.Join(' ', zone.Protection)), Is.EqualTo(["0 47 47", "0 0 0", "0 0 0"]));
        Assert.That(layout.Reserved, Is.EqualTo(new[]
        {
            Kept("frame0", 0, 4 * Kibi),
            Kept("kernel", 1 * Mebi, 4 * Mebi),
            Kept("bootmem bitmap", 4 * Mebi, (4 * Mebi) + (4 * Kibi)),
            Kept("page map", 16 * Mebi, (16 * Mebi) + (512 * Kibi)),
        }));
    }

    [TestCase("i386-highmem", "DMA:0+4096 Normal:4096+225280 HighMem:229376+294912")]
    [TestCase("x86-64-2g", "DMA:0+4096 DMA32:4096+520192 Normal:0+0")]
    [TestCase("x86-64-8g", "DMA:0+4096 DMA32:4096+1044480 Normal:1048576+1048576")]
    [TestCase("alpha-8k", "DMA:0+2048 Normal:2048+63488")]
    [TestCase("ia64-16k", "DMA:0+262144 Normal:262144+262144")]
    [TestCase("ppc64-64k", "DMA:0+65536 Normal:0+0")]
    [TestCase("sparc64-8k", "Normal:0+131072")]
    [TestCase("arm-32", "DMA:0+32768 Normal:0+0 HighMem:0+0")]
    [TestCase("m68k-nommu", "Normal:0+4096")]
    [TestCase("lab-4m", "DMA:0+256 Normal:256+768")]
    public void Zones_OfAShippedProfile(string profile, string zones) =>
        Assert.That(
            string.Join(' ', BootLayout.Compute(ShippedProfiles.Find(profile)!).Zones.Select(zone => $"{zone.Name}:{zone.StartFrame}+{zone.Spanned}")),
            Is.EqualTo(zones));

    [TestCaseSource(typeof(TestProfiles), nameof(TestProfiles.All))]
    public void Placement_IsThatOfTheReference(HardwareProfile profile)
    {
        BootLayout layout = BootLayout.Compute(profile);
        var reference = new ReferenceBoot(profile);
        ulong page = (uint)profile.PageSize;
        Assert.That(layout.Reserved, Does.Contain(Kept("bootmem bitmap", reference.BitmapStart * page, reference.BitmapEnd * page)));
        Assert.That(layout.Reserved, Does.Contain(Kept("page map", reference.PageMapStart * page, reference.PageMapEnd * page)));
        Assert.That(layout.Reserved, Is.Ordered.By("Start"));
        foreach (Reservation kept in layout.Reserved)
            Assert.That(profile.MemoryMap.Any(hole => hole.Overlaps(new PhysicalRange(kept.Start.Value, kept.End.Value))), Is.False, kept.What);
    }

    [Test]
    public void PageMap_WithoutRoomAboveTheDmaLimit_LiesAtTheBottom()
    {
        BootLayout layout = BootLayout.Compute(ShippedProfiles.Find("arm-32")!);
        // 32768 frames of 32 bytes: 1 MiB, which does not fit below the image, for frame 0 is taken.
        Assert.That(layout.Reserved[^1], Is.EqualTo(Kept("page map", (4 * Mebi) + (4 * Kibi), (5 * Mebi) + (4 * Kibi))));
        BootLayout lower = BootLayout.Compute(ShippedProfiles.Find("arm-32")! with { Ram = 64 * Mebi, DmaLimit = 64 * Mebi });
        Assert.That(lower.Reserved[1], Is.EqualTo(Kept("page map", 4 * Kibi, 516 * Kibi)), "half a MiB does");
    }

    [Test]
    public void Machine_WithoutRoomForItsPageMap_IsRefused() =>
        Assert.That(
            () => BootLayout.Compute(TestProfiles.Default with { Ram = 64 * Mebi, KernelImage = new(1 * Mebi, (64 * Mebi) - (256 * Kibi)), DmaLimit = 0, MemoryMap = [new(64 * Kibi, 1 * Mebi)] }),
            Throws.ArgumentException.With.Message.Contains("page map"));

    [Test]
    public void Layout_OfALargeMachine_IsTheSameKind()
    {
        BootLayout layout = BootLayout.Compute(ShippedProfiles.Find("x86-64-8g")! with { Ram = 256 * Gibi });
        Assert.That(layout.Zones[2].EndFrame, Is.EqualTo(64u << 20));
        ulong present = (ulong)layout.Zones.Sum(zone => zone.Present);
        Assert.That(layout.Zones.Sum(zone => zone.Min), Is.InRange((Watermarks.MinFree(present * 4) / 4) - 3, Watermarks.MinFree(present * 4) / 4));
    }

    private static Reservation Kept(string what, ulong start, ulong end) => new(what, new PhysicalAddress(start), new PhysicalAddress(end));
}
