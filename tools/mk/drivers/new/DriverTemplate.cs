using System.Security;
using System.Text.Json;

namespace MiniKernel.Cli.Drivers;

/// <summary>What a new driver begins as.</summary>
/// <param name="Name">As --template takes it.</param>
/// <param name="Description">What it shows.</param>
/// <param name="Parameter">A parameter to try.</param>
internal sealed record DriverTemplate(string Name, string Description, string Parameter)
{
    /// <summary>All of them, the default first.</summary>
    public static IReadOnlyList<DriverTemplate> All { get; } =
    [
        new("chardev", "a character device that keeps what is written to it in a kmem_cache", "most=3"),
        new("hello", "the smallest driver: takes a buffer and gives it back", "bytes=1000"),
    ];

    /// <summary>The files of a driver's folder, by name.</summary>
    /// <param name="name">The driver's names.</param>
    /// <param name="mk">The folder mk lies in, with the kernel's assemblies and the schema of boot.json.</param>
    public IEnumerable<(string File, string Text, string What)> Files(DriverName name, string mk)
    {
        string place = Path.TrimEndingDirectorySeparator(mk).Replace('\\', '/'), project = $"{name.Folder}.csproj";
        yield return ($"{name.Class}.cs", Source($"{Name}.cs.txt", name), Description);
        yield return (project, Source("project.txt", name).Replace("$MK$", SecurityElement.Escape(place), StringComparison.Ordinal), "for your editor: with it the kernel's calls are completed");
        yield return ("boot.json", Source("boot.txt", name).Replace("$SCHEMA$", JsonEncodedText.Encode($"{place}/boot.schema.json").Value, StringComparison.Ordinal), "the machine; mk boot loads the driver into it");
        yield return ("README.md", Source("readme.txt", name).Replace("$PROJECT$", project, StringComparison.Ordinal).Replace("$PARAMETER$", Parameter, StringComparison.Ordinal), "what to try");
    }

    private static string Source(string file, DriverName name)
    {
        using var reader = new StreamReader(typeof(DriverTemplate).Assembly.GetManifestResourceStream(file)!);
        return reader.ReadToEnd().Replace("$CLASS$", name.Class, StringComparison.Ordinal).Replace("$MODULE$", name.Module, StringComparison.Ordinal);
    }
}
