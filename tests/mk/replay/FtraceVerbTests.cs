using System.Globalization;
using System.Text;

namespace MiniKernel.Cli.Tests;

[TestFixture, Parallelizable(ParallelScope.All), FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
public sealed class FtraceVerbTests : IDisposable
{
    private readonly MkRun _mk = new();

    public void Dispose() => _mk.Dispose();

    [Test]
    public void TheSample_IsReplayed()
    {
        Assert.That(_mk.Run("replay", MkRun.ProjectFile("sample.ftrace"), "--profile", "i386-64"), Is.Zero, _mk.Err);
        Assert.That(_mk.OutLines, Has.Length.EqualTo(15).And.All.Match("^[0-9]+,0x[0-9a-f]+$"));
        Assert.That(Place("26"), Is.LessThan(16 << 20), "GFP_DMA");
        Assert.That(Place("24") % (8 * 4096), Is.Zero, "order 3");
        Assert.That(Place("13") - Place("14"), Is.EqualTo(128), "from the top of the batch down; 90 bytes take 128 with lines of 64");
        Assert.That(_mk.Err, Does.Contain(": 1 event of other kinds").And.Contain(": 3 page events of the traced kernel's slabs").And.Contain(": 1 free of what was taken before")
            .And.Not.Contain("modulo"));
    }

    [Test]
    public void Cpus_BeyondTheMachines_AreTakenModulo()
    {
        Replay("--profile", "i386-64", Kmalloc(0, 1, 40), Kmalloc(2, 2, 40), Kmalloc(1, 3, 40), Kmalloc(3, 4, 40));
        Assert.That(Math.Abs(Place("1") - Place("2")), Is.EqualTo(64), "the same CPU's batch");
        Assert.That(Math.Abs(Place("3") - Place("4")), Is.EqualTo(64));
        Assert.That(_mk.ErrLines.Count(line => line.Contains("CPU n is taken to be n modulo 2", StringComparison.Ordinal)), Is.EqualTo(1));
    }

    [Test]
    public void CachesWithoutAName_AreKeyedByTheirObjects()
    {
        Replay("--profile", "i386-32", CacheAlloc(1, 200, ""), CacheAlloc(2, 200, ""), CacheAlloc(3, 56, ""), CacheAlloc(4, 200, " name=toy"), "--proc", "slabinfo");
        Assert.That(Place("1") - Place("2"), Is.EqualTo(200));
        Assert.That(_mk.Out, Does.Contain("\nbytes-200 ").And.Contain("\nbytes-56 ").And.Contain("\ntoy ").And.Match(@"\nbytes-200 +\d+ +\d+ +200 "));
    }

    [Test]
    public void Frees_GiveBackWhatWasTaken_AndUnseenOnesAreCounted()
    {
        Replay("--profile", "i386-32", Kmalloc(0, 1, 40), Free(1), Free(1), Free(77), Kmalloc(0, 1, 40), Kmalloc(0, 1, 40));
        Assert.That(Place("5"), Is.EqualTo(Place("1")));
        Assert.That(Place("6"), Is.EqualTo(Place("1")), "freed first");
        Assert.That(_mk.Err, Does.Contain(": 2 frees of what was taken before the trace began").And.Contain(": 1 pointer given out again"));
    }

    [Test]
    public void PagesOfTheTracedKernelsSlabs_AreLeftOut_OthersAreNot()
    {
        // The first page holds the object behind it, the second one is the slab's management; the third one stands alone.
        Replay("--profile", "i386-32", Page("alloc", 0x5000), Page("alloc", 0x5001), Event(0, "kmalloc", $"call_site=c0 ptr={0xc0000000 + 0x5000800:x} bytes_req=2000 bytes_alloc=2048 gfp_flags=GFP_KERNEL"),
            Page("alloc", 0x5002), Kmalloc(0, 1, 40), Page("free", 0x5000), Page("free", 0x5002));
        Assert.That(_mk.OutLines.Select(line => line.Split(',')[0]), Is.EqualTo(new[] { "3", "4", "5" }));
        Assert.That(_mk.Err, Does.Contain(": 3 page events").And.Not.Contain("taken before"));
    }

    [Test]
    public void Time_FollowsTheTrace()
    {
        string[] lines = [.. Enumerable.Range(1, 200).Select(i => Kmalloc(0, i, 500)), .. Enumerable.Range(1, 200).Select(i => Free((ulong)i))];
        Replay("--profile", "i386-32", [.. lines, "--proc", "slabinfo"]);
        int soon = Objects("size-512");
        Replay("--profile", "i386-32", [.. lines, Event(0, "kfree", "call_site=c0 ptr=(null)", seconds: 60), "--proc", "slabinfo"]);
        Assert.That(Objects("size-512"), Is.LessThan(soon), "the reaper has run");
    }

    /// <summary>What mk itself traced, replayed on the same machine: every allocation lands where it did.</summary>
    [Test]
    public void OwnTrace_ReplayedGivesTheSameAddresses([Values("i386-32", "x86-64-8g")] string profile)
    {
        var calls = new StringBuilder("cache_create toy 200 0 -\n");
        for (int i = 0; i < 400; i++)
        {
            calls.Append(CultureInfo.InvariantCulture, $"kmalloc k{i} {(i * 37 % 5000) + 1} GFP_KERNEL\ncache_alloc c{i} toy GFP_ATOMIC\n");
            if (i % 5 == 0)
                calls.Append(CultureInfo.InvariantCulture, $"alloc_pages p{i} {i % 4} GFP_KERNEL\n");
            if (i % 3 == 2)
                calls.Append(CultureInfo.InvariantCulture, $"kfree k{i - 1}\ncache_free c{i - 2}\n");
            if (i % 10 == 6)
                calls.Append(CultureInfo.InvariantCulture, $"free_pages p{i - 1}\n");
        }
        _mk.File("calls", calls.ToString());
        Assert.That(_mk.Run("replay", "calls", "--profile", profile, "--trace", "own.ftrace", "--trace-filter", "kmem:*"), Is.Zero, _mk.Err);
        string[] first = [.. _mk.OutLines.Select(line => line.Split(',')[1])];
        Assert.That(_mk.Run("replay", "own.ftrace", "--profile", profile), Is.Zero, _mk.Err);
        Assert.That(_mk.OutLines.Select(line => line.Split(',')[1]), Is.EqualTo(first));
    }

    [Test]
    public void NoEvents_IsAUsageMistake()
    {
        Assert.That(_mk.File("t", "x-1 [000] 1.5: sched_switch: prev=1\n").Run("replay", "t"), Is.EqualTo(ExitCode.Usage));
        Assert.That(_mk.Err, Does.Contain("t: no kmem events"));
        Assert.That(_mk.File("t", "kmalloc a 10 GFP_KERNEL\n").Run("replay", "t", "--format", "ftrace"), Is.EqualTo(ExitCode.Usage));
        Assert.That(_mk.Run("replay", "t", "--format", "ftarce"), Is.EqualTo(ExitCode.Usage));
        Assert.That(_mk.Err, Does.StartWith("mk: --format: \"ftarce\" is not a format; did you mean \"ftrace\"?"));
    }

    [Test]
    public void Profiles_StandSideBySide()
    {
        string[] lines = [.. Enumerable.Range(1, 1000).Select(i => Kmalloc(0, i, 100))];
        Replay("--profiles", "i386-32,i386-128", [.. lines]);
        Assert.That(_mk.OutLines[0], Does.Match("^ +i386-32 +i386-128$"));
        Assert.That(Figures("allocations"), Is.EqualTo(new[] { "1000", "1000" }));
        Assert.That(Figures("requested"), Is.EqualTo(new[] { "98K", "98K" }));
        Assert.That(Figures("handed out"), Is.EqualTo(new[] { "125K", "125K" }), "100 bytes take 128 either way");
        Assert.That(Figures("waste in objects"), Is.EqualTo(new[] { "21.9%", "21.9%" }));
        Assert.That(Figures("fullest: requested, in use"), Is.All.Match("^9[678]K$"), "to a 64th");
        Assert.That(Figures("most pages taken").Select(int.Parse), Is.All.InRange(24, 80), "34 slabs of 30; the per-CPU lists hold more or less than at the start");
    }

    [Test]
    public void Summary_OfCalls_CountsFailuresAndOom()
    {
        string trace = string.Concat(Enumerable.Range(0, 2000).Select(i => $"alloc_pages p{i} 0 GFP_KERNEL\n"));
        Assert.That(_mk.File("t", trace).Run("replay", "t", "--profile", "lab-4m", "--summary"), Is.Zero, _mk.Err);
        int taken = int.Parse(Figures("allocations")[0], CultureInfo.InvariantCulture);
        Assert.That(Figures("failed"), Is.EqualTo(new[] { $"{2000 - taken}" }));
        Assert.That(Figures("OOM"), Is.EqualTo(Figures("failed")), "each of them came to the OOM killer");
        Assert.That(int.Parse(Figures("most pages taken")[0], CultureInfo.InvariantCulture), Is.InRange(taken - 40, taken + 40));
    }

    [Test]
    public void Profiles_CannotAllBeFedFromStdin()
    {
        Assert.That(_mk.RunWithInput("kmalloc a 1 0x10\n", "replay", "-", "--profiles", "i386-32,nowhere"), Is.EqualTo(ExitCode.Usage));
        Assert.That(_mk.ErrLines, Has.Length.EqualTo(2));
        Assert.That(_mk.RunWithInput(Kmalloc(0, 1, 10) + "\n", "replay", "-", "--profile", "i386-32"), Is.Zero, _mk.Err);
        Assert.That(_mk.OutLines, Has.Length.EqualTo(1));
    }

    [Test]
    public void AFileOfOneEndlessLine_IsRefused() =>
        Assert.That((_mk.File("t", new string('x', 3 << 20)).Run("replay", "t"), _mk.Err), Is.EqualTo((ExitCode.Usage, "t: has a line of more than 1 MiB; a trace is expected\n")));

    private static string Event(int cpu, string name, string fields, int seconds = 5) =>
        $"            toyd-812   [{cpu:D3}] ....     {seconds}.000000: {name}: {fields}";

    private static string Kmalloc(int cpu, int pointer, int bytes) => Event(cpu, "kmalloc", $"call_site=c0 ptr={pointer:x} bytes_req={bytes} bytes_alloc={bytes} gfp_flags=GFP_KERNEL");

    private static string CacheAlloc(int pointer, int bytes, string name) =>
        Event(0, "kmem_cache_alloc", $"call_site=c0 ptr={pointer:x} bytes_req={bytes} bytes_alloc={bytes} gfp_flags=GFP_KERNEL{name}");

    private static string Free(ulong pointer) => Event(0, "kfree", $"call_site=c0 ptr={pointer:x}");

    private static string Page(string how, int frame) => Event(0, $"mm_page_{how}", $"page=c1000000 pfn={frame} order=0 migratetype=0 gfp_flags=GFP_KERNEL");

    // Lines of the trace first, then options; the first two words are options as well.
    private void Replay(string option, string value, params string[] linesAndOptions)
    {
        int options = Array.FindIndex(linesAndOptions, word => word.StartsWith("--", StringComparison.Ordinal)) is >= 0 and var at ? at : linesAndOptions.Length;
        var text = new StringBuilder();
        foreach (string line in linesAndOptions[..options])
            text.Append(line).Append('\n');
        Assert.That(_mk.File("t", text.ToString()).Run(["replay", "t", option, value, .. linesAndOptions[options..]]), Is.Zero, _mk.Err);
    }

    private long Place(string line) =>
        long.Parse(_mk.OutLines.Single(each => each.StartsWith(line + ",", StringComparison.Ordinal)).Split("0x")[1], NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture);

    private int Objects(string cache) =>
        int.Parse(_mk.OutLines.Single(each => each.StartsWith(cache + " ", StringComparison.Ordinal)).Split(' ', StringSplitOptions.RemoveEmptyEntries)[2], CultureInfo.InvariantCulture);

    private string[] Figures(string label) =>
        _mk.OutLines.Single(each => each.StartsWith(label + "  ", StringComparison.Ordinal))[label.Length..].Split(' ', StringSplitOptions.RemoveEmptyEntries);
}
