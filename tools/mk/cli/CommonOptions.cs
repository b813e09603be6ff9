using System.CommandLine;
using MiniKernel.Cli.Config;
using MiniKernel.Cli.Terminal;
using MiniKernel.Cli.Words;
using MiniKernel.Core;

namespace MiniKernel.Cli.CommandLine;

/// <summary>--config, --profile, --set and --fault, which every verb takes.</summary>
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

    private readonly Option<string[]> _fault = new("--fault")
    {
        Description = "Makes requests of drivers fail: module=scull,nth=3 (keys: those of kernel.faults in boot.json).",
        HelpName = "KEY=VALUE,...",
        Recursive = true,
    };

    /// <summary>Gives the options to a command and those below it.</summary>
    public void AddTo(Command command)
    {
        command.Options.Add(_config);
        command.Options.Add(_profile);
        command.Options.Add(_set);
        command.Options.Add(_fault);
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
        options = profile is null && settings.Length == 0 ? options : ProfileChoice.Apply(options, profile, settings);
        return result.GetValue(_fault) is { Length: not 0 } faults ? WithFaults(options, faults) : options;
    }

    /// <summary>--config, --set and --fault as they were given, for a command line that repeats this one on a profile of its own.</summary>
    public string Repeat(ParseResult result)
    {
        var words = new List<string>();
        if (result.GetValue(_config) is { } config)
            words.AddRange(["--config", ShellQuote.Of(config)]);
        foreach (string setting in result.GetValue(_set) ?? [])
            words.AddRange(["--set", ShellQuote.Of(setting)]);
        foreach (string fault in result.GetValue(_fault) ?? [])
            words.AddRange(["--fault", ShellQuote.Of(fault)]);
        return string.Concat(words.Select(word => $" {word}"));
    }

    private static BootOptions WithFaults(BootOptions options, string[] faults)
    {
        var found = new Mistakes("--fault");
        FaultRule[] rules = [.. faults.Select(text => FaultsReader.ReadText(text, found))];
        return found.Count == 0
            ? options with { Kernel = options.Kernel with { Faults = [.. options.Kernel.Faults, .. rules] } }
            : throw new UsageException([.. found.Messages().Select(message => $"mk: --fault: {message}")]);
    }
}
