using MiniKernel.Cli.Terminal;

namespace MiniKernel.Cli.Config;

/// <summary>Finds and reads the configuration a command line means.</summary>
internal static class BootConfiguration
{
    /// <summary>Reads a configuration.</summary>
    /// <param name="given">The file, or null for boot.json of the current folder or the nearest above it; without any, the defaults.</param>
    /// <param name="session">Knows the current folder.</param>
    /// <exception cref="UsageException">The file has mistakes or cannot be read.</exception>
    public static BootOptions Load(string? given, Session session)
    {
        if (given is { Length: 0 })
            throw new UsageException("mk: --config: the name of a file is expected");
        string? path = given is null ? ConfigFile.Find(session.Folder) : Path.GetFullPath(given, session.Folder);
        if (path is null)
            return BootFileReader.Defaults with { IsConfigured = false };
        string shown = given ?? ConfigFile.Show(path, session.Folder);
        var mistakes = new Mistakes(shown);
        BootOptions? options = BootFileReader.Read(ConfigFile.ReadAll(path, shown), mistakes);
        if (options is null)
            throw new UsageException(mistakes.Lines());
        options = options with { File = shown, Folder = Path.GetDirectoryName(path) ?? session.Folder };
        if (options.Logging.File is not { } log)
            return options;
        string file = Path.GetFullPath(log, options.Folder);
        if (file == Path.GetFullPath(path))
            throw new UsageException($"{shown}: $.logging.file: {ConfigNode.Quote(log)} is this configuration itself; the log would overwrite it");
        return options with { Logging = options.Logging with { File = file } };
    }
}
