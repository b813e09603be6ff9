using Iced.Intel;

namespace MiniKernel.Hal.X86.Tests;

/// <summary>Writes cases of several instructions: flags nobody reads, comparisons before branches, several operations in one block.</summary>
internal sealed unsafe class SequenceWriter(X86Mode mode, SplitMix random)
{
    private const int Longest = 8;
    private static readonly HashSet<Mnemonic> _mnemonics =
    [
        Mnemonic.Add, Mnemonic.Or, Mnemonic.Adc, Mnemonic.Sbb, Mnemonic.And, Mnemonic.Sub, Mnemonic.Xor, Mnemonic.Cmp, Mnemonic.Test, Mnemonic.Inc, Mnemonic.Dec,
        Mnemonic.Neg, Mnemonic.Not, Mnemonic.Mov, Mnemonic.Movzx, Mnemonic.Movsx, Mnemonic.Movsxd, Mnemonic.Imul, Mnemonic.Bt, Mnemonic.Xadd, Mnemonic.Cmpxchg,
        Mnemonic.Shl, Mnemonic.Shr, Mnemonic.Sar, Mnemonic.Rol, Mnemonic.Ror, Mnemonic.Clc, Mnemonic.Stc, Mnemonic.Cmc,
    ];
    private readonly Code[] _work = [.. InstructionForms.All(mode).Where(IsWork)];
    private readonly Code[] _comparisons = [.. InstructionForms.All(mode).Where(code => code.Mnemonic() is Mnemonic.Cmp or Mnemonic.Test)];
    private readonly Code[] _branches = [.. InstructionForms.All(mode).Where(code => code.IsJccShort())];
    private readonly CaseWriter _writer = new(mode, random);
    private readonly CaseEncoder _encoder = new(mode);

    /// <summary>Writes a case, and says which flags cannot be compared at its end.</summary>
    public void Write(out OracleCase written, out Undefined undefined)
    {
        written = default;
        ulong open = 0, everOpen = 0;
        for (int i = random.Below(Longest); i >= 0; i--)
            Append(_work[random.Below(_work.Length)], ref written, ref open, ref everOpen);
        if (random.Percent(70))
        {
            Append(_comparisons[random.Below(_comparisons.Length)], ref written, ref open, ref everOpen);
            Append(_branches[random.Below(_branches.Length)], ref written, ref open, ref everOpen);
        }
        undefined = new Undefined(open, everOpen);
    }

    private static bool IsWork(Code code) =>
        _mnemonics.Contains(code.Mnemonic()) || code is (>= Code.Seto_rm8 and <= Code.Setg_rm8) or (>= Code.Cmovo_r16_rm16 and <= Code.Cmovg_r64_rm64);

    // Takes the operands another writer draws; the first instruction's machine serves all of them.
    private void Append(Code code, ref OracleCase into, ref ulong open, ref ulong everOpen)
    {
        OracleCase drawn;
        Instruction instruction;
        while (!_writer.TryWrite(code, out drawn, out instruction))
        {
        }
        if (into.Bits == 0)
        {
            into = drawn;
            into.Length = 0;
        }
        if (instruction.IsIPRelativeMemoryOperand || (Undefinedness.Bits(instruction.RflagsRead) & open) != 0)
            return;
        OracleCase before = into;
        if (!_encoder.TryEncode(ref instruction, ref into))
        {
            into = before;
            return;
        }
        // A count in CL is only known when it runs: then all that a shift may leave open is.
        ulong undefined = IsByCl(instruction) ? Undefinedness.Arithmetic : Undefinedness.FlagsOf(instruction, into.Before);
        ulong written = Undefinedness.Bits(instruction.RflagsModified);
        open = (open & ~written) | undefined;
        everOpen |= undefined;
    }

    private static bool IsByCl(in Instruction instruction) =>
        instruction.OpCount == 2 && instruction.Op1Kind == OpKind.Register && instruction.Op1Register == Register.CL
        && instruction.Mnemonic is Mnemonic.Shl or Mnemonic.Shr or Mnemonic.Sar or Mnemonic.Rol or Mnemonic.Ror;
}
