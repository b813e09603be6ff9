using Iced.Intel;

namespace MiniKernel.Hal.X86;

// Operands: which type stands for one, and what the operation has to know of it.
internal sealed unsafe partial class Translator
{
    private readonly Dictionary<(Type Operand, Type Address), Operand> _memoryOperands = [];
    private readonly Dictionary<(Type Form, Type? Cut, bool InSegment), Type> _addresses = [];

    private Type StackWidth => mode == X86Mode.I386 ? typeof(Width32) : typeof(Width64);

    private OpKind NearBranch => mode == X86Mode.I386 ? OpKind.NearBranch32 : OpKind.NearBranch64;

    private static Type Width(int bytes) => bytes switch
    {
        1 => typeof(Width8),
        2 => typeof(Width16),
        4 => typeof(Width32),
        _ => typeof(Width64),
    };

    private Type WidthOf(int operand) => Width(BytesOf(operand));

    private int BytesOf(int operand) => _instruction.GetOpKind(operand) == OpKind.Register
        ? _instruction.GetOpRegister(operand).GetSize()
        : _instruction.MemorySize.GetSize();

    private bool IsMemory(int operand) => _instruction.GetOpKind(operand) == OpKind.Memory;

    /// <summary>An operand that is written, or the left one of a comparison.</summary>
    private Operand To(int operand)
    {
        if (IsMemory(operand))
            return Memory();
        _op->Destination = Register(operand);
        return typeof(ToRegister);
    }

    /// <summary>An operand that is read.</summary>
    private Operand From(int operand)
    {
        switch (_instruction.GetOpKind(operand))
        {
            case OpKind.Memory:
                return Memory();
            case OpKind.Register:
                _op->Source = Register(operand);
                return typeof(FromRegister);
            default:
                _op->Immediate = _instruction.GetImmediate(operand);
                return typeof(Constant);
        }
    }

    private byte Register(int operand) => OffsetOf(_instruction.GetOpRegister(operand));

    // AH, CH, DH and BH are the second bytes of the first four registers. Iced counts them among the byte registers, so SIL is
    // number 10 of those; the register it is a part of has the number of the machine code.
    private byte OffsetOf(Register register)
    {
        if (register is >= Iced.Intel.Register.AH and <= Iced.Intel.Register.BH)
            return (byte)(((register - Iced.Intel.Register.AH) * 8) + 1);
        if (!register.IsGPR())
            _isStrange = true;
        return (byte)(register.GetFullRegister().GetNumber() * 8);
    }

    private Operand Memory() => InMemory(typeof(InMemory<,>), Address());

    private Operand InMemory(Type operand, Type address)
    {
        if (!_memoryOperands.TryGetValue((operand, address), out Operand known))
        {
            Type hasty = isShadowed ? typeof(HastyShadowed) : typeof(Hasty);
            known = new Operand(operand.MakeGenericType(address, hasty), operand.MakeGenericType(address, typeof(Patient)));
            _memoryOperands.Add((operand, address), known);
        }
        return known;
    }

    /// <summary>The form of the memory operand's address; its registers and displacement go into the operation.</summary>
    private Type Address()
    {
        Register segment = _instruction.MemorySegment;
        bool inSegment = segment is Iced.Intel.Register.FS or Iced.Intel.Register.GS && _instruction.Mnemonic != Mnemonic.Lea;
        if (inSegment)
            _op->Segment = segment == Iced.Intel.Register.FS ? (byte)CpuState.FsBaseOffset : (byte)CpuState.GsBaseOffset;
        _op->Displacement = _instruction.IsIPRelativeMemoryOperand ? _instruction.IPRelativeMemoryAddress : _instruction.MemoryDisplacement64;
        return AddressType(Form(), AddressBytes(), inSegment);
    }

    private Type Form()
    {
        Register from = _instruction.MemoryBase, index = _instruction.MemoryIndex;
        if (_instruction.IsIPRelativeMemoryOperand || (from == Iced.Intel.Register.None && index == Iced.Intel.Register.None))
            return typeof(Absolute);
        if (from != Iced.Intel.Register.None)
            _op->Base = OffsetOf(from);
        if (index == Iced.Intel.Register.None)
            return typeof(Based);
        _op->Index = OffsetOf(index);
        _op->Scale = (byte)System.Numerics.BitOperations.Log2((uint)_instruction.MemoryIndexScale);
        return typeof(Indexed);
    }

    private int AddressBytes()
    {
        Register register = _instruction.MemoryBase != Iced.Intel.Register.None ? _instruction.MemoryBase : _instruction.MemoryIndex;
        if (register != Iced.Intel.Register.None)
            return register.GetSize();
        return _instruction.MemoryDisplSize == 0 ? (int)mode / 8 : _instruction.MemoryDisplSize;
    }

    private Type AddressType(Type form, int bytes, bool inSegment)
    {
        Type? cut = bytes == 8 ? null : Width(bytes);
        if (!_addresses.TryGetValue((form, cut, inSegment), out Type? type))
        {
            type = cut == null ? form : typeof(Cut<,>).MakeGenericType(form, cut);
            if (inSegment)
                type = typeof(InSegment<>).MakeGenericType(type);
            if (inSegment && mode == X86Mode.I386)
                type = typeof(Cut<,>).MakeGenericType(type, typeof(Width32));
            _addresses.Add((form, cut, inSegment), type);
        }
        return type;
    }

    // What a push of that width writes, what a pop reads, and what LEAVE reads.
    private Operand BelowStack(Type width) => InMemory(typeof(InMemory<,>), AddressType(typeof(BelowStack<>).MakeGenericType(width), (int)mode / 8, inSegment: false));

    private Operand StackTop() => InMemory(typeof(InMemory<,>), AddressType(typeof(StackTop), (int)mode / 8, inSegment: false));

    private Operand FrameTop() => InMemory(typeof(InMemory<,>), AddressType(typeof(FrameTop), (int)mode / 8, inSegment: false));
}
