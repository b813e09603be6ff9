using MiniKernel.Core;
using MiniKernel.Hal;
using MiniKernel.Mm;
using MiniKernel.Tests.Support;
using NUnit.Framework;

namespace MiniKernel.Drivers.Tests;

[TestFixture(AllocatorKind.Slab), TestFixture(AllocatorKind.Slob), Parallelizable(ParallelScope.All)]
public sealed class DiskDriverTests(AllocatorKind allocator) : KernelFixture(allocator)
{
    [Test]
    public void Workload_PassesAndGivesEverythingBack(
        [ValueSource(typeof(TestMachine), nameof(TestMachine.ProfileNames))] string profile, [Values] WatchMode watch)
    {
        TestKernel test = Boot(profile, watch);
        WorkloadResult result = InsmodAndRun(test);
        Assert.That(result.Error, Is.EqualTo(Errno.Success), result.Summary);
        byte[] onDisk = new byte[1 << 20];
        test.Machine.Disk.Media.Read(0, onDisk);
        Assert.That(onDisk, Is.EqualTo(TestPattern.Make(onDisk.Length, 0xd15c)), "it is on the disk, not only somewhere in between");
        Unload(test);
    }

    [TestCase("i386-32")]
    [TestCase("x86-64-8g")]
    [TestCase("ia64-16k")]
    [TestCase("lab-4m")]
    public void File_IsCopiedThroughBothDisks(string profile)
    {
        TestKernel test = Boot(profile);
        Assert.That(test.Insmod(new RamDisk()), Is.EqualTo(Errno.Success));
        WorkloadResult result = InsmodAndRun(test);
        Assert.That(result.Error, Is.EqualTo(Errno.Success), result.Summary);
        Assert.That(result.Summary, Does.Contain("copied to the RAM disk and compared"));
        Unload(test);
        Assert.That(test.Kernel.Modules.Rmmod("ram_disk"), Is.EqualTo(Errno.Success));
    }

    [Test]
    public void TheSameRun_GivesTheSameLog([Values] WatchMode watch)
    {
        string[] logs = new string[2];
        for (int run = 0; run < logs.Length; run++)
        {
            TestKernel test = Boot("i386-64", watch);
            string summary = InsmodAndRun(test).Summary;
            logs[run] = $"{summary}\n{test.Machine.Clock.NowNs}\n{test.LogText}";
            Unload(test);
        }
        Assert.That(logs[1], Is.EqualTo(logs[0]));
    }

    [Test]
    public void Pages_AreMergedAndInterruptsAreFew()
    {
        TestKernel test = Boot();
        string summary = InsmodAndRun(test).Summary;
        Assert.That(summary, Does.Contain("merges"));
        Assert.That(test.Machine.Disk.Read(DiskRegister.Errors), Is.Zero);
        Assert.That(test.Kernel.Proc.Read("interrupts"), Does.Match(@"\n 14: +\d{2,3} .*disk_driver"), "fewer than a thousand for 4096 sectors");
        Unload(test);
    }

    [Test]
    public void ManyTasks_FillEveryTagAndLoseNothing()
    {
        TestKernel test = Boot();
        test.Insmod(new DiskDriver());
        test.Context.OpenBdev("/dev/hda", out BlockDevice? disk);
        int right = 0;
        uint most = 0;
        for (ulong task = 0; task < 20; task++)
        {
            ulong first = task * 100;
            test.Context.KthreadRun(
                kernel =>
                {
                    byte[] data = TestPattern.Make(512, (uint)first + 1), back = new byte[512];
                    for (ulong round = 0; round < 10; round++)
                    {
                        kernel.WriteSectors(disk!, first + (round * 2), data);
                        most = Math.Max(most, uint.PopCount(kernel.Inl(DiskPort.Of(DiskRegister.Active))));
                        kernel.ReadSectors(disk!, first + (round * 2), back);
                        right += back.AsSpan().SequenceEqual(data) ? 1 : 0;
                    }
                    return Errno.Success;
                },
                $"writer{task}");
        }
        test.Kernel.Time.Idle(2_000_000_000);
        Assert.That(right, Is.EqualTo(200));
        Assert.That(most, Is.GreaterThan(4));
        test.Context.CloseBdev(disk!);
        Unload(test);
    }

    [Test]
    public void LostInterrupt_IsFoundByTheWatchdog()
    {
        TestKernel test = Boot();
        test.Insmod(new DiskDriver(), "timeout_ms=100");
        test.Context.OpenBdev("/dev/hda", out BlockDevice? disk);
        test.Context.DisableIrq(DiskPort.Irq);
        Assert.That(test.Context.WriteSectors(disk!, 0, new byte[512]), Is.EqualTo(Errno.Success));
        Assert.That(test.LogText, Does.Contain("hda: lost interrupt"));
        test.Context.EnableIrq(DiskPort.Irq);
        Assert.That(test.Context.ReadSectors(disk!, 0, new byte[512]), Is.EqualTo(Errno.Success));
        test.Context.CloseBdev(disk!);
        Unload(test);
    }

    [Test]
    public void HangingController_IsReset()
    {
        TestKernel test = Boot();
        test.Insmod(new DiskDriver(), "timeout_ms=100");
        test.Context.OpenBdev("/dev/hda", out BlockDevice? disk);
        bool hangs = true;
        VirtualAddress page = test.Context.GetZeroedPage(GfpFlags.Kernel);
        Bio bio = new(0, BlockDirection.Read, [new BioSegment(page, 512)], (_, _) => hangs = false);
        test.Context.SubmitBio(disk!.Disk, bio);
        test.Context.GenericUnplugDevice(disk.Disk.Queue);
        test.Machine.Disk.Reset();                // forgets the command
        test.Kernel.Time.Idle(200_000_000);
        Assert.That((hangs, bio.Error), Is.EqualTo((false, Errno.EIO)));
        Assert.That(test.LogText, Does.Contain("hda: timeout waiting for the controller; reset"));
        Assert.That(test.Context.ReadSectors(disk, 0, new byte[512]), Is.EqualTo(Errno.Success), "it works again");
        test.Context.FreePages(page, 0);
        test.Context.CloseBdev(disk);
        Unload(test);
    }

    [Test]
    public void MediaSmallerThanTheDriverThinks_IsAnIoError()
    {
        TestKernel test = Boot();
        test.Insmod(new DiskDriver());
        test.Context.OpenBdev("/dev/hda", out BlockDevice? disk);
        disk!.Disk.Capacity += 8;
        Assert.That(test.Context.WriteSectors(disk, disk.Disk.Capacity - 1, new byte[512]), Is.EqualTo(Errno.EIO));
        Assert.That(test.LogText, Does.Contain($"end_request: I/O error, dev hda, sector {disk.Disk.Capacity - 1}"));
        test.Context.CloseBdev(disk);
        Unload(test);
    }

    [TestCase("ports")]
    [TestCase("memory")]
    [TestCase("major")]
    [TestCase("interrupt")]
    [TestCase("name")]
    public void Init_WithoutOneOfItsResources_UndoesTheOthers(string missing)
    {
        TestKernel test = Boot("lab-4m");
        List<VirtualAddress> taken = [];
        switch (missing)
        {
            case "ports":
                test.Context.RequestRegion(DiskPort.Base + 4, 1, "somebody");
                break;
            case "memory":
                for (VirtualAddress p = Take(test); !p.IsNull; p = Take(test))
                    taken.Add(p);
                break;
            case "major":
                for (uint major = 1; major < 255; major++)
                    test.Context.RegisterBlkdev(major, "taken");
                break;
            case "interrupt":
                test.Context.RequestIrq(DiskPort.Irq, "somebody", static (_, _) => true);
                break;
            default:
                test.Context.RegisterBlkdev(7, "other");
                RequestQueue queue = test.Context.BlkInitQueue("other", static (_, _) => { });
                test.Context.AddDisk(new Gendisk("hda", 7, 0, queue));
                break;
        }
        int errors = test.Kernel.Errors;
        Assert.That(test.Insmod(new DiskDriver()), Is.EqualTo(missing == "memory" ? Errno.ENOMEM : Errno.EBUSY));
        Assert.That(test.Kernel.Modules.Loaded, Is.Empty);
        Assert.That(test.LogText, Does.Not.Contain("left behind"));
        Assert.That(test.Kernel.Proc.Read("ioports"), Does.Not.Contain("disk_driver"));
        Assert.That(test.Kernel.Proc.Read("interrupts"), Does.Not.Contain("disk_driver"));
        Assert.That(test.Machine.Disk.Read(DiskRegister.Control), Is.Zero);
        if (missing != "memory")
            Assert.That(test.Kernel.Errors, Is.EqualTo(errors), test.LogText);
        foreach (VirtualAddress p in taken)
            test.Context.FreePages(p, 0);
    }

    [Test]
    public void Unload_WithTransfersOnTheirWay_EndsThem()
    {
        TestKernel test = Boot();
        test.Insmod(new DiskDriver());
        VirtualAddress page = test.Context.GetZeroedPage(GfpFlags.Kernel);
        Bio bio = new(0, BlockDirection.Read, [new BioSegment(page, 512)]);
        Gendisk hda = test.Kernel.Block.Disks[0];
        test.Context.SubmitBio(hda, bio);
        test.Context.GenericUnplugDevice(hda.Queue);
        Assert.That(test.Machine.Disk.Read(DiskRegister.Active), Is.EqualTo(1));
        Unload(test);
        Assert.That(bio.Error, Is.EqualTo(Errno.EIO));
        Assert.That(test.Machine.Disk.Read(DiskRegister.Active), Is.Zero);
        test.Context.FreePages(page, 0);
    }

    private static VirtualAddress Take(TestKernel test) => test.Context.GetFreePages(GfpFlags.Kernel | GfpFlags.NoWarn, 0);

    private static WorkloadResult InsmodAndRun(TestKernel test, params string[] parameters)
    {
        Assert.That(test.Insmod(new DiskDriver(), parameters), Is.EqualTo(Errno.Success), test.LogText);
        return test.Kernel.Modules.RunWorkload(test.Kernel.Modules.Find("disk_driver")!)!;
    }

    private static void Unload(TestKernel test)
    {
        Assert.That(test.Kernel.Modules.Rmmod("disk_driver"), Is.EqualTo(Errno.Success));
        Assert.That(test.Kernel.Errors, Is.Zero, test.LogText);
    }
}
