using Iced.Intel;

namespace MiniKernel.Hal.X86;

/// <summary>Lets Iced's formatters ask for the names of an instruction's fields; code that is not linked has no addresses to go by.</summary>
internal sealed class FieldResolver(CodeNames names) : ISymbolResolver
{
    /// <summary>Where the fields of the instruction lie that is written next.</summary>
    public ConstantOffsets Offsets { get; set; }

    public bool TryGetSymbol(in Instruction instruction, int operand, int instructionOperand, ulong address, int addressSize, out SymbolResult symbol)
    {
        string? name = instructionOperand < 0 ? null : NameOf(instruction, instruction.GetOpKind(instructionOperand), address);
        symbol = name is null ? default : new SymbolResult(address, name);
        return name is not null;
    }

    private string? NameOf(in Instruction instruction, OpKind kind, ulong address)
    {
        switch (kind)
        {
            case OpKind.NearBranch16 or OpKind.NearBranch32 or OpKind.NearBranch64:
                return FieldAt(instruction, Offsets.HasImmediate, Offsets.ImmediateOffset) ?? names.Target(address);
            case OpKind.Memory:
                return FieldAt(instruction, Offsets.HasDisplacement, Offsets.DisplacementOffset);
            default:
                return FieldAt(instruction, Offsets.HasImmediate, Offsets.ImmediateOffset);
        }
    }

    private string? FieldAt(in Instruction instruction, bool isThere, int offset) =>
        isThere ? names.Field(new CodeField(instruction.IP + (ulong)offset, instruction.Length - offset)) : null;
}
