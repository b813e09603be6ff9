using System.Collections.Immutable;

namespace MiniKernel.Analyzer;

/// <summary>The most bytes kmalloc has a class for, machine by machine, and how a build says which machine it is for.</summary>
/// <remarks>A compiler cannot load the kernel, so this is a copy of what hal's profiles and mm's size table say; tests/analyzer compares.</remarks>
public static class KmallocLimits
{
    /// <summary>MSBuild property: the name of a shipped profile.</summary>
    public const string ProfileProperty = "MiniKernelProfile";

    /// <summary>MSBuild property: bytes, for a machine of somebody's own; goes before the profile's.</summary>
    public const string LargestProperty = "MiniKernelLargestKmalloc";

    /// <summary>Bytes of the largest class that exists on some machine.</summary>
    public const ulong OfAny = 32UL << 20;

    /// <summary>Bytes of the largest class that every machine has.</summary>
    public const ulong OfEvery = 128UL << 10;

    /// <summary>The shipped profiles, by name.</summary>
    public static ImmutableSortedDictionary<string, ulong> OfProfiles { get; } = ImmutableSortedDictionary.CreateRange(
        StringComparer.Ordinal,
        new Dictionary<string, ulong>
        {
            ["i386-32"] = OfEvery,
            ["i386-64"] = OfEvery,
            ["i386-128"] = OfEvery,
            ["i386-highmem"] = OfEvery,
            ["x86-64-2g"] = OfEvery,
            ["x86-64-8g"] = OfEvery,
            ["alpha-8k"] = OfEvery,
            ["ia64-16k"] = OfEvery,
            ["ppc64-64k"] = OfEvery,
            ["sparc64-8k"] = OfEvery,
            ["arm-32"] = OfEvery,
            ["m68k-nommu"] = 1UL << 20,
            ["m68k-nommu-large"] = OfAny,
            ["lab-4m"] = OfEvery,
        });
}
