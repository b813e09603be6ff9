using System.CommandLine;
using MiniKernel.Cli.Config;
using MiniKernel.Cli.Trace;

namespace MiniKernel.Cli.CommandLine;

/// <summary>--trace and --trace-filter, which the verbs take that let drivers or calls run.</summary>
internal sealed class TraceOptions
{
    private readonly Option<string?> _file = new("--trace")
    {
        Description = "Writes every event of memory management as ftrace would (- is stdout).",
        HelpName = "FILE",
    };

    private readonly Option<string?> _filter = new("--trace-filter")
    {
        Description = "Which events: 'kmem:* && bytes_req > 100 && module == scull'.",
        HelpName = "FILTER",
    };

    /// <summary>Gives the options to a command.</summary>
    public void AddTo(Command command)
    {
        command.Options.Add(_file);
        command.Options.Add(_filter);
    }

    /// <summary>The configuration with what the command line says of tracing.</summary>
    /// <exception cref="UsageException">It makes no sense.</exception>
    public BootOptions Apply(ParseResult result, BootOptions options) =>
        options with { Trace = TraceRequest.Of(result.GetValue(_file), result.GetValue(_filter)) };
}
