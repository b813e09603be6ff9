using System.Buffers.Binary;

namespace MiniKernel.Core;

/// <summary>Puts addresses where they belong.</summary>
/// <param name="layout">Where everything lies.</param>
/// <param name="resolve">The address of a symbol, whoever defines it.</param>
internal sealed class Relocator(ModuleLayout layout, Func<ElfObject, ElfSymbol, ulong> resolve)
{
    /// <summary>Relocates all loaded sections of a file.</summary>
    /// <exception cref="ElfFormatException">A kind nobody knows, a place outside its section, a value that does not fit.</exception>
    public void Apply(ElfObject file)
    {
        foreach (ElfRelocations relocations in file.Relocations)
        {
            if (layout.TryPlace(file, relocations.Target.Index, out ModulePart region, out ulong offset))
                Apply(file, relocations, region.Bytes[(int)offset..], region.Address + offset, resolve);
        }
    }

    /// <summary>Relocates one section.</summary>
    /// <param name="file">Whose it is.</param>
    /// <param name="relocations">Its relocations.</param>
    /// <param name="bytes">Its bytes, to be changed.</param>
    /// <param name="address">Where it lies.</param>
    /// <param name="resolve">The address of a symbol, whoever defines it.</param>
    /// <exception cref="ElfFormatException">A kind nobody knows, a place outside its section, a value that does not fit.</exception>
    public static void Apply(ElfObject file, ElfRelocations relocations, Span<byte> bytes, ulong address, Func<ElfObject, ElfSymbol, ulong> resolve)
    {
        foreach (ElfFixup fixup in ElfFixups.Of(file, relocations))
        {
            ElfSymbol symbol = fixup.Symbol;
            bool isNobody = symbol.Name.Length == 0 && symbol.Section == ElfSymbol.Undefined;
            ulong value = (isNobody ? 0 : resolve(file, symbol)) + (ulong)fixup.Addend;
            if (fixup.Kind == ElfFixupKind.Relative)
                value -= address + fixup.Offset;
            if (!Fits(value, fixup, file.Machine))
                throw new ElfFormatException($"the relocation of section {relocations.Target.Name} at {ElfFixups.Hex(fixup.Offset)} to {(symbol.Name.Length == 0 ? "a section" : symbol.Name)} does not fit in {fixup.Bytes * 8} bits: {ElfFixups.Hex(value)}");
            Span<byte> place = bytes[(int)fixup.Offset..];
            if (fixup.Bytes == 8)
                BinaryPrimitives.WriteUInt64LittleEndian(place, value);
            else
                BinaryPrimitives.WriteUInt32LittleEndian(place, (uint)value);
        }
    }

    // On i386 addresses wrap; on x86-64 a 32-bit field is extended by the instruction that holds it.
    private static bool Fits(ulong value, in ElfFixup fixup, ElfMachine machine) =>
        fixup.Bytes == 8 || machine == ElfMachine.I386 || (fixup.Kind == ElfFixupKind.Unsigned ? value <= uint.MaxValue : (long)value == (int)value);
}
