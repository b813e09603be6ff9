namespace MiniKernel.Core;

/// <summary>struct kernel_symbol.</summary>
public sealed class KernelSymbolStruct : CStruct
{
    internal KernelSymbolStruct(int wordBytes)
        : base("struct kernel_symbol", wordBytes)
    {
        Value = Word("value");
        Symbol = Word("name");
    }

    /// <summary>Where it lies.</summary>
    public CMember Value { get; }

    /// <summary>A pointer to its name.</summary>
    public CMember Symbol { get; }
}
