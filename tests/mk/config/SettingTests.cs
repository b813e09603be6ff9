namespace MiniKernel.Cli.Tests;

[TestFixture, Parallelizable(ParallelScope.All), FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
public sealed class SettingTests : IDisposable
{
    private readonly MkRun _mk = new();

    public void Dispose() => _mk.Dispose();

    [TestCase("ram=64Q", "mk: --set ram: \"64Q\" is not a size: bytes as a number, or a text such as \"64K\", \"16M\", \"2G\"")]
    [TestCase("rma=64M", "mk: --set rma: unknown key \"rma\"; did you mean \"ram\"? allowed: wordSize, pageSize, ram, memoryMap, kernelImage, cpus, l1CacheBytes, cacheLineSize, dmaLimit, dma32Limit, lowmemLimit, maxOrder, mmu, largeAllocs")]
    [TestCase("ram", "mk: --set ram: a value is missing; write --set ram=VALUE")]
    [TestCase("mmu=yes", "mk: --set mmu: \"yes\" is not true or false")]
    [TestCase("cpus=", "mk: --set cpus: \"\" is not a whole number")]
    public void AWrongSetting_IsOneLine(string setting, string line)
    {
        Assert.That(_mk.Run("boot", "--set", setting), Is.EqualTo(ExitCode.Usage));
        Assert.That(_mk.Err, Is.EqualTo(line + "\n"));
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
