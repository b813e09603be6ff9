using MiniKernel.Tests.Support;

namespace MiniKernel.Cli.Tests;

/// <summary>mk cc, and insmod of what it makes.</summary>
public sealed class CcTests
{
    private const string Toy = """
        #include <linux/module.h>
        #include <linux/kernel.h>
        int helper(int x);
        static int start = 20;
        module_param(start, int, 0);
        static int __init toy_init(void) { printk(KERN_INFO "toy: %d\n", helper(start)); return 0; }
        static void __exit toy_exit(void) { printk(KERN_INFO "toy: gone\n"); }
        module_init(toy_init);
        module_exit(toy_exit);
        """;

    private MkRun _mk = null!;

    [SetUp]
    public void SetUp()
    {
        HostTool.Require("gcc");
        _mk = new MkRun();
        _mk.File("toy.c", Toy).File("helper.c", "int helper(int x) { return x + 1; }\n");
    }

    [TearDown]
    public void TearDown() => _mk?.Dispose();

    [TestCase("i386-32")]
    [TestCase("x86-64-2g")]
    public void SourcesBecomeAModuleThatRuns(string profile)
    {
        Assert.That(_mk.Run("cc", "toy.c", "helper.c", "-o", "my-toy.ko", "--profile", profile), Is.Zero, _mk.Err);
        Assert.That(_mk.Run("insmod", "my-toy.ko", "start=41", "--profile", profile), Is.Zero, _mk.Out + _mk.Err);
        Assert.That(_mk.Out, Does.Contain("toy: 42").And.Contain("toy: gone"));
    }

    [Test]
    public void BootFileLoadsAModuleByPath()
    {
        Assert.That(_mk.Run("cc", "toy.c", "helper.c"), Is.Zero, _mk.Err);
        _mk.File("boot.json", """{ "drivers": [ { "path": "./toy.ko", "parameters": { "start": 99 } } ] }""");
        Assert.That(_mk.Run("boot"), Is.Zero, _mk.Out + _mk.Err);
        Assert.That(_mk.Out + _mk.Err, Does.Contain("toy: 100"));
    }

    [Test]
    public void ShellNamesWhoUsesAModule()
    {
        _mk.File("library.c", "#include <linux/module.h>\nint twice(int x) { return 2 * x; }\nEXPORT_SYMBOL(twice);\n");
        _mk.File("user.c", "#include <linux/module.h>\nint twice(int x);\nint init_module(void) { return twice(0); }\nvoid cleanup_module(void) { }\n");
        Assert.That(_mk.Run("cc", "library.c") + _mk.Run("cc", "user.c"), Is.Zero, _mk.Err);
        Assert.That(_mk.Run("run", _mk.WriteScript("insmod ./library.ko\ninsmod ./user.ko\nlsmod\nrmmod library\n")), Is.EqualTo(ExitCode.ChecksFailed));
        Assert.That(_mk.Out, Does.Match(@"(?m)^library +\d+  1 user$").And.Match(@"(?m)^user +\d+  0$"));
        Assert.That(_mk.ErrLines, Has.Some.EqualTo("script:4: rmmod: ERROR: Module library is in use by user"));
    }

    [Test]
    public void ErrorsOfTheCompilerAreShown()
    {
        _mk.File("wrong.c", "int f(void) { return nothing; }\n");
        Assert.That(_mk.Run("cc", "wrong.c"), Is.EqualTo(ExitCode.Usage));
        Assert.That(_mk.Err, Does.Contain("wrong.c:1:").And.Contain("nothing").And.Contain("mk: cc: wrong.ko was not made: gcc ended with 1"));
    }

    [Test]
    public void MissingSourceIsNamed()
    {
        Assert.That(_mk.Run("cc", "nobody.c"), Is.EqualTo(ExitCode.Usage));
        Assert.That(_mk.ErrLines, Is.EqualTo(new[] { "mk: cc: there is no file \"nobody.c\"" }));
    }

    [Test]
    public void ModuleOfAnotherMachineIsRefusedInOneLine()
    {
        Assert.That(_mk.Run("cc", "toy.c", "helper.c"), Is.Zero, _mk.Err);
        Assert.That(_mk.Run("insmod", "toy.ko", "--profile", "i386-64"), Is.EqualTo(ExitCode.Usage));
        Assert.That(_mk.ErrLines, Is.EqualTo(new[] { "mk: toy.ko: it was built for another machine: L1_CACHE_BYTES is 32 in the module, 64 here" }));
    }

    [Test]
    public void ApiIsTheConfigurationsOrTheCommandLines()
    {
        _mk.File("which.c", """
            #include <linux/module.h>
            #include <linux/version.h>
            static int __init which_init(void) { printk(KERN_INFO "which: %x\n", LINUX_VERSION_CODE); return 0; }
            static void __exit which_exit(void) { }
            module_init(which_init);
            module_exit(which_exit);
            """);
        Assert.That(_mk.Run("cc", "which.c", "--api", "2.6.24"), Is.Zero, _mk.Err);
        Assert.That(_mk.Run("insmod", "which.ko"), Is.EqualTo(ExitCode.Usage));
        Assert.That(_mk.ErrLines, Is.EqualTo(new[] { "mk: which.ko: it was built for another machine: API is 2.6.24 in the module, modern here" }));
        Assert.That(_mk.Run("insmod", "which.ko", "--set", "kernel.api=2.6.24"), Is.Zero, _mk.Out + _mk.Err);
        Assert.That(_mk.Out, Does.Contain("which: 20618"));
        _mk.File("boot.json", """{ "kernel": { "api": "2.6.24" } }""");
        Assert.That(_mk.Run("cc", "which.c", "--api", "modern"), Is.Zero, _mk.Err);
        Assert.That(_mk.Run("insmod", "which.ko", "--set", "kernel.api=modern"), Is.Zero, _mk.Out + _mk.Err);
        Assert.That(_mk.Out, Does.Contain("which: 50a00"));
        Assert.That(_mk.Run("cc", "which.c", "--api", "2.4"), Is.EqualTo(ExitCode.Usage));
        Assert.That(_mk.ErrLines, Is.EqualTo(new[] { "mk: --api: \"2.4\" is not one of its words; did you mean \"2.6.24\"? allowed: modern, 2.6.24" }));
    }

    [Test]
    public void WhatIsNoObjectFileIsRefusedInOneLine()
    {
        _mk.File("text.ko", "hello");
        Assert.That(_mk.Run("insmod", "text.ko"), Is.EqualTo(ExitCode.Usage));
        Assert.That(_mk.ErrLines, Is.EqualTo(new[] { "mk: text.ko: it is not an ELF file" }));
    }

    [Test]
    public void UnknownParameterNamesTheKnown()
    {
        Assert.That(_mk.Run("cc", "toy.c", "helper.c"), Is.Zero, _mk.Err);
        Assert.That(_mk.Run("insmod", "toy.ko", "strat=1"), Is.EqualTo(ExitCode.Usage));
        Assert.That(_mk.Err, Does.Contain("start"));
    }
}
