using System.Globalization;
using System.Text;

namespace MiniKernel.Cli.Tests.Shell;

/// <summary>A terminal that keeps what it shows: wraps at its margin as xterm does, and understands the few sequences an editor needs.</summary>
internal sealed class FakeTerminal(int columns) : TextWriter
{
    private readonly List<char[]> _rows = [];
    private readonly StringBuilder _sequence = new();
    private int _row, _column;                    // a column equal to the width: the next character wraps

    public override Encoding Encoding => Encoding.UTF8;

    public int Columns => columns;

    /// <summary>Rows from the first to the last with text, without blanks behind them.</summary>
    public string[] Rows => [.. _rows.Select(row => new string(row).TrimEnd()).Reverse().SkipWhile(row => row.Length == 0).Reverse()];

    /// <summary>Where the cursor is.</summary>
    public (int Row, int Column) Cursor => (_row, _column);

    public override void Write(char value)
    {
        if (_sequence.Length != 0 || value == '\e')
            Collect(value);
        else if (value == '\r')
            _column = 0;
        else if (value == '\n')
            (_row, _column) = (_row + 1, 0);      // ONLCR, as a terminal in cooked output mode
        else
            Put(value);
    }

    private void Put(char value)
    {
        Assert.That(char.IsControl(value), Is.False, $"control character {(int)value:x2}");
        if (_column == columns)
            (_row, _column) = (_row + 1, 0);
        RowAt(_row)[_column++] = value;
    }

    private void Collect(char value)
    {
        _sequence.Append(value);
        if (_sequence.Length < 3 || !char.IsAsciiLetter(value))
            return;
        string argument = _sequence.ToString(2, _sequence.Length - 3);
        _sequence.Clear();
        int count = argument.Length == 0 ? 0 : int.Parse(argument, CultureInfo.InvariantCulture);
        switch (value)
        {
            case 'A':
                _row -= count;
                Assert.That(_row, Is.Not.Negative, "above the first row");
                break;
            case 'B':
                _row += count;
                break;
            case 'C':
                _column = Math.Min(_column + count, columns - 1);
                break;
            case 'H':
                (_row, _column) = (0, 0);
                break;
            case 'J' when count == 2:
                _rows.Clear();
                break;
            case 'J':
                ClearBelow();
                break;
            default:
                Assert.Fail($"a sequence that is not known: {value}");
                break;
        }
    }

    private void ClearBelow()
    {
        RowAt(_row).AsSpan(Math.Min(_column, columns)).Fill(' ');
        for (int row = _row + 1; row < _rows.Count; row++)
            _rows[row].AsSpan().Fill(' ');
    }

    private char[] RowAt(int row)
    {
        while (_rows.Count <= row)
            _rows.Add([.. Enumerable.Repeat(' ', columns)]);
        return _rows[row];
    }
}
