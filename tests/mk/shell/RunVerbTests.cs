namespace MiniKernel.Cli.Tests.Shell;

/// <summary>Scripts: what is checked first, where they stop, what they return.</summary>
[TestFixture, Parallelizable(ParallelScope.All), FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
public sealed class RunVerbTests : IDisposable
{
    private readonly MkRun _mk = new();

    public RunVerbTests() => _mk.File("boot.json", "{ \"machine\": \"lab-4m\" }");

    public void Dispose() => _mk.Dispose();

    [Test]
    public void Commands_PrintToStdoutAndNothingElseDoes()
    {
        Assert.That(Run("a = kmalloc 100\nkfree $a\n"), Is.Zero, _mk.Err);
        Assert.That(_mk.Out, Does.Match(@"^\$a = 0xc0[0-9a-f]{6}  size-128, 100 of 128 bytes\n$"));
        Assert.That(_mk.Err, Is.Empty);
    }

    [Test]
    public void Mistakes_AreAllNamedAndNothingRuns()
    {
        Assert.That(Run("""
            echo this does not run
            kmaloc 100
            kmalloc
            kmalloc lots     # a comment
            kmalloc 100 GFP_KERNAL
            kfree 12x
            ls / /proc
            echo 'open
            cpu 7
            b = ls
            dmesg | grep x
            echo a > /dev/x y
            """), Is.EqualTo(ExitCode.Usage));
        Assert.That(_mk.Out, Is.Empty);
        Assert.That(_mk.ErrLines, Has.Length.EqualTo(11));
        Assert.That(_mk.ErrLines[0], Does.StartWith("script.mk:2: \"kmaloc\" is not a command; did you mean \"kmalloc\"? allowed: ls, cat,"));
        Assert.That(_mk.ErrLines[1], Is.EqualTo("script.mk:3: kmalloc: SIZE is missing; usage: kmalloc SIZE [GFP] [xN]"));
        Assert.That(_mk.ErrLines[2], Is.EqualTo("script.mk:4: kmalloc: SIZE \"lots\": expected bytes, as 100, 0x64, 4K or 16M"));
        Assert.That(_mk.ErrLines[3], Does.StartWith("script.mk:5: kmalloc: \"GFP_KERNAL\" is not a GFP flag; did you mean \"GFP_KERNEL\"?"));
        Assert.That(_mk.ErrLines[4], Does.StartWith("script.mk:6: kfree: ADDRESS \"12x\": expected an address (0x...) or a variable"));
        Assert.That(_mk.ErrLines[5], Is.EqualTo("script.mk:7: ls: \"/proc\" is one word too many; usage: ls [PATH]"));
        Assert.That(_mk.ErrLines[6], Is.EqualTo("script.mk:8: the quotation mark ' at column 6 is not closed"));
        Assert.That(_mk.ErrLines[7], Is.EqualTo("script.mk:9: cpu: N \"7\": this machine has 1 CPU; expected 0"));
        Assert.That(_mk.ErrLines[8], Does.StartWith("script.mk:10: ls gives no value for b =; kmalloc"));
        Assert.That(_mk.ErrLines[9], Does.StartWith("script.mk:11: dmesg: there are no pipes or jobs here (|)"));
        Assert.That(_mk.ErrLines[10], Does.StartWith("script.mk:12: behind > one path is expected"));
    }

    [Test]
    public void AFailure_EndsTheScript()
    {
        Assert.That(Run("echo one\nkfree $nothing\necho two\n"), Is.EqualTo(ExitCode.ChecksFailed));
        Assert.That(_mk.Out, Is.EqualTo("one\n"));
        Assert.That(_mk.Err, Is.EqualTo("script.mk:2: kfree: there is no variable $nothing; none is set yet; kmalloc, alloc_pages and cache alloc set one\n"));
    }

    [Test]
    public void AFailure_DoesNotEndItWithKeepGoing()
    {
        Assert.That(Run("rmmod scull\necho two\n", "--keep-going"), Is.EqualTo(ExitCode.ChecksFailed));
        Assert.That(_mk.Out, Is.EqualTo("two\n"));
        Assert.That(_mk.Err, Is.EqualTo("script.mk:1: rmmod: ERROR: Module scull does not exist in /proc/modules; nothing is loaded\n"));
    }

    [Test]
    public void AnOops_EndsItsCommandOnly()
    {
        Assert.That(Run("poke 0x10 ff\na = kmalloc 10\nkfree $a\n", "-k"), Is.EqualTo(ExitCode.ChecksFailed));
        Assert.That(_mk.Out, Does.StartWith("$a = 0xc0"));
        Assert.That(_mk.Err, Does.Contain("BUG: unable to handle kernel NULL pointer dereference at virtual address 00000010")
            .And.Contain("comm: poke").And.Contain("[<shell>] script.mk:1 (poke)").And.Contain("script.mk:1: poke: killed by an oops; its report is in the log\n"));
    }

    [Test]
    public void AReport_IsAFailure()
    {
        Assert.That(Run("a = kmalloc 10\nkfree $a\nkfree $a\necho not reached\n"), Is.EqualTo(ExitCode.ChecksFailed));
        Assert.That(_mk.Out, Does.Not.Contain("not reached"));
        Assert.That(_mk.Err, Does.Contain("double free of an object of `size-32'").And.Contain("allocated at script.mk:1 (kmalloc) by shell")
            .And.Contain("freed at script.mk:2 (kfree) by shell").And.Contain("refused at script.mk:3 (kfree) by shell")
            .And.Contain("script.mk:3: kfree: the kernel log has 1 report of it\n"));
        Assert.That(_mk.ErrLines[^1], Does.StartWith("mk: Reports: 1, the first: BUG: kfree("));
    }

    [Test]
    public void ABang_ExpectsAFailureAndItsReports()
    {
        Assert.That(Run("a = kmalloc 10\nkfree $a\n! kfree $a\n! poke 0 1\n! kmalloc 99999999\necho done\n"), Is.Zero, _mk.Err);
        Assert.That(_mk.OutLines[^1], Is.EqualTo("done"));
        Assert.That(Run("! echo fine\n"), Is.EqualTo(ExitCode.ChecksFailed));
        Assert.That(_mk.Err, Is.EqualTo("script.mk:1: echo: did not fail, as ! expects\n"));
    }

    [Test]
    public void ALeak_IsNamedByLineAtTheEnd()
    {
        Assert.That(Run("echo\nkmalloc 100 x3\ncache create mine 64\n"), Is.EqualTo(ExitCode.ChecksFailed));
        Assert.That(_mk.Err, Does.Contain("shell: leaked 3 x size-128, 300 bytes, from script.mk:2 (kmalloc)").And.Contain("shell: leaked 1 x cache `mine', 0 bytes, from script.mk:3 (cache)"));
    }

    [Test]
    public void Exit_EndsWithItsCode()
    {
        Assert.That(Run("exit 7\necho not reached\n"), Is.EqualTo(7));
        Assert.That(_mk.Out, Is.Empty);
        Assert.That(Run("exit\necho not reached\n"), Is.Zero);
    }

    [Test]
    public void APanic_IsCode3()
    {
        _mk.File("boot.json", "{ \"machine\": \"lab-4m\", \"kernel\": { \"oom\": \"panic\" } }");
        Assert.That(Run("alloc_pages 0 x100000\necho not reached\n"), Is.EqualTo(ExitCode.Panic));
        Assert.That(_mk.Out, Is.Empty);
    }

    [Test]
    public void TheSameScript_PrintsTheSame()
    {
        string script = """
            insmod scull; work scull; sleep 3s
            a = kmalloc 1000 x20; cache create c 200; o = cache alloc c x5
            echo text > /dev/scull1; cat /dev/scull1; uptime
            hexdump 0xc0100000 256; dmesg; cat /proc/slabinfo; slabtop; ps; free
            kfree $a; cache free c $o; cache destroy c; rmmod scull
            """;
        Assert.That(Run(script), Is.Zero, _mk.Err);
        (string output, string log) = (_mk.Out, _mk.Err);
        Assert.That(output, Does.Contain("size-1024").And.Contain("slabinfo - version").And.Contain("scull: "));
        Run(script);
        Assert.That((_mk.Out, _mk.Err), Is.EqualTo((output, log)));
    }

    [Test]
    public void Stdin_IsAScript()
    {
        Assert.That(_mk.RunWithInput("echo hello\nkfree $x\n", "run", "-"), Is.EqualTo(ExitCode.ChecksFailed));
        Assert.That(_mk.Out, Is.EqualTo("hello\n"));
        Assert.That(_mk.Err, Does.StartWith("stdin:2: kfree: "));
        Assert.That(_mk.RunWithInput("echo hello\n", "shell"), Is.Zero, "no terminal: the same");
        Assert.That(_mk.Out, Is.EqualTo("hello\n"));
    }

    [Test]
    public void Trace_ShowsEachLineBeforeItRuns()
    {
        Assert.That(Run("echo a; echo b\n\necho c\n", "-x"), Is.Zero);
        Assert.That(_mk.Err, Is.EqualTo("+ echo a; echo b\n+ echo c\n"));
    }

    [Test]
    public void AMissingFile_IsOneLine()
    {
        Assert.That(_mk.Run("run", "nowhere.mk"), Is.EqualTo(ExitCode.Usage));
        Assert.That(_mk.Err, Is.EqualTo("nowhere.mk: no such file\n"));
    }

    [Test]
    public void DriversOfBootJson_AreLoadedAndDoNotWork()
    {
        _mk.File("boot.json", "{ \"drivers\": [ \"scull\" ] }");
        Assert.That(Run("lsmod; cat /dev/scull0\n"), Is.Zero, _mk.Err);
        Assert.That(_mk.Out, Is.EqualTo("Module                  Size  Used by\nscull                   4096  0\n"));
        Assert.That(_mk.Err, Does.Contain("scull: 4 devices"), "the log is on stderr");
    }

    private int Run(string script, params string[] options) => _mk.File("script.mk", script).Run(["run", "script.mk", .. options]);
}
