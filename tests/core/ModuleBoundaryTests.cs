using MiniKernel.Hal;
using MiniKernel.Mm;
using MiniKernel.Tests.Support;
using NUnit.Framework;

namespace MiniKernel.Core.Tests;

/// <summary>Whatever a driver does wrong is an oops, its module is dead, and the kernel goes on.</summary>
[TestFixture(AllocatorKind.Slab), TestFixture(AllocatorKind.Slob), Parallelizable(ParallelScope.All)]
public sealed class ModuleBoundaryTests(AllocatorKind allocator) : KernelFixture(allocator)
{
    private static readonly int[] _noNumbers = [];
    private static readonly KernelOptions _impatient = new() { ModuleBudgetNs = 10_000_000_000 };

    private static IEnumerable<TestCaseData> Mistakes()
    {
        yield return Mistake("null reference", static _ => ((string)null!).Trim(), "BUG: unable to handle kernel NULL pointer dereference at virtual address 00000000");
        yield return Mistake("divide by zero", static kernel => kernel.Udelay(1u / (uint)_noNumbers.Length), "divide error in module toy");
        yield return Mistake("index out of range", static _ => _noNumbers[3]++, "BUG: IndexOutOfRangeException in module toy");
        yield return Mistake("endless recursion", static kernel => Recurse(kernel, 0), "BUG: stack overflow in module toy");
        yield return Mistake("endless loop", static kernel => Loop(kernel), "BUG: soft lockup - CPU#0 stuck for 10s! [insmod:1]");
        yield return Mistake("read of NULL", static kernel => kernel.Read<int>(VirtualAddress.Null), "BUG: unable to handle kernel NULL pointer dereference at virtual address 00000000");
        yield return Mistake("wild write", static kernel => kernel.Write(new VirtualAddress(0xdeadbeef), 1), "BUG: unable to handle kernel paging request at virtual address deadbeef");
        yield return Mistake("copy over the end", static kernel => kernel.CopyTo(new VirtualAddress(0xc3fffffe), new byte[4]), "BUG: unable to handle kernel paging request at virtual address c4000000");
        yield return Mistake("BUG()", static kernel => kernel.Bug("told you so"), "kernel BUG at tests/core/ModuleBoundaryTests.cs:");
        yield return Mistake("BUG_ON()", static kernel => kernel.BugOn(kernel.ProcessorId == 0), "kernel.ProcessorId == 0");
        yield return Mistake("kfree in mm", static kernel => kernel.Ksize(VirtualAddress.Null), "kernel BUG at mm/slab.c, ksize()!");
        yield return Mistake("early error", static kernel => kernel.KmemCacheCreate("tiny", 1), "Early error in slab tiny");
        yield return Mistake("virt_to_phys", static kernel => kernel.VirtToPhys(new VirtualAddress(0x1000)), "virt_to_phys(0x1000): not in the direct map");
    }

    [SlabOnly("its words")]
    [TestCaseSource(nameof(Mistakes))]
    public void Init_ThatBreaksARule_IsAnOops(ModuleBody mistake, string headline)
    {
        TestKernel test = Boot(options: _impatient);
        Assert.That(test.Insmod(new TestModule { OnInit = mistake }), Is.EqualTo(Errno.EIO));
        AssertDead(test, headline);
    }

    [SlabOnly("its words")]
    [TestCaseSource(nameof(Mistakes))]
    public void Workload_ThatBreaksARule_IsAnOops(ModuleBody mistake, string headline)
    {
        TestKernel test = Boot(options: _impatient);
        test.Insmod(new TestModule { OnRun = mistake });
        WorkloadResult? result = test.Kernel.Modules.RunWorkload(test.Kernel.Modules.Find("toy")!);
        Assert.That(result!.Error, Is.EqualTo(Errno.EIO));
        AssertDead(test, headline.Replace("insmod", "toy"));
    }

    [Test]
    public void Exit_ThatBreaksARule_IsAnOopsAndRmmodIsBusy()
    {
        TestKernel test = Boot();
        test.Insmod(new TestModule { OnExit = static kernel => kernel.Bug() });
        Assert.That(test.Kernel.Modules.Rmmod("toy"), Is.EqualTo(Errno.EBUSY));
        AssertDead(test, "kernel BUG at");
    }

    [Test]
    public void Oops_ReadsAsLinuxWritesIt()
    {
        TestKernel test = Boot();
        test.Insmod(new TestModule("other"));
        int before = test.Lines.Count;
        test.Insmod(new TestModule { OnInit = static kernel => kernel.Bug("told you so") });
        string[] oops = [.. test.Lines.Skip(before)];
        Assert.That(oops[0], Is.EqualTo("------------[ cut here ]------------"));
        Assert.That(oops[1], Does.Match(@"^kernel BUG at tests/core/ModuleBoundaryTests\.cs:\d+!$"));
        Assert.That(oops[2], Is.EqualTo("told you so"));
        Assert.That(oops[3], Is.EqualTo("invalid opcode: 0000 [#1]"));
        Assert.That(oops[4], Is.EqualTo("Modules linked in: toy other"));
        Assert.That(oops[5], Is.EqualTo("CPU:    0"));
        Assert.That(oops[6], Is.EqualTo("Pid: 1, comm: insmod Not tainted (2.6.24-minikernel #1)"));
        Assert.That(oops[7], Is.EqualTo("Call Trace:"));
        Assert.That(oops[8], Does.Match(@"^ \[<toy>\] tests/core/ModuleBoundaryTests\.cs:\d+ \(Oops_ReadsAsLinuxWritesIt\)$"));
        Assert.That(oops[9], Is.EqualTo("Mem-info:"));
        Assert.That(oops[^3], Is.EqualTo("Look first at:"));
        Assert.That(oops[^2], Does.Match(@"^ the code: tests/core/ModuleBoundaryTests\.cs:\d+ \(Oops_ReadsAsLinuxWritesIt\), the last call of toy into the kernel$"));
        Assert.That(oops[^1], Is.EqualTo("toy: stopped; its memory stays, it cannot be unloaded"));
    }

    [Test]
    public void PageFault_SaysWhatLiesAtTheAddress()
    {
        TestKernel test = Boot();
        test.Insmod(new TestModule { OnInit = static kernel => kernel.Read<int>(new VirtualAddress(24)) });
        Assert.That(test.LogText, Does.Match(@"Look first at:\n address: 0x18 is virtual: the null page, NULL \+ 24, as when a field "));
    }

    [Test]
    public void PageFaultBehindAVmallocArea_NamesTheArea()
    {
        TestKernel test = Boot();
        ExpectLeftovers();
        test.Insmod(new TestModule { OnInit = static kernel => kernel.Read<int>(kernel.Vmalloc(4096) + 4096) });
        Assert.That(test.LogText, Does.Contain(": in the guard page behind it\n").And.Match(@"Look first at:\n address: 0x[0-9a-f]+ is virtual: the vmalloc area; nothing is mapped there\n vmalloc: 4096 bytes into an area of 4096 bytes"));
    }

    [Test]
    public void Panic_SaysWhoHoldsMost()
    {
        TestKernel test = Boot("lab-4m", options: new KernelOptions { Mm = new MmOptions { Oom = OomPolicy.Panic } });
        ExpectLeftovers();
        Assert.That(
            () => test.Insmod(new TestModule { OnInit = static kernel => { while (!kernel.Kmalloc(4000, GfpFlags.Kernel).IsNull) { } } }),
            Throws.InstanceOf<KernelPanicException>());
        Assert.That(test.LogText, Does.Match(@"Kernel panic - not syncing: Out of memory[^\n]*\nCall Trace:\n \[<toy>\] [^\n]+\nMem-info:\n"));
        Assert.That(test.LogText, Does.Match(@"Look first at:\n \d+ x [^\n]*, \d+ bytes, held by toy, taken at "), test.LogText[^600..]);
    }

    [Test]
    public void SecondOops_SaysTainted()
    {
        TestKernel test = Boot();
        test.Insmod(new TestModule("a") { OnInit = static kernel => kernel.Bug() });
        test.Insmod(new TestModule("b") { OnInit = static kernel => kernel.Bug() });
        Assert.That(test.LogText, Does.Contain("[#2]").And.Contain("Tainted: G      D (2.6.24-minikernel #1)"));
    }

    [Test]
    public void NeverADotNetStackTrace()
    {
        TestKernel test = Boot();
        test.Insmod(new TestModule { OnInit = static _ => _noNumbers[3]++ });
        Assert.That(test.LogText, Does.Not.Contain("   at ").And.Not.Contain("System."));
        Assert.That(test.LogText, Does.Contain(" [<toy>] tests/core/TestModule.cs:").And.Contain(" (TestModule.Init)"));
    }

    [SlabOnly("names of size classes")]
    [Test]
    public void DeadModule_MemoryStays_AndIsListedAtShutdown()
    {
        ExpectLeftovers();
        TestKernel test = Boot();
        test.Insmod(new TestModule
        {
            OnInit = static kernel =>
            {
                kernel.Kmalloc(100, GfpFlags.Kernel);
                kernel.Bug();
            },
        });
        Assert.That(test.Kernel.Leaks, Is.Empty);
        test.Kernel.Shutdown();
        Assert.That(test.LogText, Does.Contain("toy: not unloaded, -EBUSY"));
        Assert.That(test.Kernel.Leaks.Single().ToString(), Does.StartWith("toy: leaked 1 x size-128, 100 bytes, from tests/core/ModuleBoundaryTests.cs:"));
    }

    [Test]
    public void DeadModule_DevicesAreWithdrawn_AndNoneOfItsCodeIsCalled()
    {
        TestKernel test = Boot();
        Faulty device = new();
        test.Insmod(new TestModule { OnInit = kernel => kernel.RegisterChrdev(42, "toy", device) });
        Assert.That(test.Context.FilpOpen("/dev/toy", out OpenFile? file), Is.EqualTo(Errno.Success));
        Assert.That(test.Context.VfsRead(file!, new byte[1]).Error, Is.EqualTo(Errno.EIO));
        AssertDead(test, "IndexOutOfRangeException");
        Assert.That(test.Context.VfsRead(file!, new byte[1]).Error, Is.EqualTo(Errno.ENODEV));
        Assert.That(test.Context.FilpOpen("/dev/toy", out _), Is.EqualTo(Errno.ENXIO));
        test.Context.FilpClose(file!);
        Assert.That(device.Calls, Is.EqualTo(1));
    }

    [Test]
    public void OopsInAnotherModulesDevice_EndsTheTask_ButBlamesTheDevice()
    {
        TestKernel test = Boot();
        test.Insmod(new TestModule("device") { OnInit = static kernel => kernel.RegisterChrdev(42, "toy", new Faulty()) });
        bool wentOn = false;
        test.Insmod(new TestModule("user")
        {
            OnRun = kernel =>
            {
                kernel.FilpOpen("/dev/toy", out OpenFile? file);
                kernel.VfsRead(file!, new byte[1]);
                wentOn = true;
            },
        });
        test.Kernel.Modules.RunWorkload(test.Kernel.Modules.Find("user")!);
        Assert.That(wentOn, Is.False);
        Assert.That(test.Kernel.Modules.Find("device")!.State, Is.EqualTo(ModuleState.Dead));
        Assert.That(test.Kernel.Modules.Find("user")!.State, Is.EqualTo(ModuleState.Live));
        Assert.That(test.Kernel.Oopses, Is.EqualTo(1));
    }

    [Test]
    public void OopsWhileAtomic_LeavesNoAtomicContextBehind()
    {
        TestKernel test = Boot();
        test.Insmod(new TestModule
        {
            OnInit = static kernel =>
            {
                kernel.PreemptDisable();
                kernel.LocalIrqSave();
                kernel.Bug();
            },
        });
        Assert.That(test.Context.InAtomic, Is.False);
    }

    [Test]
    public void Imbalance_IsReported()
    {
        TestKernel test = Boot();
        test.Insmod(new TestModule { OnInit = static kernel => kernel.PreemptDisable() });
        Assert.That(test.Lines, Does.Contain("error in toy: returned with preemption imbalance (0 before, 1 after)"));
        Assert.That(test.Context.InAtomic, Is.False);
    }

    [SlabOnly("what kmem_cache_create refuses")]
    [Test]
    public void Panic_LeavesTheKernel()
    {
        TestKernel test = Boot();
        TestModule module = new() { OnInit = static kernel => kernel.KmemCacheCreate("size-32", 32, flags: SlabFlags.Panic) };
        Assert.That(() => test.Insmod(module), Throws.TypeOf<KernelPanicException>());
        Assert.That(test.Lines, Does.Contain("Kernel panic - not syncing: kmem_cache_create(): failed to create slab `size-32'"));
        Assert.That(test.Kernel.ExitCode, Is.EqualTo(3));
    }

    [Test]
    public void FaultyConstructor_StopsItsModuleAndLeavesTheCacheUsable()
    {
        ExpectLeftovers();
        TestKernel test = Boot();
        test.Insmod(new TestModule
        {
            OnInit = static kernel =>
            {
                KmemCache cache = kernel.KmemCacheCreate("toy_objects", 100, ctor: static (_, _) => _noNumbers[1]++)!;
                kernel.KmemCacheAlloc(cache, GfpFlags.Kernel);
            },
        });
        AssertDead(test, "IndexOutOfRangeException");
        Assert.That(test.Mm.FindCache("toy_objects"), Is.Not.Null);
    }

    [Test]
    public void FaultyShrinker_StopsItsModuleAlone()
    {
        TestKernel test = Boot("lab-4m");
        test.Insmod(new TestModule("bad") { OnInit = static kernel => kernel.RegisterShrinker(static _ => (uint)_noNumbers[1]) });
        List<VirtualAddress> taken = [];
        for (VirtualAddress p = Page(test); !p.IsNull; p = Page(test))
            taken.Add(p);
        Assert.That(test.Kernel.Modules.Find("bad")!.State, Is.EqualTo(ModuleState.Dead));
        Assert.That(test.Kernel.Oopses, Is.EqualTo(1));
        taken.ForEach(p => test.Context.FreePages(p, 0));

        static VirtualAddress Page(TestKernel test) => test.Context.GetFreePages(GfpFlags.Kernel | GfpFlags.NoWarn, 0);
    }

    [Test]
    public void ConstructorThatAllocatesFromItsOwnCacheForEver_RunsOutOfStack_AndTheKernelLives()
    {
        ExpectLeftovers();
        TestKernel test = Boot();
        test.Insmod(new TestModule
        {
            OnInit = static kernel =>
            {
                KmemCache? cache = null;
                cache = kernel.KmemCacheCreate("toy_objects", 2000, ctor: (context, _) => context.KmemCacheAlloc(cache!, GfpFlags.Kernel));
                kernel.KmemCacheAlloc(cache!, GfpFlags.Kernel);
            },
        });
        Assert.That(test.Kernel.Modules.Find("toy")!.State, Is.EqualTo(ModuleState.Dead));
        Assert.That(test.Kernel.Oopses, Is.EqualTo(1));
        VirtualAddress p = test.Context.Kmalloc(2000, GfpFlags.Kernel);
        Assert.That(p.IsNull, Is.False);
        test.Context.Kfree(p);
    }

    [Test]
    public void CacheCreatedInInterrupt_IsABug()
    {
        TestKernel test = Boot();
        test.Insmod(new TestModule
        {
            OnInit = static kernel => kernel.RequestIrq(7, "toy", static (context, _) => context.KmemCacheCreate("toy", 64) is null),
        });
        test.Machine.Interrupts.Raise(7);
        test.Context.Udelay(1);
        AssertDead(test, "Early error in slab toy: called in interrupt");
    }

    [Test]
    public void CacheShrunkInInterrupt_IsABug()
    {
        ExpectLeftovers();
        TestKernel test = Boot();
        KmemCache? cache = null;
        test.Insmod(new TestModule
        {
            OnInit = kernel =>
            {
                cache = kernel.KmemCacheCreate("mine", 64);
                kernel.RequestIrq(7, "toy", (context, _) => context.KmemCacheShrink(cache!) == 0);
            },
        });
        test.Machine.Interrupts.Raise(7);
        test.Context.Udelay(1);
        AssertDead(test, "cache `mine' is shrunk in interrupt");
    }

    private static TestCaseData Mistake(string name, ModuleBody body, string headline) => new TestCaseData(body, headline).SetArgDisplayNames(name);

    private static void AssertDead(TestKernel test, string headline)
    {
        Assert.That(test.LogText, Does.Contain(headline));
        Assert.That(test.Kernel.Modules.Find("toy")!.State, Is.EqualTo(ModuleState.Dead));
        Assert.That(test.Kernel.Modules.Rmmod("toy"), Is.EqualTo(Errno.EBUSY));
        Assert.That(test.Kernel.Oopses, Is.EqualTo(1));
        Assert.That(test.Kernel.ExitCode, Is.EqualTo(1));
        Assert.That(test.Insmod(new TestModule("next")), Is.EqualTo(Errno.Success), "the kernel goes on");
    }

    private static ulong Recurse(KernelContext kernel, ulong depth) => kernel.Jiffies + Recurse(kernel, depth + 1);

    private static void Loop(KernelContext kernel)
    {
        while (true)
            kernel.Udelay(1_000_000);
    }

    private sealed class Faulty : IFileOperations
    {
        public int Calls { get; private set; }

        public IoResult Read(KernelContext kernel, OpenFile file, Span<byte> buffer, ref long position)
        {
            Calls++;
            return _noNumbers[1];
        }

        public void Release(KernelContext kernel, OpenFile file) => Calls++;
    }
}
