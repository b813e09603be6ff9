using Iced.Intel;

namespace MiniKernel.Hal.X86;

/// <summary>Turns one instruction into an operation: chooses the handler and writes down its operands.</summary>
/// <remarks>Each subject (arithmetic, moves, branches, ...) has its part of this class, and knows its mnemonics.</remarks>
internal sealed unsafe partial class Translator(X86Mode mode, bool isShadowed, HandlerTable handlers)
{
    private Instruction _instruction;
    private MicroOp* _op;
    private Type _flags = typeof(LiveFlags);
    private bool _isStrange;                                  // an operand this core does not have

    /// <summary>True for an instruction that nothing of its block can follow.</summary>
    public static bool EndsBlock(in Instruction instruction) =>
        instruction.FlowControl != FlowControl.Next || instruction.IsStringInstruction
        || instruction.Mnemonic is Mnemonic.Hlt or Mnemonic.Invlpg or Mnemonic.Popf or Mnemonic.Popfd or Mnemonic.Popfq or Mnemonic.INVALID;

    /// <summary>Translates one instruction.</summary>
    /// <param name="instruction">The instruction.</param>
    /// <param name="flagsLive">False: nobody reads the flags it leaves.</param>
    /// <param name="op">The operation; its place in the block is set.</param>
    public void Translate(in Instruction instruction, bool flagsLive, MicroOp* op)
    {
        Begin(instruction, op);
        _flags = flagsLive ? typeof(LiveFlags) : typeof(DeadFlags);
        if (!TryTranslate() || _isStrange)
            Emit(typeof(Invalid));
    }

    /// <summary>Translates CMP or TEST and a Jcc behind it.</summary>
    /// <returns>False when the two are something else.</returns>
    public bool TryTranslatePair(in Instruction first, in Instruction second, MicroOp* op)
    {
        if (first.Mnemonic is not (Mnemonic.Cmp or Mnemonic.Test) || !second.IsJccShortOrNear || second.Op0Kind != NearBranch)
            return false;
        Begin(first, op);
        Operand left = To(0), right = From(1);
        if (_isStrange)
            return false;
        Type comparison = first.Mnemonic == Mnemonic.Cmp ? typeof(CompareFirst) : typeof(TestFirst);
        Emit(typeof(CompareAndJump<,,,,>), comparison, WidthOf(0), left, right, Condition(second.ConditionCode));
        return true;
    }

    /// <summary>The operation that leads on from a block no branch ends.</summary>
    public void TranslateEnd(MicroOp* op)
    {
        *op = default;
        _op = op;
        Emit(typeof(Continue));
    }

    private void Begin(in Instruction instruction, MicroOp* op)
    {
        _instruction = instruction;
        _op = op;
        _isStrange = false;
        op->Base = op->Index = op->Segment = CpuState.NoRegister;
        op->RememberDirect();
    }

    private bool TryTranslate() =>
        TryMove() || TryArithmetic() || TryShift() || TryBits() || TryStack() || TryBranch() || TryExchange() || TryString() || TrySystem();

    private void Emit(Type handler, params ReadOnlySpan<Operand> arguments)
    {
        Span<Type> types = new Type[arguments.Length];
        for (int i = 0; i < types.Length; i++)
            types[i] = arguments[i].Hasty;
        _op->Execute = handlers.Get(handler, types);
        for (int i = 0; i < types.Length; i++)
            types[i] = arguments[i].Patient;
        _op->Patient = handlers.Get(handler, types);
    }
}
