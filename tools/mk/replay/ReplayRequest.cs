namespace MiniKernel.Cli.Replay;

/// <summary>What the command line of <c>mk replay</c> asks for.</summary>
/// <param name="File">The trace; <c>-</c> is stdin.</param>
/// <param name="Format">auto, calls or ftrace.</param>
/// <param name="Summary">True for figures instead of addresses.</param>
/// <param name="Profiles">Machines to compare, separated by commas; null for the configuration's.</param>
/// <param name="ProcFiles">Files of /proc to print afterwards.</param>
internal sealed record ReplayRequest(string File, string Format, bool Summary, string? Profiles, IReadOnlyList<string> ProcFiles)
{
    /// <summary>What messages call the trace.</summary>
    public string Shown => File == "-" ? "stdin" : File;
}
