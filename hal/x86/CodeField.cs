namespace MiniKernel.Hal.X86;

/// <summary>A constant in an instruction that is not linked yet: a displacement, an immediate, the distance of a branch.</summary>
/// <param name="Address">Address of its first byte.</param>
/// <param name="ToNext">Bytes from there to the next instruction: a distance is counted from that one, a relocation's from the field.</param>
public readonly record struct CodeField(ulong Address, int ToNext);
