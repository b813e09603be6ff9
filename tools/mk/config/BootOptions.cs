using MiniKernel.Cli.Trace;
using MiniKernel.Core;
using MiniKernel.Hal;

namespace MiniKernel.Cli.Config;

/// <summary>What a validated boot.json says, with the command line's --profile and --set applied.</summary>
internal sealed record BootOptions
{
    /// <summary>False when no boot.json was found.</summary>
    public bool IsConfigured { get; init; } = true;

    /// <summary>True when --profile chose the machine.</summary>
    public bool IsChosen { get; init; }

    /// <summary>The machine to build.</summary>
    public required HardwareProfile Profile { get; init; }

    /// <summary>Every profile known: the shipped ones, then the file's own.</summary>
    public required IReadOnlyList<HardwareProfile> Profiles { get; init; }

    /// <summary>The "kernel" section.</summary>
    public KernelOptions Kernel { get; init; } = new();

    /// <summary>The drivers to load, in this order.</summary>
    public IReadOnlyList<DriverRequest> Drivers { get; init; } = [];

    /// <summary>--set of what may be a parameter of a driver from outside: known once that is built.</summary>
    public IReadOnlyList<string> DriverSettings { get; init; } = [];

    /// <summary>What messages call the configuration file.</summary>
    public string File { get; init; } = "boot.json";

    /// <summary>The folder its paths start from.</summary>
    public string Folder { get; init; } = "";

    /// <summary>The "logging" section.</summary>
    public LoggingOptions Logging { get; init; } = new();

    /// <summary>What is to be traced; null for nothing.</summary>
    public TraceRequest? Trace { get; init; }
}

/// <summary>One driver to load.</summary>
/// <param name="Name">Its name in the catalogue.</param>
/// <param name="Parameters">Module parameters as insmod takes them.</param>
internal sealed record DriverRequest(string Name, IReadOnlyDictionary<string, string> Parameters)
{
    /// <summary>Not null: a driver from outside, which <see cref="Name"/> gives the path of.</summary>
    public OutsideDriver? Outside { get; init; }
}

/// <summary>A driver from outside as the configuration has it; what its parameters are is known once it is built.</summary>
/// <param name="Place">Where the configuration names it.</param>
/// <param name="Parameters">The parameters, not looked at yet.</param>
internal sealed record OutsideDriver(ConfigNode Place, IReadOnlyList<ConfigMember> Parameters);

/// <summary>Where the kernel log goes besides the ring buffer.</summary>
internal sealed record LoggingOptions
{
    /// <summary>Messages of this level and more serious ones are shown on the console.</summary>
    public LogLevel Console { get; init; } = LogLevel.Info;

    /// <summary>A file that receives every message, or null.</summary>
    public string? File { get; init; }
}
