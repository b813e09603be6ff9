using MiniKernel.Hal;

namespace MiniKernel.Cli.Config;

/// <summary>Reads a boot.json: every mistake at once, and nothing but a whole, valid file gives options.</summary>
internal sealed class BootFileReader
{
    private readonly Mistakes _mistakes;
    private readonly ProfilesReader _profiles;
    private ConfigNode? _machine;
    private BootOptions _options;

    private BootFileReader(Mistakes mistakes)
    {
        _mistakes = mistakes;
        _profiles = new ProfilesReader(mistakes);
        _options = Defaults;
    }

    /// <summary>Keys of the whole file.</summary>
    public static IReadOnlyList<string> Keys { get; } = ["$schema", "machine", "profiles", "kernel", "drivers", "logging"];

    /// <summary>What holds when there is no file: the default machine, no drivers.</summary>
    public static BootOptions Defaults => new() { Profile = ShippedProfiles.All[0], Profiles = ShippedProfiles.All };

    /// <summary>Reads a file's bytes.</summary>
    /// <returns>The options; null when there are mistakes.</returns>
    public static BootOptions? Read(ReadOnlySpan<byte> bytes, Mistakes mistakes)
    {
        ConfigNode? root = ConfigParser.Parse(bytes, mistakes, out bool complete);
        if (root is null || (!complete && root.Kind != NodeKind.Object))
            return null;
        var reader = new BootFileReader(mistakes);
        if (!ValueReader.IsObject(root, mistakes, "with the keys of boot.json"))
            return null;
        foreach (ConfigMember member in root.Members)
            reader.ReadSection(member);
        if (complete) // else the file's end is unknown, and with it which profiles there are
            reader.Connect();
        return mistakes.Count == 0 ? reader._options : null;
    }

    private void ReadSection(ConfigMember member)
    {
        ConfigNode value = member.Value;
        switch (member.Name)
        {
            case "$schema":
                _ = ValueReader.Text(value, _mistakes, "where the schema lies");
                break;
            case "machine":
                if (ValueReader.Text(value, _mistakes, "the name of a profile") is not null)
                    _machine = value;
                break;
            case "profiles":
                _profiles.Read(value);
                break;
            case "kernel":
                _options = KernelSectionReader.ReadKernel(value, _options, _mistakes);
                break;
            case "drivers":
                _options = _options with { Drivers = DriversReader.Read(value, _mistakes) };
                break;
            case "logging":
                _options = KernelSectionReader.ReadLogging(value, _options, _mistakes);
                break;
            default:
                ValueReader.AddUnknownKey(member, _mistakes, Keys);
                break;
        }
    }

    private void Connect()
    {
        _profiles.Resolve();
        _options = _options with { Profiles = [.. ShippedProfiles.All, .. _profiles.Finished] };
        if (_machine is not { } machine)
            return;
        if (_options.Profiles.FirstOrDefault(profile => profile.Name == machine.Text) is { } chosen)
            _options = _options with { Profile = chosen };
        else if (!_profiles.Names(machine.Text)) // one with mistakes has been spoken of
            _mistakes.Add(machine, $"{machine.Shown} is not a profile; {NearestName.Advice(machine.Text, _profiles.KnownNames)}");
    }
}
