using System.Diagnostics;
using System.Text.RegularExpressions;
using MiniKernel.Cli.Cc;
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
    public void DotsInAFilesName_AreNoneInTheModules()
    {
        Assert.That(_mk.Run("cc", "toy.c", "helper.c", "-o", "my.toy.v2.ko"), Is.Zero, _mk.Err);
        Assert.That(_mk.Run("insmod", "my.toy.v2.ko"), Is.Zero, _mk.Out + _mk.Err);
        Assert.That(_mk.Out, Does.Match("(?m)^my_toy_v2 +ok"));
    }

    [TestCase("it has a name that is not of letters, digits, _ and -, 56 at the most", "a123456789b123456789c123456789d123456789e123456789f1234567.ko")]
    [TestCase("it has no name", ".ko")]
    public void NamesThatNoModuleCanHave_AreRefusedInALine(string refusal, string file)
    {
        Assert.That(_mk.Run("cc", "toy.c", "helper.c", "-o", "toy.ko"), Is.Zero, _mk.Err);
        File.Move(Path.Combine(_mk.Folder, "toy.ko"), Path.Combine(_mk.Folder, file));
        Assert.That(_mk.Run("insmod", file), Is.EqualTo(ExitCode.Usage));
        Assert.That(_mk.Err, Is.EqualTo($"mk: {file}: {refusal}\n"));
    }

    [Test]
    public void ARefusalNamesTheFileOnce()
    {
        Assert.That(_mk.Run("cc", "toy.c", "helper.c"), Is.Zero, _mk.Err);
        Assert.That(_mk.Run("insmod", "toy.ko", "--profile", "x86-64-2g"), Is.EqualTo(ExitCode.Usage));
        Assert.That(_mk.Err, Is.EqualTo("mk: toy.ko: it is 32-bit code; x86-64-2g is a 64-bit machine\n"));
    }

    [Test]
    public void AModuleWithoutExit_StaysAndLeaksNothing()
    {
        _mk.File("stay.c", """
            #include <linux/module.h>
            #include <linux/slab.h>
            static int __init stay_init(void) { return kmalloc(100, GFP_KERNEL) ? 0 : -ENOMEM; }
            module_init(stay_init);
            """);
        Assert.That(_mk.Run("cc", "stay.c"), Is.Zero, _mk.Err);
        Assert.That(_mk.Run("insmod", "stay.ko"), Is.Zero, _mk.Out + _mk.Err);
        Assert.That(_mk.Out, Does.Match("(?m)^stay +ok +loaded for good: it has no exit function$").And.Contain("Leaks: none."));
        Assert.That(_mk.Run("run", _mk.WriteScript("insmod stay.ko\n! rmmod stay\nlsmod\n")), Is.Zero, _mk.Out + _mk.Err);
        Assert.That(_mk.Out + _mk.Err, Does.Contain("rmmod: ERROR: Removing 'stay': Device or resource busy (-EBUSY); it has no exit function and stays").And.Contain("[permanent]"));
    }

    [Test]
    public void ASmallerBudget_EndsAnEndlessLoopSooner()
    {
        Assert.That(_mk.Run("insmod", "c/broken/endless_loop", "--set", "kernel.instructionBudget=100000"), Is.EqualTo(ExitCode.ChecksFailed));
        Assert.That(_mk.Out, Does.Contain("BUG: soft lockup - CPU#0 executed 100000 instructions without coming back!"));
    }

    [Test]
    public void AfterAnOops_TheShellTellsWhoseFilesAreGone()
    {
        _mk.File("st.c", """
            #include <linux/module.h>
            #include <linux/fs.h>
            static ssize_t st_read(struct file *file, char __user *buffer, size_t count, loff_t *position) { BUG(); }
            static const struct file_operations st = { .owner = THIS_MODULE, .read = st_read };
            static int __init st_init(void) { return register_chrdev(60, "st", &st); }
            static void __exit st_exit(void) { unregister_chrdev(60, "st"); }
            module_init(st_init);
            module_exit(st_exit);
            """);
        Assert.That(_mk.Run("cc", "st.c"), Is.Zero, _mk.Err);
        Assert.That(_mk.Run("run", "-k", _mk.WriteScript("insmod st.ko\ncat /dev/st\ncat /dev/st\n")), Is.EqualTo(ExitCode.ChecksFailed));
        Assert.That(_mk.Err, Does.Contain("script:3: cat: /dev/st: No such file or directory; those of st went with its oops; there are /proc and /dev"));
    }

    [Test]
    public void ADeviceWithoutEnd_EndsCat()
    {
        _mk.File("zeros.c", """
            #include <linux/module.h>
            #include <linux/fs.h>
            #include <linux/uaccess.h>
            static ssize_t zeros_read(struct file *file, char __user *buffer, size_t count, loff_t *position) { return put_user('0', buffer) ? -EFAULT : 1; }
            static const struct file_operations zeros = { .owner = THIS_MODULE, .read = zeros_read };
            static int __init zeros_init(void) { return register_chrdev(60, "zeros", &zeros); }
            static void __exit zeros_exit(void) { unregister_chrdev(60, "zeros"); }
            module_init(zeros_init);
            module_exit(zeros_exit);
            """);
        Assert.That(_mk.Run("cc", "zeros.c"), Is.Zero, _mk.Err);
        Assert.That(_mk.Run("run", "-k", _mk.WriteScript("insmod zeros.ko\ncat /dev/zeros 5\ncat /dev/zeros\nrmmod zeros\n")), Is.EqualTo(ExitCode.ChecksFailed));
        Assert.That(_mk.Err, Does.Contain("script:3: cat: /dev/zeros: stopped after 65536 reads with 65536 bytes; it may have no end: cat PATH BYTES\n"));
    }

    [TestCase("module=nobody", "mk: fault module=nobody: no request of a module's matched it; loaded: toy")]
    [TestCase("module=toy,minSize=1G", "mk: fault module=toy,minSize=1073741824: no request of a module's matched it")]
    public void AFaultRuleThatNothingMatches_IsTold(string rule, string line)
    {
        Assert.That(_mk.Run("cc", "toy.c", "helper.c"), Is.Zero, _mk.Err);
        Assert.That(_mk.Run("insmod", "toy.ko", "--fault", rule), Is.Zero);
        Assert.That(_mk.ErrLines, Is.EqualTo(new[] { line }));
    }

    [TestCase("nobody-*,size-64", "mk: slabDebug: no cache was called \"nobody-*\"\n")]
    [TestCase("size-*", "")]
    public void ASlabDebugPatternThatNothingMatches_IsTold(string patterns, string line)
    {
        _mk.File("boot.json", "{}");
        Assert.That(_mk.Run("boot", "--set", $"kernel.slabDebug={patterns}"), Is.Zero);
        Assert.That(_mk.Err, Is.EqualTo(line));
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
    public void SeveralObjectFilesAreOneModule()
    {
        Assert.That(_mk.Run("cc", "toy.c", "-o", "toy.o"), Is.Zero, _mk.Err);
        Assert.That(_mk.Run("cc", "helper.c", "-o", "helper.o"), Is.Zero, _mk.Err);
        Assert.That(_mk.Run("insmod", "toy.o", "helper.o", "start=6"), Is.Zero, _mk.Out + _mk.Err);
        Assert.That(_mk.Out, Does.Contain("toy: 7").And.Match("(?m)^toy +ok"));
        Assert.That(_mk.Run("run", _mk.WriteScript("insmod toy.o helper.o start=7\nrmmod toy\n")), Is.Zero, _mk.Out + _mk.Err);
        Assert.That(_mk.Run("insmod", "toy.o", "nobody.o"), Is.EqualTo(ExitCode.Usage));
        Assert.That(_mk.ErrLines, Is.EqualTo(new[] { "mk: nobody.o: is not an object file; of several files each is one" }));
        Assert.That(_mk.Run("cc", "helper.c", "-o", "helper.o", "--profile", "x86-64-2g"), Is.Zero, _mk.Err);
        Assert.That(_mk.Run("insmod", "toy.o", "helper.o"), Is.EqualTo(ExitCode.Usage));
        Assert.That(_mk.ErrLines, Is.EqualTo(new[] { "mk: toy.o helper.o: helper.o is 64-bit code; i386-32 is a 32-bit machine" }));
    }

    [Test]
    public void ASymbolThatNobodyHasIsACheckThatFails()
    {
        Assert.That(_mk.Run("cc", "toy.c"), Is.Zero, _mk.Err);
        Assert.That(_mk.Run("insmod", "toy.ko"), Is.EqualTo(ExitCode.ChecksFailed));
        Assert.That(_mk.Out, Does.Contain("toy: Unknown symbol helper").And.Match("(?m)^toy +insmod: -ENOENT"));
    }

    [TestCase("c/broken/null_write", ExitCode.ChecksFailed)]
    [TestCase("c/broken/double_free", ExitCode.ChecksFailed)]
    [TestCase("c/broken/leak", ExitCode.ChecksFailed)]
    [TestCase("c/list", ExitCode.Ok)]
    public void WhatAModuleDoesIsTheExitCode(string module, int code) => Assert.That(_mk.Run("insmod", module), Is.EqualTo(code), _mk.Out + _mk.Err);

    [Test]
    public void ClangsModulesDoWhatGccsDo([Values("i386-32", "x86-64-2g")] string profile)
    {
        if (!HostTool.IsThere("clang"))
            Assert.Ignore("clang is not installed on this machine (Debian: apt-get install clang)");
        foreach (CSample sample in CSample.In(CSample.OwnFolder).Where(sample => sample.Name != "broken/endless_loop"))
        {
            string file = $"{Path.GetFileName(sample.Name)}.ko";
            Assert.That(_mk.Run("cc", sample.Source, "--compiler", "clang", "--profile", profile), Is.Zero, _mk.Err);
            Assert.That(_mk.Err, Is.Empty);
            int code = _mk.Run("insmod", file, "--profile", profile);
            string[] said = Said(code);
            Assert.That(_mk.Run("insmod", CSample.Prefix + sample.Name, "--profile", profile), Is.EqualTo(code), sample.Name);
            Assert.That(Said(code), Is.EqualTo(said), sample.Name);
        }
        Assert.That(_mk.Run("cc", "toy.c", "helper.c", "--compiler", "clang", "--profile", profile), Is.Zero, _mk.Err);
        Assert.That(_mk.Run("insmod", "toy.ko", "--profile", profile), Is.Zero, _mk.Out);
        Assert.That(_mk.Out, Does.Contain("toy: 21"));
    }

    // Of what ends well all of it, else the verdict; but for addresses, which are each compiler's own. clang knows the
    // function that module_init() is given by the name init_module alone.
    private string[] Said(int code) =>
        [.. from line in code == ExitCode.Ok ? _mk.OutLines : _mk.OutLines[^1..] select Regex.Replace(line, @"\b(?:0x)?[0-9a-f]{8,16}\b|\w+\+0x[0-9a-f]+/0x[0-9a-f]+", "?")];

    [TestCase("nobody", "mk: cc: --compiler: \"nobody\" cannot be run; a C compiler is expected, as gcc or clang")]
    [TestCase(" ", "mk: cc: --compiler: \" \" cannot be run; a C compiler is expected, as gcc or clang")]
    public void ACompilerThatIsNoneIsRefused(string compiler, string message)
    {
        Assert.That(_mk.Run("cc", "toy.c", "--compiler", compiler), Is.EqualTo(ExitCode.Usage));
        Assert.That(_mk.ErrLines, Is.EqualTo(new[] { message }));
    }

    // The program as users have it, with nothing else to be found.
    [Test]
    public void WithoutACompilerThatIsSaid_AndSamplesRun()
    {
        (int code, string output, string error) = Bare("cc", "toy.c");
        Assert.That((code, output), Is.EqualTo((ExitCode.Usage, "")));
        Assert.That(error, Does.StartWith("mk: cc: there is no gcc (for an x86 Linux) and no clang (which does it anywhere); install "));
        Assert.That(error.TrimEnd().Split('\n'), Has.Length.EqualTo(1));
        (code, output, error) = Bare("insmod", "c/hello");
        Assert.That((code, error), Is.EqualTo((ExitCode.Ok, "")));
        Assert.That(output, Does.Contain("Hello, world!"));
    }

    private (int Code, string Out, string Err) Bare(params string[] arguments)
    {
        var start = new ProcessStartInfo(Environment.ProcessPath!, ["exec", typeof(Program).Assembly.Location, .. arguments])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            WorkingDirectory = _mk.Folder,
        };
        start.Environment["PATH"] = _mk.Folder;
        start.Environment.Remove(CCompiler.Variable);
        using Process process = Process.Start(start)!;
        Task<string> error = process.StandardError.ReadToEndAsync();
        string output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        return (process.ExitCode, output, error.Result);
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
