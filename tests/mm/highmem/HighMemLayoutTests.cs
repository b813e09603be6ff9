using MiniKernel.Hal;
using MiniKernel.Tests.Support;
using NUnit.Framework;

namespace MiniKernel.Mm.Tests;

/// <summary>Where kmap's pages lie, and machines that have none.</summary>
[TestFixture, Parallelizable(ParallelScope.All)]
public sealed class HighMemLayoutTests : MmFixture
{
    [Test]
    public void I386_HasItsUsualPlaces()
    {
        AddressSpaceLayout layout = new(TestMachine.Profile("i386-highmem"));
        Assert.That((layout.VmallocEnd, layout.PkmapBase, layout.PkmapPages, layout.KmapAtomicTop), Is.EqualTo((0xff7fe000UL, 0xff800000UL, 1024U, 0xffffa000UL)));
    }

    [Test]
    public void AreasStayApart([Values(4096, 16384, 65536)] int pageSize, [Values(1, 4, 64)] int cpus)
    {
        AddressSpaceLayout layout = new(TestMachine.Profile("i386-highmem", profile => profile with { PageSize = pageSize, Cpus = cpus }));
        ulong page = (ulong)pageSize, lastSlot = layout.KmapAtomicTop - ((ulong)((cpus * AddressSpaceLayout.KmapTypes) - 1) * page);
        Assert.That(
            new[] { layout.VmallocStart, layout.VmallocEnd, layout.PkmapBase, layout.PkmapBase + (layout.PkmapPages * page), lastSlot + 1, layout.KmapAtomicTop + page, layout.TrapPage },
            Is.Ordered.Ascending);
        Assert.That((layout.PkmapBase % page, layout.KmapAtomicTop % page), Is.EqualTo((0UL, 0UL)));
        Assert.That(layout.PkmapPages, Is.GreaterThanOrEqualTo(64));
    }

    [Test]
    public void WithoutHighMem_EveryPageHasItsAddress([Values("x86-64-2g", "m68k-nommu", "sparc64-8k")] string profile)
    {
        SlabMachine machine = Start(profile);
        PageFrameNumber frame = machine.Mm.AllocPages(machine.Cpu, GfpFlags.HighUser, 0)!.Value;
        VirtualAddress p = machine.Mm.Kmap(machine.Cpu, frame);
        Assert.That(p, Is.EqualTo(machine.Mm.PageAddress(frame)));
        Assert.That(machine.Mm.KmapAtomic(machine.Cpu, frame, KmapType.Irq0), Is.EqualTo(p));
        machine.Mm.KunmapAtomic(machine.Cpu, p, KmapType.Irq0);
        machine.Mm.Kunmap(frame);
        machine.Bug("kunmap_atomic", () => machine.Mm.KunmapAtomic(machine.Cpu, new VirtualAddress(0x1000), KmapType.Irq0));
        machine.Mm.FreePages(machine.Cpu, frame, 0);
    }
}
