using MiniKernel.Mm;
using MiniKernel.Tests.Support;
using NUnit.Framework;

namespace MiniKernel.Core.Tests;

[TestFixture(AllocatorKind.Slab), TestFixture(AllocatorKind.Slob), Parallelizable(ParallelScope.All)]
public sealed class ModuleTableTests(AllocatorKind allocator) : KernelFixture(allocator)
{
    [Test]
    public void InsmodAndRmmod_CallInitAndExit()
    {
        TestKernel test = Boot();
        TestModule module = new();
        Assert.That(test.Insmod(module), Is.EqualTo(Errno.Success));
        Assert.That(test.Kernel.Modules.Find("toy")!.State, Is.EqualTo(ModuleState.Live));
        Assert.That(test.Kernel.Modules.Rmmod("toy"), Is.EqualTo(Errno.Success));
        Assert.That(module.Exits, Is.EqualTo(1));
        Assert.That(test.Kernel.Modules.Loaded, Is.Empty);
    }

    [Test]
    public void Insmod_Twice_IsEEXIST()
    {
        TestKernel test = Boot();
        test.Insmod(new TestModule());
        Assert.That(test.Insmod(new TestModule()), Is.EqualTo(Errno.EEXIST));
        test.Kernel.Modules.Rmmod("toy");
    }

    [Test]
    public void Rmmod_OfNothing_IsENOENT() => Assert.That(Boot().Kernel.Modules.Rmmod("nothing"), Is.EqualTo(Errno.ENOENT));

    [Test]
    public void Insmod_WhenInitFails_ReturnsItsErrorAndForgetsTheModule()
    {
        TestKernel test = Boot();
        Assert.That(test.Insmod(new TestModule { InitResult = Errno.ENODEV }), Is.EqualTo(Errno.ENODEV));
        Assert.That(test.Kernel.Modules.Loaded, Is.Empty);
        Assert.That(test.Kernel.Errors, Is.Zero);
    }

    [SlabOnly("names of size classes")]
    [Test]
    public void Insmod_WhenInitFailsWithoutUndoing_WithdrawsAndListsTheRest()
    {
        ExpectLeftovers();
        TestKernel test = Boot();
        TestModule careless = new()
        {
            InitResult = Errno.EIO,
            OnInit = static kernel =>
            {
                kernel.RegisterChrdev(42, "toy", new Silent());
                kernel.RequestDma(3, "toy");
                kernel.RequestIrq(7, "toy", static (_, _) => true);
                kernel.RegisterShrinker(static _ => 0);
                kernel.Kmalloc(100, GfpFlags.Kernel);
            },
        };
        Assert.That(test.Insmod(careless), Is.EqualTo(Errno.EIO));
        Assert.That(test.LogText, Does.Contain("toy: left behind character device 42 (toy); withdrawn"));
        Assert.That(test.LogText, Does.Contain("toy: left behind IRQ 7 (toy); withdrawn"));
        Assert.That(test.LogText, Does.Contain("toy: left behind DMA channel 3 (toy); withdrawn"));
        Assert.That(test.LogText, Does.Contain("toy: left behind 1 shrinker(s); withdrawn"));
        Assert.That(test.LogText, Does.Contain("toy: leaked 1 x size-128, 100 bytes, from tests/core/ModuleTableTests.cs:"));
        Assert.That(test.Context.FilpOpen("/dev/toy", out _), Is.EqualTo(Errno.ENXIO));
        Assert.That(test.Kernel.ExitCode, Is.EqualTo(1));
    }

    [Test]
    public void Parameters_AreSetBeforeInit_AndBackAtTheirDefaultsNextTime()
    {
        TestKernel test = Boot();
        IntParameter size = new("size", 10, "bytes");
        BoolParameter loud = new("loud", false, "says more");
        StringParameter label = new("label", "none", "a name");
        List<string> seen = [];
        TestModule module = new() { Parameters = [size, loud, label], OnInit = _ => seen.Add($"{size.Text} {loud.Text} {label.Text}") };
        test.Insmod(module, "size=0x20", "loud=y", "label=a=b");
        test.Kernel.Modules.Rmmod("toy");
        test.Insmod(module);
        test.Kernel.Modules.Rmmod("toy");
        Assert.That(seen, Is.EqualTo(new[] { "32 Y a=b", "10 N none" }));
    }

    [TestCase("sise=1", Errno.ENOENT, "toy: Unknown parameter `sise'")]
    [TestCase("size=abc", Errno.EINVAL, "toy: `abc' invalid for parameter `size'")]
    [TestCase("size=101", Errno.EINVAL, "toy: `101' invalid for parameter `size'")]
    [TestCase("size=", Errno.EINVAL, "toy: `' invalid for parameter `size'")]
    public void Parameters_ThatMakeNoSense_AreRefused(string text, Errno error, string line)
    {
        TestKernel test = Boot();
        TestModule module = new() { Parameters = [new IntParameter("size", 10, "bytes", min: 0, max: 100)] };
        Assert.That(test.Insmod(module, text), Is.EqualTo(error));
        Assert.That(test.Lines, Does.Contain(line));
        Assert.That(test.Kernel.Modules.Loaded, Is.Empty);
    }

    [TestCase("010", 8)]
    [TestCase("0x1F", 31)]
    [TestCase("-7", -7)]
    [TestCase("0", 0)]
    [TestCase("2147483647", int.MaxValue)]
    [TestCase("-2147483648", int.MinValue)]
    public void IntParameter_ReadsNumbersAsC(string text, int value)
    {
        IntParameter parameter = new("n", 1, "a number");
        Assert.That(parameter.TrySet(text), Is.True);
        Assert.That(parameter.Value, Is.EqualTo(value));
    }

    [TestCase("2147483648")]
    [TestCase("99999999999999999999")]
    [TestCase("08")]
    [TestCase("0x")]
    [TestCase("1 2")]
    [TestCase("--1")]
    public void IntParameter_RefusesWhatIsNone(string text)
    {
        IntParameter parameter = new("n", 1, "a number");
        Assert.That(parameter.TrySet(text), Is.False);
        Assert.That(parameter.Value, Is.EqualTo(1));
    }

    [Test]
    public void Workload_Runs()
    {
        TestKernel test = Boot();
        test.Insmod(new TestModule());
        LoadedModule module = test.Kernel.Modules.Find("toy")!;
        Assert.That(test.Kernel.Modules.RunWorkload(module), Is.EqualTo(new WorkloadResult(Errno.Success, "done")));
        Assert.That(module.Result!.Summary, Is.EqualTo("done"));
    }

    [Test]
    public void Shutdown_UnloadsNewestFirst()
    {
        TestKernel test = Boot();
        List<string> order = [];
        test.Insmod(new TestModule("a") { OnExit = _ => order.Add("a") });
        test.Insmod(new TestModule("b") { OnExit = _ => order.Add("b") });
        test.Kernel.Shutdown();
        Assert.That(order, Is.EqualTo(new[] { "b", "a" }));
        Assert.That(test.Lines[^1], Is.EqualTo("System halted."));
        Assert.That(test.Machine.Clock.NextEventNs, Is.Null, "no timer is left");
    }

    private sealed class Silent : IFileOperations;
}
