using System.Text.RegularExpressions;
using NUnit.Framework;

namespace MiniKernel.Architecture.Tests;

/// <summary>What holds for each file of the project.</summary>
[TestFixture, Parallelizable(ParallelScope.All)]
public sealed partial class SourceFileTests
{
    private const int LongestFile = 400;          // lines; a file tells one story
    private static readonly string[] _binary = [".png", ".jpg", ".gif", ".ico", ".bin", ".o", ".ko", ".snk"];

    private static IEnumerable<string> Texts => RepositoryFiles.All.Where(file => !_binary.Contains(Path.GetExtension(file)));

    private static IEnumerable<string> Product => Texts.Where(file => file.EndsWith(".cs", StringComparison.Ordinal) && !file.StartsWith("tests/", StringComparison.Ordinal));

    // Records of data, enums and delegates may stand beside the type they belong to, and the kinds of a thing beside the thing.
    [Test]
    public void SourceFile_HasOnePublicTypeWithBehaviour() =>
        Assert.That(Product.Where(file => PublicTypes(file) is { Length: > 1 } types && !IsFamily(types)), Is.Empty);

    [Test]
    public void SourceFile_IsNamedForATypeInIt()
    {
        IEnumerable<string> misnamed =
            from file in Product
            let types = PublicTypes(file)
            where types.Length > 0 && !IsFamily(types)
            where AnyType().Matches(Read(file)).All(type => type.Groups["name"].Value != Path.GetFileName(file).Split('.')[0])
            select file;
        Assert.That(misnamed, Is.Empty);
    }

    [Test]
    public void SourceFile_HasItsProjectsNamespace()
    {
        Dictionary<string, string> namespaces = RepositoryFiles.Projects.ToDictionary(
            RepositoryFiles.FolderOf, file => new ProjectFile(file).Property("RootNamespace").First());
        IEnumerable<string> strays =
            from file in Texts.Where(file => file.EndsWith(".cs", StringComparison.Ordinal))
            from match in Namespace().Matches(Read(file))
            let folder = namespaces.Keys.Single(folder => file.StartsWith($"{folder}/", StringComparison.Ordinal))
            where !IsWithin(match.Groups["name"].Value, namespaces[folder], folder)
            select $"{file}: {match.Groups["name"].Value}";
        Assert.That(strays, Is.Empty);
    }

    [Test]
    public void SourceFile_TellsOneStory() =>
        Assert.That(Product.Where(file => File.ReadLines(RepositoryFiles.FullPath(file)).Count() > LongestFile), Is.Empty);

    [Test]
    public void File_NamesNoPlaceOnSomebodysMachine()
    {
        IEnumerable<string> places =
            from file in Texts
            from match in MachinePath().Matches(Read(file))
            select $"{file}: {match.Value}";
        Assert.That(places, Is.Empty);
    }

    [Test]
    public void SourceFile_LeavesNothingToBeDone() =>
        Assert.That(Product.Where(file => Unfinished().IsMatch(Read(file))), Is.Empty);

    // Written with | for a slash and % for a colon, so that this file names no place either.
    [TestCase("|home|someone|project", true)]
    [TestCase("\"|Users|someone\"", true)]
    [TestCase("(|root|main)", true)]
    [TestCase(@"C%\Users\someone", true)]
    [TestCase("|proc|slabinfo", false)]
    [TestCase("tests|work|data", false)]
    [TestCase("https%||example.org|home|page", false)]
    public void Rule_TellsAMachinesPathFromOthers(string text, bool expected) =>
        Assert.That(MachinePath().IsMatch(text.Replace('|', '/').Replace('%', ':')), Is.EqualTo(expected));

    // Folders arrange files, not names; only the tools and the tests, which nobody builds on, may go further.
    private static bool IsWithin(string name, string project, string folder) =>
        name == project
        || (name.StartsWith($"{project}.", StringComparison.Ordinal) && (folder.StartsWith("tools/", StringComparison.Ordinal) || folder.StartsWith("tests/", StringComparison.Ordinal)));

    private static (string Name, string Bases)[] PublicTypes(string file) =>
        [.. PublicType().Matches(Read(file)).Select(match => (match.Groups["name"].Value, match.Groups["bases"].Value)).Distinct()];

    // One type, and others that derive from it or implement it.
    private static bool IsFamily((string Name, string Bases)[] types) =>
        types.Length > 1 && types.Count(type => !types.Any(other => Regex.IsMatch(type.Bases, $@"\b{other.Name}\b"))) == 1;

    private static string Read(string file) => File.ReadAllText(RepositoryFiles.FullPath(file));

    [GeneratedRegex(@"^public (?!delegate|enum|(?:[a-z]+ )*record)(?:[a-z]+ )*(?:class|struct|interface) (?<name>\w+)(?:<\w+>)?(?:\([^)]*\))?(?: : (?<bases>.*))?", RegexOptions.Multiline)]
    private static partial Regex PublicType();

    [GeneratedRegex(@"^(?:public|internal|file) (?:[a-z]+ )*(?:class|struct|interface|enum|record|delegate [\w<>?]+) (?<name>\w+)", RegexOptions.Multiline)]
    private static partial Regex AnyType();

    [GeneratedRegex(@"^namespace (?<name>[\w.]+)", RegexOptions.Multiline)]
    private static partial Regex Namespace();

    [GeneratedRegex(@"(?<![\w.\-/\\])/(?:home|Users|root|work|workspace|mnt)/\w+|\b[A-Z]:\\{1,2}\w+")]
    private static partial Regex MachinePath();

    [GeneratedRegex(@"\bTODO\b|\bFIXME\b|\bHACK\b|NotImplementedException")]
    private static partial Regex Unfinished();
}
