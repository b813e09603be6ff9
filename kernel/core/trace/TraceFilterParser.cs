using System.Collections.Immutable;
using System.Globalization;

namespace MiniKernel.Core;

/// <summary>Reads a filter by recursive descent; the first mistake ends it.</summary>
internal sealed class TraceFilterParser(string text)
{
    private const int DeepestNesting = 64;
    private const string WordEnd = " \t\r\n=!<>&|~()\"";
    private static readonly ImmutableArray<string> _operators = ["==", "!=", "<=", ">=", "&&", "||", "<", ">", "&", "~", "!", "(", ")"];
    private readonly TraceEvents _events = new(default);
    private int _at, _depth;

    /// <summary>"position 7: ..."; empty while there is none.</summary>
    public string Mistake { get; private set; } = "";

    /// <summary>The whole text as one test; null when it has a mistake.</summary>
    public TraceTest? Parse()
    {
        TraceTest? test = Or();
        if (test is not null && Peek() is { Length: > 0 } rest)
            return Fail(_at, $"&&, || or the end is expected, not {rest}");
        return test;
    }

    private TraceTest? Or()
    {
        TraceTest? left = And();
        while (left is not null && Take("||"))
        {
            if (And() is not { } right)
                return null;
            TraceTest first = left;
            left = subject => first(subject) || right(subject);
        }
        return left;
    }

    private TraceTest? And()
    {
        TraceTest? left = Not();
        while (left is not null && Take("&&"))
        {
            if (Not() is not { } right)
                return null;
            TraceTest first = left;
            left = subject => first(subject) && right(subject);
        }
        return left;
    }

    private TraceTest? Not()
    {
        if (++_depth > DeepestNesting)
            return Fail(_at, $"more than {DeepestNesting} nested tests");
        TraceTest? test = Take("!") ? Negate(Not()) : Take("(") ? Close(Or()) : Comparison();
        _depth--;
        return test;
    }

    private static TraceTest? Negate(TraceTest? test) => test is null ? null : subject => !test(subject);

    private TraceTest? Close(TraceTest? test) =>
        test is null || Take(")") ? test : Fail(_at, $") is expected, not {Shown(Peek())}");

    private TraceTest? Comparison()
    {
        string next = Peek();
        int start = _at;
        if (next.Length == 0 || IsOperator(next) || next[0] == '"')
            return Fail(start, $"a field or the name of an event is expected, not {Shown(next)}");
        _at += next.Length;
        string operation = Peek();
        int operationAt = _at;
        if (operation is "" or "&&" or "||" or ")")
            return EventName(next, start);
        if (operation is not ("==" or "!=" or "<" or "<=" or ">" or ">=" or "&" or "~"))
            return Fail(operationAt, $"==, !=, <, <=, >, >=, &, ~, && or || is expected, not {Shown(operation)}");
        _at += operation.Length;
        if (KindOf(next) is not { } kind)
            return Fail(start, $"no event has a field {next}; fields are {string.Join(", ", FieldNames())}");
        string value = Peek();
        int valueAt = _at;
        if (value.Length == 0 || IsOperator(value))
            return Fail(valueAt, $"a value to compare {next} with is expected, not {Shown(value)}");
        if (value[0] == '"' && (value.Length == 1 || value[^1] != '"'))
            return Fail(valueAt, "the quotation mark is not closed");
        _at += value.Length;
        return Compare(next, kind, operation, operationAt, value.Trim('"'), valueAt);
    }

    private TraceTest? EventName(string name, int start)
    {
        int colon = name.IndexOf(':', StringComparison.Ordinal);
        Func<string, bool> system = Glob.Of(colon < 0 ? "*" : name[..colon]), own = Glob.Of(name[(colon + 1)..]);
        if (!_events.All.Any(format => system(format.System) && own(format.Name)))
            return Fail(start, $"no event is called {name}; events are {string.Join(", ", _events.All.Select(format => $"{format.System}:{format.Name}"))}");
        return subject => system(subject.Format.System) && own(subject.Format.Name);
    }

    private TraceTest? Compare(string field, TraceKind kind, string operation, int operationAt, string value, int valueAt)
    {
        bool isNumber = TryNumber(value, out long number);
        if (kind == TraceKind.Text || (kind == TraceKind.Gfp && !isNumber))
            return CompareText(field, operation, operationAt, value);
        if (operation == "~")
            return Fail(operationAt, $"~ compares words; {field} is a number");
        if (!isNumber)
            return Fail(valueAt, $"{field} is a number; {value} is none");
        Func<long, bool> holds = operation switch
        {
            "==" => candidate => candidate == number,
            "!=" => candidate => candidate != number,
            "<" => candidate => IsLess(kind, candidate, number),
            "<=" => candidate => !IsLess(kind, number, candidate),
            ">" => candidate => IsLess(kind, number, candidate),
            ">=" => candidate => !IsLess(kind, candidate, number),
            _ => candidate => (candidate & number) != 0,
        };
        return subject => subject.ValueOf(field) is { } found && holds(found.Number);
    }

    private TraceTest? CompareText(string field, string operation, int operationAt, string value)
    {
        if (operation is not ("==" or "!=" or "~"))
            return Fail(operationAt, $"{operation} compares numbers; {field} is a word: ==, != or ~ is expected");
        Func<string, bool> holds = operation == "~" ? Glob.Of(value) : text => text == value;
        bool wanted = operation != "!=";
        return subject => subject.ValueOf(field) is { } found && holds(found.Text(subject.WordBytes)) == wanted;
    }

    // Addresses are unsigned.
    private static bool IsLess(TraceKind kind, long left, long right) =>
        kind == TraceKind.Pointer ? (ulong)left < (ulong)right : left < right;

    private static bool TryNumber(string value, out long number)
    {
        if (!value.StartsWith("0x", StringComparison.OrdinalIgnoreCase))
            return long.TryParse(value, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out number);
        bool isNumber = ulong.TryParse(value.AsSpan(2), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out ulong bits);
        number = (long)bits;
        return isNumber;
    }

    private TraceKind? KindOf(string field) => field switch
    {
        "comm" or "module" => TraceKind.Text,
        "pid" or "cpu" => TraceKind.Number,
        _ => _events.All.SelectMany(format => format.Fields).FirstOrDefault(candidate => candidate.Name == field)?.Kind,
    };

    private IEnumerable<string> FieldNames() =>
        _events.All.SelectMany(format => format.Fields).Select(field => field.Name).Concat(["comm", "pid", "cpu", "module"]).Distinct().Order(StringComparer.Ordinal);

    private static bool IsOperator(string token) => _operators.Contains(token);

    private bool Take(string token)
    {
        if (Peek() != token)
            return false;
        _at += token.Length;
        return true;
    }

    // The next token; empty at the end. Blanks before it are passed over.
    private string Peek()
    {
        while (_at < text.Length && char.IsWhiteSpace(text[_at]))
            _at++;
        ReadOnlySpan<char> rest = text.AsSpan(_at);
        if (rest.Length == 0)
            return "";
        if (rest[0] == '"')
        {
            int end = rest[1..].IndexOf('"');
            return (end < 0 ? rest : rest[..(end + 2)]).ToString();
        }
        foreach (string token in _operators)
        {
            if (rest.StartsWith(token, StringComparison.Ordinal))
                return token;
        }
        int length = rest.IndexOfAny(WordEnd);
        return length == 0 ? rest[..1].ToString() : (length < 0 ? rest : rest[..length]).ToString();
    }

    private static string Shown(string token) => token.Length == 0 ? "the end" : token;

    private TraceTest? Fail(int at, string expected)
    {
        if (Mistake.Length == 0)
            Mistake = string.Create(CultureInfo.InvariantCulture, $"position {at + 1}: {expected}");
        return null;
    }
}
