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
    private static bool MayStop(in Instruction instruction) =>
        instruction.Mnemonic is not (Mnemonic.Lea or Mnemonic.Nop) && (instruction.IsStackInstruction || HasMemoryOperand(instruction)
        || instruction.Mnemonic is Mnemonic.Div or Mnemonic.Idiv or Mnemonic.INVALID or Mnemonic.Ud2 or Mnemonic.Leave);

    private static bool HasMemoryOperand(in Instruction instruction)
    {
        for (int i = 0; i < instruction.OpCount; i++)
        {
            if (instruction.GetOpKind(i) >= OpKind.MemorySegSI)
                return true;
        }
        return false;
    }
}
