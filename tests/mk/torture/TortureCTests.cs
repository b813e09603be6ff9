using MiniKernel.Tests.Support;

namespace MiniKernel.Cli.Tests;

/// <summary>mk torture of C modules: what fails is what the driver asks for, not what the kernel takes to run it.</summary>
[TestFixture, Parallelizable(ParallelScope.All), FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
public sealed class TortureCTests : IDisposable
{
    private readonly MkRun _mk = new();

    public TortureCTests() => HostTool.Require("gcc");

    public void Dispose() => _mk.Dispose();

    [TestCase("i386-32")]
    [TestCase("x86-64-2g")]
    [TestCase("m68k-nommu")]
    public void AModuleThatChecks_Survives(string profile)
    {
        Compile("if (!b) { kfree(a); return -ENOMEM; }", profile);
        Assert.That(_mk.Run("torture", "toy.ko", "--profile", profile), Is.Zero, _mk.Out + _mk.Err);
        Assert.That(_mk.OutLines[1], Does.Match($"^{profile} +2 +2 +2 +2  2 insmod -ENOMEM$"), "its own two requests, not its code and its stack");
        Assert.That(_mk.Out, Does.Contain("toy survived 2 runs"));
    }

    [Test]
    public void AModuleThatDoesNot_IsFoundWithItsPlaceAndTheCommand()
    {
        Compile("b[3] = 1;", "i386-32");
        Assert.That(_mk.Run("torture", "toy.ko", "size=5000", "--profile", "i386-32"), Is.EqualTo(ExitCode.ChecksFailed), _mk.Out + _mk.Err);
        Assert.That(_mk.Out, Does.Match(
            "request 2 failed: 5000 bytes from size-8192, gfp_mask=0xd0 at toy_init\\+0x[0-9a-f]+/0x[0-9a-f]+ \\[toy\\]\n"
            + "  1 oops: BUG: unable to handle kernel NULL pointer dereference at virtual address 00000003\n"
            + "  leaked: toy: leaked 1 x size-128, 100 bytes, from toy_init\\+.*\n"
            + "  again: (mk insmod toy.ko size=5000 --profile i386-32 --fault module=toy,nth=2)\n"));
        Assert.That(_mk.Run("insmod", "toy.ko", "size=5000", "--profile", "i386-32", "--fault", "module=toy,nth=2"), Is.EqualTo(ExitCode.ChecksFailed));
        Assert.That(_mk.Out + _mk.Err, Does.Contain("5000 bytes from size-8192").And.Contain("NULL pointer dereference"));
    }

    [Test]
    public void AMachineItWasNotBuiltFor_IsTold()
    {
        Compile("if (!b) { kfree(a); return -ENOMEM; }", "i386-32");
        Assert.That(_mk.Run("torture", "toy.ko", "--profiles", "i386-32,x86-64-2g"), Is.Zero, _mk.Out + _mk.Err);
        Assert.That(_mk.OutLines[2], Does.Match("^x86-64-2g +0 +0 +0 +0  undisturbed insmod -ENOEXEC$"));
    }

    private void Compile(string behind, string profile)
    {
        _mk.File("toy.c", $$"""
            #include <linux/module.h>
            #include <linux/slab.h>
            static char *a, *b;
            static int size = 200;
            module_param(size, int, 0);
            static int __init toy_init(void)
            {
            	a = kmalloc(100, GFP_KERNEL);
            	if (!a)
            		return -ENOMEM;
            	b = kmalloc(size, GFP_KERNEL);
            	{{behind}}
            	return 0;
            }
            static void __exit toy_exit(void) { kfree(a); kfree(b); }
            module_init(toy_init);
            module_exit(toy_exit);
            """);
        Assert.That(_mk.Run("cc", "toy.c", "--profile", profile), Is.Zero, _mk.Err);
    }
}
