using System.Text.Json;

namespace MiniKernel.Cli.Tests;

[TestFixture, Parallelizable(ParallelScope.All), FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
public sealed class GeometryVerbTests : IDisposable
{
    private const string Header = "name,objsize,objperslab,pagesperslab,limit,batchcount,shared,colours,offslab";
    private readonly MkRun _mk = new();

    public void Dispose() => _mk.Dispose();

    // The size-N rows of two real machines (tests/mk/data).
    [TestCase("x86_64-2.6.21-up.csv", "x86-64-2g")]
    [TestCase("i386-2.6.15ish-smp-cls64.csv", "i386-highmem")]
    public void TheKmallocClasses_AreThoseOfARealMachine(string dump, string profile)
    {
        Assert.That(_mk.Run("geometry", "--profile", profile, "--format", "csv"), Is.Zero, _mk.Err);
        Dictionary<string, string> computed = Rows(_mk.OutLines);
        Dictionary<string, string> real = Rows(File.ReadAllLines(MkRun.DataFile(dump)).Where(row => row.StartsWith("size-", StringComparison.Ordinal)));
        Assert.That(real, Is.Not.Empty);
        Assert.Multiple(() =>
        {
            foreach ((string name, string row) in real)
            {
                if (computed.TryGetValue(name, out string? own)) // a class the real machine has by a later rule is not ours
                    Assert.That(own, Is.EqualTo(row), name);
                else
                    Assert.Fail($"{name} is missing");
            }
        });
    }

    [Test]
    public void Classes_ComeAscendingEachWithItsDmaTwin()
    {
        _mk.Run("geometry", "--profile", "i386-32", "--format", "csv");
        string[] names = [.. _mk.OutLines.Skip(1).Select(row => row.Split(',')[0])];
        Assert.That(_mk.OutLines[0], Is.EqualTo(Header));
        Assert.That(names.Take(4), Is.EqualTo(new[] { "size-32", "size-32(DMA)", "size-64", "size-64(DMA)" }));
        Assert.That(names[^1], Is.EqualTo("size-131072(DMA)"));
    }

    [Test]
    public void WithoutADmaZone_ThereAreNoTwins()
    {
        _mk.Run("geometry", "--profile", "sparc64-8k", "--format", "csv");
        Assert.That(_mk.Out, Does.Not.Contain("(DMA)").And.Contain("size-64,"));
    }

    [Test]
    public void CachesAskedFor_FollowTheClasses()
    {
        _mk.File("more.csv", "name,size,align,flags\nfromfile,480,0,HWCACHE_ALIGN\n\nplain,100,,\n");
        Assert.That(_mk.Run("geometry", "--profile", "i386-32", "--format", "csv", "--cache", "mine:480", "--cache", "dma:100:8:HWCACHE_ALIGN|CACHE_DMA", "--from", "more.csv"), Is.Zero, _mk.Err);
        Assert.That(_mk.OutLines[^4..], Is.EqualTo(new[]
        {
            "mine,480,8,1,54,27,0,6,0", "dma,128,30,1,120,60,0,3,0", "fromfile,480,8,1,54,27,0,6,0", "plain,100,39,1,120,60,0,0,0",
        }));
    }

    [Test]
    public void CachesFromStdin_AreRead()
    {
        Assert.That(_mk.RunWithInput("name,size,align,flags\na,64,,\n", "geometry", "--format", "csv", "--from", "-"), Is.Zero, _mk.Err);
        Assert.That(_mk.OutLines[^1], Does.StartWith("a,64,"));
    }

    [Test]
    public void ACacheLinuxRefuses_IsALineOnStderrAndTheOthersStay()
    {
        Assert.That(_mk.Run("geometry", "--format", "csv", "--cache", "tiny:1", "--cache", "good:64", "--cache", "huge:999999999"), Is.EqualTo(ExitCode.ChecksFailed));
        Assert.That(_mk.ErrLines, Has.Length.EqualTo(2));
        Assert.That(_mk.ErrLines[0], Does.StartWith("mk: cache tiny: "));
        Assert.That(_mk.ErrLines[1], Does.StartWith("mk: cache huge: "));
        Assert.That(_mk.OutLines[^1], Does.StartWith("good,64,"));
    }

    [Test]
    public void ANameThatExists_IsRefusedAsLinuxDoes()
    {
        string[] caches = ["a:64", "a:96", "size-64:64", "kmem_cache:64", "b:64"];
        Assert.That(_mk.Run(["geometry", "--format", "csv", .. caches.SelectMany(cache => (string[])["--cache", cache])]), Is.EqualTo(ExitCode.ChecksFailed));
        Assert.That(_mk.ErrLines, Is.EqualTo(new[] { "a", "size-64", "kmem_cache" }.Select(name =>
            $"mk: cache {name}: refused by kmem_cache_create on i386-32: duplicate cache {name}")));
        Assert.That(_mk.OutLines[^2..].Select(row => row[..5]), Is.EqualTo(new[] { "a,64,", "b,64," }));
    }

    [TestCase("nosize")]
    [TestCase("a:b")]
    [TestCase(":64")]
    [TestCase("a:64:x")]
    [TestCase("a:64:8:HWCACHE_ALING")]
    [TestCase("a:64:8:PANIC:more")]
    [TestCase("a:-1")]
    [TestCase("a:99999999999999999999")]
    public void ACacheThatCannotBeRead_IsAUsageMistake(string cache)
    {
        Assert.That(_mk.Run("geometry", "--cache", cache), Is.EqualTo(ExitCode.Usage));
        Assert.That(_mk.ErrLines, Has.Length.EqualTo(1));
        Assert.That(_mk.ErrLines[0], Does.StartWith($"mk: --cache {cache}: "));
        Assert.That(_mk.Out, Is.Empty);
    }

    [Test]
    public void ACsvThatCannotBeRead_NamesFileAndLine()
    {
        _mk.File("bad.csv", "name,size,align,flags\na,64,0,\nb,x,0,\nc\nd,1,2,PANICK\n");
        Assert.That(_mk.Run("geometry", "--from", "bad.csv"), Is.EqualTo(ExitCode.Usage));
        Assert.That(_mk.ErrLines.Select(line => line.Split(' ')[0]), Is.EqualTo(new[] { "bad.csv:3:", "bad.csv:4:", "bad.csv:5:" }));
    }

    [Test]
    public void Json_HasTheSameNumbers()
    {
        _mk.Run("geometry", "--profile", "i386-32", "--format", "json");
        using var json = JsonDocument.Parse(_mk.Out);
        JsonElement row = json.RootElement.EnumerateArray().First(row => row.GetProperty("name").GetString() == "size-512");
        Assert.That(row.GetProperty("objperslab").GetInt32(), Is.EqualTo(8));
        Assert.That(row.GetProperty("offslab").GetBoolean(), Is.True);
    }

    [Test]
    public void TheTable_IsAligned()
    {
        _mk.Run("geometry", "--profile", "i386-32");
        Assert.That(_mk.OutLines[0], Does.StartWith("name").And.Contain("objperslab"));
        Assert.That(_mk.OutLines[1], Does.Match("^size-32 +32 +113 +1 +120 +60 +0 +0  on-slab$"));
    }

    [Test]
    public void AnUnknownFormat_IsAUsageMistake()
    {
        Assert.That(_mk.Run("geometry", "--format", "jsn"), Is.EqualTo(ExitCode.Usage));
        Assert.That(_mk.Err, Is.EqualTo("mk: --format jsn: did you mean \"json\"? allowed: table, csv, json\n"));
    }

    // The first seven columns: what a dump has.
    private static Dictionary<string, string> Rows(IEnumerable<string> lines) =>
        lines.Where(line => !line.StartsWith("name,", StringComparison.Ordinal))
            .ToDictionary(line => line.Split(',')[0], line => string.Join(',', line.Split(',').Take(7)));
}
