using System.Text.Json;
using System.Xml.Linq;
using MiniKernel.Analyzer;
using MiniKernel.Cli.Drivers;

namespace MiniKernel.Cli.Tests;

/// <summary>mk new driver: what it makes is a driver that works.</summary>
[TestFixture, Parallelizable(ParallelScope.All), FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
public sealed class NewDriverTests : IDisposable
{
    private readonly MkRun _mk = new();

    private static IEnumerable<string> Templates => DriverTemplate.All.Select(template => template.Name);

    public void Dispose() => _mk.Dispose();

    [TestCaseSource(nameof(Templates))]
    public void ANewDriver_IsBuiltWithoutWarningsLoadedBootedAndSurvivesTorture(string template)
    {
        Assert.That(_mk.Run("new", "driver", "Note-Keeper", "--template", template), Is.Zero, _mk.Err);
        Assert.That(_mk.OutLines[^2..], Is.EqualTo(new[] { "  cd Note-Keeper", "  mk insmod ." }));
        Assert.That(_mk.Run("insmod", "Note-Keeper", DriverTemplate.All.Single(known => known.Name == template).Parameter), Is.Zero, _mk.Out + _mk.Err);
        Assert.That(_mk.OutLines[0], Does.StartWith("[    0.000000] note_keeper: "));
        Assert.That(_mk.Out, Does.Match("(?m)^note_keeper +ok "));
        Assert.That(_mk.Err, Is.Empty);
        Assert.That(_mk.Run("boot", "--config", "Note-Keeper/boot.json"), Is.Zero, _mk.Out + _mk.Err);
        Assert.That(_mk.Out, Does.Match("(?m)^note_keeper +ok "));
        Assert.That(_mk.Run("torture", "./Note-Keeper", "--profiles", "i386-32,ppc64-64k"), Is.Zero, _mk.Out + _mk.Err);
    }

    [Test]
    public void ItsFiles_PointToTheKernelsAssembliesAndTheSchema()
    {
        _mk.Run("new", "driver", "probe");
        var project = XDocument.Load(Path.Combine(_mk.Folder, "probe", "probe.csproj"));
        string mk = project.Descendants("MiniKernel").Single().Value;
        foreach (XElement reference in project.Descendants("Reference"))
            Assert.That(reference.Attribute("HintPath")!.Value.Replace("$(MiniKernel)", mk, StringComparison.Ordinal), Does.Exist);
        Assert.That(project.Descendants("Analyzer").Single().Attribute("Include")!.Value.Replace("$(MiniKernel)", mk, StringComparison.Ordinal), Does.Exist);
        Assert.That(project.Descendants("CompilerVisibleProperty").Select(property => property.Attribute("Include")!.Value),
            Is.EquivalentTo(new[] { KmallocLimits.ProfileProperty, KmallocLimits.LargestProperty }));
        using var boot = JsonDocument.Parse(
            File.ReadAllText(Path.Combine(_mk.Folder, "probe", "boot.json")), new JsonDocumentOptions { CommentHandling = JsonCommentHandling.Skip, AllowTrailingCommas = true });
        Assert.That(boot.RootElement.GetProperty("$schema").GetString(), Does.Exist);
        foreach (string file in Directory.GetFiles(Path.Combine(_mk.Folder, "probe")))
            Assert.That(File.ReadAllText(file), Does.Not.Match(@"\$[A-Z]+\$"), file);
    }

    [TestCase("notes", "Notes", "notes")]
    [TestCase("my_notes", "MyNotes", "my_notes")]
    [TestCase("my-notes", "MyNotes", "my_notes")]
    [TestCase("MyNotes2", "MyNotes2", "my_notes2")]
    [TestCase("ISACard", "IsaCard", "isa_card")]
    [TestCase("x86_drv", "X86Drv", "x86_drv")]
    [TestCase("errno", "ErrnoDriver", "errno")]
    [TestCase("Console", "ConsoleDriver", "console")]
    [TestCase("list", "List", "list")]
    public void AName_IsOneOfACSharpClassAndOfAModule(string given, string type, string module)
    {
        var name = new DriverName(given);
        Assert.That((name.Folder, name.Class, name.Module), Is.EqualTo((given, type, module)));
    }

    [TestCase("9lives")]
    [TestCase("_")]
    [TestCase("")]
    [TestCase("a/b")]
    [TestCase("..")]
    [TestCase("größe")]
    [TestCase("two words")]
    [TestCase("line\n")]
    [TestCase("a1234567890123456789012345678901234567890")]
    public void ABadName_IsRefusedWithWhatIsAllowed(string given)
    {
        Assert.That(_mk.Run("new", "driver", given), Is.EqualTo(ExitCode.Usage));
        Assert.That(_mk.Err, Does.EndWith(" is no name for a driver; allowed: a letter, then letters, digits, _ and -; 40 characters at the most\n"));
        Assert.That(_mk.ErrLines, Has.Length.EqualTo(1));
        Assert.That(Directory.EnumerateFileSystemEntries(_mk.Folder), Is.Empty);
    }

    [Test]
    public void WhatExists_IsLeftAlone()
    {
        _mk.Run("new", "driver", "probe");
        File.WriteAllText(Path.Combine(_mk.Folder, "probe", "Probe.cs"), "mine");
        Assert.That(_mk.Run("new", "driver", "probe"), Is.EqualTo(ExitCode.Usage));
        Assert.That(_mk.Err, Is.EqualTo("mk: probe exists already; choose another name, or another folder to call mk in\n"));
        Assert.That(File.ReadAllText(Path.Combine(_mk.Folder, "probe", "Probe.cs")), Is.EqualTo("mine"));
    }

    [TestCase("probe --template chrdev", "mk: --template: \"chrdev\" is not a template; did you mean \"chardev\"? allowed: chardev, hello\n")]
    [TestCase("Scull", "mk: \"scull\" is a driver that comes with mk; choose another name\n")]
    public void WhatCannotBe_IsSaid(string arguments, string message)
    {
        Assert.That(_mk.Run(["new", "driver", .. arguments.Split(' ')]), Is.EqualTo(ExitCode.Usage));
        Assert.That(_mk.Err, Is.EqualTo(message));
    }
}
