namespace MiniKernel.Hal.X86;

/// <summary>A named place in code or data.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Address">Its first byte; operands that point into it are written NAME+0xOFFSET.</param>
public readonly record struct CodeSymbol(string Name, ulong Address);
