using Iced.Intel;

namespace MiniKernel.Hal.X86;

/// <summary>Lets Iced's formatters ask a lookup function for names.</summary>
internal sealed class SymbolResolver(Func<ulong, CodeSymbol?> lookup) : ISymbolResolver
{
    public bool TryGetSymbol(in Instruction instruction, int operand, int instructionOperand, ulong address, int addressSize, out SymbolResult symbol)
    {
        CodeSymbol? found = lookup(address);
        symbol = found is { } known ? new SymbolResult(known.Address, known.Name) : default;
        return found is not null;
    }
}
