using MiniKernel.Hal;
using MiniKernel.Mm;
using MiniKernel.Tests.Support;
using NUnit.Framework;

namespace MiniKernel.Core.Tests;

/// <summary>Devices that read or write where no buffer is (any more): named with device, bus address, object and its sites.</summary>
[TestFixture, Parallelizable(ParallelScope.All)]
public sealed class ShadowDmaTests : ShadowFixture
{
    private const GfpFlags Dma = GfpFlags.Kernel | GfpFlags.Dma;

    [Test]
    public void IsaDma_BehindItsBuffer([Values("i386-32", "x86-64-2g")] string profile, [Values] bool isWrite)
    {
        TestKernel test = Shadow(profile);
        VirtualAddress p = test.Context.Kmalloc(500, Dma);
        PhysicalAddress bus = test.Context.VirtToPhys(p);
        CaughtBug bug = Caught(test, _ => Assert.That(Isa(test, bus, 512, isWrite), Is.EqualTo(512), "the transfer goes on as in hardware"));
        Assert.That((bug.Kind, bug.Site), Is.EqualTo(("slab-out-of-bounds", "DMA by ISA DMA channel 1")));
        Assert.That(bug.What, Is.EqualTo($"{(isWrite ? "Write" : "Read")} of size 512 at bus address {bus} by ISA DMA channel 1"));
        Assert.That(bug.Place, Is.EqualTo("0 bytes to the right of 500-byte region"));
        Assert.That(bug.Allocated, Does.EndWith("(IsaDma_BehindItsBuffer)"));
        Assert.That(test.Context.Read<byte>(p), Is.EqualTo(isWrite ? 0xd3 : 0));
        test.Context.Kfree(p);
    }

    [Test]
    public void IsaDma_AfterFree([Values] bool isWrite)
    {
        TestKernel test = Shadow();
        VirtualAddress p = test.Context.Kmalloc(512, Dma);
        test.Context.Kfree(p);
        CaughtBug bug = Caught(test, _ => Isa(test, test.Context.VirtToPhys(p) + 16, 100, isWrite));
        Assert.That((bug.Kind, bug.Place), Is.EqualTo(("slab-use-after-free", "16 bytes inside of freed 512-byte region")));
        Assert.That(bug.Allocated, Is.Not.Null.And.Not.EqualTo(bug.Freed));
        Assert.That(bug.Freed, Is.Not.Null);
    }

    [Test]
    public void IsaDma_BehindCoherentMemory_AndAfterItWasFreed()
    {
        TestKernel test = Shadow();
        VirtualAddress p = test.Context.DmaAllocCoherent(null, 3000, out PhysicalAddress bus, GfpFlags.Kernel);
        CaughtBug behind = Caught(test, _ => Isa(test, bus, 3001, isWrite: true));
        Assert.That((behind.Kind, behind.Place), Is.EqualTo(("out-of-bounds", "0 bytes to the right of 3000-byte region")));
        test.Context.DmaFreeCoherent(null, 3000, p, bus);
        CaughtBug after = Caught(test, _ => Isa(test, bus, 3000, isWrite: true));
        Assert.That((after.Kind, after.Place, after.BelongsTo), Is.EqualTo(("use-after-free", "0 bytes inside of freed 3000-byte region", $"DMA coherent memory at {Hex(test, p.Value)}")));
    }

    [Test]
    public void IsaDma_ThatNeverEnds_IsReportedOnce()
    {
        TestKernel test = Shadow();
        VirtualAddress p = test.Context.Kmalloc(512, Dma);
        test.Context.Kfree(p);
        Caught(test, _ =>
        {
            for (int i = 0; i < 20; i++)
                Isa(test, test.Context.VirtToPhys(p), 512, isWrite: true);
        });
    }

    [Test]
    public void IsaDma_InsideItsBuffer_IsFine()
    {
        TestKernel test = Shadow();
        VirtualAddress p = test.Context.Kmalloc(500, Dma);
        Isa(test, test.Context.VirtToPhys(p), 500, isWrite: true);
        Assert.That(test.Kernel.Errors, Is.Zero, test.LogText);
        test.Context.Kfree(p);
    }

    [Test]
    public void Disk_WritingWhatWasFreedMeanwhile()
    {
        TestKernel test = Shadow();
        KernelContext kernel = test.Context;
        VirtualAddress data = kernel.GetFreePages(GfpFlags.Kernel, 0), list = kernel.Kmalloc(DiskSegment.Bytes, GfpFlags.Kernel);
        kernel.Write(list, kernel.VirtToPhys(data).Value);
        kernel.Write(list + 8, 512UL);
        DiskController disk = test.Machine.Disk;
        disk.Write(DiskRegister.SectorCount, 1);
        disk.Write(DiskRegister.Address, (uint)kernel.VirtToPhys(list).Value);
        disk.Write(DiskRegister.SegmentCount, 1);
        disk.Write(DiskRegister.Command, (uint)DiskCommand.Read);
        kernel.FreePages(data, 0);                 // too early
        CaughtBug bug = Caught(test, inside => inside.Mdelay(100));
        Assert.That((bug.Kind, bug.Site), Is.EqualTo(("use-after-free", "DMA by disk")));
        Assert.That(bug.What, Does.StartWith("Write of size 512 at bus address "));
        Assert.That(bug.Freed, Does.EndWith("(Disk_WritingWhatWasFreedMeanwhile)"));
        kernel.Kfree(list);
    }

    [Test]
    public void NetworkCard_FetchingADescriptorThatWasFreed()
    {
        TestKernel test = Shadow();
        KernelContext kernel = test.Context;
        VirtualAddress ring = kernel.DmaAllocCoherent(new DmaDevice("eth0"), 4 * NicDescriptor.Bytes, out PhysicalAddress bus, GfpFlags.Kernel);
        kernel.DmaFreeCoherent(new DmaDevice("eth0"), 4 * NicDescriptor.Bytes, ring, bus);
        CaughtBug bug = Caught(test, _ =>
        {
            LoopbackNic nic = test.Machine.Nic;
            nic.Write(NicRegister.TransmitBase, (uint)bus.Value);
            nic.Write(NicRegister.TransmitCount, 4);
            nic.Write(NicRegister.Control, (uint)NicControl.TransmitEnable);
            nic.Write(NicRegister.TransmitTail, 1);
        });
        Assert.That((bug.Kind, bug.Site), Is.EqualTo(("use-after-free", "DMA by network card")));
        Assert.That(bug.What, Is.EqualTo($"Read of size {NicDescriptor.Bytes} at bus address {bus} by network card"));
    }

    private static int Isa(TestKernel test, PhysicalAddress bus, int bytes, bool isWrite)
    {
        IsaDmaController controller = test.Machine.IsaDma;
        controller.SetMode(1, IsaDmaMode.Single | (isWrite ? IsaDmaMode.DeviceToMemory : IsaDmaMode.MemoryToDevice));
        controller.SetAddress(1, bus.Value);
        controller.SetCount(1, bytes);
        controller.Unmask(1);
        byte[] device = new byte[bytes];
        Array.Fill(device, (byte)0xd3);
        return controller.Transfer(1, device);
    }
}
