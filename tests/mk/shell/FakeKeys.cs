namespace MiniKernel.Cli.Tests.Shell;

/// <summary>Keys as somebody would type them: text, and between &lt; and &gt; the names of others (&lt;C-a&gt;, &lt;Up&gt;, &lt;A-b&gt;, &lt;Tab&gt;).</summary>
internal sealed class FakeKeys
{
    private readonly Queue<ConsoleKeyInfo> _keys = new();

    public FakeKeys(string typed)
    {
        for (int at = 0; at < typed.Length;)
        {
            int end = typed[at] == '<' ? typed.IndexOf('>', at) : -1;
            _keys.Enqueue(end < 0 ? Character(typed[at]) : Named(typed[(at + 1)..end]));
            at = end < 0 ? at + 1 : end + 1;
        }
    }

    /// <summary>Runs before each key; tests print meanwhile.</summary>
    public Action<int> BeforeKey { get; init; } = _ => { };

    public int Left => _keys.Count;

    public ConsoleKeyInfo Read()
    {
        BeforeKey(_keys.Count);
        return _keys.TryDequeue(out ConsoleKeyInfo key) ? key : throw new InvalidOperationException("the terminal has gone");
    }

    private static ConsoleKeyInfo Character(char c) => c == '\n'
        ? new ConsoleKeyInfo('\r', ConsoleKey.Enter, false, false, false)
        : new ConsoleKeyInfo(c, char.IsAsciiLetter(c) ? Enum.Parse<ConsoleKey>(char.ToUpperInvariant(c).ToString()) : ConsoleKey.None, char.IsAsciiLetterUpper(c), false, false);

    private static ConsoleKeyInfo Named(string name)
    {
        bool control = name.StartsWith("C-", StringComparison.Ordinal), alt = name.StartsWith("A-", StringComparison.Ordinal);
        string key = control || alt ? name[2..] : name;
        ConsoleKey code = key switch
        {
            "Up" => ConsoleKey.UpArrow,
            "Down" => ConsoleKey.DownArrow,
            "Left" => ConsoleKey.LeftArrow,
            "Right" => ConsoleKey.RightArrow,
            "BS" => ConsoleKey.Backspace,
            "Del" => ConsoleKey.Delete,
            "Esc" => ConsoleKey.Escape,
            _ => Enum.Parse<ConsoleKey>(key, ignoreCase: true),
        };
        char character = control && key.Length == 1 ? (char)(char.ToUpperInvariant(key[0]) & 0x1f) : code == ConsoleKey.Tab ? '\t' : '\0';
        return new ConsoleKeyInfo(character, code, false, alt, control);
    }
}
