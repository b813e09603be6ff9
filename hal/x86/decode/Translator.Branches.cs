using Iced.Intel;

namespace MiniKernel.Hal.X86;

// Branches, string instructions, and what only a kernel uses.
internal sealed unsafe partial class Translator
{
    private bool TryBranch()
    {
        if (_instruction.IsJccShortOrNear)
            return IsNear() && EmitTo(typeof(JumpIf<>), Condition(_instruction.ConditionCode));
        switch (_instruction.Mnemonic)
        {
            case Mnemonic.Jmp when _instruction.FlowControl == FlowControl.UnconditionalBranch:
                return IsNear() && EmitTo(typeof(Jump));
            case Mnemonic.Call when _instruction.FlowControl == FlowControl.Call && !IsFar():
                return IsNear() && EmitTo(typeof(Call<,>), StackWidth, BelowStack(StackWidth));
            case Mnemonic.Jmp when _instruction.Code is Code.Jmp_rm32 or Code.Jmp_rm64:
                return IsWide() && EmitTo(typeof(JumpIndirect<,>), StackWidth, From(0));
            case Mnemonic.Call when _instruction.Code is Code.Call_rm32 or Code.Call_rm64:
                return IsWide() && EmitTo(typeof(CallIndirect<,,>), StackWidth, BelowStack(StackWidth), From(0));
            case Mnemonic.Ret when _instruction.Code is not (Code.Retnw or Code.Retnw_imm16):
                _op->Immediate = _instruction.OpCount == 0 ? 0 : _instruction.GetImmediate(0);
                return EmitTo(typeof(Return<,>), StackWidth, StackTop());
            case Mnemonic.Jcxz or Mnemonic.Jecxz or Mnemonic.Jrcxz:
                int bytes = _instruction.Mnemonic == Mnemonic.Jcxz ? 2 : _instruction.Mnemonic == Mnemonic.Jecxz ? 4 : 8;
                return IsNear() && EmitTo(typeof(JumpIfCounterZero<>), Width(bytes));
            case Mnemonic.Loop when _instruction.Code is Code.Loop_rel8_32_ECX or Code.Loop_rel8_64_RCX:
                return IsNear() && EmitTo(typeof(Loop<>), StackWidth);
            default:
                return false;
        }
    }

    private bool IsFar() => _instruction.Op0Kind is OpKind.FarBranch16 or OpKind.FarBranch32;

    private bool IsNear() => _instruction.Op0Kind == NearBranch;

    private bool IsWide() => BytesOf(0) == (int)mode / 8;

    private bool EmitTo(Type handler, params ReadOnlySpan<Operand> arguments)
    {
        Emit(handler, arguments);
        return true;
    }

    private bool TryString()
    {
        if (!_instruction.IsStringInstruction || StringOperation(_instruction.Mnemonic) is not { } operation)
            return false;
        int width = _instruction.MemorySize.GetSize();
        if (_instruction.MemorySegment is Iced.Intel.Register.FS or Iced.Intel.Register.GS)
            _op->Segment = _instruction.MemorySegment == Iced.Intel.Register.FS ? (byte)CpuState.FsBaseOffset : (byte)CpuState.GsBaseOffset;
        bool compares = operation == typeof(ScanString) || operation == typeof(CompareString);
        Emit(typeof(StringInstruction<,,,>), operation, Width(width), StringAddressWidth(), Repetition(compares));
        return true;
    }

    private static Type? StringOperation(Mnemonic mnemonic) => mnemonic switch
    {
        Mnemonic.Movsb or Mnemonic.Movsw or Mnemonic.Movsd or Mnemonic.Movsq => typeof(MoveString),
        Mnemonic.Stosb or Mnemonic.Stosw or Mnemonic.Stosd or Mnemonic.Stosq => typeof(StoreString),
        Mnemonic.Lodsb or Mnemonic.Lodsw or Mnemonic.Lodsd or Mnemonic.Lodsq => typeof(LoadString),
        Mnemonic.Scasb or Mnemonic.Scasw or Mnemonic.Scasd or Mnemonic.Scasq => typeof(ScanString),
        Mnemonic.Cmpsb or Mnemonic.Cmpsw or Mnemonic.Cmpsd or Mnemonic.Cmpsq => typeof(CompareString),
        _ => null,
    };

    private Type StringAddressWidth()
    {
        OpKind kind = _instruction.Op0Kind == OpKind.Register ? _instruction.Op1Kind : _instruction.Op0Kind;
        return kind switch
        {
            OpKind.MemorySegSI or OpKind.MemorySegDI or OpKind.MemoryESDI => typeof(Width16),
            OpKind.MemorySegESI or OpKind.MemorySegEDI or OpKind.MemoryESEDI => typeof(Width32),
            _ => typeof(Width64),
        };
    }

    private Type Repetition(bool compares)
    {
        bool whileEqual = _instruction.HasRepPrefix, whileNotEqual = _instruction.HasRepnePrefix;
        if (!compares)
            return whileEqual || whileNotEqual ? typeof(Repeated) : typeof(Once);
        return whileEqual ? typeof(WhileEqual) : whileNotEqual ? typeof(WhileNotEqual) : typeof(OnceCompared);
    }

    private bool TrySystem()
    {
        switch (_instruction.Mnemonic)
        {
            case Mnemonic.Cli:
                return EmitTo(typeof(DisableInterrupts));
            case Mnemonic.Sti:
                return EmitTo(typeof(EnableInterrupts));
            case Mnemonic.Hlt:
                return EmitTo(typeof(Halt));
            case Mnemonic.Invlpg:
                return EmitTo(typeof(InvalidatePage<>), Address());
            case Mnemonic.Rdtsc:
                return EmitTo(typeof(ReadTimestamp));
            case Mnemonic.In:
                return EmitTo(typeof(InputPort<,>), WidthOf(0), From(1));
            case Mnemonic.Out:
                return EmitTo(typeof(OutputPort<,>), WidthOf(1), From(0));
            case Mnemonic.Into:
                return EmitTo(typeof(InterruptOnOverflow));
            case Mnemonic.Int or Mnemonic.Int3 or Mnemonic.Int1:
                _op->Immediate = _instruction.Mnemonic switch
                {
                    Mnemonic.Int => _instruction.GetImmediate(0),
                    Mnemonic.Int3 => X86Vector.Breakpoint,
                    _ => X86Vector.Debug,
                };
                return EmitTo(typeof(SoftwareInterrupt));
            default:
                return TryFlagChange() || TryHint();
        }
    }

    private bool TryFlagChange()
    {
        Type? change = _instruction.Mnemonic switch
        {
            Mnemonic.Clc => typeof(ClearCarry),
            Mnemonic.Stc => typeof(SetCarry),
            Mnemonic.Cmc => typeof(FlipCarry),
            Mnemonic.Cld => typeof(ClearDirection),
            Mnemonic.Std => typeof(SetDirection),
            Mnemonic.Lahf => typeof(LoadAhFromFlags),
            Mnemonic.Sahf => typeof(StoreAhToFlags),
            _ => null,
        };
        return change != null && EmitTo(typeof(ChangeFlags<>), change);
    }

    // Prefetching an address that is not there is no fault.
    private bool TryHint() => _instruction.Mnemonic switch
    {
        Mnemonic.Nop or Mnemonic.Pause or Mnemonic.Endbr32 or Mnemonic.Endbr64 => EmitTo(typeof(Nothing)),
        Mnemonic.Prefetchnta or Mnemonic.Prefetcht0 or Mnemonic.Prefetcht1 or Mnemonic.Prefetcht2 or Mnemonic.Prefetchw => EmitTo(typeof(Nothing)),
        Mnemonic.Mfence or Mnemonic.Lfence or Mnemonic.Sfence => EmitTo(typeof(Fence)),
        _ => false,
    };
}
