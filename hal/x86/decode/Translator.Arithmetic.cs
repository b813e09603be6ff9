using Iced.Intel;

namespace MiniKernel.Hal.X86;

// ADD and its family, INC and its family, multiplication, division, shifts, bits.
internal sealed unsafe partial class Translator
{
    private bool TryArithmetic()
    {
        if (BinaryOperation(_instruction.Mnemonic) is { } binary)
            EmitBinary(binary);
        else if (UnaryOperation(_instruction.Mnemonic) is { } unary)
            EmitUnary(unary);
        else
            return TryMultiply();
        return true;
    }

    private static Type? BinaryOperation(Mnemonic mnemonic) => mnemonic switch
    {
        Mnemonic.Add => typeof(Add),
        Mnemonic.Adc => typeof(AddWithCarry),
        Mnemonic.Sub => typeof(Subtract),
        Mnemonic.Sbb => typeof(SubtractWithBorrow),
        Mnemonic.Cmp => typeof(Compare),
        Mnemonic.And => typeof(And),
        Mnemonic.Or => typeof(Or),
        Mnemonic.Xor => typeof(Xor),
        Mnemonic.Test => typeof(Test),
        _ => null,
    };

    private static Type? UnaryOperation(Mnemonic mnemonic) => mnemonic switch
    {
        Mnemonic.Inc => typeof(Increment),
        Mnemonic.Dec => typeof(Decrement),
        Mnemonic.Neg => typeof(Negate),
        Mnemonic.Not => typeof(Complement),
        _ => null,
    };

    private void EmitBinary(Type operation)
    {
        Operand to = To(0), from = From(1);
        if (_instruction.HasLockPrefix)
            Emit(typeof(LockedBinary<,,,>), operation, WidthOf(0), to, from);
        else
            Emit(typeof(Binary<,,,,>), operation, WidthOf(0), to, from, _flags);
    }

    private void EmitUnary(Type operation)
    {
        Operand to = To(0);
        if (_instruction.HasLockPrefix)
            Emit(typeof(LockedUnary<,,>), operation, WidthOf(0), to);
        else
            Emit(typeof(Unary<,,,>), operation, WidthOf(0), to, _flags);
    }

    private bool TryMultiply()
    {
        switch (_instruction.Mnemonic)
        {
            case Mnemonic.Mul:
                Emit(typeof(MultiplyWide<,,>), WidthOf(0), From(0), _flags);
                return true;
            case Mnemonic.Imul when _instruction.OpCount == 1:
                Emit(typeof(MultiplyWideSigned<,,>), WidthOf(0), From(0), _flags);
                return true;
            case Mnemonic.Imul when _instruction.OpCount == 2:
                Emit(typeof(Binary<,,,,>), typeof(MultiplyTruncated), WidthOf(0), To(0), From(1), _flags);
                return true;
            case Mnemonic.Imul:
                _op->Destination = Register(0);
                Operand factor = From(1);
                _op->Immediate = _instruction.GetImmediate(2);
                Emit(typeof(Ternary<,,,>), typeof(MultiplyTruncated), WidthOf(0), factor, _flags);
                return true;
            case Mnemonic.Div:
                Emit(typeof(Divide<,>), WidthOf(0), From(0));
                return true;
            case Mnemonic.Idiv:
                Emit(typeof(DivideSigned<,>), WidthOf(0), From(0));
                return true;
            default:
                return false;
        }
    }

    private bool TryShift()
    {
        if (ShiftOperation(_instruction.Mnemonic) is { } shift)
        {
            Emit(typeof(Shift<,,,,>), shift, WidthOf(0), To(0), From(1), _flags);
            return true;
        }
        if (_instruction.Mnemonic is not (Mnemonic.Shld or Mnemonic.Shrd))
            return false;
        Operand to = To(0);
        _op->Source = Register(1);
        bool byCl = _instruction.Op2Kind == OpKind.Register;
        if (!byCl)
            _op->Immediate = _instruction.GetImmediate(2);
        Type operation = _instruction.Mnemonic == Mnemonic.Shld ? typeof(DoubleShiftLeft) : typeof(DoubleShiftRight);
        Emit(typeof(DoubleShift<,,,,>), operation, WidthOf(0), to, byCl ? typeof(ByCl) : typeof(ByConstant), _flags);
        return true;
    }

    private static Type? ShiftOperation(Mnemonic mnemonic) => mnemonic switch
    {
        Mnemonic.Shl or Mnemonic.Sal => typeof(ShiftLeft),
        Mnemonic.Shr => typeof(ShiftRight),
        Mnemonic.Sar => typeof(ShiftRightSigned),
        Mnemonic.Rol => typeof(RotateLeft),
        Mnemonic.Ror => typeof(RotateRight),
        Mnemonic.Rcl => typeof(RotateLeftThroughCarry),
        Mnemonic.Rcr => typeof(RotateRightThroughCarry),
        _ => null,
    };

    private bool TryBits()
    {
        if (BitChange(_instruction.Mnemonic) is { } change)
            EmitBitTest(typeof(TestBit<>).MakeGenericType(change));
        else if (ScanOperation(_instruction.Mnemonic) is { } scan)
        {
            _op->Destination = Register(0);
            Emit(typeof(Scan<,,,>), scan, WidthOf(0), From(1), _flags);
        }
        else
            return false;
        return true;
    }

    private static Type? BitChange(Mnemonic mnemonic) => mnemonic switch
    {
        Mnemonic.Bt => typeof(KeepBit),
        Mnemonic.Bts => typeof(SetBit),
        Mnemonic.Btr => typeof(ResetBit),
        Mnemonic.Btc => typeof(FlipBit),
        _ => null,
    };

    private static Type? ScanOperation(Mnemonic mnemonic) => mnemonic switch
    {
        Mnemonic.Bsf => typeof(ScanForward),
        Mnemonic.Bsr => typeof(ScanReverse),
        Mnemonic.Tzcnt => typeof(CountTrailingZeros),
        _ => null,
    };

    // Only with a register does the bit number reach beyond the operand.
    private void EmitBitTest(Type operation)
    {
        bool isString = IsMemory(0) && _instruction.Op1Kind == OpKind.Register;
        Operand to = isString ? InMemory(typeof(InBitString<,>), Address()) : To(0), from = From(1);
        if (_instruction.HasLockPrefix)
            Emit(typeof(LockedBinary<,,,>), operation, WidthOf(0), to, from);
        else
            Emit(typeof(Binary<,,,,>), operation, WidthOf(0), to, from, _flags);
    }
}
