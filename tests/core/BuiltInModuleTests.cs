using MiniKernel.Hal;
using MiniKernel.Mm;
using MiniKernel.Tests.Support;
using NUnit.Framework;

namespace MiniKernel.Core.Tests;

/// <summary>Code that is linked into the kernel: an owner by name that no oops stops.</summary>
[TestFixture, Parallelizable(ParallelScope.All)]
public sealed class BuiltInModuleTests : KernelFixture
{
    [Test]
    public void Allocations_AreItsOwn_AndListedAtShutdown()
    {
        ExpectLeftovers();
        TestKernel test = Boot();
        BuiltInModule shell = test.Kernel.Modules.BuiltIn("shell");
        Assert.That(shell.Call(0, "kmalloc", static kernel => kernel.Kmalloc(100, GfpFlags.Kernel, "lab.mk", 7, "kmalloc")), Is.True);
        test.Kernel.Shutdown();
        Assert.That(test.Kernel.Leaks, Is.EqualTo(new[] { new Leak("shell", "size-128", 1, 100, new CallSite("lab.mk", 7, "kmalloc")) }));
    }

    [Test]
    public void DoubleFree_NamesItAndBothSites()
    {
        TestKernel test = Boot();
        BuiltInModule shell = test.Kernel.Modules.BuiltIn("shell");
        VirtualAddress p = default;
        shell.Call(0, "kmalloc", kernel => p = kernel.Kmalloc(100, GfpFlags.Kernel, "lab.mk", 1, "kmalloc"));
        shell.Call(0, "kfree", kernel => kernel.Kfree(p, "lab.mk", 2, "kfree"));
        Assert.That(shell.Call(0, "kfree", kernel => kernel.Kfree(p, "lab.mk", 3, "kfree")), Is.True, "refused, no oops");
        Assert.That(test.LogText, Does.Contain("double free").And.Contain("allocated at lab.mk:1 (kmalloc) by shell").And.Contain("freed at lab.mk:2 (kfree) by shell")
            .And.Contain("refused at lab.mk:3 (kfree) by shell"));
    }

    [Test]
    public void Oops_EndsTheCallAndNotTheCode()
    {
        TestKernel test = Boot();
        BuiltInModule shell = test.Kernel.Modules.BuiltIn("shell");
        bool wentOn = false;
        bool done = shell.Call(0, "poke", kernel =>
        {
            kernel.PreemptDisable();
            kernel.Write(new VirtualAddress(16), 1);
            wentOn = true;
        });
        Assert.That((done, wentOn, test.Kernel.Oopses), Is.EqualTo((false, false, 1)));
        Assert.That(test.LogText, Does.Contain("Pid: 1, comm: poke").And.Not.Contain("stopped"));
        Assert.That(shell.Call(0, "next", static kernel => kernel.Kfree(kernel.Kmalloc(10, GfpFlags.Kernel))), Is.True);
        Assert.That(test.Kernel.Errors, Is.EqualTo(1), "what the dead call had disabled is enabled again");
        Assert.That(test.Kernel.Proc.Read("modules"), Is.Empty);
    }

    [Test]
    public void OopsOfADriverInside_StopsTheDriverAndEndsTheCall()
    {
        TestKernel test = Boot();
        test.Insmod(new TestModule { OnInit = static kernel => kernel.RegisterChrdev(240, "toy", new Mine()) });
        BuiltInModule shell = test.Kernel.Modules.BuiltIn("shell");
        bool wentOn = false;
        Assert.That(shell.Call(0, "cat", kernel =>
        {
            kernel.FilpOpen("/dev/toy", out _);
            wentOn = true;
        }), Is.False);
        Assert.That((wentOn, test.Kernel.Modules.Find("toy")!.State), Is.EqualTo((false, ModuleState.Dead)));
        Assert.That(shell.Call(0, "true", static _ => { }), Is.True);
    }

    [Test]
    public void ExceptionOfTheHostProgram_PassesThrough()
    {
        TestKernel test = Boot();
        BuiltInModule shell = test.Kernel.Modules.BuiltIn("shell");
        Assert.That(() => shell.Call(0, "sh", static _ => throw new OperationCanceledException()), Throws.TypeOf<OperationCanceledException>());
        Assert.That(test.Kernel.Errors, Is.Zero);
        Assert.That(test.Machine.Cpus[0].IsOwned, Is.False);
    }

    [Test]
    public void Call_RunsOnTheCpuItNames_AndLetsTasksRunAfterwards()
    {
        TestKernel test = Boot("i386-highmem");
        BuiltInModule shell = test.Kernel.Modules.BuiltIn("shell");
        int caller = -1, child = -1;
        shell.Call(3, "sh", kernel =>
        {
            caller = kernel.ProcessorId;
            kernel.KthreadRun(task =>
            {
                child = task.ProcessorId;
                return Errno.Success;
            }, "child");
            Assert.That(child, Is.EqualTo(-1), "not before the caller returns");
        });
        Assert.That((caller, child), Is.EqualTo((3, 3)));
    }

    private sealed class Mine : IFileOperations
    {
        public Errno Open(KernelContext kernel, OpenFile file)
        {
            kernel.Bug("on purpose");
            return Errno.Success;
        }
    }
}
