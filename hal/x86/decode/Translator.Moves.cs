using Iced.Intel;

namespace MiniKernel.Hal.X86;

// MOV and its family, exchanges, the stack.
internal sealed unsafe partial class Translator
{
    private bool TryMove()
    {
        switch (_instruction.Mnemonic)
        {
            case Mnemonic.Mov:
                Emit(typeof(Move<,,>), WidthOf(0), To(0), From(1));
                return true;
            case Mnemonic.Lea:
                _op->Destination = Register(0);
                Emit(typeof(LoadAddress<,>), WidthOf(0), Address());
                return true;
            case Mnemonic.Movzx:
                EmitExtension(typeof(MoveUnsigned<,,>));
                return true;
            case Mnemonic.Movsx or Mnemonic.Movsxd:
                EmitExtension(typeof(MoveSigned<,,>));
                return true;
            case Mnemonic.Bswap:
                _op->Destination = Register(0);
                Emit(typeof(SwapBytes<>), WidthOf(0));
                return true;
            default:
                return TryAccumulatorMove() || TryConditionalMove();
        }
    }

    private void EmitExtension(Type handler)
    {
        _op->Destination = Register(0);
        Emit(handler, WidthOf(0), WidthOf(1), From(1));
    }

    // CBW and its kin; source and destination registers are number 0, the accumulator.
    private bool TryAccumulatorMove()
    {
        int bytes = _instruction.Mnemonic switch
        {
            Mnemonic.Cbw or Mnemonic.Cwd => 2,
            Mnemonic.Cwde or Mnemonic.Cdq => 4,
            Mnemonic.Cdqe or Mnemonic.Cqo => 8,
            _ => 0,
        };
        if (bytes == 0)
            return false;
        if (_instruction.Mnemonic is Mnemonic.Cwd or Mnemonic.Cdq or Mnemonic.Cqo)
            Emit(typeof(SpreadSign<>), Width(bytes));
        else
            Emit(typeof(MoveSigned<,,>), Width(bytes), Width(bytes / 2), typeof(FromRegister));
        return true;
    }

    private bool TryConditionalMove()
    {
        Type condition = Condition(_instruction.ConditionCode);
        if (_instruction.Code is >= Code.Seto_rm8 and <= Code.Setg_rm8)
        {
            Emit(typeof(SetIf<,>), condition, To(0));
            return true;
        }
        if (_instruction.Code is not (>= Code.Cmovo_r16_rm16 and <= Code.Cmovg_r64_rm64))
            return false;
        _op->Destination = Register(0);
        Emit(typeof(MoveIf<,,>), condition, WidthOf(0), From(1));
        return true;
    }

    private static Type Condition(ConditionCode code) => code switch
    {
        ConditionCode.o => typeof(IfOverflow),
        ConditionCode.no => typeof(Not<IfOverflow>),
        ConditionCode.b => typeof(IfBelow),
        ConditionCode.ae => typeof(Not<IfBelow>),
        ConditionCode.e => typeof(IfEqual),
        ConditionCode.ne => typeof(Not<IfEqual>),
        ConditionCode.be => typeof(IfBelowOrEqual),
        ConditionCode.a => typeof(Not<IfBelowOrEqual>),
        ConditionCode.s => typeof(IfSign),
        ConditionCode.ns => typeof(Not<IfSign>),
        ConditionCode.p => typeof(IfParity),
        ConditionCode.np => typeof(Not<IfParity>),
        ConditionCode.l => typeof(IfLess),
        ConditionCode.ge => typeof(Not<IfLess>),
        ConditionCode.le => typeof(IfLessOrEqual),
        _ => typeof(Not<IfLessOrEqual>),
    };

    private bool TryExchange()
    {
        switch (_instruction.Mnemonic)
        {
            case Mnemonic.Xchg:
                EmitExchange();
                return true;
            case Mnemonic.Xadd:
                _op->Source = Register(1);
                Emit(typeof(ExchangeAdd<,>), WidthOf(0), To(0));
                return true;
            case Mnemonic.Cmpxchg:
                _op->Source = Register(1);
                Emit(typeof(CompareExchange<,>), WidthOf(0), To(0));
                return true;
            case Mnemonic.Cmpxchg8b:
                Emit(typeof(CompareExchange8<>), To(0));
                return true;
            default:
                return false;
        }
    }

    // The memory operand may stand on either side.
    private void EmitExchange()
    {
        int to = IsMemory(1) ? 1 : 0;
        _op->Source = Register(1 - to);
        Emit(typeof(Exchange<,>), WidthOf(to), To(to));
    }

    private bool TryStack()
    {
        Type width = Width(Math.Abs(_instruction.StackPointerIncrement));
        switch (_instruction.Mnemonic)
        {
            case Mnemonic.Push:
                Emit(typeof(Push<,,,>), StackWidth, width, BelowStack(width), From(0));
                return true;
            case Mnemonic.Pop:
                Operand to = To(0);
                if (IsMemory(0) && _instruction.MemoryBase is Iced.Intel.Register.RSP or Iced.Intel.Register.ESP)
                    _op->Displacement += (ulong)_instruction.StackPointerIncrement;
                Emit(typeof(Pop<,,,>), StackWidth, width, to, StackTop());
                return true;
            case Mnemonic.Leave when _instruction.Code is Code.Leaveq or Code.Leaved:
                Emit(typeof(Leave<,>), StackWidth, FrameTop());
                return true;
            case Mnemonic.Pushf or Mnemonic.Pushfd or Mnemonic.Pushfq:
                Emit(typeof(PushFlags<,,>), StackWidth, width, BelowStack(width));
                return true;
            case Mnemonic.Popf or Mnemonic.Popfd or Mnemonic.Popfq:
                Emit(typeof(PopFlags<,,>), StackWidth, width, StackTop());
                return true;
            default:
                return false;
        }
    }
}
