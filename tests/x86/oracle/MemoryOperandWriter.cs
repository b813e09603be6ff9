using Iced.Intel;

namespace MiniKernel.Hal.X86.Tests;

/// <summary>Writes random memory operands, mostly ones that hit the memory under test.</summary>
internal sealed unsafe class MemoryOperandWriter(X86Mode mode, SplitMix random)
{
    /// <summary>Where the last one points.</summary>
    public ulong Target { get; private set; }

    public void Write(ref Instruction instruction, ref OracleCase into)
    {
        Target = DrawTarget(instruction);
        bool hasOffset = instruction.Code.ToOpCode() is var info && Enumerable.Range(0, info.OpCount).Any(i => info.GetOpKind(i) == OpCodeOperandKind.mem_offs);
        ulong target = Target;
        if (mode == X86Mode.X64 && random.Percent(5) && instruction.Mnemonic != Mnemonic.Lea)
        {
            instruction.SegmentPrefix = Register.GS;
            target -= OracleLayout.GsBase;
        }
        if (hasOffset || random.Percent(8))
            WriteAbsolute(ref instruction, target, hasOffset);
        else if (mode == X86Mode.X64 && random.Percent(10) && (long)Target > 0 && target == Target)
            WriteRipRelative(ref instruction);
        else
            WriteRegisters(ref instruction, ref into, target);
    }

    private ulong DrawTarget(in Instruction instruction)
    {
        ulong within = OracleLayout.Window + 32 + (ulong)random.Below(56);
        return random.Below(40) switch
        {
            0 => OracleLayout.ReadOnly - (ulong)random.Below(8),
            1 => OracleLayout.ReadOnly + (ulong)random.Below(100),
            2 => OracleLayout.Nothing - (ulong)random.Below(8),
            3 => OracleLayout.Nothing + (ulong)random.Below(100),
            4 when instruction.Op1Kind != OpKind.Register || instruction.Mnemonic is not (Mnemonic.Bt or Mnemonic.Bts or Mnemonic.Btr or Mnemonic.Btc) => Cut(random.Of<ulong>(0x8000_0000_0000_0000, 0xffff_8000_0000_0000 - 4, 0x5000_0000_0000, 16)),
            _ => within,
        };
    }

    private void WriteAbsolute(ref Instruction instruction, ulong target, bool hasOffset)
    {
        instruction.MemoryDisplacement64 = target;
        instruction.MemoryDisplSize = mode == X86Mode.I386 || (!hasOffset && target <= uint.MaxValue) ? 4 : 8;
    }

    private void WriteRipRelative(ref Instruction instruction)
    {
        instruction.MemoryBase = Register.RIP;
        instruction.MemoryDisplacement64 = Target;
        instruction.MemoryDisplSize = 8;
    }

    private void WriteRegisters(ref Instruction instruction, ref OracleCase into, ulong target)
    {
        bool isWide = mode == X86Mode.X64 && (random.Percent(92) || target > uint.MaxValue);
        Register from = Draw(isWide), index = random.Percent(40) ? Draw(isWide) : Register.None;
        int scale = 1 << random.Below(4), size = random.Of(0, 1, 4);
        if (index is Register.RSP or Register.ESP || index == from)
            index = Register.None;
        if (from is Register.RBP or Register.EBP or Register.R13 or Register.R13D && size == 0)
            size = 1;                             // there is no [rbp]
        long displacement = size == 0 ? 0 : size == 1 ? (sbyte)random.Next() : (int)random.Next();
        LimitBitNumber(instruction, ref into, from);
        ulong sum = (ulong)displacement;
        if (index != Register.None)
            sum += into.Before.Registers[index.GetNumber()] * (ulong)scale;
        if (from is Register.RSP or Register.ESP && instruction.IsStackInstruction)
        {
            size = 4;                             // the stack pointer stays where the stack is
            displacement = (int)(target - sum + (ulong)displacement - into.Before.Registers[(int)X86Register.Rsp]);
        }
        else
        {
            into.Before.Registers[from.GetNumber()] = isWide ? target - sum : (uint)(target - sum);
        }
        instruction.MemoryBase = from;
        instruction.MemoryIndex = index;
        instruction.MemoryIndexScale = index == Register.None ? 1 : scale;
        instruction.MemoryDisplacement64 = (ulong)displacement;
        instruction.MemoryDisplSize = size == 0 ? 0 : size == 1 ? 1 : isWide ? 8 : 4;
    }

    // BT and its kin go as far as their register says: not too far from the operand, or the wrong memory changes.
    private static void LimitBitNumber(in Instruction instruction, ref OracleCase into, Register from)
    {
        if (instruction.Mnemonic is not (Mnemonic.Bt or Mnemonic.Bts or Mnemonic.Btr or Mnemonic.Btc) || instruction.Op1Kind != OpKind.Register)
            return;
        int number = instruction.Op1Register.GetNumber();
        if (number != from.GetNumber())
            into.Before.Registers[number] = (ulong)(((long)into.Before.Registers[number] << 56) >> 56) & (into.Bits == 32 ? uint.MaxValue : ulong.MaxValue);
    }

    private Register Draw(bool isWide) => (isWide ? Register.RAX : Register.EAX) + random.Below(mode == X86Mode.I386 ? 8 : 16);

    private ulong Cut(ulong value) => mode == X86Mode.I386 ? (uint)value : value;
}
