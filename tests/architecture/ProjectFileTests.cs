using NUnit.Framework;

namespace MiniKernel.Architecture.Tests;

/// <summary>Project files against the house's table.</summary>
[TestFixture, Parallelizable(ParallelScope.All)]
public sealed class ProjectFileTests
{
    private static IEnumerable<string> Projects => RepositoryFiles.Projects;

    [Test]
    public void EveryProject_HasItsPlaceInTheHouse()
    {
        Dictionary<string, string> places = House.Product.Concat(House.Tests).ToDictionary(floor => $"{floor.Folder}/{floor.Project}.csproj", floor => floor.Project);
        Assert.That(RepositoryFiles.Projects, Is.SubsetOf(places.Keys));
    }

    [Test]
    public void EveryFloorOfTheProduct_IsThere() =>
        Assert.That(House.Product.Select(floor => $"{floor.Folder}/{floor.Project}.csproj"), Is.SubsetOf(RepositoryFiles.Projects));

    [TestCaseSource(nameof(Projects))]
    public void Project_ReferencesOnlyWhatItsFloorMayUse(string file)
    {
        (ProjectFile project, Floor floor) = Find(file);
        Assert.Multiple(() =>
        {
            Assert.That(project.ProjectReferences, Is.Unique.And.SubsetOf(floor.MayUse), "projects");
            Assert.That(project.Analyzers, Is.EqualTo(floor.Analyzers), "analyzers");
            Assert.That(project.PackageReferences.Where(package => !PackageNames.Allow(floor, package)), Is.Empty, "packages");
            Assert.That(project.AssemblyReferences, Is.Empty, "assemblies");
        });
    }

    [TestCaseSource(nameof(Projects))]
    public void Project_IsUnsafeOnlyWhereItsFloorIs(string file)
    {
        (ProjectFile project, Floor floor) = Find(file);
        if (!floor.Unsafe)
            Assert.That(project.Property("AllowUnsafeBlocks"), Has.None.EqualTo("true").IgnoreCase);
    }

    [TestCaseSource(nameof(Projects))]
    public void Project_LeavesTheCommonRulesAlone(string file)
    {
        (ProjectFile project, Floor floor) = Find(file);
        string[] common =
        [
            "TargetFrameworks", "Nullable", "TreatWarningsAsErrors", "NoWarn", "WarningsNotAsErrors",
            "DisableTransitiveProjectReferences", "ManagePackageVersionsCentrally", "AnalysisLevel", "PathMap",
        ];
        Assert.That(common.Where(name => project.Property(name).Any()), Is.Empty);
        Assert.That(project.Property("TargetFramework").SingleOrDefault(), Is.EqualTo(floor.Framework));
        Assert.That(project.AttributesOf("PackageReference").Distinct(), Is.SubsetOf(new[] { "Include", "PrivateAssets" }), "versions stand in Directory.Packages.props");
    }

    [Test]
    public void CommonRules_MakeTheCompilerEnforceTheHouse()
    {
        ProjectFile rules = new("Directory.Build.props");
        Assert.Multiple(() =>
        {
            Assert.That(rules.Property("DisableTransitiveProjectReferences"), Is.EqualTo(new[] { "true" }));
            Assert.That(rules.Property("TreatWarningsAsErrors"), Is.EqualTo(new[] { "true" }));
            Assert.That(rules.Property("Nullable"), Is.EqualTo(new[] { "enable" }));
            Assert.That(rules.Property("AllowUnsafeBlocks"), Is.Empty);
            Assert.That(rules.PackageReferences.Concat(rules.ProjectReferences), Is.Empty);
            Assert.That(new ProjectFile("Directory.Packages.props").Property("ManagePackageVersionsCentrally"), Is.EqualTo(new[] { "true" }));
        });
    }

    [Test]
    public void Folder_IsAProjectOrHoldsProjects_NeverBoth()
    {
        string[] folders = [.. RepositoryFiles.Projects.Select(RepositoryFiles.FolderOf)];
        Assert.That(folders, Is.Unique, "one project per folder");
        IEnumerable<string> both = folders.Where(outer => folders.Any(inner => inner.StartsWith($"{outer}/", StringComparison.Ordinal)));
        Assert.That(both, Is.Empty);
    }

    [Test]
    public void EveryProject_IsInTheSolution()
    {
        string solution = File.ReadAllText(RepositoryFiles.FullPath("MiniKernel.sln")).Replace('\\', '/');
        Assert.That(RepositoryFiles.Projects.Where(file => !solution.Contains($"\"{file}\"", StringComparison.Ordinal)), Is.Empty);
    }

    private static (ProjectFile Project, Floor Floor) Find(string file)
    {
        ProjectFile project = new(file);
        Floor? floor = House.Product.Concat(House.Tests).FirstOrDefault(floor => floor.Project == project.Name);
        Assert.That(floor, Is.Not.Null, $"{file} has no place in the house");
        return (project, floor!);
    }
}
