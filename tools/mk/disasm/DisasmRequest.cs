namespace MiniKernel.Cli.Disasm;

/// <summary>What mk disasm was asked for.</summary>
/// <param name="What">A C module, a C source, a driver, or TYPE.METHOD of a sample.</param>
/// <param name="Name">The function, or TYPE.METHOD; null for all there is.</param>
/// <param name="Level">-O of a C source; null for the usual one.</param>
/// <param name="IsComparison">True for the code without optimization above the code with it.</param>
/// <param name="Style">How listings of C look; the JIT's are its own.</param>
internal sealed record DisasmRequest(string What, string? Name, string? Level, bool IsComparison, ListingStyle Style);
