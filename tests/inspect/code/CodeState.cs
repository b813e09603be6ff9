using Iced.Intel;

namespace MiniKernel.Inspect.Tests;

/// <summary>Registers, frame and flags at one point of a path; carries out one instruction after the other on values.</summary>
/// <remarks>Knows what the JIT emits for small integer code. What it does not know becomes a computed value of that name,
/// which no expectation matches.</remarks>
internal sealed class CodeState
{
    private readonly Dictionary<Register, CodeValue> _registers;
    private readonly Dictionary<long, CodeValue> _frame;
    private readonly List<LoadedValue> _loads;
    private readonly List<CodeBranch> _branches;
    private readonly List<string> _mnemonics;
    private CodeBranch? _flags;

    public CodeState()
    {
        (_registers, _frame, _loads, _branches, _mnemonics) = ([], [], [], [], []);
        _registers[Register.RSP] = new FrameValue(0);
    }

    /// <summary>A copy: the other way out of a conditional jump.</summary>
    public CodeState(CodeState other)
    {
        (_registers, _frame) = (new(other._registers), new(other._frame));
        (_loads, _branches, _mnemonics) = ([.. other._loads], [.. other._branches], [.. other._mnemonics]);
        _flags = other._flags;
    }

    /// <summary>How often a path has been at each instruction: a loop is walked twice.</summary>
    public Dictionary<ulong, int> Visits { get; init; } = [];

    /// <summary>Ends the path.</summary>
    public CodePath Finish(bool returns) => new()
    {
        Loads = _loads,
        Branches = _branches,
        Mnemonics = _mnemonics,
        Result = returns ? Get(Register.RAX) : null,
    };

    /// <summary>Notes a conditional jump.</summary>
    public void Branch(in Instruction instruction)
    {
        Note(instruction);
        _branches.Add(_flags ?? new CodeBranch("unknown", new EntryValue("flags"), null));
    }

    /// <summary>Carries out an instruction that is no jump.</summary>
    public void Execute(in Instruction instruction)
    {
        Note(instruction);
        switch (instruction.Mnemonic)
        {
            case Mnemonic.Nop or Mnemonic.Int3:
                break;
            case Mnemonic.Push:
                Move(Register.RSP, Add(Get(Register.RSP), -8));
                StoreFrame(Get(Register.RSP), Read(instruction, 0));
                break;
            case Mnemonic.Pop:
                Write(instruction, LoadFrame(Get(Register.RSP)) ?? new EntryValue("popped"));
                Move(Register.RSP, Add(Get(Register.RSP), 8));
                break;
            case Mnemonic.Mov or Mnemonic.Movzx or Mnemonic.Movsx or Mnemonic.Movsxd:
                Write(instruction, Read(instruction, 1));
                break;
            case Mnemonic.Lea:
                Write(instruction, AddressOf(instruction));
                break;
            case Mnemonic.Cmp or Mnemonic.Test:
                _flags = new CodeBranch(Name(instruction), Read(instruction, 0), Read(instruction, 1));
                break;
            case Mnemonic.Call:
                Read(instruction, 0);
                Move(Register.RAX, new ComputedValue("call", new ConstantValue(instruction.NearBranchTarget), null));
                break;
            default:
                Compute(instruction);
                break;
        }
    }

    private void Note(in Instruction instruction) => _mnemonics.Add(Name(instruction));

    private static string Name(in Instruction instruction) => instruction.Mnemonic.ToString().ToLowerInvariant();

    private void Compute(in Instruction instruction)
    {
        CodeValue left = Read(instruction, instruction.Mnemonic is Mnemonic.Lzcnt or Mnemonic.Bsr or Mnemonic.Tzcnt or Mnemonic.Bsf ? 1 : 0);
        CodeValue? right = instruction.OpCount > 1 ? Read(instruction, instruction.OpCount - 1) : null;
        CodeValue result = (instruction.Mnemonic, left, right) switch
        {
            (Mnemonic.Add, FrameValue, ConstantValue by) => Add(left, (long)by.Number),
            (Mnemonic.Sub, FrameValue, ConstantValue by) => Add(left, -(long)by.Number),
            (Mnemonic.Xor, _, not null) when left == right => new ConstantValue(0),
            _ => new ComputedValue(Name(instruction), left, right),
        };
        _flags = new CodeBranch(Name(instruction), result, null);
        Write(instruction, result);
    }

    private CodeValue Read(in Instruction instruction, int operand)
    {
        OpKind kind = instruction.GetOpKind(operand);
        return kind switch
        {
            OpKind.Register => Get(instruction.GetOpRegister(operand)),
            OpKind.Memory => Load(instruction),
            OpKind.NearBranch64 => new ConstantValue(instruction.NearBranchTarget),
            _ => new ConstantValue(instruction.GetImmediate(operand)),
        };
    }

    private void Write(in Instruction instruction, CodeValue value)
    {
        if (instruction.GetOpKind(0) == OpKind.Memory)
            StoreFrame(AddressOf(instruction), value);
        else if (instruction.GetOpKind(0) == OpKind.Register)
            Move(instruction.GetOpRegister(0), value);
    }

    private CodeValue Load(in Instruction instruction)
    {
        if (AddressOf(instruction) is FrameValue place)
            return LoadFrame(place) ?? new LoadedValue(8, place, null, 1, 0);
        LoadedValue value = new(
            instruction.MemorySize.GetSize(),
            BaseOf(instruction),
            instruction.MemoryIndex == Register.None ? null : Get(instruction.MemoryIndex),
            instruction.MemoryIndexScale,
            instruction.IsIPRelativeMemoryOperand ? 0 : (long)instruction.MemoryDisplacement64);
        _loads.Add(value);
        return value;
    }

    private CodeValue BaseOf(in Instruction instruction) =>
        instruction.IsIPRelativeMemoryOperand ? new ConstantValue(instruction.IPRelativeMemoryAddress)
        : instruction.MemoryBase == Register.None ? new ConstantValue(0)
        : Get(instruction.MemoryBase);

    private CodeValue AddressOf(in Instruction instruction)
    {
        CodeValue address = BaseOf(instruction);
        if (instruction.IsIPRelativeMemoryOperand)
            return address;
        if (instruction.MemoryIndex != Register.None)
            address = new ComputedValue("lea", address, Get(instruction.MemoryIndex));
        return Add(address, (long)instruction.MemoryDisplacement64);
    }

    private static CodeValue Add(CodeValue value, long by) => value switch
    {
        _ when by == 0 => value,
        FrameValue frame => new FrameValue(frame.Offset + by),
        ConstantValue constant => new ConstantValue(constant.Number + (ulong)by),
        _ => new ComputedValue("add", value, new ConstantValue((ulong)by)),
    };

    private CodeValue? LoadFrame(CodeValue address) =>
        address is FrameValue place && _frame.TryGetValue(place.Offset, out CodeValue? value) ? value : null;

    private void StoreFrame(CodeValue address, CodeValue value)
    {
        if (address is FrameValue place)
            _frame[place.Offset] = value;
    }

    // A part of a register stands for the whole: the JIT's small integer code does not mix them.
    private CodeValue Get(Register register)
    {
        Register full = register.GetFullRegister();
        if (!_registers.TryGetValue(full, out CodeValue? value))
            _registers[full] = value = new EntryValue(full.ToString().ToLowerInvariant());
        return value;
    }

    private void Move(Register register, CodeValue value) => _registers[register.GetFullRegister()] = value;
}
