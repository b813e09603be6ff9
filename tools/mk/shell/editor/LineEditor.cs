namespace MiniKernel.Cli.Shell;

/// <summary>How a line ended.</summary>
internal enum LineEnd
{
    /// <summary>Enter.</summary>
    Accepted,

    /// <summary>Ctrl-C: the line counts for nothing.</summary>
    Cancelled,

    /// <summary>Ctrl-D on an empty line, or the terminal has gone.</summary>
    EndOfInput,
}

/// <summary>What completion offers for the word before the cursor.</summary>
/// <param name="Start">Where the word begins.</param>
/// <param name="Candidates">What it may become, each with what follows it: a blank, or nothing.</param>
internal sealed record Completion(int Start, IReadOnlyList<(string Text, string Tail)> Candidates);

/// <summary>Reads one line after the other from keys, with readline's keys, history and completion.</summary>
/// <param name="readKey">The next key; throws InvalidOperationException when there will be none.</param>
/// <param name="screen">Where the line is shown.</param>
/// <param name="history">Lines typed before.</param>
/// <param name="complete">Completes a line at a cursor.</param>
internal sealed class LineEditor(Func<ConsoleKeyInfo> readKey, LineScreen screen, LineHistory history, Func<string, int, Completion> complete)
{
    private readonly LineBuffer _line = new();
    private string _prompt = "", _draft = "";
    private int _at;                              // in the history; its length is the line being typed

    /// <summary>Reads a line.</summary>
    /// <param name="prompt">What stands before it.</param>
    /// <param name="text">The line, when it was accepted.</param>
    public LineEnd Read(string prompt, out string text)
    {
        (_prompt, _draft, _at) = (prompt, "", history.Lines.Count);
        _line.Set("");
        text = "";
        while (true)
        {
            Draw();
            if (!TryReadKey(out ConsoleKeyInfo key))
                return End(LineEnd.EndOfInput, "");
            if (IsControl(key, ConsoleKey.R))
                key = Search();
            if (key.Key == ConsoleKey.Enter || key.KeyChar is '\r' or '\n')
            {
                text = _line.Text;
                return End(LineEnd.Accepted, "");
            }
            if (IsControl(key, ConsoleKey.C))
                return End(LineEnd.Cancelled, "^C");
            if (IsControl(key, ConsoleKey.D) && _line.Text.Length == 0)
                return End(LineEnd.EndOfInput, "");
            Handle(key);
        }
    }

    private static bool IsControl(ConsoleKeyInfo key, ConsoleKey letter) => key.Key == letter && (key.Modifiers & ConsoleModifiers.Control) != 0;

    private LineEnd End(LineEnd how, string mark)
    {
        _line.End();
        Draw();
        screen.Finish(mark);
        return how;
    }

    private void Draw() => screen.Draw(_prompt, _line.Text, _line.Cursor);

    private bool TryReadKey(out ConsoleKeyInfo key)
    {
        try
        {
            key = readKey();
            return true;
        }
        catch (Exception gone) when (gone is InvalidOperationException or IOException)
        {
            key = default;
            return false;
        }
    }

    private void Handle(ConsoleKeyInfo key)
    {
        if ((key.Modifiers & ConsoleModifiers.Control) != 0)
            HandleControl(key.Key);
        else if ((key.Modifiers & ConsoleModifiers.Alt) != 0)
            HandleAlt(key.Key);
        else if (!HandleNamed(key.Key) && !char.IsControl(key.KeyChar))
            _line.Insert(key.KeyChar.ToString());
    }

    private bool HandleNamed(ConsoleKey key)
    {
        Action? action = key switch
        {
            ConsoleKey.LeftArrow => _line.Left,
            ConsoleKey.RightArrow => _line.Right,
            ConsoleKey.Home => _line.Home,
            ConsoleKey.End => _line.End,
            ConsoleKey.Backspace => _line.Backspace,
            ConsoleKey.Delete => _line.Delete,
            ConsoleKey.UpArrow => Older,
            ConsoleKey.DownArrow => Newer,
            ConsoleKey.Tab => Complete,
            _ => null,
        };
        action?.Invoke();
        return action is not null;
    }

    private void HandleControl(ConsoleKey key)
    {
        Action? action = key switch
        {
            ConsoleKey.A => _line.Home,
            ConsoleKey.E => _line.End,
            ConsoleKey.B => _line.Left,
            ConsoleKey.F => _line.Right,
            ConsoleKey.LeftArrow => _line.WordLeft,
            ConsoleKey.RightArrow => _line.WordRight,
            ConsoleKey.D => _line.Delete,
            ConsoleKey.H or ConsoleKey.Backspace => _line.Backspace,
            ConsoleKey.K => _line.CutToEnd,
            ConsoleKey.U => _line.CutToStart,
            ConsoleKey.W => _line.CutWord,
            ConsoleKey.Y => _line.Yank,
            ConsoleKey.P => Older,
            ConsoleKey.N => Newer,
            ConsoleKey.I => Complete,
            ConsoleKey.L => screen.Clear,
            _ => null,
        };
        action?.Invoke();
    }

    private void HandleAlt(ConsoleKey key)
    {
        Action? action = key switch
        {
            ConsoleKey.B => _line.WordLeft,
            ConsoleKey.F => _line.WordRight,
            ConsoleKey.Backspace => _line.CutWord,
            _ => null,
        };
        action?.Invoke();
    }

    private void Older()
    {
        if (_at == 0)
            return;
        if (_at == history.Lines.Count)
            _draft = _line.Text;
        _line.Set(history.Lines[--_at]);
    }

    private void Newer()
    {
        if (_at == history.Lines.Count)
            return;
        _at++;
        _line.Set(_at == history.Lines.Count ? _draft : history.Lines[_at]);
    }

    private void Complete()
    {
        Completion found = complete(_line.Text, _line.Cursor);
        if (found.Candidates.Count == 0)
            return;
        if (found.Candidates is [var only])
        {
            _line.Replace(found.Start, only.Text + only.Tail);
            return;
        }
        string shared = Shared([.. found.Candidates.Select(candidate => candidate.Text)]);
        if (shared.Length > _line.Cursor - found.Start)
            _line.Replace(found.Start, shared);
        else
            screen.List([.. found.Candidates.Select(candidate => candidate.Text)]);
    }

    private static string Shared(IReadOnlyList<string> texts)
    {
        int length = texts[0].Length;
        foreach (string text in texts)
        {
            length = Math.Min(length, text.Length);
            while (!text.AsSpan(0, length).SequenceEqual(texts[0].AsSpan(0, length)))
                length--;
        }
        return texts[0][..length];
    }

    // Ctrl-R: finds the newest line that holds what is typed. The key that ends it goes on to do what it does.
    private ConsoleKeyInfo Search()
    {
        string wanted = "", before = _line.Text;
        int at = history.Lines.Count;
        while (true)
        {
            string shown = at < history.Lines.Count ? history.Lines[at] : before;
            screen.Draw($"(reverse-i-search)`{wanted}': ", shown, shown.Length);
            if (!TryReadKey(out ConsoleKeyInfo key))
                return default;
            if (IsControl(key, ConsoleKey.R))
                at = FindOlder(wanted, at);
            else if (key.Key == ConsoleKey.Backspace)
                (wanted, at) = (wanted.Length == 0 ? "" : wanted[..^1], history.Lines.Count);
            else if (!char.IsControl(key.KeyChar) && (key.Modifiers & (ConsoleModifiers.Control | ConsoleModifiers.Alt)) == 0)
                wanted += key.KeyChar;
            else
            {
                _line.Set(shown);
                return key.Key == ConsoleKey.Escape ? default : key;
            }
            if (at == history.Lines.Count || !history.Lines[at].Contains(wanted, StringComparison.Ordinal))
                at = FindOlder(wanted, at);
        }
    }

    private int FindOlder(string wanted, int from)
    {
        for (int at = from - 1; at >= 0 && wanted.Length != 0; at--)
        {
            if (history.Lines[at].Contains(wanted, StringComparison.Ordinal))
                return at;
        }
        return from;
    }
}
