using System.CommandLine;
using MiniKernel.Cli.Config;
using MiniKernel.Cli.Terminal;

namespace MiniKernel.Cli.CommandLine;

/// <summary>--config, --profile and --set, which every verb takes.</summary>
internal sealed class CommonOptions
{
    private readonly Option<string?> _config = new("--config")
    {
        Description = "The configuration (default: boot.json of the current folder or the nearest above it).",
        HelpName = "FILE",
        Recursive = true,
    };

    private readonly Option<string?> _profile = new("--profile")
    {
        Description = "The machine, instead of the configuration's.",
        HelpName = "NAME",
        Recursive = true,
    };

    private readonly Option<string[]> _set = new("--set")
    {
        Description = "Changes one key of the machine's profile, as in --set ram=64M.",
        HelpName = "KEY=VALUE",
        Recursive = true,
    };

    /// <summary>Gives the options to a command and those below it.</summary>
    public void AddTo(Command command)
    {
        command.Options.Add(_config);
        command.Options.Add(_profile);
        command.Options.Add(_set);
    }

    /// <summary>Reads the configuration the command line points to.</summary>
    /// <exception cref="UsageException">It has mistakes.</exception>
    public BootOptions Load(ParseResult result, Session session)
    {
        BootOptions options = LoadFile(result.GetValue(_config), session);
        string? profile = result.GetValue(_profile);
        string[] settings = result.GetValue(_set) ?? [];
        return profile is null && settings.Length == 0 ? options : ProfileChoice.Apply(options, profile, settings);
    }

    private static BootOptions LoadFile(string? given, Session session)
    {
        if (given is { Length: 0 })
            throw new UsageException("mk: --config: the name of a file is expected");
        string? path = given is null ? ConfigFile.Find(session.Folder) : Path.GetFullPath(given, session.Folder);
        if (path is null)
            return BootFileReader.Defaults;
        string shown = given ?? ConfigFile.Show(path, session.Folder);
        var mistakes = new Mistakes(shown);
        BootOptions? options = BootFileReader.Read(ConfigFile.ReadAll(path, shown), mistakes);
        if (options is null)
            throw new UsageException(mistakes.Lines());
        return options.Logging.File is { } log
            ? options with { Logging = options.Logging with { File = Path.GetFullPath(log, Path.GetDirectoryName(path) ?? session.Folder) } }
            : options;
    }
}
