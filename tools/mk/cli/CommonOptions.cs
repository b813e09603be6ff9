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
        Description = "Changes a key of the machine's profile (ram=64M), of the kernel (kernel.watch=bare), or a parameter of a driver that is loaded (isa_sound.gfp_dma=0).",
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
    /// <param name="result">The command line.</param>
    /// <param name="session">Knows the current folder.</param>
    /// <param name="named">A machine that stands in place of --profile.</param>
    /// <exception cref="UsageException">It has mistakes.</exception>
    public BootOptions Load(ParseResult result, Session session, string? named = null)
    {
        string? profile = named ?? result.GetValue(_profile);
        string[] settings = result.GetValue(_set) ?? [];
        BootOptions options;
        try
        {
            options = BootConfiguration.Load(result.GetValue(_config), session);
        }
        catch (UsageException mistakes)
        {
            throw new UsageException([.. mistakes.Lines, .. ProfileChoice.MistakesIn(settings)]);
        }
        return profile is null && settings.Length == 0 ? options : ProfileChoice.Apply(options, profile, settings);
    }
}
