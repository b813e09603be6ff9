using MiniKernel.Hal;
using NUnit.Framework;

namespace MiniKernel.Mm.Tests;

/// <summary>dma_alloc_coherent and dma_map_single.</summary>
[TestFixture(AllocatorKind.Slab), TestFixture(AllocatorKind.Slob), Parallelizable(ParallelScope.All)]
public sealed class DmaTests(AllocatorKind allocator) : MmFixture(allocator)
{
    private const ulong Mebi = 1UL << 20;

    private static DmaDevice Device(ulong mask) => new("toy") { CoherentMask = mask, Mask = mask };

    [TestCase("i386-32", DmaDevice.Mask24, 0UL, 16 * Mebi)]
    [TestCase("i386-highmem", DmaDevice.Mask32, 16 * Mebi, 896 * Mebi)]
    [TestCase("i386-highmem", (1UL << 30) - 1, 0UL, 16 * Mebi)]
    [TestCase("x86-64-8g", DmaDevice.Mask64, 4096 * Mebi, 8192 * Mebi)]
    [TestCase("x86-64-8g", DmaDevice.Mask32, 16 * Mebi, 4096 * Mebi)]
    [TestCase("x86-64-8g", (1UL << 28) - 1, 0UL, 16 * Mebi)]
    [TestCase("x86-64-2g", (1UL << 31) - 1, 16 * Mebi, 2048 * Mebi)]
    [TestCase("sparc64-8k", DmaDevice.Mask32, 0UL, 1024 * Mebi)]
    public void Mask_ChoosesTheZone(string profile, ulong mask, ulong from, ulong to)
    {
        SlabMachine machine = Start(profile);
        VirtualAddress p = machine.Mm.DmaAllocCoherent(machine.Cpu, Device(mask), 10_000, GfpFlags.Kernel, out PhysicalAddress bus);
        Assert.That(bus.Value, Is.InRange(from, to - 10_000));
        Assert.That(machine.Mm.TryVirtToPhys(p, out PhysicalAddress physical) ? physical : default, Is.EqualTo(bus));
        machine.Mm.DmaFreeCoherent(machine.Cpu, 10_000, p);
    }

    [Test]
    public void NoDevice_IsIsa()
    {
        SlabMachine machine = Start();
        VirtualAddress p = machine.Mm.DmaAllocCoherent(machine.Cpu, null, 4096, GfpFlags.Kernel, out PhysicalAddress bus);
        Assert.That(bus.Value, Is.LessThan(16 * Mebi));
        machine.Mm.DmaFreeCoherent(machine.Cpu, 4096, p);
    }

    [Test]
    public void MemoryBeyondTheMask_IsGivenBack([Values("sparc64-8k", "arm-32")] string profile)
    {
        SlabMachine machine = Start(profile);   // no DMA zone, or one that is larger than 24 bits reach
        ulong largest = (ulong)machine.Profile.PageSize << (machine.Profile.MaxOrder - 1);     // of the top of memory
        Assert.That(machine.Mm.DmaAllocCoherent(machine.Cpu, null, largest, GfpFlags.Kernel, out PhysicalAddress bus).IsNull, Is.True);
        Assert.That(bus.Value, Is.Zero);
    }

    [Test]
    public void CoherentMemory_IsZeroedAndOfWholeBlocks()
    {
        SlabMachine machine = Start();
        VirtualAddress p = machine.Mm.DmaAllocCoherent(machine.Cpu, Device(DmaDevice.Mask32), 20_000, GfpFlags.Kernel, out _);
        machine.Bytes(p, 20_000).Fill(0xff);
        machine.Mm.DmaFreeCoherent(machine.Cpu, 20_000, p);
        VirtualAddress again = machine.Mm.DmaAllocCoherent(machine.Cpu, Device(DmaDevice.Mask32), 20_000, GfpFlags.Kernel | GfpFlags.Dma | GfpFlags.HighMem, out _);
        Assert.That(again, Is.EqualTo(p), "zone modifiers of the caller are ignored");
        Assert.That(machine.Bytes(p, 20_000).IndexOfAnyExcept((byte)0), Is.Negative);
        machine.Mm.DmaFreeCoherent(machine.Cpu, 20_000, p);
    }

    [TestCase(0UL)]
    [TestCase(8 * Mebi)]
    [TestCase(ulong.MaxValue)]
    public void SizesThatCannotBe_GiveNull(ulong size)
    {
        SlabMachine machine = Start();
        Assert.That(machine.Mm.DmaAllocCoherent(machine.Cpu, null, size, GfpFlags.Kernel, out _).IsNull, Is.True);
    }

    [Test]
    public void MapSingle_IsTheDirectMapWithinTheMask()
    {
        SlabMachine machine = Start();
        VirtualAddress low = machine.Kmalloc(5000, GfpFlags.Kernel | GfpFlags.Dma), high = machine.Kmalloc(5000);
        Assert.That(machine.Mm.TryVirtToPhys(low, out PhysicalAddress physical), Is.True);
        Assert.That(machine.Mm.DmaMapSingle(null, low, 100), Is.EqualTo(physical));
        Assert.That(machine.Mm.DmaMapSingle(Device(DmaDevice.Mask32), high, 100).Value, Is.Not.Zero);
        Assert.That(machine.Mm.DmaMapSingle(null, high, 100).Value, Is.Zero);
        Assert.That(machine.ReportsOf<DmaOverflow>().Single().Mask, Is.EqualTo(DmaDevice.Mask24));
        machine.Kfree(low);
        machine.Kfree(high);
    }

    [Test]
    public void MapSingle_OfWhatIsNotInTheDirectMap_IsABug()
    {
        SlabMachine machine = Start();
        VirtualAddress p = machine.Mm.Vmalloc(machine.Cpu, 100);
        machine.Bug("dma_map_single", () => machine.Mm.DmaMapSingle(null, p, 100));
        machine.Bug("dma_map_single", () => machine.Mm.DmaMapSingle(null, new VirtualAddress(0xc000_0000), ulong.MaxValue));
        machine.Mm.Vfree(machine.Cpu, p);
    }
}
