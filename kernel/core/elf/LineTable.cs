namespace MiniKernel.Core;

/// <summary>Which line of the source an address belongs to: the rows of DWARF line programs, and the calls that were inlined.</summary>
public sealed class LineTable
{
    private readonly Row[] _ascending;
    private readonly IReadOnlyList<Inlined> _inlined;       // each before those inside it

    internal LineTable(IEnumerable<Row> rows, IReadOnlyList<Inlined> inlined)
    {
        _inlined = inlined;
        _ascending = [.. rows.OrderBy(row => row.Address).ThenBy(row => !row.IsEnd)];   // stable: of several at one address the last holds
    }

    /// <summary>The line of the instruction at an address, be it inlined from a header; null outside of what was compiled.</summary>
    public SourceLine? Find(ulong address)
    {
        int row = RowAt(address);
        return row >= 0 && _ascending[row].Place.Line != 0 ? _ascending[row].Place : null;
    }

    /// <summary>The same; of code inlined from a header, the line outside headers that called it.</summary>
    public SourceLine? FindOutsideHeaders(ulong address)
    {
        SourceLine? place = Find(address);
        for (int i = _inlined.Count - 1; i >= 0 && place is { IsHeader: true }; i--)
        {
            if (address >= _inlined[i].Start && address < _inlined[i].End)
                place = _inlined[i].CalledAt;
        }
        return place;
    }

    private int RowAt(ulong address)
    {
        int low = 0, high = _ascending.Length;
        while (low < high)
        {
            int middle = (low + high) >>> 1;
            (low, high) = _ascending[middle].Address <= address ? (middle + 1, high) : (low, middle);
        }
        return low != 0 && !_ascending[low - 1].IsEnd ? low - 1 : -1;
    }

    /// <summary>Code that was inlined, or a part of it.</summary>
    /// <param name="Start">Its first byte.</param>
    /// <param name="End">The first one behind it.</param>
    /// <param name="CalledAt">The line that calls it.</param>
    internal readonly record struct Inlined(ulong Start, ulong End, SourceLine CalledAt);

    /// <summary>From an address on, up to the next row's.</summary>
    /// <param name="Address">The address.</param>
    /// <param name="Place">The line; 0 for code of no line.</param>
    /// <param name="IsEnd">True for the first address behind a sequence.</param>
    internal readonly record struct Row(ulong Address, SourceLine Place, bool IsEnd);
}
