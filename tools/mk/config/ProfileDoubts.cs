using MiniKernel.Hal;

namespace MiniKernel.Cli.Config;

/// <summary>Keys of a profile whose values are not known, because what was written there is a mistake of its own.</summary>
/// <remarks>A profile with a few such keys is still held against the rules of the hardware, so that every mistake is reported
/// at once; a broken rule in which an unknown value has a part is left out.</remarks>
internal sealed class ProfileDoubts
{
    private readonly HashSet<string> _keys = [], _known = [];

    private ProfileDoubts(IEnumerable<string> keys) => _keys.UnionWith(keys);

    /// <summary>True when all is known.</summary>
    public bool AreNone => _keys.Count == 0;

    /// <summary>Nothing is in doubt.</summary>
    public static ProfileDoubts None() => new([]);

    /// <summary>Everything is in doubt.</summary>
    public static ProfileDoubts All() => new(ProfileKeys.Values);

    /// <summary>The same doubts, to go on from.</summary>
    public ProfileDoubts Copy() => new(_keys);

    /// <summary>The key has a sound value.</summary>
    public void Clear(string key)
    {
        _keys.Remove(key);
        _known.Add(key);
    }

    /// <summary>The key's value is unknown. A key that does not exist stands for the one it was probably meant to be.</summary>
    public void Add(string key)
    {
        if (ProfileKeys.Values.Contains(key))
            _keys.Add(key);
        else if (NearestName.Find(key, ProfileKeys.Values) is { } meant && !_known.Contains(meant))
            _keys.Add(meant);
    }

    /// <summary>The rules a profile breaks whatever the doubtful keys turn out to be.</summary>
    public IReadOnlyList<ProfileError> Certain(HardwareProfile profile) =>
        [.. profile.Validate().Where(error => !_keys.Overlaps(Involved(KeyOf(error))))];

    /// <summary>"memoryMap" of "memoryMap[1].start".</summary>
    public static string KeyOf(ProfileError error)
    {
        int end = error.Key.AsSpan().IndexOfAny('[', '.');
        return end < 0 ? error.Key : error.Key[..end];
    }

    // The keys that rules reported under one key look at (hal/machine/profiles/ProfileRules.cs).
    private static IReadOnlyList<string> Involved(string key) => key switch
    {
        "ram" => ["ram", "wordSize", "pageSize", "lowmemLimit", "kernelImage", "memoryMap"],
        "dmaLimit" => ["dmaLimit", "pageSize", "maxOrder", "ram", "lowmemLimit"],
        "dma32Limit" => ["dma32Limit", "pageSize", "maxOrder", "ram", "wordSize", "dmaLimit"],
        "lowmemLimit" => ["lowmemLimit", "pageSize", "maxOrder", "ram", "wordSize"],
        "memoryMap" => ["memoryMap", "pageSize", "ram"],
        "kernelImage" => ["kernelImage", "memoryMap", "pageSize", "ram", "wordSize", "lowmemLimit"],
        _ => [key],
    };
}
