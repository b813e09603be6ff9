namespace MiniKernel.Cli.Tests;

[TestFixture, Parallelizable(ParallelScope.All), FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
public sealed class BootFileTests : IDisposable
{
    private readonly MkRun _mk = new();

    public void Dispose() => _mk.Dispose();

    [TestCaseSource(typeof(BootFileMistakes), nameof(BootFileMistakes.All))]
    public void AMistake_IsOneClearLine(string json, string line)
    {
        int code = _mk.File("boot.json", json).Run("boot");
        Assert.That(_mk.Err, Is.EqualTo(line + "\n"), _mk.Err);
        Assert.That(code, Is.EqualTo(ExitCode.Usage));
        Assert.That(_mk.Out, Is.Empty, "no machine was created, so there is no log");
    }

    [Test]
    public void SeveralMistakes_AreReportedTogetherInFileOrder()
    {
        _mk.File("boot.json", """
            {
              "machine": "i386-23",
              "profiles": {
                "a": { "base": "b", "ram": "64Q" },
                "b": { "cpus": 65, "maxOrder": "many" },
                "c": { "ram": 67108865 }
              },
              "kernel": { "watch": "shaded", "oom": "kill" },
              "drivers": [ "skull", { "name": "scull", "parameters": { "quantums": 1 } } ],
              "loging": {}
            }
            """);
        Assert.That(_mk.Run(), Is.EqualTo(ExitCode.Usage));
        string[] places = [.. _mk.ErrLines.Select(line => string.Join(':', line.Split(':').Take(3)))];
        Assert.That(places, Is.EqualTo(new[]
        {
            "boot.json:2: $.machine", "boot.json:4: $.profiles.a.ram", "boot.json:5: $.profiles.b.maxOrder", "boot.json:5: $.profiles.b.cpus", "boot.json:6: $.profiles.c.ram",
            "boot.json:8: $.kernel.watch", "boot.json:8: $.kernel.oom", "boot.json:9: $.drivers[0]",
            "boot.json:9: $.drivers[1].parameters.quantums", "boot.json:10: $.loging",
        }));
    }

    [Test]
    public void BrokenRules_AreReportedBesideMistakesOfOtherKinds()
    {
        _mk.File("boot.json", """
            {
              "machine": "a",
              "profiles": {
                "a": { "base": "nowhere", "ram": "64Q", "cpus": 99,
                       "l1CacheBytes": 7,
                       "kernelImage": { "start": "1M", "end": "900M" } },
                "b": { "base": "a", "maxOrder": 99, "cpus": 2 },
                "c": { "base": "b" },
                "d": { "ram": 67108865, "rma": "2M", "wordSize": 16 },
                "e": { "bsae": "x86-64-2g", "dma32Limit": "4G", "cacheLineSize": 9 }
              }
            }
            """);
        Assert.That(_mk.Run("boot", "--set", "cpus=0", "--set", "bogus=1"), Is.EqualTo(ExitCode.Usage));
        string[] places = [.. _mk.ErrLines.Select(line => string.Join(':', line.Split(':').Take(3)))];
        Assert.That(places, Is.EquivalentTo(new[]
        {
            "boot.json:4: $.profiles.a.base", "boot.json:4: $.profiles.a.ram", "boot.json:4: $.profiles.a.cpus",
            "boot.json:5: $.profiles.a.l1CacheBytes", "boot.json:7: $.profiles.b.maxOrder",
            "boot.json:9: $.profiles.d.rma", "boot.json:9: $.profiles.d.ram", "boot.json:9: $.profiles.d.wordSize",
            "boot.json:10: $.profiles.e.bsae", "boot.json:10: $.profiles.e.cacheLineSize",
            "mk: --set bogus: unknown key \"bogus\"; allowed", "mk: profile i386-32 with --set cpus=0: cpus",
        }), _mk.Err);
    }

    [TestCase("0", "work: -E")]
    [TestCase("false", "work: -E")]
    [TestCase("1", "ok")]
    [TestCase("true", "ok")]
    public void ABoolParameter_IsWhatInsmodTakes(string value, string state)
    {
        _mk.File("boot.json", "{ \"drivers\": [ { \"name\": \"isa_sound\", \"parameters\": { \"gfp_dma\": " + value + " } } ] }").Run();
        Assert.That(_mk.Out, Does.Match($"(?m)^isa_sound +{state}"));
    }

    [Test]
    public void ALogThatWouldOverwriteTheFile_IsRefused()
    {
        const string json = "{ \"logging\": { \"file\": \"./boot.json\" } }";
        Assert.That(_mk.File("boot.json", json).Run(), Is.EqualTo(ExitCode.Usage));
        Assert.That(_mk.Err, Is.EqualTo("boot.json: $.logging.file: \"./boot.json\" is this configuration itself; the log would overwrite it\n"));
        Assert.That(File.ReadAllText(Path.Combine(_mk.Folder, "boot.json")), Is.EqualTo(json));
    }

    [Test]
    public void ADriverThatCannotBeMade_IsAMistake()
    {
        var mistakes = new Config.Mistakes("f");
        var name = new Config.ConfigNode { Kind = Config.NodeKind.Text, Line = 3, Column = 1, Path = "$.drivers[0]", Text = "bad" };
        Assert.That(Config.DriversReader.Make(() => throw new ArgumentException("no\nway"), name, mistakes), Is.Null);
        Assert.That(mistakes.Lines(), Is.EqualTo(new[] { "f:3: $.drivers[0]: driver \"bad\" cannot be made: ArgumentException: \"no\\u000away\"" }));
    }

    [Test]
    public void AMistakeOfGrammar_IsReportedWithTheMistakesBeforeIt()
    {
        _mk.File("boot.json", "{\n  \"machin\": 1,\n  \"kernel\": { \"oom\": \"kill\" }\n  \"drivers\": []\n}").Run();
        Assert.That(_mk.ErrLines, Has.Length.EqualTo(3));
        Assert.That(_mk.ErrLines[2], Does.StartWith("boot.json:4: $"));
    }

    [Test]
    public void ALongNameWithControlCharacters_StaysOneLine()
    {
        _mk.File("boot.json", "{ \"a\\u001b[31m\\n" + new string('x', 5000) + "\": 1 }").Run();
        Assert.That(_mk.ErrLines, Has.Length.EqualTo(1));
        Assert.That(_mk.Err, Has.Length.LessThan(400).And.Not.Contains("\e"));
    }

    [Test]
    public void Comments_TrailingCommasAndAByteOrderMark_AreFine()
    {
        _mk.File("boot.json", "\uFEFF// a comment\n{ /* another */ \"machine\": \"lab-4m\", \"drivers\": [], }\n// the end");
        Assert.That(_mk.Run("profiles"), Is.Zero, _mk.Err);
        Assert.That(_mk.Out, Does.Contain("*  lab-4m"));
    }

    [Test]
    public void Utf16_IsRefused()
    {
        _mk.File("boot.json", [0xff, 0xfe, (byte)'{', 0, (byte)'}', 0]).Run();
        Assert.That(_mk.Err, Is.EqualTo("boot.json:1: $: the file is UTF-16; save it as UTF-8\n"));
    }

    [Test]
    public void InvalidUtf8_IsRefusedWithItsLine()
    {
        _mk.File("boot.json", [(byte)'{', (byte)'\n', (byte)'"', 0xc3, 0x28, (byte)'"', (byte)'}']).Run();
        Assert.That(_mk.Err, Is.EqualTo("boot.json:2: $: byte 0xc3 is not UTF-8 text; save the file as UTF-8\n"));
    }

    [Test]
    public void AMissingFile_IsOneLine()
    {
        Assert.That(_mk.Run("boot", "--config", "nowhere.json"), Is.EqualTo(ExitCode.Usage));
        Assert.That(_mk.Err, Is.EqualTo("nowhere.json: no such file\n"));
    }

    [Test]
    public void ADirectory_IsOneLine()
    {
        Assert.That(_mk.Run("boot", "--config", "."), Is.EqualTo(ExitCode.Usage));
        Assert.That(_mk.Err, Is.EqualTo(".: is a directory; a file is expected\n"));
    }

    [Test]
    public void NoFileAtAll_IsTheDefaultMachine()
    {
        Assert.That(_mk.Run("profiles"), Is.Zero, _mk.Err);
        Assert.That(_mk.Out, Does.Contain("*  i386-32"));
    }

    [Test]
    public void TheNearestFileAbove_IsFound()
    {
        _mk.File("boot.json", "{ \"machine\": \"lab-4mm\" }");
        string below = Directory.CreateDirectory(Path.Combine(_mk.Folder, "a", "b")).FullName;
        Assert.That(Config.ConfigFile.Find(below), Is.EqualTo(Path.Combine(_mk.Folder, "boot.json")));
    }

    [Test]
    public void ADerivedProfile_HasItsBasesKeysAndItsOwn()
    {
        _mk.File("boot.json", """
            { "machine": "c", "profiles": {
                "c": { "base": "b", "cpus": 3 },
                "b": { "base": "a", "ram": "128M" },
                "a": { "base": "x86-64-2g", "cpus": 2, "memoryMap": [] } } }
            """);
        Assert.That(_mk.Run("profiles", "c", "--json"), Is.Zero, _mk.Err);
        Assert.That(_mk.Out, Does.Contain("\"wordSize\": 64").And.Contain("\"cpus\": 3").And.Contain("\"ram\": 134217728"));
    }

    [Test]
    public void TheProjectsOwnFile_IsWithoutMistakes()
    {
        Assert.That(_mk.Run("profiles", "--config", MkRun.ProjectFile("boot.json")), Is.Zero, _mk.Err);
        Assert.That(_mk.Out, Does.Contain("*  i386-32"));
    }
}
