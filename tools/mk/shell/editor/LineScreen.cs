using System.Globalization;
using System.Text;

namespace MiniKernel.Cli.Shell;

/// <summary>Shows the line being edited on a terminal, over as many rows as it takes, and makes room for what is printed meanwhile.</summary>
/// <param name="output">The terminal: understands ANSI sequences, wraps at its margin.</param>
/// <param name="width">Its columns, asked each time: it may be resized.</param>
internal sealed class LineScreen(TextWriter output, Func<int> width)
{
    private readonly Lock _gate = new();
    private string _text = "", _beforeCursor = ""; // prompt included
    private bool _isShown;

    /// <summary>Draws prompt and line, over what was drawn before.</summary>
    public void Draw(string prompt, string line, int cursor)
    {
        lock (_gate)
        {
            var frame = new StringBuilder();
            AppendErase(frame);
            (_text, _beforeCursor, _isShown) = (prompt + line, prompt + line[..cursor], true);
            AppendText(frame);
            output.Write(frame);
            output.Flush();
        }
    }

    /// <summary>The line is done: the cursor goes to a new row behind it.</summary>
    public void Finish(string mark = "")
    {
        lock (_gate)
        {
            var frame = new StringBuilder();
            AppendErase(frame);
            frame.Append(_text).Append(mark).Append("\r\n");
            _isShown = false;
            output.Write(frame);
            output.Flush();
        }
    }

    /// <summary>Clears the terminal; the line is drawn anew at its top.</summary>
    public void Clear()
    {
        lock (_gate)
        {
            var frame = new StringBuilder("\e[H\e[2J");
            if (_isShown)
                AppendText(frame);
            output.Write(frame);
            output.Flush();
        }
    }

    /// <summary>Lets something be printed: above the line when one is shown.</summary>
    public void Above(Action print)
    {
        lock (_gate)
        {
            if (!_isShown)
            {
                print();
                return;
            }
            var frame = new StringBuilder();
            AppendErase(frame);
            output.Write(frame);
            output.Flush();
            print();
            AppendText(frame.Clear());
            output.Write(frame);
            output.Flush();
        }
    }

    /// <summary>Leaves the line as it stands, and lists words below it in columns; the line is drawn anew behind them.</summary>
    public void List(IReadOnlyList<string> words)
    {
        lock (_gate)
        {
            int columns = Math.Max(width(), 2), cell = words.Max(word => word.Length) + 2, inRow = Math.Max(1, columns / cell);
            (int row, int lastRow) = (Place(_beforeCursor).Row, Place(_text).Row);
            var frame = new StringBuilder(lastRow == row ? "" : string.Create(CultureInfo.InvariantCulture, $"\e[{lastRow - row}B")).Append("\r\n");
            for (int i = 0; i < words.Count; i++)
                frame.Append(i % inRow == inRow - 1 || i == words.Count - 1 ? words[i] + "\r\n" : words[i].PadRight(cell));
            AppendText(frame);
            output.Write(frame);
            output.Flush();
        }
    }

    /// <summary>True while a line is shown.</summary>
    public bool IsShown
    {
        get
        {
            lock (_gate)
                return _isShown;
        }
    }

    // A terminal that was resized has wrapped the rows anew: where the cursor is now follows from the width now.
    private void AppendErase(StringBuilder frame)
    {
        if (_isShown)
            frame.Append(Up(Place(_beforeCursor).Row)).Append("\r\e[J");
    }

    private void AppendText(StringBuilder frame)
    {
        (int row, int column) = Place(_beforeCursor);
        (int lastRow, int lastColumn) = Place(_text);
        frame.Append(_text);
        if (lastColumn == 0 && lastRow != 0)
            frame.Append("\r\n");                 // in the last column a terminal waits with wrapping
        frame.Append(Up(lastRow - row)).Append('\r').Append(Right(column));
    }

    private static string Up(int rows) => rows == 0 ? "" : string.Create(CultureInfo.InvariantCulture, $"\e[{rows}A");

    private static string Right(int columns) => columns == 0 ? "" : string.Create(CultureInfo.InvariantCulture, $"\e[{columns}C");

    // Where the cursor is behind a text that began in the first column of row 0.
    private (int Row, int Column) Place(string text)
    {
        int columns = Math.Max(width(), 2), row = 0, column = 0;
        foreach (Rune character in text.EnumerateRunes())
        {
            int cells = Cells(character);
            if (column + cells > columns)
                (row, column) = (row + 1, 0);
            column += cells;
        }
        return column == columns ? (row + 1, 0) : (row, column);
    }

    // Combining marks take no cell; the East Asian wide ranges and emoji take two (Unicode TR 11, the large blocks of it).
    private static int Cells(Rune character) => Rune.GetUnicodeCategory(character) switch
    {
        UnicodeCategory.NonSpacingMark or UnicodeCategory.EnclosingMark or UnicodeCategory.Format => 0,
        _ => character.Value is (>= 0x1100 and <= 0x115f) or (>= 0x2e80 and <= 0xa4cf) or (>= 0xac00 and <= 0xd7a3) or (>= 0xf900 and <= 0xfaff)
            or (>= 0xfe30 and <= 0xfe6f) or (>= 0xff00 and <= 0xff60) or (>= 0xffe0 and <= 0xffe6) or (>= 0x1f300 and <= 0x1faff) or (>= 0x20000 and <= 0x3fffd) ? 2 : 1,
    };
}
