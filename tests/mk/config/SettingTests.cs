namespace MiniKernel.Cli.Tests;

[TestFixture, Parallelizable(ParallelScope.All), FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
public sealed class SettingTests : IDisposable
{
    private const string Allowed =
        "allowed: wordSize, pageSize, ram, memoryMap, kernelImage, cpus, l1CacheBytes, cacheLineSize, dmaLimit, dma32Limit, lowmemLimit, maxOrder, mmu, largeAllocs, "
        + "kernel.allocator, kernel.oom, kernel.slabDebug, kernel.watch, kernel.api, kernel.seed, kernel.instructionBudget, kernel.faults, scull.quantum, scull.qset, scull.devices";

    private readonly MkRun _mk = new();

    public void Dispose() => _mk.Dispose();

    [TestCase("ram=64Q", "mk: --set ram: \"64Q\" has the unknown unit Q; allowed: K, M, G, or none for bytes")]
    [TestCase("rma=64M", "mk: --set rma: unknown key \"rma\"; did you mean \"ram\"? " + Allowed)]
    [TestCase("kernel.wacht=bare", "mk: --set kernel.wacht: unknown key \"kernel.wacht\"; did you mean \"kernel.watch\"? " + Allowed)]
    [TestCase("kernel.watch=shut", "mk: --set kernel.watch: \"shut\" is not one of its words; allowed: tracked, bare, shadow")]
    [TestCase("kernel.seed=x", "mk: --set kernel.seed: \"x\" is not a whole number from 0 to 18446744073709551615")]
    [TestCase("isa_sound.gfp_dma=0", "mk: --set isa_sound.gfp_dma: the configuration does not load driver \"isa_sound\"; " + Allowed)]
    [TestCase("scull.quantum=x", "mk: --set scull.quantum: \"x\" is not a number from 16 to 65536")]
    [TestCase("scull.quantums=1", "mk: --set scull.quantums: unknown key \"scull.quantums\"; did you mean \"scull.quantum\"? " + Allowed)]
    [TestCase(".=1", "mk: --set .: unknown key \".\"; " + Allowed)]
    [TestCase("=", "mk: --set : unknown key \"\"; " + Allowed)]
    [TestCase("ram", "mk: --set ram: a value is missing; write --set ram=VALUE")]
    [TestCase("mmu=yes", "mk: --set mmu: \"yes\" is not true or false")]
    [TestCase("cpus=", "mk: --set cpus: \"\" is not a whole number")]
    public void AWrongSetting_IsOneLine(string setting, string line)
    {
        _mk.File("boot.json", "{ \"drivers\": [ \"scull\" ] }");
        Assert.That(_mk.Run("boot", "--set", setting), Is.EqualTo(ExitCode.Usage));
        Assert.That(_mk.Err, Is.EqualTo(line + "\n"));
    }

    [Test]
    public void EveryMistake_IsReportedAtOnce()
    {
        _mk.Run("boot", "--set", "ram=1K", "--set", "cpus=0", "--set", "bogus=3", "--set", "pageSize=x", "--set", "l1CacheBytes=5");
        Assert.That(_mk.ErrLines.Select(line => line.Split("; ")[0]), Is.EqualTo(new[]
        {
            "mk: --set bogus: unknown key \"bogus\"",
            "mk: --set pageSize: \"x\" is not a size: bytes as a number, or a text such as \"64K\", \"16M\", \"2G\"",
            "mk: profile i386-32 with --set ram=1K --set cpus=0 --set l1CacheBytes=5: cpus: 0 is not a number of CPUs from 1 to 64",
            "mk: profile i386-32 with --set ram=1K --set cpus=0 --set l1CacheBytes=5: l1CacheBytes: 5 is not a power of two from 8 to 256",
        }), "what ram=1K breaks depends on the page size");
        _mk.Run("boot", "--set", "ram=1K", "--set", "cpus=0", "--set", "bogus=3");
        Assert.That(_mk.Err, Does.Contain("ram: 1K is not a whole number of 4096-byte pages").And.Contain("cpus: 0").And.Contain("bogus"));
    }

    [Test]
    public void KernelAndDriverSettings_AreTaken()
    {
        _mk.File("boot.json", "{ \"kernel\": { \"oom\": \"panic\" }, \"drivers\": [ \"scull\", { \"name\": \"isa_sound\", \"parameters\": { \"gfp_dma\": true } } ] }");
        Assert.That(_mk.Run("boot", "--set", "kernel.watch=bare", "--set", "isa_sound.gfp_dma=0", "--set", "scull.quantum=2000", "--set", "ram=32M"), Is.EqualTo(ExitCode.ChecksFailed));
        Assert.That(_mk.Out, Does.Contain("oom=panic watch=bare").And.Contain("quanta of 2000 bytes").And.Match("(?m)^isa_sound +work: -E"));
    }

    [Test]
    public void SettingsOfAProfileThatIsShown_ArePartOfIt()
    {
        Assert.That(_mk.Run("profiles", "lab-4m", "--json", "--set", "ram=8M"), Is.Zero, _mk.Err);
        Assert.That(_mk.Out, Does.Contain("\"ram\": 8388608"));
    }

    [Test]
    public void ControlCharacters_DoNotReachTheTerminal()
    {
        Assert.That(_mk.Run("boot", "--set", "a\e[31m\nb=1"), Is.EqualTo(ExitCode.Usage));
        Assert.That(_mk.ErrLines, Has.Length.EqualTo(1));
        Assert.That(_mk.Err, Does.Contain("a\\u001b[31m\\u000ab").And.Not.Contain("\e"));
    }

    [Test]
    public void SettingsThatMakeNoMachine_AreRefused()
    {
        Assert.That(_mk.Run("boot", "--set", "ram=4097"), Is.EqualTo(ExitCode.Usage));
        Assert.That(_mk.ErrLines[0], Does.StartWith("mk: profile i386-32 with --set ram=4097: ram: "));
    }

    [Test]
    public void SettingsOfEveryKind_AreTaken()
    {
        string[] settings = ["ram=32M", "cpus=2", "mmu=true", "memoryMap=[]", "kernelImage={\"start\":\"2M\",\"end\":\"3M\"}"];
        Assert.That(_mk.Run(["profiles", "i386-32", "--json", .. settings.SelectMany(setting => (string[])["--set", setting])]), Is.Zero, _mk.Err);
        Assert.That(_mk.Out, Does.Contain("\"ram\": 33554432").And.Contain("\"cpus\": 2").And.Contain("\"start\": 2097152"));
    }

    [Test]
    public void AnUnknownProfile_NamesTheNearest()
    {
        Assert.That(_mk.Run("boot", "--profile", "i368-32"), Is.EqualTo(ExitCode.Usage));
        Assert.That(_mk.Err, Does.StartWith("mk: \"i368-32\" is not a profile; did you mean \"i386-32\"?"));
    }
}
