using MiniKernel.Core;

namespace MiniKernel.Cli.Boot;

/// <summary>How a driver fared at boot.</summary>
/// <param name="Name">Its name.</param>
/// <param name="State">"ok", or what failed.</param>
/// <param name="Error">Why; <see cref="Errno.Success"/> when nothing did.</param>
/// <param name="Summary">What it says of its work.</param>
internal sealed record DriverOutcome(string Name, string State, Errno Error, string Summary)
{
    /// <summary>True when it loaded and its work went well.</summary>
    public bool IsGood => Error == Errno.Success;
}
