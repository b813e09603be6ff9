using MiniKernel.Hal;

namespace MiniKernel.Cli.Config;

/// <summary>Reads the "profiles" section: each profile on top of its base, every rule of the hardware checked.</summary>
internal sealed class ProfilesReader(Mistakes mistakes)
{
    private readonly Dictionary<string, Draft> _drafts = [];
    private readonly List<HardwareProfile> _finished = [];

    /// <summary>The file's profiles that are without mistakes.</summary>
    public IReadOnlyList<HardwareProfile> Finished => _finished;

    /// <summary>True when the file has a profile of that name, good or not.</summary>
    public bool Names(string name) => _drafts.ContainsKey(name);

    /// <summary>Names a profile may have as base, or a machine: the shipped ones and the file's.</summary>
    public IReadOnlyList<string> KnownNames => [.. ShippedProfiles.All.Select(profile => profile.Name), .. _drafts.Keys];

    /// <summary>Reads names, keys and types.</summary>
    public void Read(ConfigNode section)
    {
        if (!ValueReader.IsObject(section, mistakes, "with a profile per name"))
            return;
        foreach (ConfigMember member in section.Members)
        {
            if (member.Name.Trim().Length == 0)
                mistakes.Add(member.Line, member.Value.Path, "a profile needs a name");
            else if (ShippedProfiles.Find(member.Name) is not null)
                mistakes.Add(member.Line, member.Value.Path, $"\"{member.Name}\" is a shipped profile; choose another name and say \"base\": \"{member.Name}\"");
            else
                _drafts.Add(member.Name, ReadDraft(member));
        }
    }

    /// <summary>Puts each profile on its base and checks it against the rules of the hardware.</summary>
    public void Resolve()
    {
        foreach (Draft draft in _drafts.Values)
            _ = Resolve(draft);
    }

    private Draft ReadDraft(ConfigMember member)
    {
        var draft = new Draft(member.Name, member);
        int before = mistakes.Count;
        if (ValueReader.IsObject(member.Value, mistakes, "with the keys of a profile"))
        {
            foreach (ConfigMember key in member.Value.Members)
                ReadKey(draft, key);
        }
        draft.IsSound = mistakes.Count == before;
        return draft;
    }

    private void ReadKey(Draft draft, ConfigMember key)
    {
        if (key.Name == "base")
        {
            if (ValueReader.Text(key.Value, mistakes, "the name of a profile") is not null)
                draft.Base = key.Value;
        }
        else if (!ProfileKeys.Values.Contains(key.Name))
            ValueReader.AddUnknownKey(key, mistakes, ProfileKeys.All);
        else if (ProfileKeys.Read(key.Name, key.Value, mistakes) is { } change)
            draft.Changes.Add(change);
    }

    // Null when this profile or one below it has a mistake; each is noted once, where it was made.
    private HardwareProfile? Resolve(Draft draft)
    {
        if (draft.State == DraftState.Done)
            return draft.Result;
        draft.State = DraftState.UnderWay;
        HardwareProfile? profile = FindBase(draft);
        if (profile is not null && draft.IsSound)
        {
            foreach (ProfileChange change in draft.Changes)
                profile = change(profile);
            draft.Result = Check(draft, profile with { Name = draft.Name });
        }
        draft.State = DraftState.Done;
        return draft.Result;
    }

    private HardwareProfile? FindBase(Draft draft)
    {
        if (draft.Base is not { } node)
            return draft.IsSound ? ShippedProfiles.All[0] : null;
        if (ShippedProfiles.Find(node.Text) is { } shipped)
            return shipped;
        if (!_drafts.TryGetValue(node.Text, out Draft? other))
        {
            mistakes.Add(node, $"{node.Shown} is not a profile; {NearestName.Advice(node.Text, KnownNames)}");
            return null;
        }
        if (other.State != DraftState.UnderWay)
            return Resolve(other);
        mistakes.Add(node, $"{node.Shown} makes a circle of bases: {Circle(draft, other)}; a chain of bases ends at a shipped profile");
        return null;
    }

    private string Circle(Draft from, Draft to)
    {
        List<string> names = [from.Name];
        for (Draft at = to; at != from; at = _drafts[at.Base!.Text])
            names.Add(at.Name);
        names.Add(from.Name);
        return string.Join(" -> ", names.Select(ConfigNode.Quote));
    }

    private HardwareProfile? Check(Draft draft, HardwareProfile profile)
    {
        IReadOnlyList<ProfileError> errors = profile.Validate();
        foreach (ProfileError error in errors)
        {
            (int line, string path) = Place(draft.Member, error.Key);
            mistakes.Add(line, path, error.Message);
        }
        if (errors.Count != 0)
            return null;
        _finished.Add(profile);
        return profile;
    }

    // The key's own line when the profile sets it, the profile's line when the value comes from its base.
    private static (int Line, string Path) Place(ConfigMember profile, string key)
    {
        ConfigNode at = profile.Value;
        int line = profile.Line;
        foreach (string step in key.Replace("[", ".[", StringComparison.Ordinal).Split('.'))
        {
            ConfigNode? next = step.StartsWith('[')
                ? at.Items.ElementAtOrDefault(int.TryParse(step[1..^1], out int index) ? index : -1)
                : at.Member(step)?.Value;
            if (next is null)
                break;
            at = next;
            line = next.Line;
        }
        return (line, $"{profile.Value.Path}.{key}");
    }

    private enum DraftState
    {
        Waiting,
        UnderWay,
        Done,
    }

    private sealed class Draft(string name, ConfigMember member)
    {
        public string Name => name;

        public ConfigMember Member => member;

        public ConfigNode? Base { get; set; }

        public List<ProfileChange> Changes { get; } = [];

        public bool IsSound { get; set; }

        public DraftState State { get; set; }

        public HardwareProfile? Result { get; set; }
    }
}
