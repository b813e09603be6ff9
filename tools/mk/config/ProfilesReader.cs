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
            Resolve(draft);
    }

    private Draft ReadDraft(ConfigMember member)
    {
        var draft = new Draft(member.Name, member);
        if (!ValueReader.IsObject(member.Value, mistakes, "with the keys of a profile"))
        {
            draft.IsSound = false;
            return draft;
        }
        foreach (ConfigMember key in member.Value.Members)
            ReadKey(draft, key);
        return draft;
    }

    private void ReadKey(Draft draft, ConfigMember key)
    {
        int before = mistakes.Count;
        if (key.Name == "base")
        {
            draft.HasBase = true;
            if (ValueReader.Text(key.Value, mistakes, "the name of a profile") is not null)
                draft.Base = key.Value;
        }
        else if (!ProfileKeys.Values.Contains(key.Name))
            ValueReader.AddUnknownKey(key, mistakes, ProfileKeys.All);
        else if (ProfileKeys.Read(key.Name, key.Value, mistakes) is { } change)
            draft.Changes.Add((key.Name, change));
        if (mistakes.Count == before)
            return;
        draft.IsSound = false;
        draft.Doubtful.Add(key.Name);
        draft.HasBase |= NearestName.Find(key.Name, ProfileKeys.All) == "base"; // mistyped: it stands on something unknown
    }

    // Each profile is checked as far as it is known; one with a mistake, or on top of one, is not finished.
    private void Resolve(Draft draft)
    {
        if (draft.State == DraftState.Done)
            return;
        draft.State = DraftState.UnderWay;
        FindBase(draft);
        foreach ((string key, ProfileChange change) in draft.Changes)
        {
            draft.Result = change(draft.Result);
            draft.Doubts.Clear(key);
        }
        foreach (string key in draft.Doubtful)
            draft.Doubts.Add(key);
        draft.Result = draft.Result with { Name = draft.Name };
        Check(draft);
        draft.State = DraftState.Done;
    }

    private void FindBase(Draft draft)
    {
        if (draft.Base is not { } node)
        {
            if (draft.HasBase)
                draft.StandOnNothing();
            return;
        }
        if (ShippedProfiles.Find(node.Text) is { } shipped)
        {
            draft.Result = shipped;
            return;
        }
        if (!_drafts.TryGetValue(node.Text, out Draft? other))
        {
            mistakes.Add(node, $"{node.Shown} is not a profile; {NearestName.Advice(node.Text, KnownNames)}");
            draft.StandOnNothing();
        }
        else if (other.State == DraftState.UnderWay)
        {
            mistakes.Add(node, $"{node.Shown} makes a circle of bases: {Circle(draft, other)}; a chain of bases ends at a shipped profile");
            draft.StandOnNothing();
        }
        else
        {
            Resolve(other);
            (draft.Result, draft.Doubts) = (other.Result, other.Doubts.Copy());
            draft.IsSound &= other.IsSound;
        }
    }

    private string Circle(Draft from, Draft to)
    {
        List<string> names = [from.Name];
        for (Draft at = to; at != from; at = _drafts[at.Base!.Text])
            names.Add(at.Name);
        names.Add(from.Name);
        return string.Join(" -> ", names.Select(ConfigNode.Quote));
    }

    private void Check(Draft draft)
    {
        foreach (ProfileError error in draft.Doubts.Certain(draft.Result))
        {
            (int line, string path) = Place(draft.Member, error.Key);
            mistakes.Add(line, path, error.Message);
            draft.Doubts.Add(ProfileDoubts.KeyOf(error)); // profiles on top of this one do not repeat it
            draft.IsSound = false;
        }
        if (draft.IsSound)
            _finished.Add(draft.Result);
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

        /// <summary>The key "base", when it is a text.</summary>
        public ConfigNode? Base { get; set; }

        public bool HasBase { get; set; }

        public List<(string Key, ProfileChange Change)> Changes { get; } = [];

        /// <summary>Keys with mistakes.</summary>
        public List<string> Doubtful { get; } = [];

        public bool IsSound { get; set; } = true;

        public DraftState State { get; set; }

        /// <summary>As far as it is known: the base's at first.</summary>
        public HardwareProfile Result { get; set; } = ShippedProfiles.All[0];

        public ProfileDoubts Doubts { get; set; } = ProfileDoubts.None();

        /// <summary>Its base is not known, so only what it sets itself is.</summary>
        public void StandOnNothing()
        {
            Doubts = ProfileDoubts.All();
            IsSound = false;
        }
    }
}
