namespace MiniKernel.Core;

/// <summary>Ports a C module has requested; its struct resource is known by its address.</summary>
/// <param name="Start">The first.</param>
/// <param name="Count">How many.</param>
internal sealed record CRegion(ulong Start, ulong Count);
