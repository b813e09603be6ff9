using MiniKernel.Hal;

namespace MiniKernel.Tests.Support;

/// <summary>Machines for tests.</summary>
public static class TestMachine
{
    /// <summary>True when tests that say nothing of watching run in shadow mode: by hand, to look for false alarms.</summary>
    public static bool ShadowEverything => Environment.GetEnvironmentVariable("MINIKERNEL_SHADOW") == "1";

    /// <summary>The shipped profile of that name, changed if need be.</summary>
    public static HardwareProfile Profile(string name = "i386-32", Func<HardwareProfile, HardwareProfile>? change = null)
    {
        HardwareProfile profile = ShippedProfiles.Find(name) ?? throw new ArgumentException($"no profile is called {name}", nameof(name));
        return change is null ? profile : change(profile);
    }

    /// <summary>A machine of a shipped profile; the caller disposes it.</summary>
    public static Machine Create(string name = "i386-32", Func<HardwareProfile, HardwareProfile>? change = null, ICpuCores? cores = null) =>
        new(Profile(name, change)) { Cores = cores };

    /// <summary>The same machine with 512M of RAM at most: whoever takes all memory in shadow mode touches as much of the host's again.</summary>
    public static HardwareProfile AtMost512M(HardwareProfile profile) => profile with { Ram = Math.Min(profile.Ram, 512UL << 20) };

    /// <summary>Names of every shipped profile: a test-case source.</summary>
    public static IEnumerable<string> ProfileNames => ShippedProfiles.All.Select(profile => profile.Name);
}
