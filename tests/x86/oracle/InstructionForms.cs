using Iced.Intel;

namespace MiniKernel.Hal.X86.Tests;

/// <summary>Every encoding of every mnemonic the core has, but for what a user program may not execute.</summary>
internal static class InstructionForms
{
    private static readonly HashSet<Mnemonic> _mnemonics =
    [
        Mnemonic.Mov, Mnemonic.Lea, Mnemonic.Push, Mnemonic.Call, Mnemonic.Add, Mnemonic.Test, Mnemonic.Cmp, Mnemonic.Pop, Mnemonic.Jmp, Mnemonic.Sub,
        Mnemonic.Xor, Mnemonic.Movzx, Mnemonic.Nop, Mnemonic.Ret, Mnemonic.And, Mnemonic.Or, Mnemonic.Shr, Mnemonic.Shl, Mnemonic.Sal, Mnemonic.Imul,
        Mnemonic.Sbb, Mnemonic.Bswap, Mnemonic.Sar, Mnemonic.Adc, Mnemonic.Ud2, Mnemonic.Rol, Mnemonic.Dec, Mnemonic.Inc, Mnemonic.Not, Mnemonic.Bts,
        Mnemonic.Movsx, Mnemonic.Movsxd, Mnemonic.Mul, Mnemonic.Neg, Mnemonic.Btr, Mnemonic.Div, Mnemonic.Ror, Mnemonic.Shrd, Mnemonic.Xchg, Mnemonic.Shld,
        Mnemonic.Cdq, Mnemonic.Xadd, Mnemonic.Tzcnt, Mnemonic.Bt, Mnemonic.Cdqe, Mnemonic.Idiv, Mnemonic.Bsf, Mnemonic.Bsr, Mnemonic.Pause, Mnemonic.Cwde,
        Mnemonic.Cqo, Mnemonic.Cmpxchg, Mnemonic.Leave, Mnemonic.Pushf, Mnemonic.Pushfd, Mnemonic.Pushfq, Mnemonic.Popf, Mnemonic.Popfd, Mnemonic.Popfq,
        Mnemonic.Movsb, Mnemonic.Movsw, Mnemonic.Movsd, Mnemonic.Movsq, Mnemonic.Stosb, Mnemonic.Stosw, Mnemonic.Stosd, Mnemonic.Stosq,
        Mnemonic.Lodsb, Mnemonic.Lodsw, Mnemonic.Lodsd, Mnemonic.Lodsq, Mnemonic.Scasb, Mnemonic.Scasw, Mnemonic.Scasd, Mnemonic.Scasq,
        Mnemonic.Cmpsb, Mnemonic.Cmpsw, Mnemonic.Cmpsd, Mnemonic.Cmpsq, Mnemonic.Cbw, Mnemonic.Cwd, Mnemonic.Btc, Mnemonic.Clc, Mnemonic.Stc, Mnemonic.Cmc,
        Mnemonic.Cld, Mnemonic.Std, Mnemonic.Lahf, Mnemonic.Sahf, Mnemonic.Rcl, Mnemonic.Rcr, Mnemonic.Cmpxchg8b, Mnemonic.Jecxz, Mnemonic.Jrcxz, Mnemonic.Loop,
    ];

    // Branches and stack frames of 16 bits, which no compiler writes, and CMPXCHG as only the first 486 had it.
    private static readonly HashSet<Code> _leftOut =
    [
        Code.Call_rm16, Code.Jmp_rm16, Code.Retnw, Code.Retnw_imm16, Code.Leavew,
        Code.Cmpxchg486_rm8_r8, Code.Cmpxchg486_rm16_r16, Code.Cmpxchg486_rm32_r32,
    ];

    /// <summary>The encodings there are in one mode.</summary>
    public static IReadOnlyList<Code> All(X86Mode mode) =>
        [.. Enum.GetValues<Code>().Where(code => IsOurs(code) && IsIn(code.ToOpCode(), mode) && HasOrdinaryOperands(code.ToOpCode(), mode))];

    private static bool IsOurs(Code code) =>
        !_leftOut.Contains(code) && code.ToOpCode() is { IsInstruction: true, Encoding: EncodingKind.Legacy }
        && (_mnemonics.Contains(code.Mnemonic()) || code.IsJccShortOrNear()
            || code is (>= Code.Seto_rm8 and <= Code.Setg_rm8) or (>= Code.Cmovo_r16_rm16 and <= Code.Cmovg_r64_rm64));

    private static bool IsIn(OpCodeInfo info, X86Mode mode) => mode == X86Mode.X64 ? info.Mode64 : info.Mode32;

    // Segment, control and vector registers, far and 16-bit branches are not for us; nor are loops that count otherwise than in full.
    private static bool HasOrdinaryOperands(OpCodeInfo info, X86Mode mode)
    {
        if (info.Mnemonic is Mnemonic.Loop or Mnemonic.Jecxz && info.Code is not (Code.Loop_rel8_32_ECX or Code.Loop_rel8_64_RCX or Code.Jecxz_rel8_32 or Code.Jecxz_rel8_64))
            return false;
        if (info.Mnemonic is Mnemonic.Call or Mnemonic.Jmp && info.GetOpKind(0) == OpCodeOperandKind.mem)
            return false;
        return Enumerable.Range(0, info.OpCount).All(i => OperandForms.IsOrdinary(info.GetOpKind(i), mode));
    }
}
