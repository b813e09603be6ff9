using MiniKernel.Hal;
using MiniKernel.Mm;
using MiniKernel.Tests.Support;
using NUnit.Framework;

namespace MiniKernel.Core.Tests;

/// <summary>Packet buffers, interfaces, protocols, and what becomes of them when a driver goes.</summary>
[TestFixture(AllocatorKind.Slab), TestFixture(AllocatorKind.Slob), Parallelizable(ParallelScope.All)]
public sealed class NetTests(AllocatorKind allocator) : KernelFixture(allocator)
{
    private const ushort Protocol = 0x88b5;
    private readonly Wire _wire = new();
    private readonly List<byte> _heard = [];
    private SkBuffCache _buffers = null!;

    [Test]
    public void SkBuff_GrowsAndShrinksAtBothEnds([Values] WatchMode watch, [Values("i386-32", "x86-64-2g", "ppc64-64k")] string profile)
    {
        TestKernel test = BootWithBuffers(profile, watch);
        SkBuff skb = test.Context.AllocSkb(_buffers, GfpFlags.Kernel);
        test.Context.SkbReserve(skb, 14);
        VirtualAddress start = test.Context.SkbPut(skb, 10);
        Assert.That(test.Context.SkbPut(skb, 76) - start, Is.EqualTo(10));
        Assert.That(start - test.Context.SkbPush(skb, 14), Is.EqualTo(14));
        Assert.That(test.Context.SkbLength(skb), Is.EqualTo(100));
        Assert.That(test.Context.SkbPull(skb, 20) - start, Is.EqualTo(6));
        Assert.That(test.Context.SkbPull(skb, 81), Is.EqualTo(VirtualAddress.Null));
        Assert.That(test.Context.SkbData(skb) - start, Is.EqualTo(6));
        test.Context.KfreeSkb(skb);
        End(test);
    }

    [Test]
    public void SkBuff_NeverGrowsBeyondItsBuffer()
    {
        TestKernel test = BootWithBuffers();
        SkBuff skb = test.Context.AllocSkb(_buffers, GfpFlags.Kernel);
        test.Context.SkbPut(skb, 100);
        Assert.That(() => test.Context.SkbPut(skb, 1), Throws.InstanceOf<KernelOopsException>());
        Assert.That(() => test.Context.SkbPut(skb, uint.MaxValue), Throws.InstanceOf<KernelOopsException>());
        Assert.That(() => test.Context.SkbPush(skb, 1), Throws.InstanceOf<KernelOopsException>());
        Assert.That(() => test.Context.SkbReserve(skb, 1), Throws.InstanceOf<KernelOopsException>());
        test.Context.KfreeSkb(skb);
        End(test);
    }

    [Test]
    public void SkBuff_FreedTwiceOrSpoilt_IsABug([Values] WatchMode watch)
    {
        TestKernel test = BootWithBuffers(watch: watch);
        SkBuff skb = test.Context.AllocSkb(_buffers, GfpFlags.Kernel), other = test.Context.AllocSkb(_buffers, GfpFlags.Kernel);
        test.Context.KfreeSkb(skb);
        Assert.That(() => test.Context.KfreeSkb(skb), Throws.InstanceOf<KernelOopsException>());
        Assert.That(() => test.Context.SkbPut(skb, 1), Throws.InstanceOf<KernelOopsException>());
        ulong header = test.Context.Read<ulong>(other.Address);
        test.Context.Write(other.Address, ulong.MaxValue);
        Assert.That(() => test.Context.SkbData(other), Throws.InstanceOf<KernelOopsException>());
        test.Context.Write(other.Address, header);
        test.Context.KfreeSkb(other);
        test.Context.KfreeSkb(default);
        End(test);
    }

    [Test]
    public void Cache_WithBuffersInUse_Stays()
    {
        TestKernel test = BootWithBuffers();
        SkBuff skb = test.Context.AllocSkb(_buffers, GfpFlags.Kernel);
        Assert.That(test.Context.SkbCacheDestroy(_buffers), Is.False);
        Assert.That(test.LogText, Does.Contain("toy_skb: 1 buffers are still in use"));
        test.Context.KfreeSkb(skb);
        End(test);
    }

    [Test]
    public void Register_FindsAName()
    {
        TestKernel test = Boot();
        NetDevice first = new("eth%d", _wire), second = new("eth%d", _wire);
        test.Context.RegisterNetdev(first);
        test.Context.RegisterNetdev(second);
        Assert.That((first.Name, second.Name), Is.EqualTo(("eth0", "eth1")));
        Assert.That(test.Context.RegisterNetdev(first), Is.EqualTo(Errno.EINVAL));
        Assert.That(test.Context.RegisterNetdev(new NetDevice("eth1", _wire)), Is.EqualTo(Errno.EEXIST));
        Assert.That(test.Context.DevGetByName("eth1"), Is.SameAs(second));
        Assert.That(test.Context.UnregisterNetdev(first), Is.EqualTo(Errno.Success));
        Assert.That(test.Context.UnregisterNetdev(first), Is.EqualTo(Errno.EINVAL));
        Assert.That(test.Context.DevOpen(first), Is.EqualTo(Errno.ENODEV));
    }

    [Test]
    public void Packet_GoesOutAndComesInAgain([Values] WatchMode watch)
    {
        TestKernel test = BootWithBuffers(watch: watch);
        NetDevice device = Up(test);
        test.Context.DevAddPack(Protocol, Hear);
        Assert.That(test.Context.DevAddPack(Protocol, Hear), Is.EqualTo(Errno.EBUSY));
        for (byte number = 1; number <= 5; number++)
            Assert.That(Send(test, device, number), Is.EqualTo(Errno.Success));
        test.Kernel.Time.Idle(1_000_000);
        Assert.That(_heard, Is.EqualTo(new byte[] { 1, 2, 3, 4, 5 }));
        Assert.That(test.Context.DevRemovePack(Protocol), Is.EqualTo(Errno.Success));
        Assert.That(test.Context.DevRemovePack(Protocol), Is.EqualTo(Errno.EINVAL));
        Send(test, device, 6);
        test.Kernel.Time.Idle(1_000_000);
        Assert.That(device.Statistics.RxDropped, Is.EqualTo(1), "nobody wants it");
        test.Context.UnregisterNetdev(device);
        End(test);
    }

    [Test]
    public void ProcNetDev_ReadsAsLinuxWritesIt()
    {
        TestKernel test = Boot();
        NetDevice device = new("eth%d", _wire);
        (device.Statistics.RxBytes, device.Statistics.RxPackets, device.Statistics.RxDropped, device.Statistics.RxMissed) = (1234, 12, 3, 4);
        (device.Statistics.TxBytes, device.Statistics.TxPackets, device.Statistics.TxErrors) = (5678, 56, 7);
        test.Context.RegisterNetdev(device);
        Assert.That(test.Kernel.Proc.Read("/proc/net/dev"), Is.EqualTo(
            "Inter-|   Receive                                                |  Transmit\n"
            + " face |bytes    packets errs drop fifo frame compressed multicast|bytes    packets errs drop fifo colls carrier compressed\n"
            + "  eth0:    1234      12    0    7    0     0          0         0     5678      56    7    0    0     0       0          0\n"));
        test.Context.UnregisterNetdev(device);
    }

    [Test]
    public void StoppedQueue_KeepsPacketsInOrderAndDropsWhatIsTooMuch()
    {
        TestKernel test = BootWithBuffers();
        NetDevice device = Up(test);
        test.Context.DevAddPack(Protocol, Hear);
        device.TxQueueLength = 3;
        test.Context.NetifStopQueue(device);
        for (byte number = 1; number <= 3; number++)
            Assert.That(Send(test, device, number), Is.EqualTo(Errno.Success));
        Assert.That(Send(test, device, 4), Is.EqualTo(Errno.ENOBUFS));
        Assert.That(device.Waiting, Is.EqualTo(3));
        _wire.Answer = NetdevTx.Busy;
        test.Context.NetifWakeQueue(device);
        Assert.That(device.Waiting, Is.EqualTo(3), "a busy driver's packet stays");
        _wire.Answer = NetdevTx.Ok;
        test.Context.NetifWakeQueue(device);
        test.Kernel.Time.Idle(1_000_000);
        Assert.That(_heard, Is.EqualTo(new byte[] { 1, 2, 3 }));
        test.Context.UnregisterNetdev(device);
        End(test);
    }

    [Test]
    public void InterfaceThatGoesDown_DropsWhatWaits()
    {
        TestKernel test = BootWithBuffers();
        NetDevice device = Up(test);
        test.Context.NetifStopQueue(device);
        Send(test, device, 1);
        test.Context.DevClose(device);
        Assert.That(_wire.IsOpen, Is.False);
        Assert.That(Send(test, device, 2), Is.EqualTo(Errno.ENETDOWN));
        Assert.That(device.Statistics.TxDropped, Is.EqualTo(2));
        Assert.That(_buffers.InUse, Is.Zero);
        _wire.OpenAnswer = Errno.EBUSY;
        Assert.That(test.Context.DevOpen(device), Is.EqualTo(Errno.EBUSY));
        Assert.That(device.IsUp, Is.False);
        test.Context.UnregisterNetdev(device);
        End(test);
    }

    [Test]
    public void ModuleThatForgetsItsInterface_HasItWithdrawn()
    {
        TestKernel test = BootWithBuffers();
        NetDevice device = new("eth%d", _wire);
        test.Insmod(new TestModule
        {
            OnInit = kernel =>
            {
                kernel.RegisterNetdev(device);
                kernel.DevOpen(device);
                kernel.DevAddPack(Protocol, Hear);
            },
        });
        test.Context.NetifStopQueue(device);
        Send(test, device, 1);
        Assert.That(test.Kernel.Modules.Rmmod("toy"), Is.EqualTo(Errno.Success));
        Assert.That(test.Lines, Is.SupersetOf(new[] { "toy: left behind network interface eth0; withdrawn", "toy: left behind protocol 88b5; withdrawn" }));
        Assert.That(test.Kernel.Net.Devices, Is.Empty);
        End(test);
    }

    [Test]
    public void DriverThatDiesInHardStartXmit_IsGoneWithItsInterface()
    {
        TestKernel test = BootWithBuffers();
        NetDevice device = new("eth%d", _wire);
        test.Insmod(new TestModule
        {
            OnInit = kernel =>
            {
                kernel.RegisterNetdev(device);
                kernel.DevOpen(device);
            },
        });
        _wire.Dies = true;
        Send(test, device, 1);
        Assert.That(test.Kernel.Oopses, Is.EqualTo(1));
        Assert.That(Send(test, device, 2), Is.EqualTo(Errno.ENETDOWN));
        Assert.That(test.Context.InAtomic, Is.False);
        Assert.That(_wire.Kept, Has.Count.EqualTo(1), "the dead driver had it");
        test.Context.KfreeSkb(_wire.Kept[0]);
        End(test);
    }

    private TestKernel BootWithBuffers(string profile = "i386-32", WatchMode watch = WatchMode.Tracked)
    {
        TestKernel test = Boot(profile, watch);
        _buffers = test.Context.SkbCacheCreate("toy_skb", 100, reserve: 2)!;
        return test;
    }

    private NetDevice Up(TestKernel test)
    {
        NetDevice device = new("eth%d", _wire);
        test.Context.RegisterNetdev(device);
        test.Context.DevOpen(device);
        return device;
    }

    private Errno Send(TestKernel test, NetDevice device, byte number)
    {
        SkBuff skb = test.Context.AllocSkb(_buffers, GfpFlags.Kernel);
        VirtualAddress data = test.Context.SkbPut(skb, 15);
        test.Context.Memset(data, 0, 15);
        test.Context.Write<byte>(data + 12, 0x88);
        test.Context.Write<byte>(data + 13, 0xb5);
        test.Context.Write(data + 14, number);
        return test.Context.DevQueueXmit(skb, device);
    }

    private void Hear(KernelContext kernel, SkBuff skb, NetDevice device)
    {
        Assert.That(kernel.SkbLength(skb), Is.EqualTo(1), "the header is off");
        _heard.Add(kernel.Read<byte>(kernel.SkbData(skb)));
        kernel.KfreeSkb(skb);
    }

    private void End(TestKernel test) => Assert.That(test.Context.SkbCacheDestroy(_buffers), Is.True);

    // What is sent comes straight back.
    private sealed class Wire : INetDeviceOperations
    {
        public NetdevTx Answer { get; set; }

        public Errno OpenAnswer { get; set; }

        public bool IsOpen { get; private set; }

        public bool Dies { get; set; }

        public List<SkBuff> Kept { get; } = [];

        public Errno Open(KernelContext kernel, NetDevice device)
        {
            IsOpen = OpenAnswer == Errno.Success;
            return OpenAnswer;
        }

        public void Stop(KernelContext kernel, NetDevice device) => IsOpen = false;

        public NetdevTx HardStartXmit(KernelContext kernel, SkBuff skb, NetDevice device)
        {
            Assert.That(kernel.InAtomic, Is.True);
            if (Dies)
            {
                Kept.Add(skb);
                kernel.Bug();
            }
            if (Answer == NetdevTx.Busy)
                return Answer;
            kernel.EthTypeTrans(skb);
            kernel.NetifRx(skb, device);
            return Answer;
        }
    }
}
