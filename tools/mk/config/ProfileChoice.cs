using MiniKernel.Hal;

namespace MiniKernel.Cli.Config;

/// <summary>Applies --profile and --set to what boot.json says.</summary>
internal static class ProfileChoice
{
    /// <summary>The options with another profile and with single keys changed.</summary>
    /// <exception cref="UsageException">An unknown profile, key or value, or no machine can be built so; all of it at once.</exception>
    public static BootOptions Apply(BootOptions options, string? profileName, IReadOnlyList<string> settings)
    {
        var mistakes = new List<string>();
        ProfileDoubts doubts = ProfileDoubts.None();
        if (profileName is not null)
            options = Choose(options, profileName, ref doubts, mistakes);
        return Set(options, settings, doubts, mistakes);
    }

    /// <summary>What can be said of settings for a configuration that has mistakes itself.</summary>
    public static IReadOnlyList<string> MistakesIn(IReadOnlyList<string> settings)
    {
        try
        {
            _ = Set(BootFileReader.Defaults, [.. settings.Where(setting => !Settings.IsOfDriver(setting))], ProfileDoubts.All(), []);
            return [];
        }
        catch (UsageException found)
        {
            return found.Lines;
        }
    }

    /// <summary>The profile of that name.</summary>
    public static HardwareProfile? Find(BootOptions options, string name, List<string> mistakes)
    {
        if (options.Profiles.FirstOrDefault(profile => profile.Name == name) is { } found)
            return found;
        string advice = NearestName.Advice(name, [.. options.Profiles.Select(profile => profile.Name)]);
        mistakes.Add($"mk: {ConfigNode.Quote(name)} is not a profile; {advice}");
        return null;
    }

    private static BootOptions Choose(BootOptions options, string name, ref ProfileDoubts doubts, List<string> mistakes)
    {
        if (Find(options, name, mistakes) is { } profile)
            return options with { Profile = profile, IsChosen = true };
        doubts = ProfileDoubts.All();
        return options;
    }

    private static BootOptions Set(BootOptions options, IReadOnlyList<string> settings, ProfileDoubts doubts, List<string> mistakes)
    {
        var all = new Settings(options, doubts, mistakes);
        foreach (string setting in settings)
            all.Apply(setting);
        HardwareProfile profile = all.Options.Profile;
        mistakes.AddRange(doubts.Certain(profile).Select(error => $"mk: {Describe(profile, all.OfProfile)}: {error.Key}: {error.Message}"));
        return mistakes.Count == 0 ? all.Options : throw new UsageException(mistakes);
    }

    private static string Describe(HardwareProfile profile, IReadOnlyList<string> settings) =>
        settings.Count == 0 ? $"profile {profile.Name}" : $"profile {profile.Name} with --set {string.Join(" --set ", settings)}";
}
