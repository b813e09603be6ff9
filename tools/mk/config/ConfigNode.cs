using System.Text;

namespace MiniKernel.Cli.Config;

/// <summary>What kind of JSON value a node is.</summary>
internal enum NodeKind
{
    Object,
    List,
    Text,
    Number,
    True,
    False,
    Null,
}

/// <summary>One member of an object.</summary>
/// <param name="Name">The key.</param>
/// <param name="Line">The line the key stands on, from 1.</param>
/// <param name="Value">What it is set to.</param>
internal sealed record ConfigMember(string Name, int Line, ConfigNode Value);

/// <summary>One JSON value of a configuration file and where it stands.</summary>
internal sealed class ConfigNode
{
    private const int LongestShown = 48; // characters of a value quoted in a message

    private readonly List<ConfigMember> _members = [];
    private readonly Dictionary<string, ConfigMember> _byName = [];

    /// <summary>What kind of value it is.</summary>
    public required NodeKind Kind { get; init; }

    /// <summary>Line in the file, from 1.</summary>
    public required int Line { get; init; }

    /// <summary>Byte in the line, from 1.</summary>
    public required int Column { get; init; }

    /// <summary>JSON path from the root, as <c>$.profiles.my-pc.ram</c>.</summary>
    public required string Path { get; init; }

    /// <summary>The text of a string, or a number as it was written.</summary>
    public string Text { get; init; } = "";

    /// <summary>Members of an object, each name once, in file order.</summary>
    public IReadOnlyList<ConfigMember> Members => _members;

    /// <summary>Items of a list.</summary>
    public List<ConfigNode> Items { get; } = [];

    /// <summary>False for an object or list whose end was not read: what it lacks may have been behind a mistake of grammar.</summary>
    public bool IsClosed { get; set; }

    /// <summary>The member of that name, or null.</summary>
    public ConfigMember? Member(string name) => _byName.GetValueOrDefault(name);

    /// <summary>Adds a member whose name is new.</summary>
    public void Add(ConfigMember member)
    {
        _members.Add(member);
        _byName.Add(member.Name, member);
    }

    /// <summary>The value for a message: one line, not long.</summary>
    public string Shown => Kind switch
    {
        NodeKind.Object => "an object",
        NodeKind.List => "a list",
        NodeKind.Text => Quote(Text),
        NodeKind.Number => Shorten(Text),
        NodeKind.True => "true",
        NodeKind.False => "false",
        _ => "null",
    };

    /// <summary>The path of a member below <paramref name="path"/>; names that would confuse are put in brackets.</summary>
    public static string PathOf(string path, string name)
    {
        foreach (char c in name)
        {
            if (!char.IsAsciiLetterOrDigit(c) && c is not ('-' or '_' or '$'))
                return $"{path}['{Shorten(Escape(name))}']";
        }
        return name.Length == 0 ? $"{path}['']" : $"{path}.{Shorten(name)}";
    }

    /// <summary>Text in quotation marks, one line, not long.</summary>
    public static string Quote(string text) => $"\"{Shorten(Escape(text))}\"";

    private static string Shorten(string text) =>
        text.Length <= LongestShown ? text : $"{text.AsSpan(0, LongestShown - 3)}...";

    // Control characters would break the line or colour the terminal of whoever reads the message.
    private static string Escape(string text)
    {
        var escaped = new StringBuilder(text.Length);
        foreach (char c in text)
        {
            if (char.IsControl(c) || char.IsSurrogate(c) || c is '\u2028' or '\u2029')
                escaped.Append($"\\u{(int)c:x4}");
            else
                escaped.Append(c);
        }
        return escaped.ToString();
    }
}
