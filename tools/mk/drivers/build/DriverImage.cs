namespace MiniKernel.Cli.Drivers;

/// <summary>A driver that is built.</summary>
/// <param name="Shown">What messages call it.</param>
/// <param name="Assembly">The .dll.</param>
/// <param name="Symbols">The .pdb; null when there is none, and an oops then shows no lines.</param>
/// <param name="Warnings">What the compiler warned of, a line each.</param>
internal sealed record DriverImage(string Shown, byte[] Assembly, byte[]? Symbols, IReadOnlyList<string> Warnings);
