using MiniKernel.Hal;
using MiniKernel.Mm;
using MiniKernel.Tests.Support;
using NUnit.Framework;

namespace MiniKernel.Core.Tests;

/// <summary>Several CPUs on one baton: each has its arrays and its context, and nothing gets lost between them.</summary>
[TestFixture(AllocatorKind.Slab), TestFixture(AllocatorKind.Slob), Parallelizable(ParallelScope.All)]
public sealed class MultiCpuTests(AllocatorKind allocator) : KernelFixture(allocator)
{
    [Test]
    public void WhatOneCpuTakes_AnotherGivesBack([Values] WatchMode watch)
    {
        TestKernel test = Boot("i386-highmem", watch);
        List<VirtualAddress> held = [];
        for (int i = 0; i < 2000; i++)
            held.Add(test.Kernel.Context(i % 4).Kmalloc((ulong)(i % 3000) + 1, GfpFlags.Kernel));
        Assert.That(held, Is.Unique);
        for (int i = 0; i < held.Count; i++)
            test.Kernel.Context((i + 1) % 4).Kfree(held[i]);
        Assert.That(test.Kernel.Errors, Is.Zero);
    }

    [Test]
    public void AtomicContext_IsOfOneCpu()
    {
        TestKernel test = Boot("i386-64");
        test.Kernel.Context(1).PreemptDisable();
        Assert.That(test.Kernel.Context(1).InAtomic, Is.True);
        Assert.That(test.Kernel.Context(0).InAtomic, Is.False);
        test.Context.Kfree(test.Context.Kmalloc(100, GfpFlags.Kernel));
        Assert.That(test.Kernel.Errors, Is.Zero);
        test.Kernel.Context(1).PreemptEnable();
    }

    [Test]
    public void ModuleOnAnotherCpu_OopsesThere()
    {
        TestKernel test = Boot("i386-64");
        test.Kernel.Modules.Insmod(new TestModule { OnInit = static kernel => kernel.BugOn(kernel.ProcessorId == 1) }, cpu: 1);
        Assert.That(test.Lines, Does.Contain("CPU:    1").And.Contain("invalid opcode: 0000 [#1] SMP"));
    }

    [Test]
    public void InterruptsOfOneCpu_AreTakenWhileAnotherHasThemOff()
    {
        TestKernel test = Boot("i386-64");
        List<int> heard = [];
        test.Context.RequestIrq(7, "toy", (kernel, _) => { heard.Add(kernel.ProcessorId); return true; });
        bool flags = test.Context.LocalIrqSave();
        test.Machine.Interrupts.Raise(7, cpu: 0);
        test.Machine.Interrupts.Raise(7, cpu: 1);
        test.Context.Udelay(1);
        Assert.That(heard, Is.EqualTo(new[] { 1 }));
        test.Context.LocalIrqRestore(flags);
        Assert.That(heard, Is.EqualTo(new[] { 1, 0 }));
    }

    [Test]
    public void ModuleCode_OwnsItsCpuWhileItRuns()
    {
        TestKernel test = Boot("i386-64");
        (bool Own, bool Other) seen = default;
        Cpu own = test.Machine.Cpus[1], other = test.Machine.Cpus[0];
        test.Kernel.Modules.Insmod(new TestModule { OnInit = _ => seen = (own.IsOwnedByCurrentThread, other.IsOwned) }, cpu: 1);
        Assert.That(seen, Is.EqualTo((true, false)));
        Assert.That(own.IsOwned, Is.False);
        test.Kernel.Modules.Insmod(new TestModule("bad") { OnInit = static kernel => kernel.Bug() }, cpu: 1);
        Assert.That(own.IsOwned, Is.False, "an oops gives the CPU back");
    }

    [Test]
    public void TwoKernels_LiveSideBySide()
    {
        TestKernel one = Boot(), two = Boot();
        VirtualAddress p = one.Context.Kmalloc(100, GfpFlags.Kernel);
        one.Context.Write(p, 0x1111);
        VirtualAddress q = two.Context.Kmalloc(100, GfpFlags.Kernel);
        two.Context.Write(q, 0x2222);
        Assert.That(q, Is.EqualTo(p), "the same calls give the same addresses");
        Assert.That((one.Context.Read<int>(p), two.Context.Read<int>(q)), Is.EqualTo((0x1111, 0x2222)));
        one.Context.Kfree(p);
        two.Context.Kfree(q);
    }
}
