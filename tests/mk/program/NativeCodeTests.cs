namespace MiniKernel.Cli.Tests;

/// <summary>The native code that a release build puts beside the IL (tools/ReadyToRun.targets): that it is there, runs, and is not taken for the JIT's.</summary>
[TestFixture, FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
public sealed class NativeCodeTests : IDisposable
{
    private readonly MkRun _mk = new();

    [SetUp]
    public void WithNativeCode()
    {
        if (!BuiltProgram.HasNativeCode("mk.dll"))
            Assert.Ignore("mk was built without native code (Debug, or -p:MkReadyToRun=false)");
    }

    public void Dispose() => _mk.Dispose();

    [Test]
    public void AllAssembliesOfTheProgramHaveIt()
    {
        string[] without = [.. Directory.EnumerateFiles(BuiltProgram.Folder, "*.dll").Select(path => Path.GetFileName(path)).Where(name => !BuiltProgram.HasNativeCode(name))];
        Assert.That(without, Is.EqualTo(new[] { "MiniKernel.Analyzer.dll" }), "which is for the C# compiler");
    }

    [Test]
    public void ModuleOfCRuns()
    {
        (int code, string output, string error) = BuiltProgram.Run(_mk.Folder, "insmod", "c/hello");
        Assert.That(code, Is.Zero, output + error);
        Assert.That(output, Does.Contain("Hello, world!").And.EndsWith("Leaks: none.\n"));
    }

    [Test]
    public void Disasm_ShowsTheJitsCode_NotTheBuilds()
    {
        (int code, string output, string error) = BuiltProgram.Run(_mk.Folder, "disasm", "ScullMemory.AllocateFileRecord", "--compare");
        Assert.That(code, Is.Zero, error);
        Assert.That(output, Does.Contain("# first tier (Tier0), ").And.Contain("# last tier (FullOpts), "));
    }
}
