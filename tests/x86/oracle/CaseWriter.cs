using System.Buffers.Binary;
using System.Runtime.InteropServices;
using Iced.Intel;

namespace MiniKernel.Hal.X86.Tests;

/// <summary>Writes random cases of one encoding: operands, an instruction, and a machine in which it does something telling.</summary>
internal sealed unsafe class CaseWriter(X86Mode mode, SplitMix random)
{
    private readonly MemoryOperandWriter _memory = new(mode, random);
    private readonly CaseEncoder _encoder = new(mode);
    private readonly byte[] _window = new byte[MachineState.WindowBytes];
    private OracleCase _case;

    /// <summary>Writes a case.</summary>
    /// <returns>False when the operands drawn do not go together, as AH and R8 do not: draw again.</returns>
    public bool TryWrite(Code code, out OracleCase written, out Instruction instruction)
    {
        OpCodeInfo info = code.ToOpCode();
        _case = new OracleCase { Bits = (uint)mode };
        FillMachine();
        instruction = new Instruction { Code = code };
        for (int i = 0; i < info.OpCount; i++)
            WriteOperand(ref instruction, i, info.GetOpKind(i));
        WritePrefixes(ref instruction, info);
        Prepare(ref instruction);
        for (int i = 0; i < _window.Length; i++)
            _case.Before.Window[i] = _window[i];
        bool encoded = _encoder.TryEncode(ref instruction, ref _case);
        written = _case;
        return encoded;
    }

    private void FillMachine()
    {
        int registers = mode == X86Mode.I386 ? 8 : 16;
        for (int i = 0; i < registers; i++)
            _case.Before.Registers[i] = Cut(random.Value());
        _case.Before.Flags = (random.Next() & 0x8d5) | 0x202 | (random.Percent(25) ? 0x400u : 0);
        foreach (ref ulong word in MemoryMarshal.Cast<byte, ulong>(_window.AsSpan()))
            word = random.Value();
        fixed (byte* tail = _case.Before.Tail)
        {
            for (int i = 0; i < MachineState.TailBytes / 8; i++)
                ((ulong*)tail)[i] = random.Next();
        }
    }

    private void WriteOperand(ref Instruction instruction, int operand, OpCodeOperandKind kind)
    {
        if (OperandForms.IsMemory(kind) && (!OperandForms.IsEither(kind) || random.Percent(50)))
        {
            instruction.SetOpKind(operand, OpKind.Memory);
        }
        else if (OperandForms.RegistersOf(kind) is { Length: > 0 } registers)
        {
            instruction.SetOpKind(operand, OpKind.Register);
            instruction.SetOpRegister(operand, registers[random.Below(mode == X86Mode.I386 ? Math.Min(8, registers.Length) : registers.Length)]);
        }
        else if (OperandForms.ImmediateOf(kind) is { } immediate)
        {
            instruction.SetOpKind(operand, immediate);
            instruction.SetImmediate(operand, Narrow(kind == OpCodeOperandKind.imm8_const_1 ? 1 : random.Value(), immediate));
        }
        else if (OperandForms.IsString(kind))
        {
            bool isSource = kind == OpCodeOperandKind.seg_rSI;
            instruction.SetOpKind(operand, mode == X86Mode.I386 ? (isSource ? OpKind.MemorySegESI : OpKind.MemoryESEDI) : isSource ? OpKind.MemorySegRSI : OpKind.MemoryESRDI);
        }
        else
        {
            instruction.SetOpKind(operand, mode == X86Mode.I386 ? OpKind.NearBranch32 : OpKind.NearBranch64);
            instruction.NearBranch64 = random.Percent(50) ? OracleLayout.CodeAt + OracleCase.CodeBytes + (ulong)random.Below(40) : OracleLayout.CodeAt - (ulong)random.Below(60) - 1;
        }
    }

    private static ulong Narrow(ulong value, OpKind immediate) => immediate switch
    {
        OpKind.Immediate8 => (byte)value,
        OpKind.Immediate16 => (ushort)value,
        OpKind.Immediate32 => (uint)value,
        OpKind.Immediate64 => value,
        OpKind.Immediate32to64 => (ulong)(int)value,
        _ => (ulong)(sbyte)value,
    };

    private void WritePrefixes(ref Instruction instruction, OpCodeInfo info)
    {
        bool toMemory = info.OpCount > 0 && instruction.Op0Kind == OpKind.Memory;
        instruction.HasLockPrefix = info.CanUseLockPrefix && toMemory && random.Percent(40);
        if (info.CanUseRepPrefix && random.Percent(60))
            instruction.HasRepPrefix = true;
        else if (info.CanUseRepnePrefix && instruction.IsStringInstruction && random.Percent(50))
            instruction.HasRepnePrefix = true;
    }

    // What the instruction reaches without naming it, and its memory operand.
    private void Prepare(ref Instruction instruction)
    {
        if (instruction.IsStringInstruction)
            PrepareString();
        if (instruction.IsStackInstruction || instruction.Mnemonic == Mnemonic.Leave)
            PrepareStack(instruction);
        if (instruction.Mnemonic is Mnemonic.Loop or Mnemonic.Jecxz or Mnemonic.Jrcxz)
            _case.Before.Registers[(int)X86Register.Rcx] = (ulong)random.Below(3);
        if (instruction.Mnemonic is Mnemonic.Div or Mnemonic.Idiv && random.Percent(60))
            PrepareDivision();
        if (HasMemory(instruction))
            _memory.Write(ref instruction, ref _case);
        if (instruction.Code is Code.Call_rm32 or Code.Call_rm64 or Code.Jmp_rm32 or Code.Jmp_rm64)
            PrepareTarget(ref instruction);
    }

    private static bool HasMemory(Instruction instruction) => Enumerable.Range(0, instruction.OpCount).Any(i => instruction.GetOpKind(i) == OpKind.Memory);

    private void PrepareString()
    {
        _case.Before.Registers[(int)X86Register.Rcx] = (ulong)random.Below(5);
        _case.Before.Registers[(int)X86Register.Rsi] = StringAddress();
        _case.Before.Registers[(int)X86Register.Rdi] = StringAddress();
        if (random.Percent(50))
        {
            foreach (ref byte value in _window.AsSpan())
                value = random.Of<byte>(0x41, 0x41, 0x41, 0x42);
            _case.Before.Registers[(int)X86Register.Rax] = 0x4141_4141_4141_4141 & Cut(ulong.MaxValue);
        }
    }

    private ulong StringAddress() => random.Below(20) switch
    {
        0 => OracleLayout.ReadOnly - (ulong)random.Below(20),         // writing up from here faults
        1 => OracleLayout.Nothing - (ulong)random.Below(20),          // so does reading
        _ => OracleLayout.Window + 44 + (ulong)random.Below(32),
    };

    private void PrepareStack(in Instruction instruction)
    {
        bool pushes = instruction.StackPointerIncrement < 0;
        ulong top = random.Below(25) switch
        {
            0 when pushes => OracleLayout.ReadOnly + 8 + (ulong)random.Below(8),
            0 => OracleLayout.Nothing - (ulong)random.Below(8),
            1 => 0x8000_0000_0000_0000,                                 // not canonical
            _ => OracleLayout.Window + 40 + (ulong)random.Below(40),
        };
        X86Register pointer = instruction.Mnemonic == Mnemonic.Leave ? X86Register.Rbp : X86Register.Rsp;
        _case.Before.Registers[(int)pointer] = Cut(top);
        ulong offset = top - OracleLayout.Window;
        if (offset > MachineState.WindowBytes - 8)
            return;
        if (instruction.Mnemonic == Mnemonic.Ret)
            PutWord(offset, Target());
        if (instruction.Mnemonic is Mnemonic.Popf or Mnemonic.Popfd or Mnemonic.Popfq)
            PutWord(offset, (random.Next() & 0xcd5) | 0x202);
    }

    private void PrepareDivision()
    {
        _case.Before.Registers[(int)X86Register.Rdx] = Cut(random.Of<ulong>(0, 1, ulong.MaxValue, (ulong)random.Below(100)));
        _case.Before.Registers[(int)X86Register.Rax] = Cut(random.Percent(50) ? random.Value() : random.Next() & 0xfff);
    }

    // An indirect branch has to find its way back into the code.
    private void PrepareTarget(ref Instruction instruction)
    {
        if (instruction.Op0Kind == OpKind.Register)
            _case.Before.Registers[instruction.Op0Register.GetNumber()] = Target();
        else if (_memory.Target - OracleLayout.Window <= MachineState.WindowBytes - 8)
            PutWord(_memory.Target - OracleLayout.Window, Target());
    }

    private ulong Target() => random.Below(20) switch
    {
        2 => Cut(0x8000_1000_0000_0880),                              // not canonical; in 32-bit code it is
        0 => 0x5000_0000 + (ulong)random.Below(100),                  // nothing there
        1 => OracleLayout.Ram + (ulong)random.Below(100),             // no code there
        _ => OracleLayout.CodeAt + 100 + (ulong)random.Below(100),
    };

    private void PutWord(ulong offset, ulong value)
    {
        Span<byte> at = _window.AsSpan((int)offset);
        if (mode == X86Mode.I386)
            BinaryPrimitives.WriteUInt32LittleEndian(at, (uint)value);
        else
            BinaryPrimitives.WriteUInt64LittleEndian(at, value);
    }

    private ulong Cut(ulong value) => mode == X86Mode.I386 ? (uint)value : value;
}
