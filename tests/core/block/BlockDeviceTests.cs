using MiniKernel.Hal;
using MiniKernel.Mm;
using MiniKernel.Tests.Support;
using NUnit.Framework;

namespace MiniKernel.Core.Tests;

/// <summary>Majors, disks, opening, reading and writing with waiting, and what becomes of it all when a driver goes.</summary>
[TestFixture, Parallelizable(ParallelScope.All)]
public sealed class BlockDeviceTests : KernelFixture
{
    private readonly ToyDisk _toy = new();
    private int _right;

    [Test]
    public void RegisterBlkdev_GivesTheHighestFreeMajor()
    {
        TestKernel test = Boot();
        Assert.That(test.Context.RegisterBlkdev(0, "a").Value, Is.EqualTo(254));
        Assert.That(test.Context.RegisterBlkdev(0, "b").Value, Is.EqualTo(253));
        Assert.That(test.Context.RegisterBlkdev(3, "hd").Value, Is.Zero);
        Assert.That(test.Context.RegisterBlkdev(254, "c").Error, Is.EqualTo(Errno.EBUSY));
        Assert.That(test.Context.RegisterBlkdev(255, "c").Error, Is.EqualTo(Errno.EINVAL));
        Assert.That(test.Kernel.Proc.Read("devices"), Is.EqualTo("Character devices:\n\nBlock devices:\n  3 hd\n253 b\n254 a\n"));
        Assert.That(test.Context.UnregisterBlkdev(254, "b"), Is.EqualTo(Errno.EINVAL));
        Assert.That(test.Context.UnregisterBlkdev(254, "a"), Is.EqualTo(Errno.Success));
    }

    [Test]
    public void AddDisk_RefusesWhatCannotBe()
    {
        TestKernel test = Boot();
        _toy.Register(test.Context);
        Assert.That(test.Context.AddDisk(new Gendisk("toy0", 42, 1, _toy.Queue)), Is.EqualTo(Errno.EBUSY));
        Assert.That(test.Context.AddDisk(new Gendisk("toy1", 42, 0, _toy.Queue)), Is.EqualTo(Errno.EBUSY));
        Assert.That(test.Context.AddDisk(new Gendisk("toy1", 43, 0, _toy.Queue)), Is.EqualTo(Errno.EINVAL));
        Assert.That(test.Context.AddDisk(new Gendisk("", 42, 1, _toy.Queue)), Is.EqualTo(Errno.EINVAL));
        _toy.Unregister(test.Context);
        Assert.That(test.Context.DelGendisk(_toy.Disk), Is.EqualTo(Errno.EINVAL));
    }

    [Test]
    public void Partitions_ShowsDisksAsLinuxDoes()
    {
        TestKernel test = Boot();
        Assert.That(test.Kernel.Proc.Read("partitions"), Is.Empty);
        _toy.Register(test.Context);
        Assert.That(test.Kernel.Proc.Read("partitions"), Is.EqualTo("major minor  #blocks  name\n\n  42     0        500 toy0\n"));
        _toy.Unregister(test.Context);
    }

    [Test]
    public void Open_AsksTheDriver()
    {
        TestKernel test = Boot();
        _toy.Register(test.Context);
        Assert.That(test.Context.OpenBdev("/dev/toy", out _), Is.EqualTo(Errno.ENXIO));
        _toy.OpenAnswer = Errno.EBUSY;
        Assert.That(test.Context.OpenBdev("/dev/toy0", out BlockDevice? device), Is.EqualTo(Errno.EBUSY));
        Assert.That(device, Is.Null);
        _toy.OpenAnswer = Errno.Success;
        test.Context.OpenBdev("/dev/toy0", out device);
        Assert.That(_toy.Opened, Is.EqualTo(1));
        Assert.That(test.Context.IoctlBdev(device!, 1, 77).Value, Is.EqualTo(77));
        Assert.That(test.Context.IoctlBdev(device!, 2, 77).Error, Is.EqualTo(Errno.ENOTTY));
        Assert.That(test.Context.CloseBdev(device!), Is.EqualTo(Errno.Success));
        Assert.That(test.Context.CloseBdev(device!), Is.EqualTo(Errno.EBADF));
        Assert.That(test.Context.ReadSectors(device!, 0, new byte[512]), Is.EqualTo(Errno.EBADF));
        Assert.That(_toy.Opened, Is.Zero);
        _toy.Unregister(test.Context);
    }

    [Test]
    public void HostMemory_GoesThereAndBack(
        [Values("i386-32", "i386-highmem", "x86-64-8g", "ia64-16k", "ppc64-64k")] string profile, [Values] WatchMode watch, [Values(1, 3, 255, 1000)] int sectors)
    {
        TestKernel test = Boot(profile, watch);
        BlockDevice device = OpenToy(test);
        byte[] data = new byte[sectors * 512];
        new Random(sectors).NextBytes(data);
        Assert.That(test.Context.WriteSectors(device, (ulong)(1000 - sectors), data), Is.EqualTo(Errno.Success));
        Assert.That(_toy.Media.AsSpan((1000 - sectors) * 512).SequenceEqual(data), Is.True);
        byte[] back = new byte[data.Length];
        Assert.That(test.Context.ReadSectors(device, (ulong)(1000 - sectors), back), Is.EqualTo(Errno.Success));
        Assert.That(back, Is.EqualTo(data));
        CloseToy(test, device);
    }

    [Test]
    public void HostMemory_OfMoreThanAPage_IsOneRequest()
    {
        TestKernel test = Boot();
        BlockDevice device = OpenToy(test);
        test.Context.WriteSectors(device, 8, new byte[5 * 4096]);
        Assert.That(_toy.Asked, Is.EqualTo(new[] { "w8+40/5" }));
        CloseToy(test, device);
    }

    [Test]
    public void HostMemory_WithoutAPage_IsENOMEM()
    {
        TestKernel test = Boot("lab-4m");
        BlockDevice device = OpenToy(test);
        List<VirtualAddress> taken = [];
        for (VirtualAddress p = Take(test); !p.IsNull; p = Take(test))
            taken.Add(p);
        Assert.That(test.Context.WriteSectors(device, 0, new byte[512]), Is.EqualTo(Errno.ENOMEM));
        Assert.That(test.Context.ReadSectors(device, 0, new byte[512]), Is.EqualTo(Errno.ENOMEM));
        foreach (VirtualAddress p in taken)
            test.Context.FreePages(p, 0);
        Assert.That(test.Context.ReadSectors(device, 0, new byte[512]), Is.EqualTo(Errno.Success));
        CloseToy(test, device);

        static VirtualAddress Take(TestKernel test) => test.Context.GetFreePages(GfpFlags.Kernel | GfpFlags.NoWarn, 0);
    }

    [TestCase(100)]
    [TestCase(513)]
    public void HostMemory_OfPartOfASector_IsRefused(int bytes)
    {
        TestKernel test = Boot();
        BlockDevice device = OpenToy(test);
        Assert.That(test.Context.ReadSectors(device, 0, new byte[bytes]), Is.EqualTo(Errno.EINVAL));
        Assert.That(test.Context.WriteSectors(device, 0, new byte[bytes]), Is.EqualTo(Errno.EINVAL));
        CloseToy(test, device);
    }

    [TestCase(999ul, 2ul)]
    [TestCase(0ul, 1001ul)]
    [TestCase(0ul, ulong.MaxValue)]
    [TestCase(ulong.MaxValue, 1ul)]
    public void KernelMemory_BeyondTheEnd_IsAnError(ulong sector, ulong sectors)
    {
        TestKernel test = Boot();
        BlockDevice device = OpenToy(test);
        VirtualAddress page = test.Context.GetZeroedPage(GfpFlags.Kernel);
        Assert.That(test.Context.ReadSectors(device, sector, page, sectors), Is.EqualTo(Errno.EIO));
        Assert.That(test.Context.ReadSectors(device, 0, page, 0), Is.EqualTo(Errno.Success));
        test.Context.FreePages(page, 0);
        CloseToy(test, device);
    }

    [Test]
    public void Reader_SleepsUntilTheDriverIsDone()
    {
        TestKernel test = Boot();
        BlockDevice device = OpenToy(test);
        _toy.Holds = true;
        _toy.Media[0] = 42;
        KernelTimer late = new("late", kernel => _toy.FinishHeld(kernel));
        test.Context.ModTimer(late, test.Context.Jiffies + 20);
        byte[] sector = new byte[512];
        ulong before = test.Context.Jiffies;
        Assert.That(test.Context.ReadSectors(device, 0, sector), Is.EqualTo(Errno.Success));
        Assert.That(sector[0], Is.EqualTo(42));
        Assert.That(test.Context.Jiffies - before, Is.InRange(19, 22));
        CloseToy(test, device);
    }

    [Test]
    public void OpenDisk_KeepsItsModule()
    {
        TestKernel test = Boot();
        test.Insmod(new TestModule { OnInit = kernel => _toy.Register(kernel), OnExit = kernel => _toy.Unregister(kernel) });
        test.Context.OpenBdev("/dev/toy0", out BlockDevice? device);
        Assert.That(test.Kernel.Modules.Rmmod("toy"), Is.EqualTo(Errno.EAGAIN));
        test.Context.CloseBdev(device!);
        Assert.That(test.Kernel.Modules.Rmmod("toy"), Is.EqualTo(Errno.Success));
        Assert.That(test.Kernel.Errors, Is.Zero, test.LogText);
    }

    [Test]
    public void ModuleThatForgetsItsDisk_HasItWithdrawn()
    {
        TestKernel test = Boot();
        test.Insmod(new TestModule { OnInit = kernel => _toy.Register(kernel) });
        Assert.That(test.Kernel.Modules.Rmmod("toy"), Is.EqualTo(Errno.Success));
        Assert.That(test.Lines, Is.SupersetOf(new[]
        {
            "toy: left behind disk toy0; withdrawn", "toy: left behind block device 42 (toy); withdrawn", "toy: left behind request queue toy0; withdrawn",
        }));
        Assert.That(test.Kernel.Block.Disks, Is.Empty);
        Assert.That(test.Context.OpenBdev("/dev/toy0", out _), Is.EqualTo(Errno.ENXIO));
    }

    [Test]
    public void DriverThatDiesInItsRequestFunction_EndsEverybodysTransfer([Values] WatchMode watch)
    {
        TestKernel test = Boot(watch: watch);
        test.Insmod(new TestModule { OnInit = kernel => _toy.Register(kernel) });
        test.Context.OpenBdev("/dev/toy0", out BlockDevice? device);
        _toy.Instead = static (kernel, _) =>
        {
            kernel.Bug("dead");
            return true;
        };
        Assert.That(test.Context.WriteSectors(device!, 0, new byte[10 * 4096]), Is.EqualTo(Errno.EIO));
        Assert.That(test.Context.ReadSectors(device!, 0, new byte[512]), Is.EqualTo(Errno.EIO));
        Assert.That(test.Context.CloseBdev(device!), Is.EqualTo(Errno.Success));
        Assert.That(test.Kernel.Oopses, Is.EqualTo(1));
        Assert.That(test.Context.InAtomic, Is.False);
        Assert.That(_toy.Queue.Lock.IsLocked, Is.False);
    }

    [Test]
    public void DriverThatDiesWhileSomebodyWaits_WakesHim()
    {
        TestKernel test = Boot();
        KernelTimer death = new("death", static kernel => kernel.Bug("dead"));
        test.Insmod(new TestModule
        {
            OnInit = kernel =>
            {
                _toy.Register(kernel);
                kernel.ModTimer(death, kernel.Jiffies + 50);
            },
        });
        _toy.Holds = true;
        test.Context.OpenBdev("/dev/toy0", out BlockDevice? device);
        Assert.That(test.Context.ReadSectors(device!, 0, new byte[512]), Is.EqualTo(Errno.EIO));
        test.Context.CloseBdev(device!);
    }

    [Test]
    public void TasksThatReadAndWriteAtOnce_EachGetTheirOwn()
    {
        TestKernel test = Boot();
        BlockDevice device = OpenToy(test);
        _toy.Holds = true;
        KernelTimer tick = null!;
        tick = new("tick", kernel =>
        {
            _toy.FinishHeld(kernel);
            kernel.ModTimer(tick, kernel.Jiffies + 1);
        });
        test.Context.ModTimer(tick, 0);
        List<KernelTask> tasks = [];
        for (int number = 0; number < 5; number++)
        {
            byte mine = (byte)(number + 1);
            tasks.Add(test.Context.KthreadRun(kernel => WriteAndRead(kernel, device, mine), $"reader{number}"));
        }
        test.Kernel.Time.Idle(500_000_000);
        Assert.That(_right, Is.EqualTo(5 * 20));
        Assert.That(tasks, Has.All.Property(nameof(KernelTask.HasExited)).True);
        test.Context.DelTimerSync(tick);
        CloseToy(test, device);
    }

    private Errno WriteAndRead(KernelContext kernel, BlockDevice device, byte mine)
    {
        byte[] data = new byte[1024], back = new byte[1024];
        for (ulong round = 0; round < 20; round++)
        {
            ulong sector = ((round * 5) + mine - 1) * 2;
            data.AsSpan().Fill((byte)(mine + (round * 8)));
            kernel.WriteSectors(device, sector, data);
            kernel.ReadSectors(device, sector, back);
            _right += back.AsSpan().SequenceEqual(data) ? 1 : 0;
        }
        return Errno.Success;
    }

    private BlockDevice OpenToy(TestKernel test)
    {
        _toy.Register(test.Context);
        test.Context.OpenBdev("/dev/toy0", out BlockDevice? device);
        return device!;
    }

    private void CloseToy(TestKernel test, BlockDevice device)
    {
        test.Context.CloseBdev(device);
        _toy.Unregister(test.Context);
        Assert.That(test.Kernel.Errors, Is.Zero, test.LogText);
    }
}
