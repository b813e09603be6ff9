namespace MiniKernel.Cli.Cc;

/// <summary>The command line of mk cc.</summary>
/// <param name="Files">The sources; several are linked into one module.</param>
/// <param name="Output">The module; null for the first source's name with .ko.</param>
/// <param name="How">Optimization, debug information, API.</param>
/// <param name="Compiler">The compiler; null for CC's or whichever there is.</param>
/// <param name="Samples">A folder of samples, whose prebuilt objects are to be renewed; null for none.</param>
internal sealed record CcRequest(IReadOnlyList<string> Files, string? Output, CcOptions How, string? Compiler = null, string? Samples = null);
