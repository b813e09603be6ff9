using System.Runtime.CompilerServices;

namespace MiniKernel.Hal.X86;

/// <summary>MOV.</summary>
internal unsafe struct Move<TWidth, TTo, TFrom> where TWidth : struct, IWidth where TTo : struct, IOperand where TFrom : struct, IOperand
{
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static Block* Execute(MicroOp* op, CpuState* s, X86Core core)
    {
        Place from = TFrom.Find<TWidth>(op, s, core, write: false);
        if (TFrom.CanMiss && TFrom.Misses<TWidth>(from, s))
            return TFrom.IsPatient ? null : op->Patient(op, s, core);
        Place to = TTo.Find<TWidth>(op, s, core, write: true);
        if (TTo.CanMiss && TTo.Misses<TWidth>(to, s))
            return TTo.IsPatient ? null : op->Patient(op, s, core);

        TTo.Store<TWidth>(TTo.Host(to, s), TWidth.Load(TFrom.Host(from, s)), s, core);
        op++;
        return op->Execute(op, s, core);
    }
}

/// <summary>MOVZX: a narrower operand, zero-extended.</summary>
internal unsafe struct MoveUnsigned<TWidth, TNarrow, TFrom> where TWidth : struct, IWidth where TNarrow : struct, IWidth where TFrom : struct, IOperand
{
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static Block* Execute(MicroOp* op, CpuState* s, X86Core core)
    {
        Place from = TFrom.Find<TNarrow>(op, s, core, write: false);
        if (TFrom.CanMiss && TFrom.Misses<TNarrow>(from, s))
            return TFrom.IsPatient ? null : op->Patient(op, s, core);

        TWidth.Write(CpuState.At(s, op->Destination), TNarrow.Load(TFrom.Host(from, s)));
        op++;
        return op->Execute(op, s, core);
    }
}

/// <summary>MOVSX, MOVSXD, and CBW, CWDE, CDQE, which do it to the accumulator.</summary>
internal unsafe struct MoveSigned<TWidth, TNarrow, TFrom> where TWidth : struct, IWidth where TNarrow : struct, IWidth where TFrom : struct, IOperand
{
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static Block* Execute(MicroOp* op, CpuState* s, X86Core core)
    {
        Place from = TFrom.Find<TNarrow>(op, s, core, write: false);
        if (TFrom.CanMiss && TFrom.Misses<TNarrow>(from, s))
            return TFrom.IsPatient ? null : op->Patient(op, s, core);

        TWidth.Write(CpuState.At(s, op->Destination), (ulong)TNarrow.Signed(TNarrow.Load(TFrom.Host(from, s))));
        op++;
        return op->Execute(op, s, core);
    }
}

/// <summary>CWD, CDQ, CQO: the accumulator's sign in all bits of the data register.</summary>
internal unsafe struct SpreadSign<TWidth> where TWidth : struct, IWidth
{
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static Block* Execute(MicroOp* op, CpuState* s, X86Core core)
    {
        long sign = TWidth.Signed(s->Registers[(int)X86Register.Rax]) >> 63;
        TWidth.Write((byte*)CpuState.Register(s, X86Register.Rdx), (ulong)sign);
        op++;
        return op->Execute(op, s, core);
    }
}

/// <summary>LEA.</summary>
internal unsafe struct LoadAddress<TWidth, TAddress> where TWidth : struct, IWidth where TAddress : struct, IAddress
{
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static Block* Execute(MicroOp* op, CpuState* s, X86Core core)
    {
        TWidth.Write(CpuState.At(s, op->Destination), TAddress.Of(op, s, 0));
        op++;
        return op->Execute(op, s, core);
    }
}

/// <summary>CMOVcc: the source is read, and may fault, whether or not it is moved; 32 bits clear the upper half in any case.</summary>
internal unsafe struct MoveIf<TCondition, TWidth, TFrom> where TCondition : struct, ICondition where TWidth : struct, IWidth where TFrom : struct, IOperand
{
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static Block* Execute(MicroOp* op, CpuState* s, X86Core core)
    {
        Place from = TFrom.Find<TWidth>(op, s, core, write: false);
        if (TFrom.CanMiss && TFrom.Misses<TWidth>(from, s))
            return TFrom.IsPatient ? null : op->Patient(op, s, core);

        byte* to = CpuState.At(s, op->Destination);
        ulong moved = TWidth.Load(TFrom.Host(from, s)), kept = TWidth.Load(to);
        TWidth.Write(to, TCondition.Holds(s) ? moved : kept);
        op++;
        return op->Execute(op, s, core);
    }
}

/// <summary>SETcc.</summary>
internal unsafe struct SetIf<TCondition, TTo> where TCondition : struct, ICondition where TTo : struct, IOperand
{
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static Block* Execute(MicroOp* op, CpuState* s, X86Core core)
    {
        Place to = TTo.Find<Width8>(op, s, core, write: true);
        if (TTo.CanMiss && TTo.Misses<Width8>(to, s))
            return TTo.IsPatient ? null : op->Patient(op, s, core);

        TTo.Store<Width8>(TTo.Host(to, s), Flags.Bit(TCondition.Holds(s)), s, core);
        op++;
        return op->Execute(op, s, core);
    }
}

/// <summary>BSWAP. Of 16 bits the result is undefined; CPUs clear them.</summary>
internal unsafe struct SwapBytes<TWidth> where TWidth : struct, IWidth
{
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static Block* Execute(MicroOp* op, CpuState* s, X86Core core)
    {
        byte* to = CpuState.At(s, op->Destination);
        ulong value = System.Buffers.Binary.BinaryPrimitives.ReverseEndianness(TWidth.Load(to));
        TWidth.Write(to, TWidth.Bits == 16 ? 0 : value >> (64 - TWidth.Bits));
        op++;
        return op->Execute(op, s, core);
    }
}

/// <summary>NOP, PAUSE, prefetches, fences where nothing is reordered.</summary>
internal unsafe struct Nothing
{
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static Block* Execute(MicroOp* op, CpuState* s, X86Core core)
    {
        op++;
        return op->Execute(op, s, core);
    }
}
