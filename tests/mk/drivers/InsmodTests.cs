using MiniKernel.Cli.Drivers;

namespace MiniKernel.Cli.Tests;

/// <summary>mk insmod of a driver from outside, built once.</summary>
[TestFixture, Parallelizable(ParallelScope.Self)]
public sealed class InsmodTests : IDisposable
{
    private readonly MkRun _mk = new();

    [OneTimeSetUp]
    public void WriteDriver() =>
        ProbeDriver.Write(_mk.Folder, ("probe/probe.cs", ProbeDriver.Source), ("probe/parts/deep.cs", ProbeDriver.Deep), ("probe/bin/old.cs", "no C#"));

    public void Dispose() => _mk.Dispose();

    [Test]
    public void ADriver_IsBuiltLoadedAtWorkAndUnloaded()
    {
        Assert.That(_mk.Run("insmod", "probe", "count=5"), Is.Zero, _mk.Out + _mk.Err);
        Assert.That(_mk.OutLines.Select(line => line.Split("] ")[^1]), Is.EqualTo(new[]
        {
            "probe:  5", "probe: gone", "", "DRIVER  STATE  RESULT", "probe   ok     worked 5 times", "", "Leaks: none.",
        }));
        Assert.That(_mk.Err, Is.Empty);
    }

    [Test]
    public void ALeak_IsNamedWithTheDriversOwnFileAndLine()
    {
        Assert.That(_mk.Run("insmod", "./probe", "mode=leak"), Is.EqualTo(ExitCode.ChecksFailed));
        Assert.That(_mk.Out, Does.Contain("  probe: leaked 1 x size-128, 100 bytes, from probe.cs:20 (Init)\n"));
    }

    [Test]
    public void AnOops_ShowsTheLinesOfAllItsFiles()
    {
        Assert.That(_mk.Run("insmod", "probe/", "mode=oops"), Is.EqualTo(ExitCode.ChecksFailed));
        Assert.That(_mk.Out, Does.Contain("BUG: IndexOutOfRangeException in module probe"));
        Assert.That(_mk.Out, Does.Match(@" \[<probe>\] parts/deep\.cs:8 \(Deep\.Fail\)\n.* \[<probe>\] probe\.cs:27 \(Probe\.Run\)\n"));
    }

    [Test]
    public void AnInitThatFails_IsExitOne()
    {
        Assert.That(_mk.Run("insmod", "probe", "mode=refuse"), Is.EqualTo(ExitCode.ChecksFailed));
        Assert.That(_mk.Out, Does.Match("(?m)^probe +insmod: -ENODEV"));
    }

    [TestCase("count=10", "mk: insmod count=10: 10 is not a number from 1 to 9")]
    [TestCase("cuont=1", "mk: insmod cuont=1: driver \"probe\" has no parameter \"cuont\"; did you mean \"count\"? allowed: mode, count")]
    [TestCase("count", "mk: insmod: \"count\" is no parameter; PARAM=VALUE is expected")]
    public void AWrongParameter_IsAUsageMistake(string parameter, string message)
    {
        Assert.That(_mk.Run("insmod", "probe", parameter), Is.EqualTo(ExitCode.Usage));
        Assert.That(_mk.Err, Is.EqualTo(message + "\n"));
        Assert.That(_mk.Out, Is.Empty);
    }

    [Test]
    public void WhatWasBuilt_IsLoadedAsItIs()
    {
        _mk.Run("insmod", "probe");
        string built = Directory.GetFiles(Path.Combine(_mk.Folder, "probe", "obj"), "probe.dll", SearchOption.AllDirectories).Single();
        Assert.That(_mk.Run("insmod", built, "mode=leak"), Is.EqualTo(ExitCode.ChecksFailed), _mk.Err);
        Assert.That(_mk.Out, Does.Contain("from probe.cs:20 (Init)"));
    }

    [Test]
    public void ASample_IsLoadedByItsName()
    {
        Assert.That(_mk.Run("insmod", "scull", "quantum=1000"), Is.Zero, _mk.Err);
        Assert.That(_mk.Out, Does.Contain("quanta of 1000 bytes"));
    }

    [Test]
    public void BootJson_NamesDriversByTheirPaths()
    {
        ProbeDriver.Write(_mk.Folder, ("lab/boot.json", """
            { "drivers": [ "scull", { "path": "../probe", "parameters": { "count": 7, "mode": "boot" } } ] }
            """));
        Assert.That(_mk.Run("boot", "--config", "lab/boot.json"), Is.Zero, _mk.Out + _mk.Err);
        Assert.That(_mk.Out, Does.Contain("probe: boot 7\n").And.Match("(?m)^probe +ok +worked 7 times").And.Match("(?m)^scull +ok "));
        Assert.That(_mk.Run("proc", "modules", "--config", "lab/boot.json", "--set", "probe.count=2"), Is.Zero, _mk.Err);
        Assert.That(_mk.Out, Does.StartWith("probe "));
        Assert.That(_mk.Run("boot", "--config", "lab/boot.json", "--set", "probe.mode=leak"), Is.EqualTo(ExitCode.ChecksFailed));
        Assert.That(_mk.Out, Does.Contain("from probe.cs:20 (Init)"));
        Assert.That(_mk.Run("profiles", "--config", "lab/boot.json"), Is.Zero, _mk.Err);
    }

    [TestCase("\"../probe\", { \"path\": \"../probe/\" }", "lab2/boot.json:1: $.drivers[1].path: driver \"probe\" is listed twice; a module is loaded once")]
    [TestCase("{ \"path\": \"../probe\", \"parameters\": { \"count\": \"7\" } }", "lab2/boot.json:1: $.drivers[0].parameters.count: \"7\" is not a number from 1 to 9")]
    [TestCase("{ \"path\": \"../probe\", \"parameters\": { \"cuont\": 7 } }", "lab2/boot.json:1: $.drivers[0].parameters.cuont: driver \"probe\" has no parameter \"cuont\"; did you mean \"count\"? allowed: mode, count")]
    [TestCase("\"./nowhere\"", "lab2/boot.json:1: $.drivers[0]: \"./nowhere\" is not a driver; allowed: hello,")]
    public void BootJson_WithAMistakeAboutADriver_IsToldWhereItIs(string drivers, string message)
    {
        ProbeDriver.Write(_mk.Folder, ("lab2/boot.json", $"{{ \"drivers\": [ {drivers} ] }}"));
        Assert.That(_mk.Run("boot", "--config", "lab2/boot.json"), Is.EqualTo(ExitCode.Usage));
        Assert.That(_mk.Err, Does.StartWith(message));
        Assert.That(_mk.ErrLines, Has.Length.EqualTo(1));
        Assert.That(_mk.Out, Is.Empty);
    }

    [TestCase("probe.cuont=1", "mk: --set probe.cuont: driver \"probe\" has no parameter \"cuont\"; did you mean \"count\"?")]
    [TestCase("probe.count=0", "mk: --set probe.count: 0 is not a number from 1 to 9")]
    [TestCase("porbe.count=1", "mk: --set porbe.count: the configuration does not load driver \"porbe\"; did you mean \"probe\"?")]
    [TestCase("probe.count", "mk: --set probe.count: a value is missing; write --set probe.count=VALUE")]
    public void AWrongSetting_IsAUsageMistake(string setting, string message)
    {
        ProbeDriver.Write(_mk.Folder, ("lab3/boot.json", "{ \"drivers\": [ \"../probe\" ] }"));
        Assert.That(_mk.Run("boot", "--config", "lab3/boot.json", "--set", setting), Is.EqualTo(ExitCode.Usage));
        Assert.That(_mk.Err, Does.StartWith(message));
    }

    [TestCase("skull", "mk: \"skull\" is not a driver; did you mean \"scull\"?")]
    [TestCase("", "mk: \"\" is not a driver; allowed: ")]
    [TestCase("nowhere.ko", "mk: \"nowhere.ko\": no such file")]
    [TestCase("nowhere.c", "mk: \"nowhere.c\": no such file")]
    [TestCase("toy.c", "mk: \"toy.c\" is C source; mk cc toy.c makes a .ko of it")]
    [TestCase("probe/nowhere.dll", "mk: \"probe/nowhere.dll\": no such file")]
    [TestCase("probe/probe.cs", "mk: \"probe/probe.cs\" is not a driver; allowed: ")]
    public void WhatIsNoDriver_IsAUsageMistake(string given, string message)
    {
        _mk.File("toy.c", "int x;\n");
        Assert.That(_mk.Run("insmod", given), Is.EqualTo(ExitCode.Usage));
        Assert.That(_mk.Err, Does.StartWith(message));
    }

    [Test]
    public void WithoutAnSdk_ThatIsSaid()
    {
        string root = Directory.CreateDirectory(Path.Combine(_mk.Folder, "runtime-only")).FullName;
        var refused = Assert.Throws<UsageException>(() => DotnetSdk.Find(root));
        Assert.That(refused!.Lines, Is.EqualTo(new[]
        {
            $"mk: building a driver needs the .NET 10 SDK, but {root} has only a runtime; install the SDK, or give insmod a driver that is built (FILE.dll)",
        }));
    }
}
