namespace MiniKernel.Hal.Tests;

public sealed class AddressSpaceLayoutTests
{
    // vmalloc begins behind a gap of 8 to 16 MiB at a multiple of 8 MiB (asm-i386/pgtable.h, VMALLOC_START).
    [TestCase("i386-32", 64ul << 20, 0xc480_0000ul)]
    [TestCase("i386-highmem", 896ul << 20, 0xf880_0000ul)]
    [TestCase("arm-32", 128ul << 20, 0xc880_0000ul)]
    public void ThirtyTwoBits_MapLowMemoryAtThreeGibi(string name, ulong directMap, ulong vmallocStart)
    {
        var layout = new AddressSpaceLayout(ShippedProfiles.Find(name)!);
        Assert.That(layout.DirectMapBase, Is.EqualTo(0xc000_0000));
        Assert.That(layout.DirectMapSize, Is.EqualTo(directMap));
        Assert.That(layout.VmallocStart, Is.EqualTo(vmallocStart));
    }

    [Test]
    public void EveryProfile_KeepsItsAreasApartAndWithinItsWord([ValueSource(typeof(ShippedProfiles), nameof(ShippedProfiles.All))] HardwareProfile profile)
    {
        var layout = new AddressSpaceLayout(profile);
        ulong[] ascending = profile.WordSize == 64
            ? [layout.DirectMapBase + layout.DirectMapSize, layout.VmallocStart, layout.VmallocEnd, layout.KernelMapBase, layout.TrapPage, layout.ModulesStart, layout.ModulesEnd]
            : [layout.DirectMapBase + layout.DirectMapSize, layout.VmallocStart, layout.VmallocEnd, layout.TrapPage];
        Assert.That(ascending, Is.Ordered.Ascending.And.Unique);
        Assert.That(ascending, Is.All.LessThanOrEqualTo(profile.UlongMax));
    }
}
