using System.Text.Json;
using System.Text.Unicode;

namespace MiniKernel.Cli.Config;

/// <summary>Reads JSON with comments and trailing commas into nodes that know their line, column and path.</summary>
/// <remarks>Over Utf8JsonReader. A mistake of grammar ends the reading, since what follows cannot be told; the part
/// before it is still returned, so that its mistakes can be reported with it.</remarks>
internal ref struct ConfigParser
{
    private const int LongestPath = 80; // characters shown of where brackets are nested too deep
    private readonly ReadOnlySpan<byte> _bytes;
    private readonly Mistakes _mistakes;
    private Utf8JsonReader _reader;
    private int _counted; // bytes up to here are counted in the next two
    private int _line = 1;
    private int _lineStart;
    private string _path = "$"; // where the reader stands, for a mistake of grammar

    private ConfigParser(ReadOnlySpan<byte> bytes, Mistakes mistakes)
    {
        _bytes = bytes;
        _mistakes = mistakes;
        _reader = new Utf8JsonReader(bytes, new JsonReaderOptions
        {
            AllowTrailingCommas = true,
            CommentHandling = JsonCommentHandling.Skip,
        });
    }

    /// <summary>Reads a file's bytes.</summary>
    /// <param name="bytes">The whole file.</param>
    /// <param name="mistakes">Receives mistakes of grammar and doubled keys.</param>
    /// <param name="complete">False when a mistake of grammar cut the reading short.</param>
    /// <returns>The root, as far as it was read; null when there is nothing.</returns>
    public static ConfigNode? Parse(ReadOnlySpan<byte> bytes, Mistakes mistakes, out bool complete)
    {
        complete = false;
        if (bytes.StartsWith("\uFEFF"u8))
            bytes = bytes[3..];
        if (!IsReadable(bytes, mistakes))
            return null;
        return new ConfigParser(bytes, mistakes).ParseRoot(out complete);
    }

    private static bool IsReadable(ReadOnlySpan<byte> bytes, Mistakes mistakes)
    {
        if (bytes.StartsWith((ReadOnlySpan<byte>)[0xff, 0xfe]) || bytes.StartsWith((ReadOnlySpan<byte>)[0xfe, 0xff]))
        {
            mistakes.Add(1, "$", "the file is UTF-16; save it as UTF-8");
            return false;
        }
        if (Utf8.IsValid(bytes))
            return true;
        int bad = FirstInvalid(bytes);
        int line = bytes[..bad].Count((byte)'\n') + 1;
        mistakes.Add(line, "$", $"byte 0x{bytes[bad]:x2} is not UTF-8 text; save the file as UTF-8");
        return false;
    }

    // The longest valid prefix ends where the first bad byte is.
    private static int FirstInvalid(ReadOnlySpan<byte> bytes)
    {
        int at = 0;
        while (at < bytes.Length
            && System.Text.Rune.DecodeFromUtf8(bytes[at..], out _, out int length) == System.Buffers.OperationStatus.Done)
            at += length;
        return Math.Min(at, bytes.Length - 1);
    }

    private ConfigNode? ParseRoot(out bool complete)
    {
        ConfigNode? root = null;
        complete = false;
        try
        {
            if (!_reader.Read())
                return null;
            root = Leaf("$");
            FillContainer(root);
            _path = "$";
            while (_reader.Read())
            {
                // Anything but a comment behind the root makes the reader throw.
            }
            complete = true;
        }
        catch (JsonException mistake)
        {
            AddGrammar(mistake, root is null);
        }
        return root;
    }

    private readonly void AddGrammar(JsonException mistake, bool nothingRead)
    {
        int line = (int)(mistake.LineNumber ?? 0) + 1;
        if (nothingRead && mistake.Message.Contains("does not contain any JSON tokens", StringComparison.Ordinal))
        {
            _mistakes.Add(1, "$", "the file is empty; an object { ... } is expected");
            return;
        }
        string text = mistake.Message;
        int suffix = text.IndexOf(" LineNumber:", StringComparison.Ordinal);
        if (suffix >= 0)
            text = text[..suffix];
        suffix = text.IndexOf(" Path:", StringComparison.Ordinal);
        if (suffix >= 0)
            text = text[..suffix];
        text = text.Replace("\r", "\\r", StringComparison.Ordinal).Replace("\n", "\\n", StringComparison.Ordinal);
        string path = _path.Length <= LongestPath ? _path : $"{_path.AsSpan(0, LongestPath)}...";
        _mistakes.Add(line, path, $"not JSON: {text} (byte {(mistake.BytePositionInLine ?? 0) + 1} of the line)");
    }

    // The reader's own depth limit of 64 bounds the recursion.
    private void FillContainer(ConfigNode node)
    {
        if (node.Kind == NodeKind.Object)
            FillObject(node);
        else if (node.Kind == NodeKind.List)
            FillList(node);
    }

    private void FillObject(ConfigNode node)
    {
        _path = node.Path;
        while (_reader.Read() && _reader.TokenType != JsonTokenType.EndObject)
        {
            (int line, int column) = Locate();
            string name = TextOfToken(node.Path, line, column);
            _path = ConfigNode.PathOf(node.Path, name);
            _reader.Read();
            ConfigNode value = Leaf(_path);
            ConfigMember? first = node.Member(name);
            if (first is null)
                node.Add(new ConfigMember(name, line, value)); // before it is filled: a later mistake of grammar keeps it
            else
                _mistakes.Add(line, value.Path, $"the key is given twice, first on line {first.Line}; keep one");
            FillContainer(value);
            _path = node.Path;
        }
        node.IsClosed = true;
    }

    private void FillList(ConfigNode node)
    {
        _path = $"{node.Path}[0]";
        while (_reader.Read() && _reader.TokenType != JsonTokenType.EndArray)
        {
            ConfigNode item = Leaf(_path);
            node.Items.Add(item);
            FillContainer(item);
            _path = $"{node.Path}[{node.Items.Count}]";
        }
        node.IsClosed = true;
    }

    // The current token as a node; an object or list still empty.
    private ConfigNode Leaf(string path)
    {
        (int line, int column) = Locate();
        NodeKind kind = _reader.TokenType switch
        {
            JsonTokenType.StartObject => NodeKind.Object,
            JsonTokenType.StartArray => NodeKind.List,
            JsonTokenType.String => NodeKind.Text,
            JsonTokenType.Number => NodeKind.Number,
            JsonTokenType.True => NodeKind.True,
            JsonTokenType.False => NodeKind.False,
            _ => NodeKind.Null,
        };
        string text = kind switch
        {
            NodeKind.Text => TextOfToken(path, line, column),
            NodeKind.Number => System.Text.Encoding.ASCII.GetString(_reader.ValueSpan),
            _ => "",
        };
        return new ConfigNode { Kind = kind, Line = line, Column = column, Path = path, Text = text };
    }

    private readonly string TextOfToken(string path, int line, int column)
    {
        try
        {
            return _reader.GetString() ?? "";
        }
        catch (InvalidOperationException) // a lone \ud800: the file is UTF-8, but its escapes are no text
        {
            throw new JsonException("a text has half of a surrogate pair (\\ud800 to \\udfff); both halves are needed.", path, line - 1, column - 1);
        }
    }

    private (int Line, int Column) Locate()
    {
        int token = (int)_reader.TokenStartIndex;
        for (; _counted < token; _counted++)
        {
            if (_bytes[_counted] == (byte)'\n')
            {
                _line++;
                _lineStart = _counted + 1;
            }
        }
        return (_line, token - _lineStart + 1);
    }
}
