namespace MiniKernel.Core;

/// <summary>A file somebody polls, and what for: struct pollfd.</summary>
/// <param name="File">The file.</param>
/// <param name="Wanted">What is waited for; errors and hang-ups always are.</param>
[DriverSurface]
public record struct PollRequest(OpenFile File, PollEvents Wanted)
{
    /// <summary>What of it is so.</summary>
    public PollEvents Found { get; set; }
}
