using MiniKernel.Hal;

namespace MiniKernel.Core;

/// <summary>vsscanf of the kernel: white space, * and a width, hh h l ll z, d i u x X o c s [...] n %.</summary>
internal ref struct CScan
{
    private readonly ReadOnlySpan<byte> _text;
    private readonly string _format;
    private int _at, _formatAt, _stored;

    private CScan(ReadOnlySpan<byte> text, string format)
    {
        _text = text;
        _format = format;
    }

    /// <summary>Reads values from a text and stores them where the arguments point.</summary>
    /// <returns>How many.</returns>
    public static int Scan(ref CCall call, VirtualAddress text, string format)
    {
        CScan scan = new(call.Runtime.ReadBytes(call.Kernel, text, call.Site), format);
        while (scan._formatAt < format.Length && scan.Step(ref call))
        {
        }
        return scan._stored;
    }

    private bool Step(ref CCall call)
    {
        char next = _format[_formatAt++];
        if (char.IsWhiteSpace(next))
        {
            SkipSpace();
            return true;
        }
        if (next != '%')
            return Matches(next);
        bool isStored = !Takes('*');
        int width = Width(), size = Size(call.Runtime.WordBytes);
        char conversion = _formatAt < _format.Length ? _format[_formatAt++] : '\0';
        switch (conversion)
        {
            case '%':
                return Matches('%');
            case 'n':
                call.Set(call.Pointer(), new CMember("n", 0, 4), (ulong)_at);
                return true;
            case 'c':
                return Text(ref call, isStored, Math.Max(width, 1), static _ => true, isTerminated: false);
            case 's':
                SkipSpace();
                return Text(ref call, isStored, width == 0 ? int.MaxValue : width, static c => !char.IsWhiteSpace(c), isTerminated: true);
            case '[':
                Func<char, bool> set = Set();
                return Text(ref call, isStored, width == 0 ? int.MaxValue : width, set, isTerminated: true);
            case 'd' or 'i' or 'u' or 'x' or 'X' or 'o':
                SkipSpace();
                return Number(ref call, conversion, isStored, width == 0 ? int.MaxValue : width, size);
            default:
                return false;
        }
    }

    private readonly char Current => _at < _text.Length ? (char)_text[_at] : '\0';

    private bool Matches(char wanted)
    {
        if (Current != wanted)
            return false;
        _at++;
        return true;
    }

    private bool Takes(char wanted)
    {
        if (_formatAt >= _format.Length || _format[_formatAt] != wanted)
            return false;
        _formatAt++;
        return true;
    }

    private void SkipSpace()
    {
        while (_at < _text.Length && char.IsWhiteSpace((char)_text[_at]))
            _at++;
    }

    private int Width()
    {
        int width = 0;
        for (; _formatAt < _format.Length && char.IsAsciiDigit(_format[_formatAt]); _formatAt++)
            width = Math.Min((width * 10) + (_format[_formatAt] - '0'), 4096);
        return width;
    }

    private int Size(int word)
    {
        if (Takes('h'))
            return Takes('h') ? 1 : 2;
        if (Takes('l'))
            return Takes('l') ? 8 : word;
        return Takes('L') ? 8 : Takes('z') || Takes('Z') || Takes('t') ? word : 4;
    }

    // [a-f0-9] or [^...]: a set of characters; ] first is one of them.
    private Func<char, bool> Set()
    {
        bool isInverted = Takes('^');
        int start = _formatAt;
        while (_formatAt < _format.Length && (_format[_formatAt] != ']' || _formatAt == start))
            _formatAt++;
        string set = _format[start..Math.Min(_formatAt, _format.Length)];
        _formatAt++;
        return c => IsIn(set, c) != isInverted;
    }

    private static bool IsIn(string set, char c)
    {
        for (int i = 0; i < set.Length; i++)
        {
            if (i + 2 < set.Length && set[i + 1] == '-' ? c >= set[i] && c <= set[i + 2] : c == set[i])
                return true;
            if (i + 2 < set.Length && set[i + 1] == '-')
                i += 2;
        }
        return false;
    }

    private bool Text(ref CCall call, bool isStored, int most, Func<char, bool> belongs, bool isTerminated)
    {
        int start = _at;
        while (_at < _text.Length && _at - start < most && belongs((char)_text[_at]))
            _at++;
        if (_at == start)
            return false;
        if (!isStored)
            return true;
        VirtualAddress to = call.Pointer();
        call.Kernel.CopyTo(to, _text[start.._at], call.File, call.Line, call.Member);
        if (isTerminated)
            call.Kernel.Write<byte>(to + (ulong)(_at - start), 0, call.File, call.Line, call.Member);
        _stored++;
        return true;
    }

    private bool Number(ref CCall call, char conversion, bool isStored, int most, int size)
    {
        uint numberBase = conversion switch { 'x' or 'X' => 16, 'o' => 8, 'i' => 0, _ => 10 };
        bool isNegative = Current == '-' && conversion is 'd' or 'i';
        if (isNegative)
            _at++;
        int start = _at;
        ulong value = CNumber.Read(_text, ref _at, numberBase, out _, isNegative ? most - 1 : most);
        if (_at == start)
            return false;
        if (!isStored)
            return true;
        call.Set(call.Pointer(), new CMember("value", 0, size), isNegative ? 0 - value : value);
        _stored++;
        return true;
    }
}
