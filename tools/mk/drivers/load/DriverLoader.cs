using MiniKernel.Cli.Cc;
using MiniKernel.Cli.Config;
using MiniKernel.Cli.Terminal;
using MiniKernel.Core;
using MiniKernel.Drivers;
using MiniKernel.Hal;

namespace MiniKernel.Cli.Drivers;

/// <summary>From what insmod is given to a driver that can be loaded: a sample's name, a driver's folder, its .csproj, a built .dll, a C module.</summary>
internal static class DriverLoader
{
    /// <summary>Finds, builds and loads it; the compiler's warnings go to stderr.</summary>
    /// <param name="given">A sample's name goes before a folder's of that name, which is ./NAME.</param>
    /// <param name="folder">The folder relative paths start from.</param>
    /// <param name="session">Where warnings go, and the current folder that messages name paths from.</param>
    /// <param name="profile">The machine, which a C module must have been compiled for, and whose largest size class a C# one must keep to.</param>
    /// <param name="kernel">Its kernel, likewise: the API a C module was compiled for, and whether there are size classes.</param>
    /// <exception cref="UsageException">There is no such driver, or it has errors.</exception>
    public static DriverModule Load(string given, string folder, Session session, HardwareProfile profile, KernelOptions kernel)
    {
        if (SampleDrivers.Find(given) is { } sample)
            return DriverModule.Of(sample);
        if (CSample.Find(given) is { } ofC)
            return CSampleFile.Load(ofC, profile, kernel, session, CCompiler.FindAny);
        string path = Path.GetFullPath(given, folder);
        if (CModuleFile.IsOne(path))
            return CModuleFile.Load([path], ConfigFile.Show(path, session.Folder), profile, kernel.Api);
        DriverImage image = Find(given, path, KmallocBound.Of(profile, kernel), session);
        foreach (string warning in image.Warnings)
            session.Err.WriteLine(warning);
        return DriverModule.Load(image);
    }

    /// <summary>The same for what may be several object files, which are linked as one module.</summary>
    /// <inheritdoc cref="Load(string, string, Session, HardwareProfile, KernelOptions)"/>
    public static DriverModule Load(IReadOnlyList<string> given, string folder, Session session, HardwareProfile profile, KernelOptions kernel)
    {
        if (given.Count == 1)
            return Load(given[0], folder, session, profile, kernel);
        string[] paths = [.. given.Select(file => Path.GetFullPath(file, folder))];
        string[] missing = [.. paths.Where(path => !CModuleFile.IsOne(path)).Select(path => $"mk: {ConfigFile.Show(path, session.Folder)}: is not an object file; of several files each is one")];
        return missing.Length == 0
            ? CModuleFile.Load(paths, string.Join(' ', paths.Select(path => ConfigFile.Show(path, session.Folder))), profile, kernel.Api)
            : throw new UsageException(missing);
    }

    /// <summary>Tells the files of an insmod from the parameters behind them.</summary>
    /// <param name="words">All its words.</param>
    public static (IReadOnlyList<string> Given, IReadOnlyList<string> Parameters) Split(IReadOnlyList<string> words)
    {
        int files = 1 + words.Skip(1).TakeWhile(word => CModuleFile.IsName(word) && !word.Contains('=', StringComparison.Ordinal)).Count();
        return ([.. words.Take(files)], [.. words.Skip(files)]);
    }

    private static DriverImage Find(string given, string path, KmallocBound bound, Session session)
    {
        if (given.Length != 0 && Directory.Exists(path))
            return Build(path, null, bound, session);
        return Path.GetExtension(path).ToLowerInvariant() switch
        {
            ".csproj" when File.Exists(path) => Build(Path.GetDirectoryName(path)!, path, bound, session),
            ".dll" when File.Exists(path) => Read(path, session),
            ".c" when File.Exists(path) => throw new UsageException($"mk: {ConfigNode.Quote(given)} is C source; mk cc {given} makes a .ko of it"),
            ".csproj" or ".dll" or ".ko" or ".o" or ".c" => throw new UsageException($"mk: {ConfigNode.Quote(given)}: no such file"),
            _ => throw new UsageException($"mk: {ConfigNode.Quote(given)} is not {Expected(given)}"),
        };
    }

    /// <summary>True for what <see cref="Load(string, string, Session, HardwareProfile, KernelOptions)"/> would look into.</summary>
    public static bool IsThere(string given, string folder)
    {
        string path = Path.GetFullPath(given, folder);
        return SampleDrivers.Find(given) is not null || CSample.Find(given) is not null || CModuleFile.IsOne(path) || (given.Length != 0 && Directory.Exists(path))
            || (File.Exists(path) && Path.GetExtension(path).ToLowerInvariant() is ".csproj" or ".dll");
    }

    /// <summary>What a name that is no driver's should have been.</summary>
    public static string Expected(string given) =>
        $"a driver; {NearestName.Advice(given, Samples(given))}, or a driver's folder, .csproj or .dll, or a C module's .ko";

    private static IReadOnlyList<string> Samples(string given) => given.StartsWith(CSample.Prefix, StringComparison.Ordinal)
        ? [.. CSample.In(CSample.OwnFolder).Select(sample => CSample.Prefix + sample.Name)]
        : [.. SampleDrivers.All.Select(driver => driver.Name)];

    private static DriverImage Build(string folder, string? project, KmallocBound bound, Session session) =>
        new DriverBuild(session.Folder, bound).Build(DriverFolder.Read(Path.TrimEndingDirectorySeparator(folder), project, session.Folder));

    private static DriverImage Read(string path, Session session)
    {
        string shown = ConfigFile.Show(path, session.Folder), symbols = Path.ChangeExtension(path, ".pdb");
        return new DriverImage(shown, ConfigFile.ReadAll(path, shown), File.Exists(symbols) ? ConfigFile.ReadAll(symbols, symbols) : null, []);
    }
}
