using Iced.Intel;

namespace MiniKernel.Hal.X86;

/// <summary>Finds the instructions of a block whose flags nobody reads.</summary>
internal static class FlagLiveness
{
    private const RflagsBits Arithmetic = RflagsBits.CF | RflagsBits.PF | RflagsBits.AF | RflagsBits.ZF | RflagsBits.SF | RflagsBits.OF;

    /// <summary>Goes through a block from its end, where all flags are wanted.</summary>
    /// <param name="block">The instructions.</param>
    /// <param name="live">Gets, for each, whether a flag it writes may be read.</param>
    public static void Find(List<Instruction> block, bool[] live)
    {
        RflagsBits wanted = Arithmetic;
        for (int i = block.Count - 1; i >= 0; i--)
        {
            Instruction instruction = block[i];
            RflagsBits written = instruction.RflagsModified & Arithmetic;
            live[i] = (written & wanted) != 0;
            if (!MayLeaveFlags(instruction))
                wanted &= ~written;
            wanted |= MayStop(instruction) ? Arithmetic : instruction.RflagsRead & Arithmetic;
        }
    }

    // A shift by CL writes no flags when CL is 0.
    private static bool MayLeaveFlags(in Instruction instruction) => instruction.OpCount > 1 && instruction.GetOpKind(instruction.OpCount - 1) == OpKind.Register
        && instruction.GetOpRegister(instruction.OpCount - 1) == Register.CL && instruction.Mnemonic is not (Mnemonic.Add or Mnemonic.Or or Mnemonic.Adc
        or Mnemonic.Sbb or Mnemonic.And or Mnemonic.Sub or Mnemonic.Xor or Mnemonic.Cmp or Mnemonic.Test);

    // Whoever looks at the core after a fault sees the flags as they were before the instruction.
    private static bool MayStop(in Instruction instruction)
    {
        bool isHarmless = instruction.ConditionCode != ConditionCode.None || IsArithmetic(instruction.Mnemonic) || IsMove(instruction.Mnemonic);
        for (int i = 0; i < instruction.OpCount; i++)
        {
            OpKind kind = instruction.GetOpKind(i);
            isHarmless &= kind == OpKind.Register ? instruction.GetOpRegister(i).IsGPR() : kind < OpKind.MemorySegSI || instruction.Mnemonic is Mnemonic.Lea or Mnemonic.Nop;
        }
        return !isHarmless;
    }

    private static bool IsArithmetic(Mnemonic mnemonic) => mnemonic is
        Mnemonic.Add or Mnemonic.Or or Mnemonic.Adc or Mnemonic.Sbb or Mnemonic.And or Mnemonic.Sub or Mnemonic.Xor or Mnemonic.Cmp or Mnemonic.Test
        or Mnemonic.Inc or Mnemonic.Dec or Mnemonic.Neg or Mnemonic.Not or Mnemonic.Mul or Mnemonic.Imul
        or Mnemonic.Shl or Mnemonic.Sal or Mnemonic.Shr or Mnemonic.Sar or Mnemonic.Rol or Mnemonic.Ror or Mnemonic.Rcl or Mnemonic.Rcr
        or Mnemonic.Shld or Mnemonic.Shrd or Mnemonic.Bt or Mnemonic.Bts or Mnemonic.Btr or Mnemonic.Btc or Mnemonic.Bsf or Mnemonic.Bsr or Mnemonic.Tzcnt;

    private static bool IsMove(Mnemonic mnemonic) => mnemonic is
        Mnemonic.Mov or Mnemonic.Movzx or Mnemonic.Movsx or Mnemonic.Movsxd or Mnemonic.Lea or Mnemonic.Nop or Mnemonic.Pause or Mnemonic.Bswap
        or Mnemonic.Xchg or Mnemonic.Xadd or Mnemonic.Cmpxchg or Mnemonic.Cbw or Mnemonic.Cwde or Mnemonic.Cdqe or Mnemonic.Cwd or Mnemonic.Cdq or Mnemonic.Cqo;
}
