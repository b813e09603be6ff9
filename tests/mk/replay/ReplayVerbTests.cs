namespace MiniKernel.Cli.Tests;

[TestFixture, Parallelizable(ParallelScope.All), FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
public sealed class ReplayVerbTests : IDisposable
{
    private readonly MkRun _mk = new();

    public void Dispose() => _mk.Dispose();

    [Test]
    public void Allocations_SayWhereTheyLanded()
    {
        int code = Replay("""
            alloc_pages p 0 GFP_KERNEL
            kmalloc k 100 GFP_KERNEL
            kmalloc z 0 GFP_KERNEL
            kmalloc huge 99999999 GFP_KERNEL
            alloc_pages toolarge 11 GFP_KERNEL
            krealloc k 120 GFP_KERNEL
            krealloc z 10 GFP_KERNEL
            kfree k
            free_pages p
            """);
        Assert.That(code, Is.Zero, _mk.Err);
        Assert.That(_mk.OutLines, Has.Length.EqualTo(7));
        Assert.That(_mk.OutLines[0], Does.Match("^p,0x[0-9a-f]+000$"));
        Assert.That(_mk.OutLines[1], Does.Match("^k,0x[0-9a-f]+$"));
        Assert.That(_mk.OutLines[2..5], Is.EqualTo(new[] { "z,ZERO", "huge,NULL", "toolarge,NULL" }));
        Assert.That(_mk.OutLines[5], Is.EqualTo(_mk.OutLines[1]), "size-128 holds 120 bytes: nothing moves");
        Assert.That(_mk.OutLines[6], Does.Match("^z,0x[0-9a-f]+$"));
    }

    [Test]
    public void BugsAndRefusals_AreLinesAndTheTraceGoesOn()
    {
        int code = Replay("""
            kmalloc h 2048 GFP_KERNEL|__GFP_HIGHMEM
            cache_create tiny 1 0 -
            cache_create c 64 0 -
            cache_create c 64 0 -
            cache_alloc o c GFP_KERNEL
            cache_destroy c
            cache_free o
            cache_destroy c
            cache_alloc t tiny GFP_KERNEL
            cache_shrink tiny
            cache_free t
            kfree h
            alloc_pages last 0 GFP_ATOMIC
            """);
        Assert.That(code, Is.Zero, "a trace run to its end is a success");
        Assert.That(_mk.OutLines[..^1], Is.EqualTo(new[] { "h,BUG", "2,BUG", "4,NULL", _mk.OutLines[3], "6,NULL", "t,BUG", "10,BUG", "11,BUG" }));
        Assert.That(_mk.OutLines[^1], Does.StartWith("last,0x"));
    }

    [Test]
    public void Reports_NameTheLineOfTheTrace()
    {
        Replay("cache_create c 64 0 -\ncache_create c 64 0 -\nkmalloc h 2048 GFP_KERNEL|__GFP_HIGHMEM\ncache_create tiny 1 0 -\ncache_shrink tiny\n");
        Assert.That(_mk.Err, Does.Contain("[<kernel>] trace:2 (cache_create)").And.Contain("[<kernel>] trace:3 (kmalloc)")
            .And.Contain("[<kernel>] trace:4 (cache_create)").And.Contain("[<kernel>] trace:5 (cache_shrink)").And.Not.Contain("unknown call site"));
    }

    [Test]
    public void TheSample_DoesWhatItsCommentsSay()
    {
        Assert.That(_mk.Run("replay", MkRun.ProjectFile("sample.trace"), "--profile", "i386-32"), Is.Zero, _mk.Err);
        Dictionary<string, string> last = [];
        foreach (string line in _mk.OutLines)
            last[line.Split(',')[0]] = line.Split(',')[1];
        Assert.That(_mk.OutLines[0], Is.EqualTo(_mk.OutLines[4]), "krealloc stays");
        Assert.That(_mk.OutLines[5], Is.Not.EqualTo(_mk.OutLines[4]), "krealloc moves");
        Assert.That(last["none"], Is.EqualTo("ZERO"));
        Assert.That(last["huge"], Is.EqualTo("NULL"));
        Assert.That(last["bug"], Is.EqualTo("BUG"));
        Assert.That(_mk.OutLines.Count(line => char.IsAsciiDigit(line[0]) && line.EndsWith(",NULL", StringComparison.Ordinal)), Is.EqualTo(2));
        Assert.That(_mk.OutLines, Has.Length.EqualTo(14));
    }

    [Test]
    public void WithoutABootJson_AChosenMachineIsNothingToSpeakOf()
    {
        _mk.File("trace", "kmalloc a 10 GFP_KERNEL\n");
        _mk.Run("replay", "trace");
        Assert.That(_mk.Err, Does.StartWith("mk: no boot.json"));
        _mk.Run("replay", "trace", "--profile", "lab-4m");
        Assert.That(_mk.Err, Is.Empty);
    }

    [Test]
    public void ABinaryFile_IsTwentyLinesAndHowManyMore()
    {
        var random = new Random(1);
        byte[] bytes = [.. Enumerable.Range(0, 20_000).Select(i => i % 50 == 0 ? (byte)'\n' : (byte)random.Next(1, 9))];
        Assert.That(_mk.File("binary", bytes).Run("replay", "binary"), Is.EqualTo(ExitCode.Usage));
        Assert.That(_mk.ErrLines, Has.Length.EqualTo(21));
        Assert.That(_mk.ErrLines[^1], Does.Match("^and [0-9]+ more$"));
    }

    [Test]
    public void TheWayOfWatching_DoesNotChangeTheOutput()
    {
        const string trace = "cache_create c 200 0 HWCACHE_ALIGN\ncache_alloc a c GFP_KERNEL\nkmalloc b 5000 GFP_KERNEL|GFP_DMA\ncache_free a\ntick 5000\ncache_alloc d c GFP_ATOMIC\n";
        _mk.File("boot.json", "{ \"kernel\": { \"watch\": \"tracked\" } }");
        Replay(trace, "--proc", "slabinfo", "--proc", "/proc/buddyinfo");
        string tracked = _mk.Out;
        _mk.File("boot.json", "{ \"kernel\": { \"watch\": \"bare\" } }");
        Replay(trace, "--proc", "slabinfo", "--proc", "/proc/buddyinfo");
        Assert.That(_mk.Out, Is.EqualTo(tracked));
    }

    [Test]
    public void ProcFiles_FollowTheTrace()
    {
        Assert.That(Replay("cache_create mine 64 0 -", "--proc", "slabinfo"), Is.Zero);
        Assert.That(_mk.OutLines[0], Is.EqualTo("slabinfo - version: 2.1"));
        Assert.That(_mk.OutLines[2], Does.StartWith("mine "));
    }

    [Test]
    public void AMistake_StopsBeforeAnythingRuns()
    {
        Assert.That(Replay("kmalloc a 10 GFP_KERNEL\nkfree b\n"), Is.EqualTo(ExitCode.Usage));
        Assert.That(_mk.Out, Is.Empty);
        Assert.That(_mk.Err, Is.EqualTo("trace:2: ID \"b\" is not defined above\n"));
    }

    [Test]
    public void AWrongProcFile_StopsBeforeAnythingRuns()
    {
        Assert.That(Replay("kmalloc a 10 GFP_KERNEL\n", "--proc", "slabinof"), Is.EqualTo(ExitCode.Usage));
        Assert.That(_mk.Out, Is.Empty);
        Assert.That(_mk.Err, Does.StartWith("mk: \"slabinof\" is not a file of /proc; did you mean \"slabinfo\"?"));
    }

    [Test]
    public void Stdin_IsATrace()
    {
        Assert.That(_mk.RunWithInput("kmalloc a 10 GFP_KERNEL\n", "replay", "-"), Is.Zero, _mk.Err);
        Assert.That(_mk.Out, Does.StartWith("a,0x"));
    }

    [Test]
    public void AMissingFile_IsOneLine()
    {
        Assert.That(_mk.Run("replay", "nowhere"), Is.EqualTo(ExitCode.Usage));
        Assert.That(_mk.Err, Is.EqualTo("nowhere: no such file\n"));
    }

    [Test]
    public void APanic_EndsTheTraceWithItsOwnCode()
    {
        _mk.File("boot.json", "{ \"machine\": \"lab-4m\", \"kernel\": { \"oom\": \"panic\" } }");
        string trace = string.Concat(Enumerable.Range(0, 2000).Select(i => $"alloc_pages p{i} 0 GFP_KERNEL\n"));
        Assert.That(Replay(trace), Is.EqualTo(ExitCode.Panic));
        Assert.That(_mk.Err, Does.Contain("Kernel panic"));
    }

    private int Replay(string trace, params string[] options) => _mk.File("trace", trace).Run(["replay", "trace", .. options]);
}
