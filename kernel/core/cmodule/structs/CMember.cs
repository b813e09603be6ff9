namespace MiniKernel.Core;

/// <summary>A member of a structure of the C headers.</summary>
/// <param name="Name">As C spells it: "f_pos", "lock.magic".</param>
/// <param name="Offset">Bytes from the beginning of the structure.</param>
/// <param name="Bytes">Its size; of a number 1, 2, 4 or 8.</param>
public sealed record CMember(string Name, int Offset, int Bytes);
