using NUnit.Framework;

namespace MiniKernel.Architecture.Tests;

/// <summary>The project's own files, as they lie in the work tree this test was built from.</summary>
internal static class RepositoryFiles
{
    private static readonly string[] _notOurs = ["bin", "obj", ".git", ".vs", ".vscode", ".idea", "TestResults", "BenchmarkDotNet.Artifacts"];

    /// <summary>The folder that holds MiniKernel.sln.</summary>
    public static string Root { get; } = FindRoot();

    /// <summary>Every file, relative to the root, with forward slashes; what a build makes is left out.</summary>
    public static IReadOnlyList<string> All { get; } = [.. Under(Root).Select(Relative).Order(StringComparer.Ordinal)];

    /// <summary>Every project file.</summary>
    public static IReadOnlyList<string> Projects { get; } = [.. All.Where(file => file.EndsWith(".csproj", StringComparison.Ordinal))];

    /// <summary>The full path of a file of <see cref="All"/>.</summary>
    public static string FullPath(string file) => Path.Combine(Root, file);

    /// <summary>A file's folder, relative to the root.</summary>
    public static string FolderOf(string file) => file[..Math.Max(file.LastIndexOf('/'), 0)];

    private static string Relative(string path) => Path.GetRelativePath(Root, path).Replace('\\', '/');

    private static IEnumerable<string> Under(string folder)
    {
        foreach (string file in Directory.EnumerateFiles(folder))
            yield return file;
        foreach (string inner in Directory.EnumerateDirectories(folder).Where(inner => !_notOurs.Contains(Path.GetFileName(inner))))
        {
            foreach (string file in Under(inner))
                yield return file;
        }
    }

    private static string FindRoot()
    {
        string? folder = TestContext.CurrentContext.TestDirectory;
        while (folder is not null && !File.Exists(Path.Combine(folder, "MiniKernel.sln")))
            folder = Path.GetDirectoryName(folder);
        return folder ?? throw new InvalidOperationException("the tests do not run inside the project's tree");
    }
}
