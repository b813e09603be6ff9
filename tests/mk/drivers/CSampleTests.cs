using MiniKernel.Cli.Cc;
using MiniKernel.Cli.Drivers;
using MiniKernel.Cli.Terminal;
using MiniKernel.Core;
using MiniKernel.Hal;
using MiniKernel.Tests.Support;

namespace MiniKernel.Cli.Tests;

/// <summary>The C samples: the objects that are kept of them, and insmod of their names with a compiler and without.</summary>
[TestFixture, Parallelizable(ParallelScope.All), FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
public sealed class CSampleTests : IDisposable
{
    private const string Again = "renew them: dotnet run -c Release --project tools/mk -- cc --samples drivers/c";
    private static readonly KernelOptions _kernel = new();
    private readonly MkRun _mk = new();

    private static IEnumerable<CSample> Samples => CSample.In(CSample.OwnFolder);

    private static IEnumerable<string> Names => Samples.Select(sample => sample.Name);

    public void Dispose() => _mk.Dispose();

    [Test]
    public void KeptObjects_AreMadeOfTheSourcesAsTheyAre()
    {
        IEnumerable<string> old =
            from sample in Samples
            from machine in CSample.Machines
            where CSample.InfoOf(sample.Prebuilt(machine))?[CCompilation.Mark] != sample.Hash(Profile(machine), _kernel)
            select $"{machine}/{sample.Name}";
        Assert.That(Samples, Is.Not.Empty);
        Assert.That(old, Is.Empty, Again);
    }

    // What a compiler makes of the sources now agrees with what is kept: not in bytes, which are each compiler's own.
    [Test]
    public void KeptObjects_AreWhatACompilerMakesNow()
    {
        HostTool.Require("gcc");
        CopySamples();
        Assert.That(_mk.Run("cc", "--samples", "samples"), Is.Zero, _mk.Err);
        Assert.That(_mk.Err, Is.Empty, "warnings");
        foreach (CSample sample in CSample.In(Path.Combine(_mk.Folder, "samples")))
        {
            Assert.That(_mk.Out, Does.Match($"(?m)^{sample.Name} +made +made$"));
            foreach (string machine in CSample.Machines)
            {
                ElfObject made = Read(sample.Prebuilt(machine)), kept = Read((sample with { Folder = CSample.OwnFolder }).Prebuilt(machine));
                Assert.That(new ModuleInfo([made]).Entries, Is.EqualTo(new ModuleInfo([kept]).Entries), $"{machine}/{sample.Name}; {Again}");
                Assert.That(made.Machine, Is.EqualTo(kept.Machine));
            }
        }
    }

    [Test]
    public void Renewing_LeavesWhatIsCurrent_AndDeletesWhatHasNoSource()
    {
        HostTool.Require("gcc");
        CopySamples("hello", "list");
        Assert.That(_mk.Run("cc", "--samples", "samples"), Is.Zero, _mk.Err);
        File.AppendAllText(Path.Combine(_mk.Folder, "samples", "hello.c"), "/* changed */\n");
        File.Copy(Path.Combine(_mk.Folder, "samples/prebuilt/i386-32/list.ko"), Path.Combine(_mk.Folder, "samples/prebuilt/i386-32/gone.ko"));
        Assert.That(_mk.Run("cc", "--samples", "samples"), Is.Zero, _mk.Err);
        Assert.That(_mk.OutLines.Skip(1), Is.EqualTo(new[] { "hello   made     made", "list    current  current" }));
        Assert.That(_mk.Err, Is.EqualTo("mk: cc: samples/prebuilt/i386-32/gone.ko: deleted; its source is gone\n"));
        Assert.That(Path.Combine(_mk.Folder, "samples/prebuilt/i386-32/gone.ko"), Does.Not.Exist);
    }

    [TestCaseSource(nameof(Names))]
    public void TheHash_CoversEveryHeaderTheCompilerReads(string name)
    {
        string include = CCompilation.Include;
        var sample = new CSample(CSample.OwnFolder, name);
        string rule = HostTool.Run("gcc", [.. CBuild.Arguments(Profile("i386-32"), include), "-M", sample.Source]);
        string[] read = [.. rule.Split([' ', '\n', '\\'], StringSplitOptions.RemoveEmptyEntries).Skip(2).Select(file => Path.GetRelativePath(include, file).Replace('\\', '/'))];
        Assert.That(read, Is.SubsetOf(new CSources([sample.Source], include).Names));
    }

    [Test]
    public void TheHash_ChangesWithSourceHeadersAndFlags_AndNotWithThePlace()
    {
        foreach (string folder in new[] { "here", "there" })
        {
            Directory.CreateDirectory(Path.Combine(_mk.Folder, folder, "linux"));
            _mk.File($"{folder}/a.c", "#include <linux/a.h>\n  # include \"own.h\"\n#include <linux/missing.h>\nint x;\n").File($"{folder}/own.h", "#include \"a.c\"\n")
                .File($"{folder}/linux/a.h", "#if 0\n#include <linux/b.h>\n#endif\n").File($"{folder}/linux/b.h", "").File($"{folder}/linux/c.h", "");
        }
        string hash = Hash("here", "i386-32");
        Assert.That(Hash("there", "i386-32"), Is.EqualTo(hash).And.Length.EqualTo(64));
        Assert.That(Hash("here", "x86-64-2g"), Is.Not.EqualTo(hash));
        Assert.That(Hash("here", "i386-highmem"), Is.EqualTo(hash), "compiled alike");
        Assert.That(Hash("here", "i386-32", new KernelOptions { Api = KernelApi.Linux2624 }), Is.Not.EqualTo(hash));
        _mk.File("there/linux/c.h", "int nobody_includes_it;\n");
        Assert.That(Hash("there", "i386-32"), Is.EqualTo(hash));
        foreach (string file in new[] { "there/a.c", "there/own.h", "there/linux/a.h", "there/linux/b.h" })
        {
            string path = Path.Combine(_mk.Folder, file), text = File.ReadAllText(path);
            _mk.File(file, text + "\n");
            Assert.That(Hash("there", "i386-32"), Is.Not.EqualTo(hash), file);
            _mk.File(file, text.Replace("\n", "\r\n", StringComparison.Ordinal));
            Assert.That(Hash("there", "i386-32"), Is.EqualTo(hash), "line ends");
        }
    }

    [TestCase("i386-32", 0)]
    [TestCase("i386-highmem", 0)]
    [TestCase("x86-64-8g", 0)]
    public void WithoutACompiler_TheKeptObjectIsTaken(string machine, int exitCode)
    {
        Assert.That(Load("hello", machine, CSample.OwnFolder), Is.Empty);
        Assert.That(_mk.Run("insmod", "c/hello", "whom=C", "--profile", machine), Is.EqualTo(exitCode), _mk.Err);
        Assert.That(_mk.Out, Does.Contain("Hello, C!"));
        Assert.That(_mk.Err, Is.Empty);
    }

    [Test]
    public void WithoutACompiler_AnOldObjectIsTakenAndSaidToBeOld()
    {
        CopySamples("hello");
        foreach (string machine in CSample.Machines)
        {
            var sample = new CSample(Path.Combine(_mk.Folder, "samples"), "hello");
            Directory.CreateDirectory(Path.GetDirectoryName(sample.Prebuilt(machine))!);
            File.Copy((sample with { Folder = CSample.OwnFolder }).Prebuilt(machine), sample.Prebuilt(machine));
        }
        Assert.That(Load("hello", "x86-64-2g"), Is.Empty);
        File.AppendAllText(Path.Combine(_mk.Folder, "samples", "hello.c"), "int more;\n");
        Assert.That(Load("hello", "x86-64-2g"), Does.StartWith("mk: c/hello: the object that is kept of it was not made of this source for this kernel, and is loaded as it is: there is no gcc"));
    }

    [Test]
    public void WithoutACompilerAndAnObject_ThatIsSaid() => Assert.That(
        Assert.Throws<UsageException>(() => Load("hello", "alpha-8k", CSample.OwnFolder))!.Lines,
        Has.Count.EqualTo(1).And.One.StartsWith("mk: c/hello: no object of it is kept for alpha-8k (i386-32, x86-64-2g have one), and there is no gcc (for an x86 Linux) and no clang"));

    [Test]
    public void WithACompiler_ItIsCompiledForAnyMachine()
    {
        HostTool.Require("gcc");
        Assert.That(_mk.Run("insmod", "c/hello", "--profile", "alpha-8k"), Is.Zero, _mk.Err);
        Assert.That(_mk.Out, Does.Contain("Hello, world!"));
    }

    [Test]
    public void BootJson_NamesSamplesAndFiles()
    {
        File.Copy(new CSample(CSample.OwnFolder, "list").Prebuilt("i386-32"), Path.Combine(_mk.Folder, "my-list.ko"));
        _mk.File("boot.json", """{ "drivers": [ "scull", "c/pages", { "path": "c/hello", "parameters": { "whom": "boot" } }, "my-list.ko" ] }""");
        Assert.That(_mk.Run("boot"), Is.Zero, _mk.Out + _mk.Err);
        Assert.That(_mk.Out, Does.Contain("Hello, boot!").And.Contain("1986: Bach").And.Match("(?m)^my_list +ok").And.Match("(?m)^scull +ok"));
    }

    [TestCase("\"c/helo\"", "$.drivers[0]: \"c/helo\" is not a driver; did you mean \"c/hello\"?")]
    [TestCase("\"scull\", { \"path\": \"nobody.ko\" }", "$.drivers[1].path: \"nobody.ko\" is not a driver; allowed: ")]
    public void BootJson_IsToldWhereItNamesNothing(string drivers, string message)
    {
        _mk.File("boot.json", $"{{\n\"drivers\": [ {drivers} ] }}");
        Assert.That(_mk.Run("boot"), Is.EqualTo(ExitCode.Usage));
        Assert.That(_mk.ErrLines, Has.Length.EqualTo(1).And.One.StartsWith($"boot.json:2: {message}"));
    }

    private static HardwareProfile Profile(string name) => ShippedProfiles.Find(name)!;

    private static ElfObject Read(string file) => ElfObject.Read(file, File.ReadAllBytes(file));

    private string Hash(string folder, string machine, KernelOptions? kernel = null) =>
        new CSources([Path.Combine(_mk.Folder, folder, "a.c")], Path.Combine(_mk.Folder, folder)).Hash(Profile(machine), kernel ?? _kernel);

    private void CopySamples(params string[] names)
    {
        foreach (CSample sample in Samples.Where(sample => names.Length == 0 || names.Contains(sample.Name)))
        {
            string copy = Path.Combine(_mk.Folder, "samples", $"{sample.Name}.c");
            Directory.CreateDirectory(Path.GetDirectoryName(copy)!);
            File.Copy(sample.Source, copy);
        }
    }

    // Of a machine without a compiler: what it says.
    private string Load(string name, string machine, string? folder = null)
    {
        using var error = new StringWriter { NewLine = "\n" };
        using var session = new Session { In = TextReader.Null, Out = TextWriter.Null, Err = error, Folder = _mk.Folder };
        var sample = new CSample(folder ?? Path.Combine(_mk.Folder, "samples"), name);
        using DriverModule module = CSampleFile.Load(sample, Profile(machine), _kernel, session, () => null);
        Assert.That(module.Name, Is.EqualTo(name));
        return error.ToString();
    }
}
