using System.Text;

namespace MiniKernel.Cli.Terminal;

/// <summary>A table in plain text: columns as wide as their widest cell, two blanks between them.</summary>
internal sealed class PlainTable
{
    private const string Gap = "  ";
    private readonly bool[] _right;
    private readonly int[] _widths;
    private readonly List<string[]> _rows = [];

    /// <summary>A table with these headings; a heading that starts with <c>&gt;</c> stands, like its column, to the right.</summary>
    public PlainTable(params string[] headings)
    {
        _right = [.. headings.Select(heading => heading.StartsWith('>'))];
        _widths = new int[headings.Length];
        Add([.. headings.Select(heading => heading.TrimStart('>'))]);
    }

    /// <summary>Adds a row.</summary>
    public void Add(params string[] cells)
    {
        for (int i = 0; i < cells.Length; i++)
            _widths[i] = Math.Max(_widths[i], cells[i].Length);
        _rows.Add(cells);
    }

    /// <summary>Writes headings and rows.</summary>
    public void Write(TextWriter output)
    {
        var line = new StringBuilder();
        foreach (string[] row in _rows)
        {
            line.Clear();
            for (int i = 0; i < row.Length; i++)
            {
                line.Append(i == 0 ? "" : Gap);
                line.Append(_right[i] ? row[i].PadLeft(_widths[i]) : row[i].PadRight(_widths[i]));
            }
            output.WriteLine(line.ToString().TrimEnd());
        }
    }
}
