using MiniKernel.Hal;
using MiniKernel.Tests.Support;
using NUnit.Framework;

namespace MiniKernel.Core.Tests;

/// <summary>Ports: whose they are, and what answers there.</summary>
[TestFixture, Parallelizable(ParallelScope.All)]
public sealed class IoRegionTests : KernelFixture
{
    [Test]
    public void Regions_DoNotOverlap()
    {
        TestKernel test = Boot();
        Assert.That(test.Context.RequestRegion(0x3f8, 8, "serial"), Is.EqualTo(Errno.Success));
        Assert.That(test.Context.RequestRegion(0x60, 16, "keyboard"), Is.EqualTo(Errno.Success));
        Assert.That(test.Context.RequestRegion(0x3ff, 1, "late"), Is.EqualTo(Errno.EBUSY));
        Assert.That(test.Context.RequestRegion(0x3f0, 9, "floppy"), Is.EqualTo(Errno.EBUSY));
        Assert.That(test.Context.RequestRegion(0x3f0, 8, "floppy"), Is.EqualTo(Errno.Success));
        Assert.That(test.Context.RequestRegion(0xffff, 2, "end"), Is.EqualTo(Errno.EINVAL));
        Assert.That(test.Context.RequestRegion(1, 0, "nothing"), Is.EqualTo(Errno.EINVAL));
        Assert.That(test.Kernel.Proc.Read("ioports"), Is.EqualTo("0060-006f : keyboard\n03f0-03f7 : floppy\n03f8-03ff : serial\n"));
        test.Context.ReleaseRegion(0x3f8, 8);
        Assert.That(test.Kernel.Errors, Is.Zero);
        test.Context.ReleaseRegion(0x3f8, 8);
        Assert.That(test.LogText, Does.Contain("Trying to free nonexistent resource <03f8-03ff>"));
    }

    [Test]
    public void DiskAndCard_AnswerAtTheirPorts()
    {
        TestKernel test = Boot();
        Assert.That(test.Context.Inl(DiskPort.Of(DiskRegister.Capacity)), Is.EqualTo(test.Machine.Disk.Media.Sectors));
        test.Context.Outl(77, DiskPort.Of(DiskRegister.Lba));
        Assert.That(test.Machine.Disk.Read(DiskRegister.Lba), Is.EqualTo(77));
        Assert.That(test.Context.Inl(NicPort.Of(NicRegister.MacLow)), Is.EqualTo(test.Machine.Nic.Read(NicRegister.MacLow)));
        test.Context.Outl(3, NicPort.Of(NicRegister.ReceiveCount));
        Assert.That(test.Machine.Nic.Read(NicRegister.ReceiveCount), Is.EqualTo(3));
        Assert.That(test.Context.Inl(DiskPort.Base + DiskPort.Length - 4), Is.EqualTo(0xffff_ffff));
        Assert.That(test.Context.Inl(NicPort.Base + NicPort.Length), Is.EqualTo(0xffff_ffff));
    }

    [Test]
    public void DeadModulesBusMasters_AreReset()
    {
        TestKernel test = Boot();
        test.Insmod(new TestModule
        {
            OnInit = static kernel =>
            {
                kernel.RequestRegion(DiskPort.Base, DiskPort.Length, "disk");
                kernel.RequestRegion(NicPort.Base, NicPort.Length, "nic");
                kernel.Outl((uint)DiskCommand.Flush, DiskPort.Of(DiskRegister.Command));
                kernel.Outl((uint)NicControl.ReceiveEnable, NicPort.Of(NicRegister.Control));
                kernel.Bug();
            },
        });
        Assert.That(test.Machine.Disk.Read(DiskRegister.Active), Is.Zero);
        Assert.That(test.Machine.Nic.Read(NicRegister.Control), Is.Zero);
        Assert.That(test.Kernel.Proc.Read("ioports"), Is.Empty);
    }
}
