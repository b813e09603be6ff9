using MiniKernel.Hal;
using MiniKernel.Mm;
using MiniKernel.Tests.Support;
using NUnit.Framework;

namespace MiniKernel.Core.Tests;

/// <summary>What KernelContext does beside allocating: time, contexts, access, interrupts, DMA.</summary>
[TestFixture(AllocatorKind.Slab), TestFixture(AllocatorKind.Slob), Parallelizable(ParallelScope.All)]
public sealed class ContextTests(AllocatorKind allocator) : KernelFixture(allocator)
{
    private const ulong CallNs = VirtualTimeCosts.KernelCallNs;

    [Test]
    public void CallsOfMm_TakeNoTime()
    {
        TestKernel test = Boot();
        VirtualAddress p = test.Context.Kzalloc(1000, GfpFlags.Kernel);
        test.Context.Write(p, 1);
        test.Context.Memset(p, 0, 1000);
        test.Context.Kfree(p);
        test.Context.FreePages(test.Context.GetZeroedPage(GfpFlags.Kernel), 0);
        Assert.That(test.Machine.Clock.NowNs, Is.Zero);
    }

    [Test]
    public void OtherCalls_TakeFixedTime()
    {
        TestKernel test = Boot();
        test.Context.Printk(LogLevel.Info, "x");
        Assert.That(test.Machine.Clock.NowNs, Is.EqualTo(CallNs));
        test.Context.Udelay(5);
        Assert.That(test.Machine.Clock.NowNs, Is.EqualTo((2 * CallNs) + 5_000));
        test.Context.Inl(SoundCardPort.Status);
        Assert.That(test.Machine.Clock.NowNs, Is.EqualTo((2 * CallNs) + 5_000 + VirtualTimeCosts.DeviceAccessNs));
    }

    [Test]
    public void Jiffies_CountMilliseconds()
    {
        TestKernel test = Boot();
        test.Context.Mdelay(10);
        Assert.That(test.Context.Jiffies, Is.EqualTo(10));
    }

    [Test]
    public void LoopThatReadsJiffies_Ends()
    {
        TestKernel test = Boot();
        ulong end = test.Context.Jiffies + 2;
        while (test.Context.Jiffies < end)
        {
        }
        Assert.That(test.Machine.Clock.Jiffies, Is.EqualTo(2));
    }

    [Test]
    public void Access_ReadsWhatWasWritten()
    {
        TestKernel test = Boot("x86-64-2g");
        KernelContext kernel = test.Context;
        VirtualAddress p = kernel.Kmalloc(100, GfpFlags.Kernel);
        kernel.Write(p, 0x1122334455667788UL);
        Assert.That(kernel.Read<byte>(p + 7), Is.EqualTo(0x11));
        kernel.CopyTo(p + 10, [1, 2, 3]);
        kernel.Memmove(p + 11, p + 10, 3);
        byte[] back = new byte[4];
        kernel.CopyFrom(p + 10, back);
        Assert.That(back, Is.EqualTo(new byte[] { 1, 1, 2, 3 }));
        KernelPtr<int> numbers = new(p);
        kernel.Write(numbers, 3, 42);
        Assert.That(kernel.Read<int>(p + 12), Is.EqualTo(42));
        Assert.That(kernel.Read(numbers, 3), Is.EqualTo(42));
        kernel.WritePointer(p, p + 5);
        Assert.That(kernel.ReadPointer(p), Is.EqualTo(p + 5));
        Assert.That(kernel.PhysToVirt(kernel.VirtToPhys(p)), Is.EqualTo(p));
        kernel.Kfree(p);
    }

    [Test]
    public void SizesThatMakeNoSense_AreWhatTheyAreInLinux([Values] WatchMode watch, [Values("i386-32", "x86-64-2g", "m68k-nommu-large")] string profile)
    {
        TestKernel test = Boot(profile, watch);
        KernelContext kernel = test.Context;
        Assert.That(kernel.Kmalloc(0, GfpFlags.Kernel), Is.EqualTo(VirtualAddress.ZeroSizePointer));
        Assert.That(kernel.Kzalloc(0, GfpFlags.Kernel), Is.EqualTo(VirtualAddress.ZeroSizePointer));
        Assert.That(kernel.Kcalloc(0, 8, GfpFlags.Kernel), Is.EqualTo(VirtualAddress.ZeroSizePointer));
        Assert.That(kernel.Ksize(VirtualAddress.ZeroSizePointer), Is.Zero);
        foreach (ulong size in new[] { (32UL << 20) + 1, 1UL << 31, 1UL << 40, ulong.MaxValue })
            Assert.That(kernel.Kmalloc(size, GfpFlags.Kernel).IsNull, Is.True, $"{size} bytes");
        Assert.That(kernel.Kcalloc(ulong.MaxValue, 2, GfpFlags.Kernel).IsNull, Is.True);
        Assert.That(kernel.Kcalloc(1UL << 16, 1UL << 16, GfpFlags.Kernel).IsNull, Is.True);
        Assert.That(kernel.AllocPages(GfpFlags.Kernel, 11), Is.Null);
        Assert.That(kernel.AllocPages(GfpFlags.Kernel, 100), Is.Null);
        Assert.That(kernel.AllocPagesExact(ulong.MaxValue, GfpFlags.Kernel).IsNull, Is.True);
        Assert.That(test.Kernel.Errors, Is.Zero, test.LogText);
    }

    [Test]
    public void AtomicContext_SleepingAllocation_IsNamedOnceASecondAndCountedAlways()
    {
        TestKernel test = Boot();
        KernelContext kernel = test.Context;
        kernel.PreemptDisable();
        kernel.Kfree(kernel.Kmalloc(100, GfpFlags.Kernel));
        kernel.Kfree(kernel.Kmalloc(100, GfpFlags.Kernel));
        kernel.Kfree(kernel.Kmalloc(100, GfpFlags.Atomic));
        kernel.PreemptEnable();
        kernel.Kfree(kernel.Kmalloc(100, GfpFlags.Kernel));
        string[] said = [.. test.Lines.Where(line => line.Contains("BUG: sleeping", StringComparison.Ordinal))];
        Assert.That(said, Has.Length.EqualTo(1));
        Assert.That(said[0], Does.Match(@"^BUG: sleeping function called from invalid context at tests/core/ContextTests\.cs:\d+$"));
        Assert.That(test.Lines, Does.Contain("in_atomic():1, irqs_disabled():0"));
        Assert.That(test.Kernel.Errors, Is.EqualTo(2));
    }

    [Test]
    public void BareMode_TellsOfSleepingToo()
    {
        TestKernel test = Boot(watch: WatchMode.Bare);
        KernelContext kernel = test.Context;
        kernel.Kfree(kernel.Kmalloc(100, GfpFlags.Kernel));
        bool flags = kernel.LocalIrqSave();
        kernel.Kfree(kernel.Kmalloc(100, GfpFlags.Kernel));
        kernel.LocalIrqRestore(flags);
        Assert.That(test.Lines, Does.Contain("in_atomic():0, irqs_disabled():1"));
        Assert.That(test.Kernel.Errors, Is.EqualTo(1));
    }

    [Test]
    public void PreemptEnable_TooOften_IsABug()
    {
        TestKernel test = Boot();
        test.Insmod(new TestModule { OnInit = static kernel => kernel.PreemptEnable() });
        Assert.That(test.LogText, Does.Contain("preempt_enable() without preempt_disable()"));
    }

    [Test]
    public void WarnOn_SaysWhereAndGoesOn()
    {
        TestKernel test = Boot();
        Assert.That(test.Context.WarnOn(true), Is.True);
        Assert.That(test.Context.WarnOn(false), Is.False);
        Assert.That(test.Lines.Single(line => line.StartsWith("WARNING", StringComparison.Ordinal)),
            Does.Match(@"^WARNING: at tests/core/ContextTests\.cs:\d+ WarnOn_SaysWhereAndGoesOn\(\)$"));
        Assert.That(test.Kernel.Errors, Is.EqualTo(1));
    }

    [Test]
    public void Irq_IsTakenAtTheEndOfACall_InAtomicContext()
    {
        TestKernel test = Boot();
        List<(int Line, bool Atomic)> heard = [];
        Assert.That(test.Context.RequestIrq(7, "toy", (kernel, line) => { heard.Add((line, kernel.InAtomic)); return true; }), Is.EqualTo(Errno.Success));
        test.Machine.Interrupts.Raise(7);
        Assert.That(heard, Is.Empty);
        test.Context.Kfree(test.Context.Kmalloc(10, GfpFlags.Kernel));
        Assert.That(heard, Is.Empty, "never inside mm");
        test.Context.Udelay(1);
        Assert.That(heard, Is.EqualTo(new[] { (7, true) }));
        Assert.That(test.Kernel.Proc.Read("interrupts"), Does.Contain("  7:          1    XT-PIC-XT        toy\n"));
        Assert.That(test.Context.RequestIrq(7, "other", static (_, _) => true), Is.EqualTo(Errno.EBUSY));
        Assert.That(test.Context.RequestIrq(16, "other", static (_, _) => true), Is.EqualTo(Errno.EINVAL));
        test.Context.FreeIrq(7);
        test.Context.FreeIrq(7);
        Assert.That(test.Lines, Does.Contain("Trying to free already-free IRQ 7"));
    }

    [Test]
    public void Irq_WaitsWhileInterruptsAreOff()
    {
        TestKernel test = Boot();
        int heard = 0;
        test.Context.RequestIrq(7, "toy", (_, _) => ++heard > 0);
        bool flags = test.Context.LocalIrqSave();
        test.Machine.Interrupts.Raise(7);
        test.Context.Udelay(10);
        Assert.That(heard, Is.Zero);
        test.Context.LocalIrqRestore(flags);
        Assert.That(heard, Is.EqualTo(1));
    }

    [Test]
    public void IrqHandlerThatOopses_StopsItsModuleAlone()
    {
        TestKernel test = Boot();
        test.Insmod(new TestModule { OnInit = static kernel => kernel.RequestIrq(7, "toy", static (context, _) => { context.Bug(); return true; }) });
        test.Machine.Interrupts.Raise(7);
        test.Context.Udelay(1);
        Assert.That(test.Kernel.Modules.Find("toy")!.State, Is.EqualTo(ModuleState.Dead));
        Assert.That(test.Context.InAtomic, Is.False);
        test.Machine.Interrupts.Raise(7);
        test.Context.Udelay(1);
        Assert.That(test.Kernel.Oopses, Is.EqualTo(1));
    }

    [Test]
    public void SoundCardInterrupt_ReachesADriver()
    {
        TestKernel test = Boot();
        int heard = 0;
        KernelContext kernel = test.Context;
        kernel.RequestIrq(test.Machine.SoundCard.Line, "toy", (_, _) => ++heard > 0);
        kernel.RequestDma(1, "toy");
        VirtualAddress buffer = kernel.Kzalloc(512, GfpFlags.Kernel | GfpFlags.Dma);
        kernel.SetDmaMode(1, IsaDmaMode.Single | IsaDmaMode.MemoryToDevice);
        kernel.SetDmaAddr(1, kernel.VirtToPhys(buffer));
        kernel.SetDmaCount(1, 512);
        kernel.EnableDma(1);
        kernel.Outl(512, SoundCardPort.BlockBytes);
        kernel.Outl((uint)SoundCardCommand.Start, SoundCardPort.Command);
        test.Kernel.Time.Idle(1_000_000_000);
        Assert.That(heard, Is.EqualTo(1));
        Assert.That((SoundCardStatus)kernel.Inl(SoundCardPort.Status), Is.EqualTo(SoundCardStatus.Done));
        Assert.That(kernel.GetDmaResidue(1), Is.Zero);
        kernel.FreeDma(1);
        kernel.Kfree(buffer);
    }

    [Test]
    public void DmaChannel_OfSomebodyElse_IsRefusedByName()
    {
        TestKernel test = Boot();
        test.Insmod(new TestModule("owner") { OnInit = static kernel => kernel.RequestDma(1, "owner"), OnExit = static kernel => kernel.FreeDma(1) });
        test.Context.SetDmaAddr(1, new PhysicalAddress(0x1234));
        Assert.That(test.Lines, Does.Contain("kernel: DMA channel 1 used without request_dma(); it belongs to owner"));
        Assert.That(test.Context.RequestDma(1, "x"), Is.EqualTo(Errno.EBUSY));
        Assert.That(test.Context.RequestDma(4, "x"), Is.EqualTo(Errno.EBUSY));
        Assert.That(test.Context.RequestDma(8, "x"), Is.EqualTo(Errno.EINVAL));
        test.Context.EnableDma(99);
        Assert.That(test.LogText, Does.Contain("DMA channel 99 used without request_dma(); it belongs to no one"));
    }

    [Test]
    public void Ports_ThatAreNotThere_Float()
    {
        TestKernel test = Boot();
        test.Context.Outl(1, 0x3f8);
        Assert.That(test.Context.Inl(0x3f8), Is.EqualTo(uint.MaxValue));
        Assert.That(test.Context.Inb(0x60), Is.EqualTo(byte.MaxValue));
    }

    [Test]
    public void SerialPort_SendsWhatIsWrittenToItsPort()
    {
        TestKernel test = Boot();
        List<byte> sent = [];
        test.Machine.Uart.Sink = sent.Add;
        test.Context.Outb((byte)'h', 0x3f8);
        test.Context.Outb((byte)'i', 0x3f8);
        test.Context.Mdelay(1);
        Assert.That(sent, Is.EqualTo("hi"u8.ToArray()));
    }

    [Test]
    public void Shrinker_IsAskedUnderPressure_AndWithdrawnOnRequest()
    {
        TestKernel test = Boot("lab-4m");
        Stack<VirtualAddress> spare = new();
        for (int i = 0; i < 20; i++)
            spare.Push(test.Context.GetFreePages(GfpFlags.Kernel, 0));
        int asked = 0;
        Shrinker shrinker = test.Context.RegisterShrinker(kernel =>
        {
            asked++;
            for (int i = 0; i < 5 && spare.Count > 0; i++)
                kernel.FreePages(spare.Pop(), 0);
            return 5;
        });
        List<VirtualAddress> taken = [];
        for (VirtualAddress p = Page(test); !p.IsNull; p = Page(test))
            taken.Add(p);
        Assert.That(spare, Is.Empty);
        Assert.That(asked, Is.GreaterThanOrEqualTo(4));
        int before = asked;
        test.Context.UnregisterShrinker(shrinker);
        Page(test);
        Assert.That(asked, Is.EqualTo(before));
        taken.ForEach(p => test.Context.FreePages(p, 0));

        static VirtualAddress Page(TestKernel test) => test.Context.GetFreePages(GfpFlags.Kernel | GfpFlags.NoWarn, 0);
    }

    [SlabOnly("constructors run for a slab")]
    [Test]
    public void Constructor_RunsOncePerObjectAsItsModulesCode()
    {
        TestKernel test = Boot();
        int made = 0, gone = 0;
        KmemCache? cache = null;
        test.Insmod(new TestModule
        {
            OnInit = kernel =>
            {
                cache = kernel.KmemCacheCreate(
                    "toy", 500, ctor: (k, obj) => { made++; k.Write(obj, 0x600d); }, dtor: (_, _) => gone++);
                VirtualAddress p = kernel.KmemCacheAlloc(cache!, GfpFlags.Kernel);
                kernel.BugOn(kernel.Read<int>(p) != 0x600d);
                kernel.KmemCacheFree(cache!, p);
            },
            OnExit = kernel => kernel.KmemCacheDestroy(cache),
        });
        Assert.That(made, Is.EqualTo((int)cache!.Geometry.ObjectsPerSlab));
        Assert.That(test.Kernel.Modules.Rmmod("toy"), Is.EqualTo(Errno.Success));
        Assert.That(gone, Is.EqualTo(made));
    }

    [Test]
    public void BareMode_SlowPaths_AllocateNothingOnTheManagedHeap()
    {
        TestKernel test = Boot(watch: WatchMode.Bare);
        Churn(test.Context);
        Churn(test.Context);
        long before = GC.GetAllocatedBytesForCurrentThread();
        Churn(test.Context);
        Assert.That(GC.GetAllocatedBytesForCurrentThread() - before, Is.Zero);

        static void Churn(KernelContext kernel)
        {
            VirtualAddress list = VirtualAddress.Null;
            for (int i = 0; i < 500; i++)
            {
                VirtualAddress p = kernel.Kmalloc(700, GfpFlags.Kernel);
                kernel.WritePointer(p, list);
                list = p;
            }
            while (!list.IsNull)
            {
                VirtualAddress next = kernel.ReadPointer(list);
                kernel.Kfree(list);
                list = next;
            }
            kernel.FreePages(kernel.GetFreePages(GfpFlags.Kernel, 3), 3);
        }
    }
}
