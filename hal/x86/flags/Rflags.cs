namespace MiniKernel.Hal.X86;

/// <summary>Bits of RFLAGS.</summary>
internal static class Rflags
{
    public const ulong Carry = 1 << 0, Fixed = 1 << 1, Parity = 1 << 2, Adjust = 1 << 4, Zero = 1 << 6, Sign = 1 << 7;
    public const ulong Interrupt = 1 << 9, Direction = 1 << 10, Overflow = 1 << 11;

    /// <summary>What arithmetic sets.</summary>
    public const ulong Arithmetic = Carry | Parity | Adjust | Zero | Sign | Overflow;

    /// <summary>What POPF may change here: the arithmetic flags, TF (which does nothing), IF, DF, IOPL, NT, AC and ID.</summary>
    public const ulong Writable = Arithmetic | (1 << 8) | Interrupt | Direction | (3 << 12) | (1 << 14) | (1 << 18) | (1 << 21);
}
