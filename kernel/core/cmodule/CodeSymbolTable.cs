using System.Globalization;

namespace MiniKernel.Core;

/// <summary>A symbol of a module in memory.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Address">Its first byte.</param>
/// <param name="Size">Bytes; 0 when it is not known.</param>
/// <param name="IsFunction">True for code.</param>
/// <param name="Binding">Who sees it.</param>
public sealed record CodeSymbolEntry(string Name, ulong Address, ulong Size, bool IsFunction, ElfBinding Binding);

/// <summary>Names addresses by the symbol before them.</summary>
internal sealed class CodeSymbolTable
{
    private readonly CodeSymbolEntry[] _ascending;

    // Of several at one address the last is taken: hello_init, which is local, before its alias init_module.
    public CodeSymbolTable(IEnumerable<CodeSymbolEntry> symbols) => _ascending = [.. symbols.Order(Comparer<CodeSymbolEntry>.Create(Compare))];

    /// <summary>"name+0x1c/0x40", as Linux's kallsyms writes it; null before the first symbol and behind the last one's end.</summary>
    public string? NameOf(ulong address)
    {
        int low = 0, high = _ascending.Length;
        while (low < high)
        {
            int middle = (low + high) >>> 1;
            (low, high) = _ascending[middle].Address <= address ? (middle + 1, high) : (low, middle);
        }
        if (low == 0)
            return null;
        CodeSymbolEntry symbol = _ascending[low - 1];
        ulong offset = address - symbol.Address, size = symbol.Size != 0 ? symbol.Size : low < _ascending.Length ? _ascending[low].Address - symbol.Address : 0;
        return offset <= size ? string.Create(CultureInfo.InvariantCulture, $"{symbol.Name}+0x{offset:x}/0x{size:x}") : null;
    }

    private static int Compare(CodeSymbolEntry one, CodeSymbolEntry other)
    {
        int order = one.Address.CompareTo(other.Address);
        if (order == 0)
            order = one.IsFunction.CompareTo(other.IsFunction);
        return order != 0 ? order : (one.Binding == ElfBinding.Local).CompareTo(other.Binding == ElfBinding.Local);
    }
}
