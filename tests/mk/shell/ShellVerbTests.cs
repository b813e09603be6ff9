using MiniKernel.Cli.Config;
using MiniKernel.Cli.Shell;
using MiniKernel.Cli.Terminal;
using MiniKernel.Mm;

namespace MiniKernel.Cli.Tests.Shell;

/// <summary>The prompt, from keys to screen: what is typed, completed, run and remembered.</summary>
[TestFixture, Parallelizable(ParallelScope.All), FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
public sealed class ShellVerbTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("mk-shell-").FullName;
    private readonly FakeTerminal _terminal = new(120);

    private string HistoryFile => Path.Combine(_folder, "history");

    public void Dispose()
    {
        _terminal.Dispose();
        Directory.Delete(_folder, recursive: true);
    }

    [Test]
    public void Lines_AreRunAndTheirOutputIsBelow()
    {
        Assert.That(Type("a = kmalloc 100\nkfree $a\nnonsense\n<C-d>"), Is.Zero, "what was mistyped is no failed check");
        Assert.That(_terminal.Rows[0], Does.StartWith("lab-4m: 4M of RAM, 1 CPU, drivers: none."));
        Assert.That(_terminal.Rows[1], Is.EqualTo("mk# a = kmalloc 100"));
        Assert.That(_terminal.Rows[2], Does.StartWith("$a = 0xc0"));
        Assert.That(_terminal.Rows[3], Is.EqualTo("mk# kfree $a"));
        Assert.That(_terminal.Rows[4], Is.EqualTo("mk# nonsense"));
        Assert.That(string.Concat(_terminal.Rows[5..]), Does.StartWith("\"nonsense\" is not a command; allowed: ls, cat"));
        Assert.That(_terminal.Rows[^1], Is.EqualTo("mk#"));
    }

    [Test]
    public void AnOops_LeavesTheShellAndIsTheExitCode()
    {
        Assert.That(Type("poke 0 1\necho still here\nexit\n"), Is.EqualTo(ExitCode.ChecksFailed));
        Assert.That(_terminal.Rows, Does.Contain("poke: killed by an oops; its report is in the log").And.Contain("still here"));
        Assert.That(string.Concat(_terminal.Rows), Does.Contain("[<shell>] shell:1 (poke)"));
    }

    [Test]
    public void ALeak_NamesTheLineThatWasTyped()
    {
        Assert.That(Type("echo\nkmalloc 77\n<C-d>"), Is.EqualTo(ExitCode.ChecksFailed));
        Assert.That(_terminal.Rows[^1], Does.Contain("shell: leaked 1 x size-96, 77 bytes, from shell:2 (kmalloc)"));
    }

    [Test]
    public void CtrlC_CancelsTheLine()
    {
        Assert.That(Type("exit 9<C-c>exit 3\n"), Is.EqualTo(3));
        Assert.That(_terminal.Rows, Does.Contain("mk# exit 9^C").And.Contain("mk# exit 3"));
    }

    [Test]
    public void History_IsKept()
    {
        Type("echo one\nhistory\nexit\n");
        Assert.That(_terminal.Rows, Does.Contain("    1  echo one").And.Contain("    2  history"));
        Type("<Up><Up><Up>\nexit\n");
        Assert.That(_terminal.Rows.Count(row => row == "one"), Is.EqualTo(2), "typed, then found again");
        Assert.That(File.ReadAllLines(HistoryFile), Is.EqualTo(new[] { "echo one", "history", "exit", "echo one", "exit" }));
    }

    [TestCase("kmal<Tab>", "kmalloc ")]
    [TestCase("! kmal<Tab>", "! kmalloc ")]
    [TestCase("a = kmal<Tab>", "a = kmalloc ")]
    [TestCase("a=kmal<Tab>", "a=kmal")]
    [TestCase("ls; upt<Tab>", "ls; uptime ")]
    [TestCase("kmalloc 100 GFP_AT<Tab>", "kmalloc 100 GFP_ATOMIC")]
    [TestCase("kmalloc 100 GFP_ATOMIC|__GFP_ZE<Tab>", "kmalloc 100 GFP_ATOMIC|__GFP_ZERO")]
    [TestCase("cat /pr<Tab>sla<Tab>", "cat /proc/slabinfo ")]
    [TestCase("cat /proc/n<Tab>d<Tab>", "cat /proc/net/dev ")]
    [TestCase("echo x > /d<Tab>", "echo x > /dev/")]
    [TestCase("insmod scu<Tab>qs<Tab>", "insmod scull qset=")]
    [TestCase("insmod scull qset=8 dev<Tab>", "insmod scull qset=8 devices=")]
    [TestCase("rmmod s<Tab>", "rmmod s")]
    [TestCase("cache al<Tab>size-6<Tab>4<Tab>", "cache alloc size-64")]
    [TestCase("cache create x 10 HW<Tab>", "cache create x 10 HWCACHE_ALIGN")]
    [TestCase("cache create x 10 0 HW<Tab>", "cache create x 10 0 HWCACHE_ALIGN")]
    [TestCase("help slab<Tab>", "help slabtop ")]
    [TestCase("kfree $<Tab>", "kfree $")]
    [TestCase("nonsense x<Tab>", "nonsense x")]
    [TestCase("lsmod x<Tab>", "lsmod x")]
    public void Tab_CompletesByWhatTheUsageSays(string typed, string expected)
    {
        Type($"{typed}!<C-c>exit\n");
        Assert.That(_terminal.Rows.Where(row => row.EndsWith("!^C", StringComparison.Ordinal)), Is.EqualTo(new[] { $"mk# {expected}!^C" }));
    }

    [Test]
    public void Tab_CompletesVariablesAndLoadedModules()
    {
        Type("first = kmalloc 10\ninsmod hello\nkfree $f<Tab>\nrmmod h<Tab>\nexit\n");
        Assert.That(_terminal.Rows, Does.Contain("mk# kfree $first").And.Contain("mk# rmmod hello"));
    }

    [Test]
    public void Rewind_GoesOnWithTheLineAndTheSameHistory()
    {
        Assert.That(Type("kmalloc 77\nsnapshot here\nkmalloc 88; rewind; kmalloc 99; vars\nrewind h<Tab>\nrewind start\nhistory\n<C-d>"), Is.Zero, "the leaks were undone");
        Assert.That(_terminal.Rows.Count(row => row.StartsWith("lab-4m: ", StringComparison.Ordinal)), Is.EqualTo(1), "greets once");
        Assert.That(_terminal.Rows.Count(row => row.StartsWith("$1 = ", StringComparison.Ordinal)), Is.EqualTo(2));
        Assert.That(_terminal.Rows, Does.Contain("mk# rewind here").And.Contain("at the start: 0.000000 s; 0 commands done again").And.Contain("    6  history"));
        string[] messages = [.. _terminal.Rows.Where(row => row.StartsWith("at here: ", StringComparison.Ordinal))];
        Assert.That(messages, Has.Length.EqualTo(2).And.All.EndsWith("as it was; 1 command done again"));
    }

    [Test]
    public void APanic_LeavesTheShell()
    {
        Assert.That(Type("a = kmalloc 10\nalloc_pages 0 x100000; echo no\nkmalloc 10\nuptime\n<C-d>", oom: OomPolicy.Panic), Is.EqualTo(ExitCode.Panic));
        string shown = string.Concat(_terminal.Rows);
        Assert.That(shown, Does.Contain("alloc_pages: kernel panic: Out of memory").And.Contain("The machine has stopped;").And.Contain("kmalloc: the kernel has panicked").And.Contain("up 0.000000 s"));
        Assert.That(Type("a = kmalloc 10\nalloc_pages 0 x100000\nkmalloc 3\nsnapshot\nrewind 1\nkfree $a\n<C-d>", oom: OomPolicy.Panic), Is.Zero, "undone");
    }

    [Test]
    public void TheSameKeys_GiveTheSameScreen()
    {
        const string typed = "insmod scull\nkmalloc 100 x3\nwork scull\ndmesg\nslabtop\npoke 0 1\nexit\n";
        Type(typed);
        string[] first = _terminal.Rows;
        using var again = new FakeTerminal(120);
        Type(typed, again);
        Assert.That(again.Rows, Is.EqualTo(first));
        Assert.That(first, Has.Length.GreaterThan(40));
    }

    private int Type(string typed, FakeTerminal? terminal = null, OomPolicy oom = OomPolicy.Fail)
    {
        FakeTerminal screen = terminal ?? _terminal;
        using var session = new Session { In = TextReader.Null, Out = screen, Err = screen, Folder = _folder, OutIsTerminal = true };
        BootOptions options = BootFileReader.Defaults;
        options = options with { Profile = options.Profiles.First(profile => profile.Name == "lab-4m") };
        options = options with { Kernel = options.Kernel with { Mm = options.Kernel.Mm with { Oom = oom } } };
        return ShellVerb.Run(options, session, new FakeKeys(typed).Read, () => screen.Columns, HistoryFile);
    }
}
