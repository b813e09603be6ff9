using MiniKernel.Hal;
using MiniKernel.Tests.Support;
using NUnit.Framework;

namespace MiniKernel.Core.Tests;

/// <summary>Modules that do what no driver should: the report names them, nothing else is harmed.</summary>
[TestFixture, Parallelizable(ParallelScope.All)]
public sealed class HostileModuleTests : KernelFixture
{
    [Test]
    public void AModuleThatCatchesItsOops_IsStoppedAllTheSame()
    {
        TestKernel test = Boot();
        Hostile module = new() { OnRun = static kernel => { try { kernel.Bug("caught"); } catch (KernelOopsException) { } return Fine; } };
        Assert.That(test.Insmod(module), Is.EqualTo(Errno.Success));
        WorkloadResult? result = test.Kernel.Modules.RunWorkload(test.Kernel.Modules.Find("hostile")!);
        Assert.That(result!.Error, Is.Not.EqualTo(Errno.Success));
        Assert.That(test.Kernel.Modules.Find("hostile")!.State, Is.EqualTo(ModuleState.Dead));
    }

    [Test]
    public void AnExceptionWhoseMessageThrows_IsAnOops()
    {
        TestKernel test = Boot();
        Assert.That(test.Insmod(new Hostile { OnInit = static _ => throw new Liar() }), Is.EqualTo(Errno.EIO));
        Assert.That(test.LogText, Does.Contain("BUG: Liar in module hostile: (its message threw InvalidOperationException)"));
    }

    [Test]
    public void AWorkloadThatReturnsNothing_HasFailed()
    {
        TestKernel test = Boot();
        Assert.That(test.Insmod(new Hostile { OnRun = static _ => null! }), Is.EqualTo(Errno.Success));
        WorkloadResult? result = test.Kernel.Modules.RunWorkload(test.Kernel.Modules.Find("hostile")!);
        Assert.That(result!.Error, Is.EqualTo(Errno.EINVAL));
        Assert.That(test.Kernel.Modules.Rmmod("hostile"), Is.EqualTo(Errno.Success));
    }

    [Test]
    public void AModuleThatCannotBeAsked_IsNotLoaded()
    {
        TestKernel test = Boot();
        Assert.That(test.Insmod(new Hostile { OnName = static () => throw new InvalidOperationException() }), Is.EqualTo(Errno.EINVAL));
        Assert.That(test.Insmod(new Hostile { OnName = static () => null! }), Is.EqualTo(Errno.EINVAL));
        Assert.That(test.Kernel.Modules.Loaded, Is.Empty);
        Assert.That(test.LogText, Does.Contain("insmod: Hostile cannot be asked for its name and parameters: InvalidOperationException"));
    }

    [Test]
    public void ANegativeErrno_IsReadAsCWouldMeanIt()
    {
        TestKernel test = Boot();
        Assert.That(test.Insmod(new Hostile { OnInit = static _ => (Errno)(-(int)Errno.ENOMEM) }), Is.EqualTo(Errno.ENOMEM));
    }

    [Test]
    public void ARingWalkedByRecursion_IsAStackOverflowOops()
    {
        TestKernel test = Boot();
        Assert.That(test.Insmod(new Hostile { OnInit = static kernel => Walk(kernel, MakeRing(kernel)) }), Is.EqualTo(Errno.EIO));
        Assert.That(test.LogText, Does.Contain("BUG: stack overflow in module hostile"));
    }

    private static WorkloadResult Fine => new(Errno.Success, "fine");

    // On memory the kernel has already: a module that dies keeps what it took.
    private static VirtualAddress MakeRing(KernelContext kernel)
    {
        VirtualAddress node = kernel.PhysToVirt(new PhysicalAddress(0));
        kernel.WritePointer(node, node);
        return node;
    }

    private static Errno Walk(KernelContext kernel, VirtualAddress node) =>
        node.IsNull ? Errno.Success : Walk(kernel, kernel.ReadPointer(node)) + 0;

    private sealed class Liar : Exception
    {
        public override string Message => throw new InvalidOperationException();
    }

    private sealed class Hostile : IKernelModule, IBootWorkload
    {
        public delegate Errno Step(KernelContext kernel);

        public delegate WorkloadResult Work(KernelContext kernel);

        public Func<string> OnName { get; init; } = static () => "hostile";

        public Step OnInit { get; init; } = static _ => Errno.Success;

        public Work OnRun { get; init; } = static _ => Fine;

        public string Name => OnName();

        public string Description => "does what no driver should";

        public IReadOnlyList<ModuleParameter> Parameters => [];

        public Errno Init(KernelContext kernel) => OnInit(kernel);

        public void Exit(KernelContext kernel)
        {
        }

        public WorkloadResult Run(KernelContext kernel) => OnRun(kernel);
    }
}
