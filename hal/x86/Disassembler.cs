using System.Collections.Immutable;
using Iced.Intel;

namespace MiniKernel.Hal.X86;

/// <summary>Turns x86 machine code into instructions and text (Iced does the work).</summary>
/// <remarks>Bytes that are no instruction, or one cut off by the end of the code, come out one at a time as "(bad)", and
/// decoding goes on behind each, as objdump does. Not thread-safe: one disassembler, one thread.</remarks>
public sealed class Disassembler
{
    private readonly int _bitness;
    private readonly FieldResolver? _fields;
    private readonly Formatter _formatter;
    private readonly StringOutput _output = new();

    /// <summary>A disassembler for one kind of code.</summary>
    /// <param name="bitness">32 or 64.</param>
    /// <param name="syntax">How to write it.</param>
    /// <param name="findSymbol">Names the symbol an address lies in, or returns null; without it operands stay numbers.</param>
    public Disassembler(int bitness, DisassemblySyntax syntax = DisassemblySyntax.Att, Func<ulong, CodeSymbol?>? findSymbol = null)
        : this(bitness, syntax, findSymbol is null ? null : new SymbolResolver(findSymbol))
    {
    }

    /// <summary>A disassembler for code that is not linked yet.</summary>
    /// <param name="bitness">32 or 64.</param>
    /// <param name="syntax">How to write it.</param>
    /// <param name="names">Names what its fields will hold. Mnemonics have their size, as compilers write them: movl.</param>
    public Disassembler(int bitness, DisassemblySyntax syntax, CodeNames names)
        : this(bitness, syntax, new FieldResolver(names)) => _formatter.Options.GasShowMnemonicSizeSuffix = true;

    private Disassembler(int bitness, DisassemblySyntax syntax, ISymbolResolver? symbols)
    {
        if (bitness is not (32 or 64))
            throw new ArgumentOutOfRangeException(nameof(bitness), bitness, "code is 32-bit or 64-bit");
        _bitness = bitness;
        _fields = symbols as FieldResolver;
        _formatter = MakeFormatter(syntax, symbols);
    }

    /// <summary>Decodes code that lies at <paramref name="address"/>.</summary>
    /// <param name="code">The bytes.</param>
    /// <param name="address">Address of the first one.</param>
    /// <param name="limit">Instructions to decode at most.</param>
    /// <returns>Iced's instructions; an invalid one has length 1.</returns>
    public IReadOnlyList<Instruction> Decode(ReadOnlySpan<byte> code, ulong address, int limit = int.MaxValue) =>
        [.. Decode(code.ToArray(), address, limit).Select(decoded => decoded.Instruction)];

    /// <summary>Decodes code that lies at <paramref name="address"/> and writes it down.</summary>
    /// <param name="code">The bytes.</param>
    /// <param name="address">Address of the first one.</param>
    /// <param name="limit">Instructions to decode at most.</param>
    public IReadOnlyList<DisassembledInstruction> Disassemble(ReadOnlySpan<byte> code, ulong address, int limit = int.MaxValue)
    {
        List<(Instruction Instruction, ConstantOffsets Offsets)> instructions = Decode(code.ToArray(), address, limit);
        var lines = new List<DisassembledInstruction>(instructions.Count);
        int offset = 0;
        foreach ((Instruction instruction, ConstantOffsets offsets) in instructions)
        {
            _fields?.Offsets = offsets;
            ImmutableArray<byte> bytes = [.. code.Slice(offset, instruction.Length)];
            lines.Add(new DisassembledInstruction(instruction.IP, instruction.Length, bytes, Format(instruction)));
            offset += instruction.Length;
        }

        return lines;
    }

    /// <summary>Writes down one decoded instruction.</summary>
    public string Format(in Instruction instruction)
    {
        _formatter.Format(instruction, _output);
        return _output.ToStringAndReset();
    }

    private List<(Instruction Instruction, ConstantOffsets Offsets)> Decode(byte[] code, ulong address, int limit)
    {
        var reader = new ByteArrayCodeReader(code);
        var decoder = Decoder.Create(_bitness, reader, address);
        var instructions = new List<(Instruction Instruction, ConstantOffsets Offsets)>();
        for (int offset = 0; offset < code.Length && instructions.Count < limit; offset = reader.Position)
        {
            Instruction instruction = decoder.Decode();
            if (instruction.IsInvalid)
            {
                instruction.Length = 1;
                instruction.NextIP = decoder.IP = AddressAt(address, offset + 1);
                reader.Position = offset + 1;
            }

            instructions.Add((instruction, instruction.IsInvalid ? default : decoder.GetConstantOffsets(instruction)));
        }

        return instructions;
    }

    // 32-bit code wraps at 4 GiB.
    private ulong AddressAt(ulong address, int offset)
    {
        ulong at = address + (ulong)offset;
        return _bitness == 32 ? (uint)at : at;
    }

    private static Formatter MakeFormatter(DisassemblySyntax syntax, ISymbolResolver? symbols)
    {
        Formatter formatter = syntax == DisassemblySyntax.Att ? new GasFormatter(symbols) : new IntelFormatter(symbols);
        FormatterOptions options = formatter.Options;
        options.HexPrefix = "0x";
        options.HexSuffix = null;
        options.UppercaseHex = false;
        options.SmallHexNumbersInDecimal = false;
        options.SpaceAfterOperandSeparator = false;
        options.BranchLeadingZeros = false;
        options.RipRelativeAddresses = true;
        return formatter;
    }
}
