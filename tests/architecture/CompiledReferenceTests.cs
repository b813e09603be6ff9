using System.Text;
using NUnit.Framework;

namespace MiniKernel.Architecture.Tests;

/// <summary>What was compiled, against the house's table: references that a project file does not show are seen here.</summary>
[TestFixture, Parallelizable(ParallelScope.All)]
public sealed class CompiledReferenceTests
{
    private static readonly string _runtime = Path.GetDirectoryName(typeof(object).Assembly.Location)!;

    // The empty host that boots are compared with is a program that nothing references.
    private static IEnumerable<Floor> Floors => House.Product.Where(floor => File.Exists(CompiledAssembly.PathOf(floor.Assembly)));

    [Test]
    public void EveryFloorButTheEmptyHost_IsLookedAt() =>
        Assert.That(House.Product.Except(Floors).Select(floor => floor.Assembly), Is.SubsetOf(new[] { "emptyhost" }));

    [TestCaseSource(nameof(Floors))]
    public void Assembly_ReferencesOnlyWhatItsFloorMayUse(Floor floor) => Assert.That(ForbiddenReferences(floor.Assembly, floor), Is.Empty);

    [Test]
    public void Rule_FindsWhatAFloorMayNotUse()
    {
        Floor bare = new("nowhere", "Bare", [], [], Unsafe: false);
        Assert.That(ForbiddenReferences("MiniKernel.Hal.X86", bare), Does.Contain("Iced"));
        Assert.That(ForbiddenReferences("mk", bare), Is.SupersetOf(new[] { "MiniKernel.Core", "Serilog", "System.CommandLine" }));
    }

    [TestCaseSource(nameof(Floors))]
    public void Assembly_NamesNoPlaceOnTheMachineThatBuiltIt(Floor floor)
    {
        using CompiledAssembly assembly = new(floor.Assembly);
        byte[] file = File.ReadAllBytes(assembly.Path);
        foreach (Encoding encoding in new[] { Encoding.UTF8, Encoding.Unicode })
            Assert.That(file.AsSpan().IndexOf(encoding.GetBytes(RepositoryFiles.Root)), Is.Negative, encoding.WebName);
    }

    private static string[] ForbiddenReferences(string name, Floor floor)
    {
        using CompiledAssembly assembly = new(name);
        return [.. assembly.References.Where(used => !IsFramework(used) && !floor.MayUse.Contains(used) && !PackageNames.Allow(floor, used))];
    }

    private static bool IsFramework(string name) => File.Exists(Path.Combine(_runtime, $"{name}.dll"));
}
