namespace MiniKernel.Core;

/// <summary>The letter that says what a symbol is, as nm and /proc/kallsyms have it.</summary>
internal static class SymbolLetter
{
    private const int FirstReserved = 0xff00;

    /// <summary>The letter, in lower case: nm's capitals tell who sees a symbol, those of /proc/kallsyms that it is exported.</summary>
    /// <remarks>Linux 2.6.24 kernel/module.c, elf_type.</remarks>
    public static char Of(ElfObject file, ElfSymbol symbol)
    {
        if (symbol.Binding == ElfBinding.Weak)
            return symbol.Type == ElfSymbolType.Variable ? 'v' : 'w';
        return symbol.Section switch
        {
            ElfSymbol.Undefined => 'u',
            ElfSymbol.Absolute => 'a',
            ElfSymbol.Common => 'c',
            >= FirstReserved => '?',
            _ => OfSection(file.Sections[symbol.Section]),
        };
    }

    private static char OfSection(ElfSection section)
    {
        if ((section.Flags & ElfSectionFlags.Execute) != 0)
            return 't';
        if (!section.IsAllocated)
            return section.Name.StartsWith(".debug", StringComparison.Ordinal) ? 'n' : '?';
        if (section.Type == ElfSectionType.NoBits)
            return 'b';
        return (section.Flags & ElfSectionFlags.Write) != 0 ? 'd' : 'r';
    }
}
