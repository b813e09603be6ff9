using MiniKernel.Hal;
using MiniKernel.Mm.Tests.Model;

namespace MiniKernel.Mm.Tests.Mutation;

/// <summary>A trace that mutants are tried on.</summary>
/// <param name="Profile">A shipped profile.</param>
/// <param name="Seed">Same seed, same trace; an odd one takes the fast paths where it can.</param>
/// <param name="WithTuning">Whether caches are retuned.</param>
internal sealed record MutantTrace(string Profile, int Seed, bool WithTuning = false);

/// <summary>Runs in the mutants' load context, where mm is the mutated copy.</summary>
internal static class MutantTraces
{
    private const int Length = 8000, SnapshotEvery = 250;

    /// <summary>Model against mm, as in <see cref="ModelComparisonTests"/>.</summary>
    /// <returns>What they do not agree on, or null.</returns>
    public static string? FirstDisagreement(string profileName, int seed, bool withTuning)
    {
        HardwareProfile profile = ShippedProfiles.Find(profileName)!;
        try
        {
            using var kernel = new KernelTarget(profile, fastPath: seed % 2 == 1, new MmOptions());
            return new TraceComparison(profile, new TraceGenerator(seed, profile, withTuning).Generate(Length), kernel, SnapshotEvery).FirstDisagreement();
        }
        catch (KernelTarget.BugException bug)
        {
            return $"{profileName}: the boot is a BUG: {bug.Message}";
        }
    }
}
