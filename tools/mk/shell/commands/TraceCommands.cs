using MiniKernel.Cli.Config;
using MiniKernel.Cli.Trace;
using MiniKernel.Core;

namespace MiniKernel.Cli.Shell;

/// <summary>trace on, trace off: every event of memory management, live or to a file of the host.</summary>
internal static class TraceCommands
{
    /// <summary>trace.</summary>
    public static ShellCommand Trace { get; } = new(
        "trace", "on [FILE] [FILTER] | off", "writes every event of memory management as ftrace would, live or to a file of the host", Read)
    {
        Details = "FILE - or none is the terminal. FILTER stands in quotation marks: trace on - 'kmem:* && bytes_req > 100 && module == shell'.",
    };

    private static CommandAction Read(CommandWords words)
    {
        string word = words.Word("on or off").Text;
        if (word == "off")
            return words.End(shell => shell.StopTrace());
        if (word != "on")
            throw new ShellSyntaxException($"{ConfigNode.Quote(word)}: expected on or off");
        string file = words.Left == 0 ? "-" : words.Word("FILE").Text;
        TraceFilter? filter = null;
        if (words.Left != 0 && !TraceFilter.TryParse(words.Word("FILTER").Text, out filter, out string mistake))
            throw new ShellSyntaxException($"FILTER: {mistake}");
        return words.End(shell => shell.StartTrace(new TraceRequest(file, filter)));
    }
}
