using MiniKernel.Core;
using MiniKernel.Hal;
using MiniKernel.Mm;
using MiniKernel.Tests.Support;
using NUnit.Framework;

namespace MiniKernel.Drivers.Tests;

[TestFixture(AllocatorKind.Slab), TestFixture(AllocatorKind.Slob), Parallelizable(ParallelScope.All)]
public sealed class RamDiskTests(AllocatorKind allocator) : KernelFixture(allocator)
{
    [Test]
    public void Workload_PassesAndGivesEverythingBack(
        [ValueSource(typeof(TestMachine), nameof(TestMachine.ProfileNames))] string profile, [Values] WatchMode watch)
    {
        TestKernel test = Boot(profile, watch);
        WorkloadResult result = InsmodAndRun(test);
        Assert.That(result.Error, Is.EqualTo(Errno.Success), result.Summary);
        Assert.That(result.Summary, Does.StartWith("1024 KiB written, read back and compared; blocks: "));
        Unload(test);
    }

    [TestCase("i386-32", "1200", "blocks: 9 of order 5, 1 of order 3, 1 of order 2")]
    [TestCase("ppc64-64k", "1200", "blocks: 1 of order 4, 1 of order 1, 1 of order 0")]
    [TestCase("i386-32", "5", "blocks: 1 of order 1")]
    [TestCase("i386-32", "4", "blocks: 1 of order 0")]
    public void Memory_IsAsMuchAsIsNeededInTheLargestBlocks(string profile, string kib, string blocks)
    {
        TestKernel test = Boot(profile);
        Assert.That(InsmodAndRun(test, $"size_kib={kib}").Summary, Does.EndWith(blocks));
        Unload(test);
    }

    [Test]
    public void LargeOrders_ThatAreNotToBeHad_AreMadeUpOfSmallerOnes([Values] WatchMode watch)
    {
        TestKernel test = Boot(watch: watch);
        List<VirtualAddress> taken = Fragment(test, 5);
        WorkloadResult result = InsmodAndRun(test);
        Assert.That(result.Error, Is.EqualTo(Errno.Success), result.Summary);
        Assert.That(result.Summary, Does.Contain("of order 4"), "without the blocks in between there would be none of these");
        Unload(test);
        foreach (VirtualAddress p in taken)
            test.Context.FreePages(p, 4);
    }

    [Test]
    public void Init_WithoutEnoughMemory_LeavesNothingBehind([Values] WatchMode watch)
    {
        TestKernel test = Boot("lab-4m", watch);
        Assert.That(test.Insmod(new RamDisk(), "size_kib=40000", "max_order=8"), Is.EqualTo(Errno.ENOMEM));
        Assert.That(test.Kernel.Proc.Read("devices"), Does.EndWith("Block devices:\n"));
        Assert.That(test.Kernel.Modules.Loaded, Is.Empty);
    }

    [Test]
    public void Init_WithoutAMajor_LeavesNothingBehind()
    {
        TestKernel test = Boot();
        for (uint major = 1; major < 255; major++)
            test.Context.RegisterBlkdev(major, "taken");
        Assert.That(test.Insmod(new RamDisk()), Is.EqualTo(Errno.EBUSY));
        Assert.That(test.Kernel.Errors, Is.Zero, test.LogText);
    }

    [Test]
    public void Init_WithTheNameTaken_LeavesNothingBehind()
    {
        TestKernel test = Boot();
        test.Context.RegisterBlkdev(7, "other");
        RequestQueue queue = test.Context.BlkInitQueue("other", static (_, _) => { });
        Assert.That(test.Context.AddDisk(new Gendisk("rd0", 7, 0, queue)), Is.EqualTo(Errno.Success));
        Assert.That(test.Insmod(new RamDisk()), Is.EqualTo(Errno.EBUSY));
        Assert.That(test.Kernel.Errors, Is.Zero, test.LogText);
    }

    [Test]
    public void EverySector_IsItsOwn([Values(0, 1, 5)] int maxOrder)
    {
        TestKernel test = Boot();
        test.Insmod(new RamDisk(), "size_kib=100", $"max_order={maxOrder}");
        test.Context.OpenBdev("/dev/rd0", out BlockDevice? disk);
        byte[] sector = new byte[512];
        for (ulong number = 0; number < 200; number++)
        {
            sector.AsSpan().Fill((byte)number);
            test.Context.WriteSectors(disk!, (number * 77) % 200, sector);
        }
        for (ulong number = 0; number < 200; number++)
        {
            test.Context.ReadSectors(disk!, (number * 77) % 200, sector);
            Assert.That(sector, Is.All.EqualTo((byte)number));
        }
        test.Context.CloseBdev(disk!);
        Unload(test);
    }

    // Holds every other block of that order less one: nothing larger is left.
    private static List<VirtualAddress> Fragment(TestKernel test, int order)
    {
        List<VirtualAddress> all = [], held = [];
        for (VirtualAddress p = Take(test, order - 1); !p.IsNull; p = Take(test, order - 1))
            all.Add(p);
        ulong size = test.Context.PageSize << (order - 1);
        foreach (VirtualAddress p in all)
        {
            bool isUpper = (test.Context.VirtToPhys(p).Value & size) != 0;
            if (isUpper)
                held.Add(p);
            else
                test.Context.FreePages(p, order - 1);
        }
        return held;
    }

    private static VirtualAddress Take(TestKernel test, int order) => test.Context.GetFreePages(Mm.GfpFlags.Kernel | Mm.GfpFlags.NoWarn | Mm.GfpFlags.NoRetry, order);

    private static WorkloadResult InsmodAndRun(TestKernel test, params string[] parameters)
    {
        Assert.That(test.Insmod(new RamDisk(), parameters), Is.EqualTo(Errno.Success));
        return test.Kernel.Modules.RunWorkload(test.Kernel.Modules.Find("ram_disk")!)!;
    }

    private static void Unload(TestKernel test)
    {
        Assert.That(test.Kernel.Modules.Rmmod("ram_disk"), Is.EqualTo(Errno.Success));
        Assert.That(test.Kernel.Errors, Is.Zero, test.LogText);
    }
}
