using System.Diagnostics;
using System.Reflection.PortableExecutable;

namespace MiniKernel.Cli.Tests;

/// <summary>The program as it was built, with the native code that a release build puts beside the IL (tools/mk/ReadyToRun.targets).</summary>
[TestFixture, FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
public sealed class NativeCodeTests : IDisposable
{
    private readonly MkRun _mk = new();

    // tests/mk/bin/Release/net10.0 beside tools/mk/bin/Release/net10.0.
    private static string ProgramFolder
    {
        get
        {
            DirectoryInfo folder = new(AppContext.BaseDirectory);
            string[] tail = ["bin", folder.Parent!.Name, folder.Name];
            return Path.Combine([folder.Parent.Parent!.Parent!.Parent!.Parent!.FullName, "tools", "mk", .. tail]);
        }
    }

    [SetUp]
    public void WithNativeCode()
    {
        if (!HasNativeCode("mk.dll"))
            Assert.Ignore("mk was built without native code (Debug, or -p:MkReadyToRun=false)");
    }

    public void Dispose() => _mk.Dispose();

    [Test]
    public void AllAssembliesOfTheProgramHaveIt()
    {
        string[] without = [.. Directory.EnumerateFiles(ProgramFolder, "*.dll").Select(path => Path.GetFileName(path)).Where(name => !HasNativeCode(name))];
        Assert.That(without, Is.EqualTo(new[] { "MiniKernel.Analyzer.dll" }), "which is for the C# compiler");
    }

    [Test]
    public void ModuleOfCRuns()
    {
        (int code, string output) = Start("insmod", "c/hello");
        Assert.That(code, Is.Zero, output);
        Assert.That(output, Does.Contain("Hello, world!").And.EndsWith("Leaks: none.\n"));
    }

    [Test]
    public void Disasm_ShowsTheJitsCode_NotTheBuilds()
    {
        (int code, string output) = Start("disasm", "ScullMemory.AllocateFileRecord", "--compare");
        Assert.That(code, Is.Zero, output);
        Assert.That(output, Does.Contain("# first tier (Tier0), ").And.Contain("# last tier (FullOpts), "));
    }

    private static bool HasNativeCode(string name)
    {
        using var image = new PEReader(File.OpenRead(Path.Combine(ProgramFolder, name)));
        return image.PEHeaders.CorHeader!.ManagedNativeHeaderDirectory.Size != 0;
    }

    private (int Code, string Out) Start(params string[] arguments)
    {
        var start = new ProcessStartInfo(Environment.ProcessPath!, ["exec", Path.Combine(ProgramFolder, "mk.dll"), .. arguments])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            WorkingDirectory = _mk.Folder,
        };
        using Process process = Process.Start(start)!;
        Task<string> error = process.StandardError.ReadToEndAsync();
        string output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        return (process.ExitCode, output + error.Result);
    }
}
