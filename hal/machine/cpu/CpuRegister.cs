namespace MiniKernel.Hal;

/// <summary>A register.</summary>
/// <param name="Name">As "EAX" or "RIP".</param>
/// <param name="Value">What it holds.</param>
public readonly record struct CpuRegister(string Name, ulong Value);
