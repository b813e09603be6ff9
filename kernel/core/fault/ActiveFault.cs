using System.IO.Enumeration;
using MiniKernel.Mm;

namespace MiniKernel.Core;

/// <summary>A rule at work, with its counts.</summary>
/// <param name="rule">The rule.</param>
public sealed class ActiveFault(FaultRule rule)
{
    /// <summary>The rule.</summary>
    public FaultRule Rule => rule;

    /// <summary>Requests that matched.</summary>
    public ulong Matched { get; private set; }

    /// <summary>How many of them failed.</summary>
    public ulong Failed { get; private set; }

    /// <summary>Where each request that matched came from; null while nobody wants to know.</summary>
    public List<CallSite>? Trail { get; set; }

    /// <summary>Counts a request if it matches, and decides.</summary>
    internal bool ShouldFail(in AllocationRequest request, string module, CallSite site, ref SeededRandom random)
    {
        if (!Matches(request, module, site))
            return false;
        Matched++;
        Trail?.Add(site);
        if (!IsDue(ref random))
            return false;
        Failed++;
        return true;
    }

    private bool IsDue(ref SeededRandom random)
    {
        if (Failed >= rule.Times)
            return false;
        if (rule.Nth != 0)
            return Matched == rule.Nth;
        return Matched % rule.Interval == 0 && (rule.Probability >= 100 || random.Below(100) < (ulong)rule.Probability);
    }

    private bool Matches(in AllocationRequest request, string module, CallSite site) =>
        (rule.Kind is not { } kind || kind == request.Kind)
        && request.Size >= rule.MinSize && request.Size <= rule.MaxSize
        && (request.Flags & rule.Gfp) == rule.Gfp
        && IsLike(rule.Module, module)
        && (rule.Cache == "*" || (request.Kind != AllocationKind.Page && IsLike(rule.Cache, request.Cache)))
        && (rule.Site == "*" || IsAt(site));

    private bool IsAt(CallSite site)
    {
        string file = CallSite.Relative(site.File);
        return IsLike(rule.Site, site.Member) || IsLike($"*{rule.Site}", file) || IsLike($"*{rule.Site}", $"{file}:{site.Line}");
    }

    private static bool IsLike(string pattern, string text) => FileSystemName.MatchesSimpleExpression(pattern, text, ignoreCase: false);
}
