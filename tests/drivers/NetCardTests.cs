using MiniKernel.Core;
using MiniKernel.Hal;
using MiniKernel.Mm;
using MiniKernel.Tests.Support;
using NUnit.Framework;

namespace MiniKernel.Drivers.Tests;

[TestFixture(AllocatorKind.Slab), TestFixture(AllocatorKind.Slob), Parallelizable(ParallelScope.All)]
public sealed class NetCardTests(AllocatorKind allocator) : KernelFixture(allocator)
{
    [Test]
    public void Workload_PassesAndGivesEverythingBack(
        [ValueSource(typeof(TestMachine), nameof(TestMachine.ProfileNames))] string profile, [Values] WatchMode watch)
    {
        TestKernel test = Boot(profile, watch, watch == WatchMode.Shadow ? TestMachine.AtMost512M : null);
        WorkloadResult result = InsmodAndRun(test);
        Assert.That(result.Error, Is.EqualTo(Errno.Success), result.Summary);
        Assert.That(result.Summary, Does.StartWith("1056 packets sent, "));
        Unload(test);
    }

    [SlabOnly("how many free objects slabs keep")]
    [Test]
    public void WhileMemoryIsShort_PacketsAreDroppedAndCounted([Values(WatchMode.Tracked, WatchMode.Bare)] WatchMode watch)
    {
        TestKernel test = Boot("lab-4m", watch);
        string summary = InsmodAndRun(test, "reserve=4").Summary;
        Assert.That(summary, Does.Not.Contain(" 0 dropped"), "256 packets are more than the reserve and the rest of a slab");
        Unload(test);
    }

    [TestCase("ring=3")]
    [TestCase("ring=256")]
    [TestCase("reserve=1")]
    [TestCase("reserve=200")]
    public void Workload_PassesWithEveryParameter(string parameter)
    {
        TestKernel test = Boot();
        WorkloadResult result = InsmodAndRun(test, parameter);
        Assert.That(result.Error, Is.EqualTo(Errno.Success), result.Summary);
        Unload(test);
    }

    [Test]
    public void TheSameRun_GivesTheSameLog([Values] WatchMode watch)
    {
        string[] logs = new string[2];
        for (int run = 0; run < logs.Length; run++)
        {
            TestKernel test = Boot("i386-64", watch);
            string summary = InsmodAndRun(test).Summary;
            logs[run] = $"{summary}\n{test.Machine.Clock.NowNs}\n{test.LogText}\n{test.Kernel.Proc.Read("interrupts")}";
            Unload(test);
        }
        Assert.That(logs[1], Is.EqualTo(logs[0]));
    }

    [Test]
    public void Counters_AgreeWithTheCards()
    {
        TestKernel test = Boot();
        test.Insmod(new NetCard());
        NetDevice device = test.Context.DevGetByName("eth0")!;
        Assert.That(device.Address, Is.EqualTo(new byte[] { 0x02, 0x4d, 0x4b, 0, 0, 1 }));
        int frames = 0;
        test.Machine.Nic.Recorder = _ => frames++;
        test.Kernel.Modules.RunWorkload(test.Kernel.Modules.Find("net_card")!);
        NetStatistics counts = device.Statistics;
        Assert.That(counts.TxPackets, Is.EqualTo(1056));
        Assert.That(frames, Is.EqualTo(1056));
        Assert.That(counts.RxPackets + counts.RxDropped + counts.RxMissed, Is.EqualTo(1056));
        Assert.That((counts.TxErrors, counts.RxErrors), Is.EqualTo((0, 0)));
        Unload(test);
    }

    [Test]
    public void PacketTooLongForTheCard_IsATransmitError()
    {
        TestKernel test = Boot();
        test.Insmod(new NetCard());
        NetDevice device = test.Context.DevGetByName("eth0")!;
        test.Context.DevOpen(device);
        SkBuffCache big = test.Context.SkbCacheCreate("big", 4000)!;
        SkBuff skb = test.Context.AllocSkb(big, GfpFlags.Kernel);
        test.Context.SkbPut(skb, 4000);
        Assert.That(test.Context.DevQueueXmit(skb, device), Is.EqualTo(Errno.Success));
        test.Kernel.Time.Idle(1_000_000);
        Assert.That(device.Statistics.TxErrors, Is.EqualTo(1));
        test.Context.DevClose(device);
        Assert.That(test.Context.SkbCacheDestroy(big), Is.True, "the buffer has come back");
        Unload(test);
    }

    [Test]
    public void Unload_WithTheInterfaceUp_TakesItDown()
    {
        TestKernel test = Boot();
        test.Insmod(new NetCard());
        test.Context.DevOpen(test.Context.DevGetByName("eth0")!);
        Unload(test);
        Assert.That(test.Machine.Nic.Read(NicRegister.Control), Is.Zero);
        Assert.That(test.Kernel.Proc.Read("interrupts"), Does.Not.Contain("eth0"));
    }

    [TestCase("ports", Errno.EBUSY)]
    [TestCase("memory", Errno.ENOMEM)]
    public void Init_WithoutOneOfItsResources_UndoesTheOthers(string missing, Errno expected)
    {
        TestKernel test = Boot("lab-4m");
        List<VirtualAddress> taken = [];
        if (missing == "ports")
            test.Context.RequestRegion(NicPort.Base, 1, "somebody");
        else
        {
            for (VirtualAddress p = Take(test); !p.IsNull; p = Take(test))
                taken.Add(p);
        }
        Assert.That(test.Insmod(new NetCard()), Is.EqualTo(expected));
        Assert.That(test.LogText, Does.Not.Contain("left behind"));
        Assert.That(test.Mm.FindCache("net_card_skb"), Is.Null);
        foreach (VirtualAddress p in taken)
            test.Context.FreePages(p, 0);
    }

    [Test]
    public void Open_WithTheLineTaken_GivesTheRingsBuffersBack()
    {
        TestKernel test = Boot();
        test.Context.RequestIrq(NicPort.Irq, "somebody", static (_, _) => false);
        WorkloadResult result = InsmodAndRun(test);
        Assert.That(result.Error, Is.EqualTo(Errno.EBUSY));
        Assert.That(test.Kernel.Modules.Rmmod("net_card"), Is.EqualTo(Errno.Success));
        test.Context.FreeIrq(NicPort.Irq);
    }

    private static VirtualAddress Take(TestKernel test) => test.Context.GetFreePages(GfpFlags.Kernel | GfpFlags.NoWarn, 0);

    private static WorkloadResult InsmodAndRun(TestKernel test, params string[] parameters)
    {
        Assert.That(test.Insmod(new NetCard(), parameters), Is.EqualTo(Errno.Success), test.LogText);
        return test.Kernel.Modules.RunWorkload(test.Kernel.Modules.Find("net_card")!)!;
    }

    private static void Unload(TestKernel test)
    {
        Assert.That(test.Kernel.Modules.Rmmod("net_card"), Is.EqualTo(Errno.Success));
        Assert.That(test.Kernel.Errors, Is.Zero, test.LogText);
    }
}
