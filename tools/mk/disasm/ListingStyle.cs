using MiniKernel.Hal.X86;

namespace MiniKernel.Cli.Disasm;

/// <summary>How a listing looks.</summary>
/// <param name="Syntax">Whose words.</param>
/// <param name="ShowBytes">True to show the code's bytes.</param>
/// <param name="ShowAddresses">True to show where each instruction lies.</param>
internal sealed record ListingStyle(DisassemblySyntax Syntax, bool ShowBytes, bool ShowAddresses);
