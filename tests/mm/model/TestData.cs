namespace MiniKernel.Mm.Tests.Model;

/// <summary>Finds tests/mm/data from wherever the tests were built to.</summary>
internal static class TestData
{
    public static string Folder => Path.Combine(Repository, "tests", "mm", "data");

    /// <summary>The folder of MiniKernel.sln.</summary>
    public static string Repository
    {
        get
        {
            DirectoryInfo? folder = new(AppContext.BaseDirectory);
            while (folder is not null && !File.Exists(Path.Combine(folder.FullName, "MiniKernel.sln")))
                folder = folder.Parent;
            return folder?.FullName ?? throw new DirectoryNotFoundException("no MiniKernel.sln above the tests");
        }
    }
}
