using MiniKernel.Core;

namespace MiniKernel.Cli.Disasm;

/// <summary>Code of an object file between two labels.</summary>
/// <param name="Names">The symbols at its start, the one a reader knows first; none for code nobody has named.</param>
/// <param name="Section">Where it lies.</param>
/// <param name="Start">Offset of its first byte in the section.</param>
/// <param name="End">Offset behind its last one, as its symbol has it.</param>
/// <param name="Next">Offset of the next label; what is in between aligns that one.</param>
internal sealed record CodeStretch(IReadOnlyList<string> Names, ElfSection Section, ulong Start, ulong End, ulong Next)
{
    /// <summary>What a branch to it shows.</summary>
    public string Name => Names.Count == 0 ? Section.Name : Names[0];

    /// <summary>All code of a file, section by section, in the order it lies there.</summary>
    public static IReadOnlyList<CodeStretch> Of(ElfObject file) =>
        [.. file.Sections.Where(section => (section.Flags & ElfSectionFlags.Execute) != 0 && section.Bytes.Length != 0).SelectMany(section => Of(file, section))];

    private static IEnumerable<CodeStretch> Of(ElfObject file, ElfSection section)
    {
        ulong length = (ulong)section.Bytes.Length;
        ILookup<ulong, ElfSymbol> labels = file.Symbols.Where(symbol => IsLabel(symbol, section.Index, length)).ToLookup(symbol => symbol.Value);
        ulong[] starts = [.. labels.Select(label => label.Key).Append(0ul).Distinct().Order()];
        for (int i = 0; i < starts.Length; i++)
        {
            ulong next = i + 1 < starts.Length ? starts[i + 1] : length;
            // hello_init, which is local, before its alias init_module
            ElfSymbol[] here = [.. labels[starts[i]].OrderByDescending(symbol => symbol.Binding == ElfBinding.Local)];
            ulong size = here.Length == 0 ? 0 : here.Max(symbol => symbol.Size);
            yield return new CodeStretch([.. here.Select(symbol => symbol.Name)], section, starts[i], size == 0 || size > next - starts[i] ? next : starts[i] + size, next);
        }
    }

    private static bool IsLabel(ElfSymbol symbol, int section, ulong length) =>
        symbol.Section == section && symbol.Type is ElfSymbolType.Function or ElfSymbolType.None && symbol.Name.Length != 0 && symbol.Value < length;
}
