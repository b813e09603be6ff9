using System.Globalization;
using System.Numerics;
using Microsoft.CodeAnalysis.Diagnostics;

namespace MiniKernel.Analyzer;

/// <summary>What a build may ask of kmalloc.</summary>
internal sealed class KmallocLimit
{
    private const string Prefix = "build_property.";    // as the compiler hands on a CompilerVisibleProperty

    private readonly string _machine;

    private KmallocLimit(ulong bytes, string machine) => (Bytes, _machine) = (bytes, machine);

    /// <summary>The largest class.</summary>
    public ulong Bytes { get; }

    /// <summary>The limit in words.</summary>
    /// <param name="product">What was asked for.</param>
    public string Reason(BigInteger product) => product > KmallocLimits.OfAny
        ? $"no machine has a class above {KmallocLimits.OfAny} bytes"
        : $"the largest class {_machine} is {Bytes} bytes";

    /// <summary>Reads a build's properties.</summary>
    /// <param name="options">The compilation's.</param>
    /// <param name="mistake">Which property makes no sense, its value, and what it may be; nothing when both do.</param>
    /// <returns>Null when one makes no sense.</returns>
    public static KmallocLimit? Of(AnalyzerConfigOptions options, out string mistake)
    {
        mistake = "";
        string profile = Property(options, KmallocLimits.ProfileProperty), largest = Property(options, KmallocLimits.LargestProperty);
        string machine = profile.Length == 0 ? "that every machine has" : $"of {profile}";
        if (largest.Length != 0)
        {
            if (ulong.TryParse(largest, NumberStyles.None, CultureInfo.InvariantCulture, out ulong bytes))
                return new KmallocLimit(Math.Min(bytes, KmallocLimits.OfAny), profile.Length == 0 ? "of the machine" : machine);
            mistake = $"{KmallocLimits.LargestProperty} is \"{largest}\"; it is a number of bytes";
        }
        else
        {
            if (profile.Length == 0)
                return new KmallocLimit(KmallocLimits.OfEvery, machine);
            if (KmallocLimits.OfProfiles.TryGetValue(profile, out ulong bytes))
                return new KmallocLimit(bytes, machine);
            mistake = $"{KmallocLimits.ProfileProperty} is \"{profile}\"; it is one of {string.Join(", ", KmallocLimits.OfProfiles.Keys)}, or {KmallocLimits.LargestProperty} tells the bytes";
        }
        return null;
    }

    private static string Property(AnalyzerConfigOptions options, string name) =>
        options.TryGetValue(Prefix + name, out string? value) ? value.Trim() : "";
}
