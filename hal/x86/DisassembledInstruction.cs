using System.Collections.Immutable;

namespace MiniKernel.Hal.X86;

/// <summary>One line of a disassembly.</summary>
/// <param name="Address">Address of the first byte.</param>
/// <param name="Length">Bytes.</param>
/// <param name="Bytes">The bytes themselves.</param>
/// <param name="Text">The instruction, or "(bad)" for one byte that begins none.</param>
public sealed record DisassembledInstruction(ulong Address, int Length, ImmutableArray<byte> Bytes, string Text);
