using System.Text;

namespace MiniKernel.Cli.Shell;

/// <summary>A line being edited: its text, where the cursor is, and what was cut last.</summary>
internal sealed class LineBuffer
{
    private readonly StringBuilder _text = new();
    private string _cut = "";

    /// <summary>The whole line.</summary>
    public string Text => _text.ToString();

    /// <summary>Characters before the cursor.</summary>
    public int Cursor { get; private set; }

    /// <summary>Replaces the line; the cursor goes behind it.</summary>
    public void Set(string text)
    {
        _text.Clear().Append(text);
        Cursor = text.Length;
    }

    /// <summary>Inserts at the cursor.</summary>
    public void Insert(string text)
    {
        _text.Insert(Cursor, text);
        Cursor += text.Length;
    }

    /// <summary>Replaces what stands between a place and the cursor.</summary>
    public void Replace(int start, string text)
    {
        _text.Remove(start, Cursor - start);
        Cursor = start;
        Insert(text);
    }

    /// <summary>One character to the left.</summary>
    public void Left() => Cursor = Before(Cursor);

    /// <summary>One character to the right.</summary>
    public void Right() => Cursor = Behind(Cursor);

    /// <summary>To the beginning.</summary>
    public void Home() => Cursor = 0;

    /// <summary>To the end.</summary>
    public void End() => Cursor = _text.Length;

    /// <summary>To the beginning of the word before the cursor.</summary>
    public void WordLeft() => Cursor = WordStart();

    /// <summary>Behind the next word.</summary>
    public void WordRight()
    {
        while (Cursor < _text.Length && char.IsWhiteSpace(_text[Cursor]))
            Cursor++;
        while (Cursor < _text.Length && !char.IsWhiteSpace(_text[Cursor]))
            Cursor++;
    }

    /// <summary>Takes the character before the cursor away.</summary>
    public void Backspace() => Remove(Before(Cursor), Cursor);

    /// <summary>Takes the character at the cursor away.</summary>
    public void Delete() => Remove(Cursor, Behind(Cursor));

    /// <summary>Cuts from the cursor to the end.</summary>
    public void CutToEnd() => Cut(Cursor, _text.Length);

    /// <summary>Cuts from the beginning to the cursor.</summary>
    public void CutToStart() => Cut(0, Cursor);

    /// <summary>Cuts the word before the cursor.</summary>
    public void CutWord() => Cut(WordStart(), Cursor);

    /// <summary>Inserts what was cut last.</summary>
    public void Yank() => Insert(_cut);

    private void Cut(int start, int end)
    {
        if (start == end)
            return;
        _cut = _text.ToString(start, end - start);
        Remove(start, end);
    }

    private void Remove(int start, int end)
    {
        _text.Remove(start, end - start);
        Cursor = start;
    }

    private int WordStart()
    {
        int at = Cursor;
        while (at > 0 && char.IsWhiteSpace(_text[at - 1]))
            at--;
        while (at > 0 && !char.IsWhiteSpace(_text[at - 1]))
            at--;
        return at;
    }

    // Two halves of one character stay together.
    private int Before(int at) => at == 0 ? 0 : at > 1 && char.IsLowSurrogate(_text[at - 1]) && char.IsHighSurrogate(_text[at - 2]) ? at - 2 : at - 1;

    private int Behind(int at) => at == _text.Length ? at : at + 1 < _text.Length && char.IsHighSurrogate(_text[at]) && char.IsLowSurrogate(_text[at + 1]) ? at + 2 : at + 1;
}
