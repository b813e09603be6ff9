using MiniKernel.Mm;

namespace MiniKernel.Core;

/// <summary>Which requests of drivers fail although there is memory. What is not said matches everything.</summary>
/// <remarks>The meaning of interval, probability and times is that of Linux's Documentation/fault-injection; nth is its fail-nth.</remarks>
public sealed record FaultRule
{
    /// <summary>What is asked for; null for anything.</summary>
    public AllocationKind? Kind { get; init; }

    /// <summary>The module whose code asks: a pattern with <c>*</c> and <c>?</c>.</summary>
    public string Module { get; init; } = "*";

    /// <summary>The cache asked, or created: a pattern. One that is given matches no request for pages.</summary>
    public string Cache { get; init; } = "*";

    /// <summary>Where the call stands: a pattern for <c>ScullDevice.cs:72</c>, for its file, or for its method.</summary>
    public string Site { get; init; } = "*";

    /// <summary>Fewest bytes asked for.</summary>
    public ulong MinSize { get; init; }

    /// <summary>Most bytes asked for.</summary>
    public ulong MaxSize { get; init; } = ulong.MaxValue;

    /// <summary>Flags that must all be there.</summary>
    public GfpFlags Gfp { get; init; }

    /// <summary>Only this one of the requests that match fails, counted from 1; 0 leaves it to what follows.</summary>
    public ulong Nth { get; init; }

    /// <summary>Every how manieth matching request may fail.</summary>
    public ulong Interval { get; init; } = 1;

    /// <summary>How likely it does, in percent.</summary>
    public int Probability { get; init; } = 100;

    /// <summary>How many fail at the most.</summary>
    public ulong Times { get; init; } = ulong.MaxValue;
}
