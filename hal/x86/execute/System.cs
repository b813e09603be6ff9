using System.Runtime.CompilerServices;

namespace MiniKernel.Hal.X86;

/// <summary>CLI.</summary>
internal unsafe struct DisableInterrupts
{
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static Block* Execute(MicroOp* op, CpuState* s, X86Core core)
    {
        s->SystemFlags &= ~Rflags.Interrupt;
        op++;
        return op->Execute(op, s, core);
    }
}

/// <summary>STI. The instruction behind it is still executed, then its block ends and the core's owner is told.</summary>
internal unsafe struct EnableInterrupts
{
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static Block* Execute(MicroOp* op, CpuState* s, X86Core core)
    {
        if ((s->SystemFlags & Rflags.Interrupt) == 0)
            CpuState.LeaveSoon(s);
        s->SystemFlags |= Rflags.Interrupt;
        op++;
        return op->Execute(op, s, core);
    }
}

/// <summary>CLC, STC, CMC, CLD, STD, LAHF, SAHF.</summary>
internal unsafe struct ChangeFlags<TChange> where TChange : struct, IFlagChange
{
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static Block* Execute(MicroOp* op, CpuState* s, X86Core core)
    {
        TChange.Apply(s);
        op++;
        return op->Execute(op, s, core);
    }
}

/// <summary>What such an instruction does.</summary>
internal unsafe interface IFlagChange
{
    static abstract void Apply(CpuState* s);
}

internal unsafe struct ClearCarry : IFlagChange
{
    public static void Apply(CpuState* s) => Flags.SetCarry(s, false);
}

internal unsafe struct SetCarry : IFlagChange
{
    public static void Apply(CpuState* s) => Flags.SetCarry(s, true);
}

internal unsafe struct FlipCarry : IFlagChange
{
    public static void Apply(CpuState* s) => Flags.SetCarry(s, !Flags.Carry(s));
}

internal unsafe struct ClearDirection : IFlagChange
{
    public static void Apply(CpuState* s) => s->SystemFlags &= ~Rflags.Direction;
}

internal unsafe struct SetDirection : IFlagChange
{
    public static void Apply(CpuState* s) => s->SystemFlags |= Rflags.Direction;
}

internal unsafe struct LoadAhFromFlags : IFlagChange
{
    public static void Apply(CpuState* s) => ((byte*)s)[1] = (byte)Flags.Get(s);
}

internal unsafe struct StoreAhToFlags : IFlagChange
{
    public static void Apply(CpuState* s) =>
        Flags.PutArithmetic(s, (((byte*)s)[1] & ~Rflags.Overflow) | (Flags.Get(s) & Rflags.Overflow));
}

/// <summary>IN to the accumulator.</summary>
internal unsafe struct InputPort<TWidth, TFrom> where TWidth : struct, IWidth where TFrom : struct, IOperand
{
    public static Block* Execute(MicroOp* op, CpuState* s, X86Core core)
    {
        ushort port = *(ushort*)TFrom.Host(TFrom.Find<Width16>(op, s, core, write: false), s);
        TWidth.Write((byte*)s, core.Platform.ReadPort(port, TWidth.Bits / 8));
        op++;
        return op->Execute(op, s, core);
    }
}

/// <summary>OUT of the accumulator.</summary>
internal unsafe struct OutputPort<TWidth, TFrom> where TWidth : struct, IWidth where TFrom : struct, IOperand
{
    public static Block* Execute(MicroOp* op, CpuState* s, X86Core core)
    {
        ushort port = *(ushort*)TFrom.Host(TFrom.Find<Width16>(op, s, core, write: false), s);
        core.Platform.WritePort(port, TWidth.Bits / 8, (uint)TWidth.Load((byte*)s));
        op++;
        return op->Execute(op, s, core);
    }
}

/// <summary>RDTSC.</summary>
internal unsafe struct ReadTimestamp
{
    public static Block* Execute(MicroOp* op, CpuState* s, X86Core core)
    {
        ulong now = core.Platform.ReadTimestamp();
        s->Registers[(int)X86Register.Rax] = (uint)now;
        s->Registers[(int)X86Register.Rdx] = now >> 32;
        op++;
        return op->Execute(op, s, core);
    }
}

/// <summary>LOCK's barrier without a store: MFENCE and its kin.</summary>
internal unsafe struct Fence
{
    public static Block* Execute(MicroOp* op, CpuState* s, X86Core core)
    {
        Interlocked.MemoryBarrier();
        op++;
        return op->Execute(op, s, core);
    }
}

/// <summary>HLT.</summary>
internal unsafe struct Halt
{
    public static Block* Execute(MicroOp* op, CpuState* s, X86Core core) => core.StopBehind(op, X86ExitKind.Halt, address: s->Current->Rip + (ulong)op->Offset);
}

/// <summary>INVLPG: the core forgets what it knows of memory, and its owner hears which page was meant.</summary>
internal unsafe struct InvalidatePage<TAddress> where TAddress : struct, IAddress
{
    public static Block* Execute(MicroOp* op, CpuState* s, X86Core core)
    {
        core.ForgetMemory();
        return core.StopBehind(op, X86ExitKind.InvalidatePage, address: TAddress.Of(op, s, 0));
    }
}

/// <summary>INT n, INT3, INT1.</summary>
internal unsafe struct SoftwareInterrupt
{
    public static Block* Execute(MicroOp* op, CpuState* s, X86Core core) => core.StopBehind(op, X86ExitKind.SoftwareInterrupt, (int)op->Immediate, s->Current->Rip + (ulong)op->Offset);
}

/// <summary>INTO: an interrupt when OF is set.</summary>
internal unsafe struct InterruptOnOverflow
{
    public static Block* Execute(MicroOp* op, CpuState* s, X86Core core) =>
        Flags.Overflow(s) ? core.StopBehind(op, X86ExitKind.SoftwareInterrupt, X86Vector.Overflow) : Branch.NotTaken(op, s, core);
}

/// <summary>UD2, bytes that are no instruction, and instructions this core does not have.</summary>
internal unsafe struct Invalid
{
    public static Block* Execute(MicroOp* op, CpuState* s, X86Core core) => core.Fault(op, X86Vector.InvalidOpcode);
}
