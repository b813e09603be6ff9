using MiniKernel.Tests.Support;

namespace MiniKernel.Cli.Tests.Shell;

/// <summary>snapshot and rewind in scripts: what comes back is compared with what was printed before.</summary>
[TestFixture, Parallelizable(ParallelScope.All), FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
public sealed class RewindTests : IDisposable
{
    // Everything that can be seen of a machine, without changing it.
    private const string Look = "dmesg; vars; lsmod; ps; free; slabtop; uptime; findleaks; ls /dev";
    private readonly MkRun _mk = new();

    public RewindTests() => _mk.File("boot.json", "{ \"machine\": \"lab-4m\" }");

    // What commands may do before and after a snapshot, one line each.
    private static IEnumerable<string> Acts =>
    [
        "a = kmalloc 100 x30; kfree $a[3]; b = kzalloc 64 GFP_ATOMIC|GFP_DMA; strcpy $b hello; memset $a[0] 0x5a 100; poke $a[1]+4 de ad; c = krealloc $a[2] 300",
        "p = alloc_pages 2; q = alloc_pages 0 x5; free_pages $q; memset $p 7 4096",
        "cache create mine 48 HWCACHE_ALIGN; o = cache alloc mine x70; cache free mine $o[5]; cache shrink mine; cache create other 10; cache destroy other",
        "insmod scull quantum=512; echo some text > /dev/scull0; echo more >> /dev/scull0; cat /dev/scull0",
        "insmod scull; work scull; rmmod scull; insmod isa_sound; work isa_sound",
        "insmod ram_disk; echo hello > /dev/rd0; hexdump /dev/rd0 16",
        "insmod disk_driver; work disk_driver",
        "insmod net_card; work net_card; sleep 2500ms",
        "fault module=shell nth=3; x = kmalloc 10; y = kmalloc 10; ! kmalloc 10; fault interval=2 times=1; ! kmalloc 20",
        "echo size-64 60 20 4 > /proc/slabinfo; sleep 5s; findleaks --mark m; explain kmalloc 3000; ksize $none; insmod nothing",
        "z = kmalloc 10; kfree $z; kfree $z; poke 0 1; kfree 0x12345678; rmmod nothing; cache alloc nothing",
        "insmod scull; mknod /dev/mine c 254 1; mknod /dev/nobody c 99 0; echo some text > /dev/mine; poll /dev/mine; ioctl /dev/mine _IOW(k,4,8) 100; ioctl /dev/mine _IOR(k,1,8); poll /dev/nobody; ioctl /dev/scull0 7 text",
        "insmod isa_sound; echo some sound > /dev/dsp; ioctl /dev/dsp _IO(P,1); poll /dev/dsp; ioctl /dev/dsp _IOR(P,64,4)",
        "insmod hello; dmesg -c; whatis 0xc0100000; hexdump 0xc0100000 64; trace on; kmalloc 5000; trace off",
    ];

    private static IEnumerable<TestCaseData> Machines =>
    [
        new("lab-4m", "slab", "tracked"), new("lab-4m", "slob", "tracked"), new("lab-4m", "slab", "bare"), new("lab-4m", "slab", "shadow"),
        new("i386-highmem", "slab", "tracked"), new("x86-64-8g", "slab", "tracked"), new("sparc64-8k", "slob", "shadow"),
    ];

    public void Dispose() => _mk.Dispose();

    [TestCaseSource(nameof(Acts))]
    public void EachKindOfCommand_IsDoneAgain(string act) => AssertRoundTrip(act, "w = kmalloc 2000 x10; insmod kmalloc_versus; sleep 1s; kfree $w[3]");

    [TestCaseSource(nameof(Acts))]
    public void EachKindOfCommand_IsUndone(string act) => AssertRoundTrip("w = kmalloc 2000 x10; sleep 1s", act);

    [TestCaseSource(nameof(Machines))]
    public void EveryMachine_ComesBack(string profile, string allocator, string watch)
    {
        string[] options = ["--profile", profile, "--set", $"kernel.allocator={allocator}", "--set", $"kernel.watch={watch}"];
        string cpu = profile is "i386-highmem" or "x86-64-8g" ? "cpu 3" : "cpu 0";
        AssertRoundTrip($"insmod scull; work scull; {cpu}; a = kmalloc 100 x100; cpu 0; kfree $a[7]; cache create c 200; o = cache alloc c x9; {cpu}; cache free c $o; sleep 3s", "insmod ram_disk; kfree $a; q = alloc_pages 0 x20", options);
    }

    [Test]
    public void Drivers_OfTheConfigurationAreLoadedAnew()
    {
        _mk.File("boot.json", "{ \"drivers\": [ \"scull\", \"isa_sound\" ] }");
        AssertRoundTrip("echo x > /dev/scull0; work isa_sound", "rmmod scull; rmmod isa_sound");
    }

    [Test]
    public void TheSameCommands_HaveTheSameHashAndOthersAnother()
    {
        string[] hashes = [.. HashesOf("a = kzalloc 100\nmemset $a 1 1"), .. HashesOf("a = kzalloc 100\nmemset $a 1 1"), .. HashesOf("a = kzalloc 100\nmemset $a 2 1")];
        Assert.That(hashes[4..8], Is.EqualTo(hashes[..4]));
        Assert.That(hashes[8..11], Is.EqualTo(hashes[..3]));
        Assert.That(hashes[11], Is.Not.EqualTo(hashes[3]), "one byte is another");
        Assert.That(hashes[..4].Distinct().Count(), Is.EqualTo(3));
        Assert.That(hashes[1], Is.EqualTo(hashes[0]), "nothing between");
    }

    [Test]
    public void Rewind_GoesBackForwardAndBackAgain()
    {
        Assert.That(Run("""
            snapshot empty
            a = kmalloc 100
            snapshot one
            b = kmalloc 200
            rewind
            vars
            rewind empty; vars; echo -
            c = kmalloc 500
            ! rewind nowhere
            rewind one
            vars
            rewind empty
            snapshots
            """), Is.Zero, _mk.Err);
        string shown = string.Join('\n', _mk.OutLines.SkipWhile(line => !line.StartsWith("at one", StringComparison.Ordinal)));
        Assert.That(shown, Does.Match(
            "^at one: 0.000000 s, hash [0-9a-f]{16} as it was; 1 command done again\n\\$a = .*\nat empty: .*; 0 commands done again\n-\n\\$c = .*\nat one: .*\n\\$a = .*\nat empty: .*\n"
            + "\\* empty .*, at script.mk:1 \\(snapshot\\)\n  one .*, at script.mk:3 \\(snapshot\\)$"));
        Assert.That(_mk.Err, Does.Contain("script.mk:9: rewind: there is no snapshot \"nowhere\"; allowed: empty, one, start\n"));
    }

    [Test]
    public void ANumber_CountsCommandsThatDidSomething()
    {
        Assert.That(Run("a = kmalloc 100\nsnapshot\nkfree $a; dmesg -c; vars\nrewind 2; vars\nkfree $a; rewind 1\nvars; rewind 1; vars; uptime\n! rewind 1\n! rewind 5\n"), Is.Zero, _mk.Err);
        Assert.That(_mk.Out, Does.Match("(?s)before script.mk:3 \\(kfree\\): 0.000000 s; 1 command done again\n\\$a = [^(]*\nbefore script.mk:5 \\(kfree\\): [^\n]*\n\\$a = [^(]*\nbefore script.mk:1 \\(kmalloc\\): 0.000000 s; 0 commands done again\nup 0.000000"));
        Assert.That(_mk.Err, Does.Contain("script.mk:7: rewind: no command has changed anything yet; rewind start undoes all\n"));
    }

    [TestCase("rewind", "rewind: there is no snapshot; snapshot takes one, rewind N goes N commands back, rewind start undoes all")]
    [TestCase("rewind a", "rewind: there is no snapshot; snapshot takes one")]
    [TestCase("snapshot a; rewind start; rewind", "rewind: all snapshots lie ahead: a; rewind NAME goes there")]
    [TestCase("snapshot first; rewind fist", "rewind: there is no snapshot \"fist\"; did you mean \"first\"?")]
    [TestCase("a = kmalloc 10; kfree $a; rewind 3", "rewind: only 2 commands have changed anything yet; rewind start undoes all")]
    public void WhereNobodyHasBeen_IsOneLine(string script, string message)
    {
        Assert.That(Run(script), Is.EqualTo(ExitCode.ChecksFailed));
        Assert.That(_mk.Err, Does.StartWith($"script.mk:1: {message}"));
    }

    [TestCase("rewind 0", "rewind: N \"0\": expected a whole number from 1 to")]
    [TestCase("rewind a b", "rewind: \"b\" is one word too many")]
    [TestCase("snapshot 7", "snapshot: NAME \"7\": expected letters, digits and _")]
    [TestCase("snapshot start", "snapshot: NAME \"start\": expected letters")]
    public void AWrongOperand_IsNamedBeforeAnythingRuns(string script, string message)
    {
        Assert.That(Run(script), Is.EqualTo(ExitCode.Usage));
        Assert.That(_mk.Err, Does.StartWith($"script.mk:1: {message}"));
    }

    [Test]
    public void WhatIsUndone_DoesNotCount()
    {
        Assert.That(Run("snapshot\na = kmalloc 10\n! poke 0 1\nkmalloc 77\nrewind\n"), Is.Zero, "a leak and an oops that never were");
        Assert.That(Run("kmalloc 77\nsnapshot\nkmalloc 88\nrewind\n"), Is.EqualTo(ExitCode.ChecksFailed));
        Assert.That(_mk.Err, Does.Contain("from script.mk:1 (kmalloc)").And.Not.Contain("script.mk:3 (kmalloc)"));
        Assert.That(Run("snapshot\npoke 0 1\nrewind\n", "-k"), Is.EqualTo(ExitCode.ChecksFailed), "a command that failed has failed");
    }

    [Test]
    public void APanic_IsUndone()
    {
        _mk.File("boot.json", "{ \"machine\": \"lab-4m\", \"kernel\": { \"oom\": \"panic\" }, \"drivers\": [ \"scull\" ] }");
        Assert.That(Run("echo x > /dev/scull0\n! alloc_pages 0 x100000\n! kmalloc 10\n! cat /dev/scull0\n! rmmod scull\nuptime\nrewind 1\ncat /dev/scull0\nrmmod scull\n"), Is.Zero, _mk.Err);
        Assert.That(_mk.Err, Does.Contain("script.mk:2: alloc_pages: kernel panic: Out of memory").And.Contain("script.mk:3: kmalloc: the kernel has panicked, and nothing of it runs any more\n"));
        Assert.That(_mk.OutLines[^1], Is.EqualTo("x"));
        Assert.That(Run("! alloc_pages 0 x100000\n"), Is.EqualTo(ExitCode.Panic));
    }

    [Test]
    public void TheLog_IsNotPrintedASecondTime()
    {
        _mk.File("boot.json", "{ \"machine\": \"lab-4m\", \"logging\": { \"file\": \"log\" } }");
        Assert.That(Run("insmod hello\ntrace on traced 'name ~ \"size-1*\"'\na = kmalloc 100\nsnapshot\nrewind\nb = kmalloc 111\nkfree $a; kfree $b; rmmod hello\ntrace off\n"), Is.Zero, _mk.Err);
        Assert.That(_mk.ErrLines.Count(line => line.Contains("hello:", StringComparison.Ordinal)), Is.EqualTo(1));
        Assert.That(_mk.OutLines.Count(line => line.StartsWith("$a = ", StringComparison.Ordinal)), Is.EqualTo(1));
        string log = File.ReadAllText(Path.Combine(_mk.Folder, "log"));
        Assert.That(log.Split("hello:"), Has.Length.EqualTo(2));
        Assert.That(log.Split("Linux version"), Has.Length.EqualTo(2));
        Assert.That(log, Does.Contain("System halted"), "it goes on");
        string traced = File.ReadAllText(Path.Combine(_mk.Folder, "traced"));
        Assert.That(traced.Split("bytes_req=100 "), Has.Length.EqualTo(2));
        Assert.That(traced, Does.Contain("bytes_req=111 "), "it goes on");
    }

    [Test]
    public void ADriver_IsLoadedAsItWasThenWithItsStaticsNew()
    {
        WriteDriver("kernel.Printk(LogLevel.Info, $\"counter: the {++_loads}. time\");");
        _mk.File("one.mk", "insmod ./counter\nrmmod counter\ninsmod ./counter\nsnapshot\nrewind\ndmesg\n");
        Assert.That(_mk.Run("run", "one.mk"), Is.Zero, _mk.Err);
        Assert.That(_mk.Out.Split("counter: the 1. time"), Has.Length.EqualTo(3));
        Assert.That(_mk.Out, Does.Not.Contain("2. time"));
    }

    [Test]
    public void AnIoctl_IsGivenAgainWhatItWasGiven()
    {
        WriteDriver("kernel.RegisterChrdev(99, Name, new Device());");
        ProbeDriver.Write(_mk.Folder, ("counter/Device.cs", """
            using MiniKernel.Core;

            internal sealed class Device : IFileOperations
            {
                public IoResult Ioctl(KernelContext kernel, OpenFile file, uint command, Span<byte> argument)
                {
                    kernel.Printk(LogLevel.Info, $"given {argument[0]++}");
                    return 0L;
                }
            }
            """));
        _mk.File("script.mk", "insmod ./counter\nmknod /dev/mine c 99 0\nioctl /dev/mine _IOWR(k,1,4) 7\nsnapshot\nrewind\n");
        _mk.Run("run", "script.mk");
        Assert.That(_mk.Err, Does.Not.Contain("rewind: "));
        Assert.That(_mk.OutLines, Has.Some.EqualTo("8 0x8").And.Some.StartsWith("at s1: "));
    }

    [TestCase("kernel.Write(_buffer, Guid.NewGuid().GetHashCode());", "at snapshot s1 it was another: RAM: other bytes in the page at 0x[0-9a-f]+ \\(a slab of size-128\\)")]
    [TestCase("kernel.Printk(LogLevel.Info, $\"{Guid.NewGuid()}\");", "script.mk:1 \\(insmod\\) came out otherwise: \"\\[ +0.000000\\] [0-9a-f-]{36}\" instead of \"")]
    [TestCase("kernel.Udelay(1 + (uint)(DateTime.Now.Ticks % 100_003 / 10));", "script.mk:1 \\(insmod\\) came out otherwise: \\d+ ns of virtual time instead of \\d+")]
    public void ADriverThatIsNotDeterministic_IsFoundOut(string init, string message)
    {
        WriteDriver(init);
        Assert.That(Run("insmod ./counter\nsnapshot\nlsmod\n! rewind\nlsmod\nrewind start\nlsmod\n"), Is.Zero, _mk.Err);
        Assert.That(_mk.Err, Does.Match($"script.mk:4: rewind: a machine that was given the same commands did not come to the same state, so this one goes on: {message}"));
        Assert.That(_mk.Out.Split("counter "), Has.Length.EqualTo(3), "it stayed, and then was undone");
    }

    [TestCase("i386-32")]
    [TestCase("x86-64-2g")]
    public void ACModule_IsLoadedAsItWasThen(string profile)
    {
        HostTool.Require("gcc");
        _mk.File("toy.c", """
            #include <linux/module.h>
            #include <linux/kernel.h>
            #include <linux/slab.h>
            static char *buffer;
            static int loads;
            static int __init toy_init(void) { buffer = kmalloc(100, GFP_KERNEL); buffer[7] = 42; printk(KERN_INFO "toy: %d\n", ++loads); return 0; }
            static void __exit toy_exit(void) { kfree(buffer); }
            module_init(toy_init);
            module_exit(toy_exit);
            """);
        Assert.That(_mk.Run("cc", "toy.c", "--profile", profile), Is.Zero, _mk.Err);
        AssertRoundTrip("insmod ./toy.ko; sleep 100", "rmmod toy; a = kmalloc 100; memset $a 1 100", ["--profile", profile]);
    }

    // LOOK before, ACTS behind it, rewind, LOOK again: it must show the same, and something else in between.
    private void AssertRoundTrip(string before, string behind, string[]? options = null)
    {
        Run($"{before}\nsnapshot\necho [\n{Look}\necho ]\n{behind}\necho [\n{Look}\necho ]\nrewind\necho [\n{Look}\necho ]\n", ["-k", .. options ?? []]);
        string[] parts = [.. _mk.Out.Split("\n[\n")[1..].Select(part => part.Split("\n]")[0])];
        Assert.That(parts, Has.Length.EqualTo(3), _mk.Err);
        Assert.That(_mk.Err, Does.Not.Contain("rewind: "));
        Assert.That(parts[2], Is.EqualTo(parts[0]));
        Assert.That(parts[1], Is.Not.EqualTo(parts[0]), "there was something to undo");
    }

    private string[] HashesOf(string act)
    {
        Run($"snapshot\nsnapshot\n{act.Replace("\n", "\nsnapshot\n", StringComparison.Ordinal)}\nsnapshot\nkfree $a");
        return [.. _mk.OutLines.Where(line => line.StartsWith('s')).Select(line => line.Split("hash ")[1])];
    }

    private void WriteDriver(string init) => ProbeDriver.Write(_mk.Folder, ("counter/Counter.cs", $$"""
        using MiniKernel.Core;
        using MiniKernel.Hal;
        using MiniKernel.Mm;

        public sealed class Counter : IKernelModule
        {
            internal static int _loads;
            private VirtualAddress _buffer;

            public string Name => "counter";

            public string Description => "";

            public IReadOnlyList<ModuleParameter> Parameters => [];

            public Errno Init(KernelContext kernel)
            {
                _buffer = kernel.Kmalloc(100, GfpFlags.Kernel);
                {{init}}
                return Errno.Success;
            }

            public void Exit(KernelContext kernel) => kernel.Kfree(_buffer);
        }
        """));

    private int Run(string script, params string[] options) => _mk.File("script.mk", script).Run(["run", "script.mk", .. options]);
}
