using Iced.Intel;

namespace MiniKernel.Hal.X86.Tests;

/// <summary>What the manuals leave open about an instruction.</summary>
internal static unsafe class Undefinedness
{
    public const ulong Carry = 1, Overflow = 0x800, Arithmetic = 0x8d5;

    /// <summary>What of the answer cannot be compared.</summary>
    public static Undefined Of(in Instruction instruction, in OracleCase what, in OracleAnswer answer)
    {
        ulong flags = FlagsOf(instruction, what.Before);
        switch (instruction.Mnemonic)
        {
            case Mnemonic.Shld or Mnemonic.Shrd when instruction.Op1Register.GetSize() == 2 && Count(instruction, what.Before) > 16:
                return new Undefined(flags, Everything: true);
            case Mnemonic.Bswap when instruction.Op0Register.GetSize() == 2:
            case Mnemonic.Bsf or Mnemonic.Bsr when (answer.After.Flags & 0x40) != 0:
                return new Undefined(flags, Register: instruction.Op0Register.GetNumber());
            case var mnemonic when IsComparison(mnemonic):
                return new Undefined(flags, FlagsOfFault: Arithmetic);    // Intel puts them back as they were, AMD leaves the last comparison's
            default:
                return new Undefined(flags);
        }
    }

    /// <summary>The flags that may be anything afterwards.</summary>
    public static ulong FlagsOf(in Instruction instruction, in MachineState before)
    {
        ulong flags = Bits(instruction.RflagsUndefined);
        if (!IsShift(instruction.Mnemonic))
            return flags;
        int count = Count(instruction, before), width = Width(instruction);
        if (count > 1)
            flags |= Overflow;
        if (count >= width && instruction.Mnemonic is Mnemonic.Shl or Mnemonic.Sal or Mnemonic.Shr)
            flags |= Carry;
        return flags;
    }

    /// <summary>Iced's names of the flags, as bits of RFLAGS.</summary>
    public static ulong Bits(RflagsBits flags) =>
        (flags.HasFlag(RflagsBits.CF) ? 1u : 0) | (flags.HasFlag(RflagsBits.PF) ? 4u : 0) | (flags.HasFlag(RflagsBits.AF) ? 0x10u : 0)
        | (flags.HasFlag(RflagsBits.ZF) ? 0x40u : 0) | (flags.HasFlag(RflagsBits.SF) ? 0x80u : 0) | (flags.HasFlag(RflagsBits.OF) ? 0x800u : 0);

    private static bool IsComparison(Mnemonic mnemonic) => mnemonic is Mnemonic.Scasb or Mnemonic.Scasw or Mnemonic.Scasd or Mnemonic.Scasq
        or Mnemonic.Cmpsb or Mnemonic.Cmpsw or Mnemonic.Cmpsd or Mnemonic.Cmpsq;

    private static bool IsShift(Mnemonic mnemonic) => mnemonic is Mnemonic.Shl or Mnemonic.Sal or Mnemonic.Shr or Mnemonic.Sar or Mnemonic.Rol or Mnemonic.Ror
        or Mnemonic.Rcl or Mnemonic.Rcr or Mnemonic.Shld or Mnemonic.Shrd;

    private static int Count(in Instruction instruction, in MachineState before)
    {
        int last = instruction.OpCount - 1;
        ulong count = instruction.GetOpKind(last) == OpKind.Register ? before.Registers[(int)X86Register.Rcx] : instruction.GetImmediate(last);
        return (int)count & (Width(instruction) == 64 ? 63 : 31);
    }

    private static int Width(in Instruction instruction) =>
        8 * (instruction.Op0Kind == OpKind.Register ? instruction.Op0Register.GetSize() : instruction.MemorySize.GetSize());
}
