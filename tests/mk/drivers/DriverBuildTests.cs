namespace MiniKernel.Cli.Tests;

/// <summary>Folders that are no drivers, and sources that are none: one line each, exit 2, no machine.</summary>
[TestFixture, Parallelizable(ParallelScope.All), FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
public sealed class DriverBuildTests : IDisposable
{
    private const string Usings = "using MiniKernel.Core;\nusing MiniKernel.Hal;\n\n";

    private const string Members = """
            public string Name => "toy";
            public string Description => "";
            public IReadOnlyList<ModuleParameter> Parameters => [];
            public Errno Init(KernelContext kernel) => Errno.Success;
            public void Exit(KernelContext kernel) { }
        }

        """;

    private readonly MkRun _mk = new();

    public void Dispose() => _mk.Dispose();

    [Test]
    public void CompileErrors_HaveFileLineAndColumn()
    {
        Write(("toy/Toy.cs", Usings + "public class Toy : IKernelModule\n{\n    int _a = \"x\";\n" + Members), ("toy/sub/B.cs", "class B { void F() { nothing(); } }\n"));
        Assert.That(_mk.Run("insmod", "toy"), Is.EqualTo(ExitCode.Usage));
        Assert.That(_mk.ErrLines, Is.EquivalentTo(new[]
        {
            "toy/Toy.cs:6:14: error CS0029: Cannot implicitly convert type 'string' to 'int'",
            "toy/sub/B.cs:1:22: error CS0103: The name 'nothing' does not exist in the current context",
        }));
        Assert.That(_mk.Out, Is.Empty);
    }

    [Test]
    public void AConstantKmallocCannotServe_IsACompileErrorOnThatMachine()
    {
        const string source = Usings + "public class Toy : IKernelModule\n{\n    void F(KernelContext k) => k.Kfree(k.Kmalloc(200_000, MiniKernel.Mm.GfpFlags.Kernel));\n" + Members;
        Write(("toy/Toy.cs", source), ("toy/boot.json", """{ "machine": "mine", "profiles": { "mine": { "base": "i386-64" } } }"""));
        const string error = "toy/Toy.cs:6:40: error MK0001: you cannot kmalloc that much: 200000 bytes; the largest class of ";
        Assert.That(_mk.Run("insmod", "toy"), Is.EqualTo(ExitCode.Usage));
        Assert.That(_mk.Err, Is.EqualTo($"{error}i386-32 is 131072 bytes\n"));
        Assert.That(_mk.Run("insmod", "toy", "--config", "toy/boot.json"), Is.EqualTo(ExitCode.Usage));
        Assert.That(_mk.Err, Is.EqualTo($"{error}mine is 131072 bytes\n"));
        Assert.That(_mk.Run("insmod", "toy", "--profile", "m68k-nommu"), Is.Zero, _mk.Err);
        Assert.That(_mk.Run("insmod", "toy"), Is.EqualTo(ExitCode.Usage), "what was built for another machine is not taken");
        Assert.That(_mk.Run("insmod", "toy", "--set", "kernel.allocator=slob"), Is.Zero, "no size classes: " + _mk.Err);
    }

    [Test]
    public void Warnings_AreSaidEachTimeAndChangesAreBuilt()
    {
        Write(("toy/Toy.cs", Usings + "public class Toy : IKernelModule\n{\n    void F() { int unused; }\n" + Members));
        const string warning = "toy/Toy.cs:6:20: warning CS0168: The variable 'unused' is declared but never used\n";
        Assert.That(_mk.Run("insmod", "toy"), Is.Zero, _mk.Err);
        Assert.That(_mk.Err, Is.EqualTo(warning));
        string built = Directory.GetDirectories(Path.Combine(_mk.Folder, "toy", "obj", "mk")).Single();
        _mk.Run("insmod", "toy");
        Assert.That(_mk.Err, Is.EqualTo(warning), "kept with the build");
        Assert.That(Directory.GetDirectories(Path.Combine(_mk.Folder, "toy", "obj", "mk")), Is.EqualTo(new[] { built }));
        Write(("toy/Toy.cs", Usings + "public class Toy : IKernelModule\n{\n" + Members.Replace("\"toy\"", "\"other\"", StringComparison.Ordinal)));
        Assert.That(_mk.Run("insmod", "toy"), Is.Zero, _mk.Err);
        Assert.That(_mk.Out, Does.Match("(?m)^other +ok"));
        Assert.That(_mk.Err, Is.Empty);
        Assert.That(Directory.GetDirectories(Path.Combine(_mk.Folder, "toy", "obj", "mk")), Has.Length.EqualTo(1).And.Not.Contains(built));
    }

    [Test]
    public void AProjectFile_SpeaksToTheCompiler()
    {
        Write(
            ("toy/Toy.cs", "#if !FAST\n#error it is not defined\n#endif\npublic class Toy : IKernelModule\n{\n    Errno[] F() { int unused; return null; }\n" + Members),
            ("toy/toy.csproj", """
                <Project Sdk="Microsoft.NET.Sdk">
                  <PropertyGroup><DefineConstants>$(DefineConstants);FAST</DefineConstants><NoWarn>$(NoWarn);CS0168</NoWarn><Nullable>disable</Nullable></PropertyGroup>
                  <PropertyGroup Condition="false"><DefineConstants>NOT</DefineConstants></PropertyGroup>
                  <ItemGroup><Using Include="MiniKernel.Core" /></ItemGroup>
                </Project>
                """));
        Assert.That(_mk.Run("insmod", "toy/toy.csproj"), Is.Zero, _mk.Err);
        Assert.That(_mk.Err, Is.Empty);
    }

    [TestCase("", "toy/toy.csproj:1:", TestName = "EmptyProject")]
    [TestCase("<Project>\n  <PropertyGroup>\n</Project>", "toy/toy.csproj:3:3: ", TestName = "UnclosedElement")]
    [TestCase("<html/>", "toy/toy.csproj: is not a project file: it begins with <html>, not <Project>", TestName = "NoProject")]
    [TestCase("<Project>\n<ItemGroup>\n<PackageReference Include=\"X\"/></ItemGroup></Project>", "toy/toy.csproj:3: <PackageReference>: mk compiles every .cs file", TestName = "Package")]
    [TestCase("<Project><Target Name=\"T\"/></Project>", "toy/toy.csproj:1: <Target>: mk compiles every .cs file", TestName = "Target")]
    public void ABrokenProjectFile_IsOneLine(string project, string start)
    {
        Write(("toy/Toy.cs", ""), ("toy/toy.csproj", project));
        Assert.That(_mk.Run("insmod", "./toy"), Is.EqualTo(ExitCode.Usage));
        Assert.That(_mk.Err, Does.StartWith(start));
        Assert.That(_mk.ErrLines, Has.Length.EqualTo(1));
    }

    [Test]
    public void TwoProjectFiles_AreAskedAbout()
    {
        Write(("toy/Toy.cs", ""), ("toy/a.csproj", "<Project/>"), ("toy/b.csproj", "<Project/>"));
        Assert.That(_mk.Run("insmod", "toy"), Is.EqualTo(ExitCode.Usage));
        Assert.That(_mk.Err, Is.EqualTo("mk: toy holds 2 project files; name the one you mean: a.csproj, b.csproj\n"));
    }

    [Test]
    public void AFolderWithoutSources_IsNoDriver()
    {
        Directory.CreateDirectory(Path.Combine(_mk.Folder, "toy"));
        Assert.That(_mk.Run("insmod", "toy"), Is.EqualTo(ExitCode.Usage));
        Assert.That(_mk.Err, Is.EqualTo("mk: toy holds no C# source; mk new driver NAME makes a driver's folder\n"));
    }

    [TestCase("public class Other { }\n", "mk: toy holds no module: no class in it implements IKernelModule", TestName = "NoModule")]
    [TestCase("public class A : IKernelModule {\n" + Members + "public class B : IKernelModule {\n" + Members, "mk: toy holds 2 modules (A, B); give each a folder of its own", TestName = "TwoModules")]
    [TestCase("public class A(int a) : IKernelModule {\n int F() => a;\n" + Members, "mk: toy: A has no constructor without parameters; insmod needs one", TestName = "ConstructorWithParameters")]
    [TestCase("public class A : IKernelModule {\n public A() => throw new Exception(\"no\\nway\");\n" + Members, "mk: toy: cannot be made: Exception: no\\u000away", TestName = "ConstructorThatThrows")]
    [TestCase("public class A : IKernelModule {\n Machine F() => null!;\n" + Members, "mk: toy: uses MiniKernel.Hal.Machine, which is the kernel's own; a driver has what KernelContext gives it", TestName = "BeyondTheSurface")]
    public void WhatHoldsNoModule_IsRefused(string source, string message)
    {
        Write(("toy/Toy.cs", Usings + source));
        Assert.That(_mk.Run("insmod", "toy"), Is.EqualTo(ExitCode.Usage));
        Assert.That(_mk.ErrLines[^1], Is.EqualTo(message));
        Assert.That(_mk.Out, Is.Empty);
    }

    [Test]
    public void AnAssemblyThatNeedsAnother_IsRefused()
    {
        string own = typeof(DriverBuildTests).Assembly.Location;
        Assert.That(_mk.Run("insmod", own), Is.EqualTo(ExitCode.Usage));
        Assert.That(_mk.ErrLines, Has.Some.EndsWith(": needs nunit.framework.dll; a module is one assembly and brings no other along"));
    }

    [TestCase("")]
    [TestCase("MZ and no more")]
    public void WhatIsNoAssembly_IsRefused(string bytes)
    {
        Assert.That(_mk.File("toy.dll", bytes).Run("insmod", "toy.dll"), Is.EqualTo(ExitCode.Usage));
        Assert.That(_mk.Err, Is.EqualTo("mk: toy.dll: is not a .NET assembly\n"));
    }

    private void Write(params (string, string)[] files) => ProbeDriver.Write(_mk.Folder, files);
}
