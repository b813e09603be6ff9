using System.Text;

namespace MiniKernel.Core;

/// <summary>What a module says of itself: the <c>key=value</c> strings of its .modinfo sections.</summary>
public sealed class ModuleInfo
{
    private readonly List<KeyValuePair<string, string>> _entries = [];

    /// <summary>Reads the sections of all object files, in their order.</summary>
    public ModuleInfo(IEnumerable<ElfObject> objects)
    {
        ArgumentNullException.ThrowIfNull(objects);
        foreach (ElfObject file in objects)
        {
            if (file.Find(".modinfo") is { } section)
                Read(section.Bytes.Span);
        }
    }

    /// <summary>All of it.</summary>
    public IReadOnlyList<KeyValuePair<string, string>> Entries => _entries;

    /// <summary>The first value of a key; null when there is none.</summary>
    public string? this[string key] => _entries.Find(entry => entry.Key == key).Value;

    /// <summary>Values of a key that are "name:text", by name: parm, parmtype.</summary>
    public string? Of(string key, string name) =>
        _entries.Find(entry => entry.Key == key && entry.Value.StartsWith($"{name}:", StringComparison.Ordinal)).Value?[(name.Length + 1)..];

    private void Read(ReadOnlySpan<byte> bytes)
    {
        while (!bytes.IsEmpty)
        {
            int end = bytes.IndexOf((byte)0);
            string entry = Encoding.UTF8.GetString(end < 0 ? bytes : bytes[..end]);
            int equals = entry.IndexOf('=', StringComparison.Ordinal);
            if (equals > 0)
                _entries.Add(new(entry[..equals], entry[(equals + 1)..]));
            bytes = end < 0 ? default : bytes[(end + 1)..];
        }
    }
}
