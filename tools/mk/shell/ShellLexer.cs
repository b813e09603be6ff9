using System.Text;

namespace MiniKernel.Cli.Shell;

/// <summary>Takes a line apart as sh does: blanks between words, '...' and "..." around blanks, \ before a character, # for a
/// comment; ; ends a command, &gt; and &gt;&gt; name a file.</summary>
internal sealed class ShellLexer
{
    private readonly string _line;
    private readonly List<ShellWord> _words = [];
    private int _at;

    private ShellLexer(string line) => _line = line;

    /// <summary>True for a word that is a sign of the language: <c>;</c>, <c>&gt;</c> or <c>&gt;&gt;</c> without quotation marks.</summary>
    public static bool IsOperator(ShellWord word) => !word.IsLiteral && word.Text is ";" or ">" or ">>";

    /// <summary>The line's words; <c>;</c>, <c>&gt;</c> and <c>&gt;&gt;</c> are words of their own.</summary>
    /// <exception cref="ShellSyntaxException">A quotation mark is not closed.</exception>
    public static IReadOnlyList<ShellWord> Split(string line) => new ShellLexer(line).Split();

    private List<ShellWord> Split()
    {
        while (true)
        {
            while (_at < _line.Length && char.IsWhiteSpace(_line[_at]))
                _at++;
            if (_at == _line.Length || _line[_at] == '#')
                return _words;
            _words.Add(_line[_at] is ';' or '>' ? Operator() : Word());
        }
    }

    private ShellWord Operator()
    {
        bool isDouble = _line[_at] == '>' && _at + 1 < _line.Length && _line[_at + 1] == '>';
        string text = _line.Substring(_at, isDouble ? 2 : 1);
        _at += text.Length;
        return new ShellWord(text);
    }

    private ShellWord Word()
    {
        var text = new StringBuilder();
        bool isLiteral = false;
        while (_at < _line.Length && !char.IsWhiteSpace(_line[_at]) && _line[_at] is not (';' or '>'))
        {
            char c = _line[_at++];
            if (c is '\'' or '"')
                isLiteral |= Quoted(c, text);
            else if (c == '\\' && _at < _line.Length)
                isLiteral |= Escaped(text);
            else
                text.Append(c);
        }
        return new ShellWord(text.ToString(), isLiteral || IsOperator(new ShellWord(text.ToString())));
    }

    private bool Quoted(char mark, StringBuilder text)
    {
        int start = _at;
        bool isLiteral = mark == '\'';
        while (_at < _line.Length && _line[_at] != mark)
        {
            if (mark == '"' && _line[_at] == '\\' && _at + 1 < _line.Length && _line[_at + 1] is '"' or '\\' or '$')
            {
                _at++;
                isLiteral |= Escaped(text);
            }
            else
            {
                text.Append(_line[_at++]);
            }
        }
        if (_at == _line.Length)
            throw new ShellSyntaxException($"the quotation mark {mark} at column {start} is not closed");
        _at++;
        return isLiteral;
    }

    private bool Escaped(StringBuilder text)
    {
        text.Append(_line[_at]);
        return _line[_at++] == '$';
    }
}
