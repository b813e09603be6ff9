using MiniKernel.Core;
using MiniKernel.Hal;

namespace MiniKernel.Cli.Cc;

/// <summary>A C sample: one source of drivers/c, and the objects of it that are kept for machines without a compiler.</summary>
/// <param name="Folder">The folder of samples.</param>
/// <param name="Name">Its path in there without .c: hello, broken/leak.</param>
internal sealed record CSample(string Folder, string Name)
{
    /// <summary>What its name begins with where drivers are named: the C# samples have names too.</summary>
    public const string Prefix = "c/";

    /// <summary>The machines objects are kept for: the first PC of each word size.</summary>
    public static IReadOnlyList<string> Machines { get; } = ["i386-32", "x86-64-2g"];

    /// <summary>The folder that comes with this program.</summary>
    public static string OwnFolder => Path.Combine(AppContext.BaseDirectory, "samples");

    /// <summary>The source.</summary>
    public string Source => Path.Combine(Folder, $"{Name}.c");

    /// <summary>Every sample of a folder, by name.</summary>
    public static IEnumerable<CSample> In(string folder) =>
        from file in Directory.Exists(folder) ? Directory.EnumerateFiles(folder, "*.c", SearchOption.AllDirectories) : []
        let name = Path.ChangeExtension(Path.GetRelativePath(folder, file), null).Replace('\\', '/')
        orderby name
        select new CSample(folder, name);

    /// <summary>The sample of that name, as insmod takes it: c/hello. Null when there is none.</summary>
    public static CSample? Find(string given) =>
        given.StartsWith(Prefix, StringComparison.Ordinal) ? In(OwnFolder).FirstOrDefault(sample => sample.Name == given[Prefix.Length..]) : null;

    /// <summary>The kept object for a machine of <see cref="Machines"/>; it may not be there.</summary>
    public string Prebuilt(string machine) => Path.Combine(PrebuiltFolder(Folder, machine), $"{Name}.ko");

    /// <summary>Where the objects for a machine are.</summary>
    public static string PrebuiltFolder(string folder, string machine) => Path.Combine(folder, "prebuilt", machine);

    /// <summary>What an object of it made now would be marked with.</summary>
    /// <exception cref="UsageException">The source cannot be read.</exception>
    public string Hash(HardwareProfile profile, KernelOptions kernel) => CCompilation.Hash([Source], profile, kernel);

    /// <summary>What a kept object says of itself.</summary>
    /// <returns>Null when there is none, or it is no object file.</returns>
    public static ModuleInfo? InfoOf(string file)
    {
        try
        {
            return File.Exists(file) ? new ModuleInfo([ElfObject.Read(file, File.ReadAllBytes(file))]) : null;
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException or ElfFormatException)
        {
            return null;
        }
    }
}
