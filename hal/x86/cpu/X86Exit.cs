namespace MiniKernel.Hal.X86;

/// <summary>How a run ended.</summary>
/// <param name="Kind">Why.</param>
/// <param name="Rip">Where the core stands: the faulting instruction of a fault, else the next one.</param>
/// <param name="Vector">Exception or interrupt vector: 0 #DE, 1 #DB, 3 #BP, 4 #OF, 6 #UD, 12 #SS, 13 #GP, 14 #PF.</param>
/// <param name="ErrorCode">What the CPU would push with the exception; of a page fault bit 1 says write, bit 4 says fetch.</param>
/// <param name="Address">The address that faulted (CR2), or that INVLPG named; of HLT and INT n where the instruction itself lies.</param>
/// <param name="TrapIndex">Which entry of the trap page was reached.</param>
/// <param name="Bytes">Of a page fault on data: bytes from <paramref name="Address"/> to the operand's end.</param>
public readonly record struct X86Exit(X86ExitKind Kind, ulong Rip, int Vector = 0, uint ErrorCode = 0, ulong Address = 0, int TrapIndex = 0, int Bytes = 0);
