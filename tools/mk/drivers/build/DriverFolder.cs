using MiniKernel.Cli.Config;

namespace MiniKernel.Cli.Drivers;

/// <summary>One source of a driver.</summary>
/// <param name="Name">Its path in the driver's folder, with forward slashes.</param>
/// <param name="Path">Where it lies.</param>
/// <param name="Bytes">What it holds.</param>
internal sealed record DriverSource(string Name, string Path, byte[] Bytes);

/// <summary>A driver's folder: its sources and what its project file says.</summary>
internal sealed class DriverFolder
{
    private const int MostSources = 500, LargestSource = 4 << 20; // files, bytes: somebody's whole disk is no driver

    private DriverFolder(string path, string shown, IReadOnlyList<DriverSource> sources, ProjectFile project) =>
        (Path, Shown, Sources, Project) = (path, shown, sources, project);

    /// <summary>Where it lies.</summary>
    public string Path { get; }

    /// <summary>What messages call it.</summary>
    public string Shown { get; }

    /// <summary>Every .cs file in it and below, but for bin, obj and folders whose names begin with a dot; in the order of their names.</summary>
    public IReadOnlyList<DriverSource> Sources { get; }

    /// <summary>Its .csproj.</summary>
    public ProjectFile Project { get; }

    /// <summary>Name of the assembly.</summary>
    public string AssemblyName
    {
        get
        {
            string name = new([.. System.IO.Path.GetFileName(Path).Where(c => char.IsAsciiLetterOrDigit(c) || c is '_' or '-')]);
            return name.Length == 0 ? "driver" : name;
        }
    }

    /// <summary>Reads a folder.</summary>
    /// <param name="path">The folder.</param>
    /// <param name="project">The project file; null for the one in the folder, if there is one.</param>
    /// <param name="currentFolder">What messages name paths from.</param>
    /// <exception cref="UsageException">It is no driver's.</exception>
    public static DriverFolder Read(string path, string? project, string currentFolder)
    {
        string shown = ConfigFile.Show(path, currentFolder);
        try
        {
            string[] files = [.. SourcesBelow(path).Take(MostSources + 1)];
            if (files.Length == 0)
                throw new UsageException($"mk: {shown} holds no C# source; mk new driver NAME makes a driver's folder");
            if (files.Length > MostSources)
                throw new UsageException($"mk: {shown} holds more than {MostSources} C# sources; a driver's folder is expected");
            DriverSource[] sources =
            [
                .. from file in files
                   let name = System.IO.Path.GetRelativePath(path, file).Replace('\\', '/')
                   orderby name
                   select new DriverSource(name, file, ConfigFile.ReadAll(file, ConfigFile.Show(file, currentFolder), LargestSource)),
            ];
            return new DriverFolder(path, shown, sources, ReadProject(path, project, shown, currentFolder));
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw new UsageException($"mk: {shown}: cannot be read: {error.Message.ReplaceLineEndings(" ")}");
        }
    }

    private static ProjectFile ReadProject(string folder, string? project, string shown, string currentFolder)
    {
        string[] found = project is null ? Directory.GetFiles(folder, "*.csproj") : [project];
        return found.Length switch
        {
            0 => new ProjectFile(),
            1 => new ProjectFile(found[0], ConfigFile.Show(found[0], currentFolder)),
            _ => throw new UsageException($"mk: {shown} holds {found.Length} project files; name the one you mean: {string.Join(", ", found.Select(System.IO.Path.GetFileName).Order())}"),
        };
    }

    private static IEnumerable<string> SourcesBelow(string folder)
    {
        foreach (string file in Directory.EnumerateFiles(folder, "*.cs"))
            yield return file;
        foreach (DirectoryInfo inner in new DirectoryInfo(folder).EnumerateDirectories())
        {
            if (inner.Name is "bin" or "obj" || inner.Name.StartsWith('.') || inner.LinkTarget is not null)
                continue;
            foreach (string file in SourcesBelow(inner.FullName))
                yield return file;
        }
    }
}
