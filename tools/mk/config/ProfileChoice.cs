using System.Text;
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
        HardwareProfile profile = options.Profile;
        if (profileName is not null)
            profile = Find(options, profileName, mistakes) ?? profile;
        foreach (string setting in settings)
            profile = Set(profile, setting, mistakes);
        if (mistakes.Count == 0)
            mistakes.AddRange(profile.Validate().Select(error => $"mk: {Describe(profile, settings)}: {error.Key}: {error.Message}"));
        return mistakes.Count == 0 ? options with { Profile = profile } : throw new UsageException(mistakes);
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

    private static HardwareProfile Set(HardwareProfile profile, string setting, List<string> mistakes)
    {
        int equals = setting.IndexOf('=', StringComparison.Ordinal);
        string key = equals < 0 ? setting : setting[..equals];
        if (!ProfileKeys.Values.Contains(key))
        {
            mistakes.Add($"mk: --set {key}: unknown key {ConfigNode.Quote(key)}; {NearestName.Advice(key, ProfileKeys.Values)}");
            return profile;
        }
        if (equals < 0)
        {
            mistakes.Add($"mk: --set {key}: a value is missing; write --set {key}=VALUE");
            return profile;
        }
        var found = new Mistakes("--set");
        ProfileChange? change = ProfileKeys.Read(key, Value(setting[(equals + 1)..]), found);
        if (change is not null)
            return change(profile);
        mistakes.AddRange(found.Messages().Select(message => $"mk: --set {key}: {message}"));
        return profile;
    }

    // As boot.json would have it; what is no JSON is a text, so that nobody has to quote 64M.
    private static ConfigNode Value(string text)
    {
        var grammar = new Mistakes("--set");
        ConfigNode? node = ConfigParser.Parse(Encoding.UTF8.GetBytes(text), grammar, out bool complete);
        return complete && node is not null && grammar.Count == 0
            ? node
            : new ConfigNode { Kind = NodeKind.Text, Line = 1, Column = 1, Path = "$", Text = text };
    }

    private static string Describe(HardwareProfile profile, IReadOnlyList<string> settings) =>
        settings.Count == 0 ? $"profile {profile.Name}" : $"profile {profile.Name} with --set {string.Join(" --set ", settings)}";
}
