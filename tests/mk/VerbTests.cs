using System.Text.Json;
using MiniKernel.Hal;
using MiniKernel.Mm;

namespace MiniKernel.Cli.Tests;

/// <summary>boot, proc, profiles and the command line itself.</summary>
[TestFixture, Parallelizable(ParallelScope.All), FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
public sealed class VerbTests : IDisposable
{
    private readonly MkRun _mk = new();

    public void Dispose() => _mk.Dispose();

    [Test]
    public void Boot_ShowsLogMemoryDriversAndLeaks()
    {
        Assert.That(_mk.Run("boot", "--config", MkRun.ProjectFile("boot.json")), Is.Zero, _mk.Out + _mk.Err);
        Assert.That(_mk.OutLines[0], Does.StartWith("[    0.000000] Linux version 2.6.24"));
        Assert.That(_mk.Out, Does.Match("(?m)^Node 0, zone      DMA ( *[0-9]+ ){11}$"));
        Assert.That(_mk.Out, Does.Contain("  OBJS ACTIVE  USE OBJ SIZE  SLABS OBJ/SLAB CACHE SIZE NAME\n"));
        Assert.That(_mk.Out, Does.Match("(?m)^scull +ok +").And.Match("(?m)^isa_sound +ok +"));
        Assert.That(_mk.OutLines[^1], Is.EqualTo("Leaks: none."));
        Assert.That(_mk.Err, Is.Empty);
        Assert.That(_mk.Out, Does.Not.Contain("\e"), "plain when it is no terminal");
    }

    [Test]
    public void Boot_IsTheDefaultVerb()
    {
        Assert.That(_mk.Run(), Is.Zero, _mk.Err);
        string bare = _mk.Out;
        _mk.Run("boot");
        Assert.That(_mk.Out, Is.EqualTo(bare).And.StartsWith("[    0.000000] "));
    }

    [Test]
    public void Boot_InATerminalIsColoured()
    {
        Assert.That(_mk.RunInTerminal(coloured: true, "boot"), Is.Zero, _mk.Err);
        Assert.That(_mk.Out, Does.Contain("\e[").And.Contain("size-64"));
    }

    [Test]
    public void Boot_InATerminalWithNoColor_HasTablesWithoutColours()
    {
        Assert.That(_mk.RunInTerminal(coloured: false, "boot"), Is.Zero, _mk.Err);
        Assert.That(_mk.Out, Does.Not.Contain("\e").And.Contain("╭"));
    }

    [Test]
    public void Boot_InATerminalOf80Columns_CutsNothing([ValueSource(nameof(ProfileNames))] string profile)
    {
        string config = MkRun.ProjectFile("boot.json");
        Assert.That(_mk.RunInTerminal(coloured: false, "boot", "--config", config, "--profile", profile), Is.Zero, _mk.Err);
        string[] tables = [.. _mk.OutLines.Where(line => line.StartsWith('│') || line.StartsWith('╭') || line.StartsWith('├') || line.StartsWith('╰'))];
        Assert.That(tables, Has.All.Length.LessThanOrEqualTo(80));
        Assert.That(_mk.Out, Does.Not.Contain("…"), "no cell is cut");
        string[] zones = [.. BootLayout.Compute(ShippedProfiles.Find(profile)!).Zones.Where(zone => zone.Present != 0).Select(zone => zone.Name)];
        string[] rows = [.. tables.SkipWhile(line => line[0] != '├').Skip(1).TakeWhile(line => line[0] == '│')];
        Assert.That(rows.Select(row => row.Split(' ', StringSplitOptions.RemoveEmptyEntries)[1]), Is.EqualTo(zones), "a line a zone");
        Assert.That(_mk.Out, Does.Contain(" scull_quantum ").And.Contain(" size-16384"));
    }

    [Test]
    public void Boot_WithMoreOrdersThanTheTerminalIsWide_HasALineAnOrder()
    {
        string[] settings = ["--set", "maxOrder=18", "--set", "ram=512M", "--set", "dmaLimit=0"];
        Assert.That(_mk.RunInTerminal(coloured: false, ["boot", .. settings]), Is.Zero, _mk.Err);
        Assert.That(_mk.Out, Does.Match("(?m)^│ blocks of +Normal │$").And.Match("(?m)^│ +512M +[01] │$"));
    }

    [TestCase("boot")]
    [TestCase("proc", "version")]
    public void WithoutABootJson_OneLineOnStderrSaysSo(params string[] args)
    {
        Assert.That(_mk.Run([.. args, "--profile", "lab-4m"]), Is.Zero);
        Assert.That(_mk.Err, Is.EqualTo("mk: no boot.json here or in a folder above: booting lab-4m without drivers\n"));
    }

    [Test]
    public void Boot_OfEveryShippedProfile([ValueSource(nameof(ProfileNames))] string profile)
    {
        Assert.That(_mk.Run("boot", "--config", MkRun.ProjectFile("boot.json"), "--profile", profile), Is.Zero, _mk.Out + _mk.Err);
        Assert.That(_mk.OutLines[^1], Is.EqualTo("Leaks: none."));
    }

    [Test]
    public void Boot_WithADriverThatFails_IsExitOneAndSaysWhich()
    {
        _mk.File("boot.json", "{ \"drivers\": [ { \"name\": \"isa_sound\", \"parameters\": { \"gfp_dma\": false } } ] }");
        Assert.That(_mk.Run(), Is.EqualTo(ExitCode.ChecksFailed), _mk.Out);
        Assert.That(_mk.Out, Does.Match("(?m)^isa_sound +work: -E"));
        Assert.That(_mk.OutLines[^1], Does.StartWith("Reports: 1, the first: isa_sound: workload failed with -E"));
        _mk.Run("proc", "version");
        Assert.That(_mk.ErrLines[^1], Does.StartWith("mk: Reports: 1, the first: isa_sound"));
    }

    [Test]
    public void Boot_InBareModeDoesNotSpeakOfLeaks()
    {
        _mk.File("boot.json", "{ \"kernel\": { \"watch\": \"bare\" }, \"drivers\": [ \"scull\" ] }");
        Assert.That(_mk.Run(), Is.Zero, _mk.Out);
        Assert.That(_mk.OutLines[^1], Is.EqualTo("Leaks: not watched (kernel.watch is \"bare\")."));
    }

    [Test]
    public void Boot_SaysTheSameTwice()
    {
        _mk.Run("boot", "--config", MkRun.ProjectFile("boot.json"));
        string first = _mk.Out;
        _mk.Run("boot", "--config", MkRun.ProjectFile("boot.json"));
        Assert.That(_mk.Out, Is.EqualTo(first));
    }

    [Test]
    public void Boot_ConsoleLevelHidesWhatMattersLess()
    {
        _mk.File("boot.json", "{ \"logging\": { \"console\": \"emergency\" } }").Run();
        Assert.That(_mk.Out, Does.Not.Contain("Linux version"));
    }

    [Test]
    public void Boot_LogFileHasEveryMessage()
    {
        _mk.File("boot.json", "{ \"logging\": { \"console\": \"emergency\", \"file\": \"logs/kernel.log\" } }").Run();
        string log = File.ReadAllText(Path.Combine(_mk.Folder, "logs", "kernel.log"));
        Assert.That(log, Does.StartWith("[    0.000000] Linux version").And.EndsWith("System halted.\n"));
    }

    [Test]
    public void Boot_LogFileThatCannotBeWritten_IsAConfigurationMistake()
    {
        _mk.File("taken", "").File("boot.json", "{ \"logging\": { \"file\": \"taken/kernel.log\" } }");
        Assert.That(_mk.Run(), Is.EqualTo(ExitCode.Usage));
        Assert.That(_mk.ErrLines, Has.Length.EqualTo(1));
    }

    [TestCase("slabinfo", "slabinfo - version: 2.1\n")]
    [TestCase("/proc/slabinfo", "slabinfo - version: 2.1\n")]
    [TestCase("buddyinfo", "Node 0, zone      DMA ")]
    [TestCase("version", "Linux version 2.6.24")]
    public void Proc_PrintsTheFileAndNothingElse(string file, string start)
    {
        Assert.That(_mk.File("boot.json", "{}").Run("proc", file), Is.Zero, _mk.Err);
        Assert.That(_mk.Out, Does.StartWith(start));
        Assert.That(_mk.Err, Is.Empty);
    }

    [Test]
    public void Proc_ShowsTheDriversOfTheConfiguration()
    {
        _mk.Run("proc", "modules", "--config", MkRun.ProjectFile("boot.json"));
        Assert.That(_mk.Out, Does.Contain("scull").And.Contain("isa_sound"));
    }

    [Test]
    public void Proc_SlabinfoEndsAsBootstrapMadeIt()
    {
        _mk.Run("proc", "slabinfo", "--profile", "i386-32");
        Assert.That(_mk.OutLines[^5..].Select(row => row.Split(' ')[0]), Is.EqualTo(new[] { "size-64(DMA)", "size-32(DMA)", "size-64", "size-32", "kmem_cache" }));
        _mk.Run("proc", "slabinfo", "--profile", "x86-64-2g");
        Assert.That(_mk.OutLines[^5..].Select(row => row.Split(' ')[0]), Is.EqualTo(new[] { "size-64", "size-32(DMA)", "size-128", "size-32", "kmem_cache" }));
    }

    [Test]
    public void Profiles_JsonIsAnArrayAndOneOfThemAnObject()
    {
        Assert.That(_mk.Run("profiles", "--json"), Is.Zero, _mk.Err);
        using (var all = JsonDocument.Parse(_mk.Out))
            Assert.That(all.RootElement.GetArrayLength(), Is.EqualTo(ShippedProfiles.All.Length));
        _mk.Run("profiles", "x86-64-2g", "--json");
        using var one = JsonDocument.Parse(_mk.Out);
        string[] keys = [.. one.RootElement.EnumerateObject().Select(property => property.Name)];
        Assert.That(keys, Is.EqualTo(new[] { "name", "wordSize", "pageSize", "ram", "cpus", "l1CacheBytes", "cacheLineSize", "maxOrder", "zones", "reserved" }));
        JsonElement zone = one.RootElement.GetProperty("zones")[1];
        Assert.That(zone.EnumerateObject().Select(property => property.Name), Is.EqualTo(new[] { "name", "startPfn", "spanned", "present", "min", "low", "high", "protection" }));
        Assert.That(zone.GetProperty("name").GetString(), Is.EqualTo("DMA32"));
        Assert.That(one.RootElement.GetProperty("reserved")[1].EnumerateObject().Select(property => property.Name), Is.EqualTo(new[] { "what", "start", "end" }));
    }

    [Test]
    public void Profiles_ShowsOneWithItsZones()
    {
        Assert.That(_mk.Run("profiles", "lab-4m"), Is.Zero, _mk.Err);
        Assert.That(_mk.Out, Does.Contain("lab-4m: 32-bit, 4M RAM").And.Contain("page map"));
    }

    [Test]
    public void Profiles_DiffShowsWhatDiffers()
    {
        Assert.That(_mk.Run("profiles", "--diff", "i386-32", "i386-128"), Is.Zero, _mk.Err);
        Assert.That(_mk.Out, Does.Match("(?m)^l1CacheBytes +32 +128$").And.Match("(?m)^size-96 +96, 40/1 +-$").And.Not.Contain("wordSize"));
    }

    [Test]
    public void Profiles_DiffAsJson()
    {
        Assert.That(_mk.Run("profiles", "--diff", "i386-32", "i386-128", "--json"), Is.Zero, _mk.Err);
        using var diff = JsonDocument.Parse(_mk.Out);
        Assert.That(diff.RootElement.GetProperty("profile").GetProperty("l1CacheBytes").EnumerateArray().Select(side => side.GetString()), Is.EqualTo(new[] { "32", "128" }));
        Assert.That(diff.RootElement.GetProperty("kmalloc").GetProperty("size-96")[1].ValueKind, Is.EqualTo(JsonValueKind.Null));
        Assert.That(diff.RootElement.GetProperty("profile").TryGetProperty("wordSize", out _), Is.False, "alike");
    }

    [Test]
    public void Profiles_NameAndDiffExcludeEachOther()
    {
        Assert.That(_mk.Run("profiles", "lab-4m", "--diff", "i386-32", "i386-128"), Is.EqualTo(ExitCode.Usage));
        Assert.That(_mk.ErrLines[0], Is.EqualTo("mk: profiles takes NAME or --diff A B, not both"));
    }

    [Test]
    public void Profiles_UnknownNameIsAUsageMistake() => Assert.That(_mk.Run("profiles", "lab-5m"), Is.EqualTo(ExitCode.Usage));

    [TestCase("bot")]
    [TestCase("--confg", "x")]
    [TestCase("proc")]
    [TestCase("replay")]
    [TestCase("proc", "a", "b")]
    [TestCase("boot", "--config")]
    [TestCase("proc", "nofile")]
    [TestCase("@boot")]
    public void AWrongCommandLine_IsAUsageMistakeOnStderr(params string[] args)
    {
        Assert.That(_mk.Run(args), Is.EqualTo(ExitCode.Usage));
        Assert.That(_mk.ErrLines[0], Does.StartWith("mk: "));
        Assert.That(_mk.Out, Is.Empty);
    }

    [Test]
    public void Help_NamesEveryVerbAndExitCode()
    {
        Assert.That(_mk.Run("--help"), Is.Zero);
        foreach (string verb in (string[])["boot", "proc", "profiles", "geometry", "replay"])
            Assert.That(_mk.Out, Does.Contain($"  {verb} "));
        Assert.That(_mk.Out, Does.Contain("124 watchdog").And.Contain("130 ended by Ctrl-C").And.Not.Contain("profiles <NAME>"));
    }

    [Test]
    public void HelpOfGeometry_NamesColumnsAndFlags()
    {
        Assert.That(_mk.Run("geometry", "--help"), Is.Zero);
        Assert.That(_mk.Out, Does.Contain("name,objsize,objperslab,").And.Contain("name,size,align,flags").And.Contain("HWCACHE_ALIGN, RECLAIM_ACCOUNT"));
    }

    [Test]
    public void HelpOfReplayAndItsReadme_NameEveryCall()
    {
        Assert.That(_mk.Run("replay", "--help"), Is.Zero);
        string readme = File.ReadAllText(MkRun.ProjectFile("replay.md"));
        Assert.That(Replay.ReplayParser.Calls.Count(), Is.EqualTo(12));
        foreach (string call in Replay.ReplayParser.Calls)
        {
            Assert.That(_mk.Out, Does.Contain($"    {call}\n"));
            Assert.That(readme, Does.Contain($"| `{call}` |"));
        }
    }

    private static IEnumerable<string> ProfileNames() => ShippedProfiles.All.Select(profile => profile.Name);
}
