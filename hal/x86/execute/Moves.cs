using System.Runtime.CompilerServices;

namespace MiniKernel.Hal.X86;

/// <summary>MOV.</summary>
internal unsafe struct Move<TWidth, TTo, TFrom> : IStep where TWidth : struct, IWidth where TTo : struct, IOperand where TFrom : struct, IOperand
{
    public static bool IsPatient
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => TTo.IsPatient || TFrom.IsPatient;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static bool TryDo(MicroOp* op, CpuState* s, X86Core core)
    {
        Place from = TFrom.Find<TWidth>(op, s, core, write: false);
        if (TFrom.CanMiss && TFrom.Misses<TWidth>(from, s))
            return false;
        Place to = TTo.Find<TWidth>(op, s, core, write: true);
        if (TTo.CanMiss && TTo.Misses<TWidth>(to, s))
            return false;

        TTo.Store<TWidth>(TTo.Host(to, s), TWidth.Load(TFrom.Host(from, s)), s, core);
        return true;
    }
}

/// <summary>MOVZX: a narrower operand, zero-extended.</summary>
internal unsafe struct MoveUnsigned<TWidth, TNarrow, TFrom> : IStep where TWidth : struct, IWidth where TNarrow : struct, IWidth where TFrom : struct, IOperand
{
    public static bool IsPatient => TFrom.IsPatient;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static bool TryDo(MicroOp* op, CpuState* s, X86Core core)
    {
        Place from = TFrom.Find<TNarrow>(op, s, core, write: false);
        if (TFrom.CanMiss && TFrom.Misses<TNarrow>(from, s))
            return false;

        TWidth.Write(CpuState.At(s, op->Destination), TNarrow.Load(TFrom.Host(from, s)));
        return true;
    }
}

/// <summary>MOVSX, MOVSXD, and CBW, CWDE, CDQE, which do it to the accumulator.</summary>
internal unsafe struct MoveSigned<TWidth, TNarrow, TFrom> : IStep where TWidth : struct, IWidth where TNarrow : struct, IWidth where TFrom : struct, IOperand
{
    public static bool IsPatient => TFrom.IsPatient;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static bool TryDo(MicroOp* op, CpuState* s, X86Core core)
    {
        Place from = TFrom.Find<TNarrow>(op, s, core, write: false);
        if (TFrom.CanMiss && TFrom.Misses<TNarrow>(from, s))
            return false;

        TWidth.Write(CpuState.At(s, op->Destination), (ulong)TNarrow.Signed(TNarrow.Load(TFrom.Host(from, s))));
        return true;
    }
}

/// <summary>CWD, CDQ, CQO: the accumulator's sign in all bits of the data register.</summary>
internal unsafe struct SpreadSign<TWidth> : IStep where TWidth : struct, IWidth
{
    public static bool IsPatient => false;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static bool TryDo(MicroOp* op, CpuState* s, X86Core core)
    {
        long sign = TWidth.Signed(s->Registers[(int)X86Register.Rax]) >> 63;
        TWidth.Write((byte*)CpuState.Register(s, X86Register.Rdx), (ulong)sign);
        return true;
    }
}

/// <summary>LEA.</summary>
internal unsafe struct LoadAddress<TWidth, TAddress> : IStep where TWidth : struct, IWidth where TAddress : struct, IAddress
{
    public static bool IsPatient => false;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static bool TryDo(MicroOp* op, CpuState* s, X86Core core)
    {
        TWidth.Write(CpuState.At(s, op->Destination), TAddress.Of(op, s, 0));
        return true;
    }
}

/// <summary>CMOVcc: the source is read, and may fault, whether or not it is moved; 32 bits clear the upper half in any case.</summary>
internal unsafe struct MoveIf<TCondition, TWidth, TFrom> : IStep where TCondition : struct, ICondition where TWidth : struct, IWidth where TFrom : struct, IOperand
{
    public static bool IsPatient => TFrom.IsPatient;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static bool TryDo(MicroOp* op, CpuState* s, X86Core core)
    {
        Place from = TFrom.Find<TWidth>(op, s, core, write: false);
        if (TFrom.CanMiss && TFrom.Misses<TWidth>(from, s))
            return false;

        byte* to = CpuState.At(s, op->Destination);
        ulong moved = TWidth.Load(TFrom.Host(from, s)), kept = TWidth.Load(to);
        TWidth.Write(to, TCondition.Holds(s) ? moved : kept);
        return true;
    }
}

/// <summary>SETcc.</summary>
internal unsafe struct SetIf<TCondition, TTo> : IStep where TCondition : struct, ICondition where TTo : struct, IOperand
{
    public static bool IsPatient => TTo.IsPatient;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static bool TryDo(MicroOp* op, CpuState* s, X86Core core)
    {
        Place to = TTo.Find<Width8>(op, s, core, write: true);
        if (TTo.CanMiss && TTo.Misses<Width8>(to, s))
            return false;

        TTo.Store<Width8>(TTo.Host(to, s), Flags.Bit(TCondition.Holds(s)), s, core);
        return true;
    }
}

/// <summary>BSWAP. Of 16 bits the result is undefined; CPUs clear them.</summary>
internal unsafe struct SwapBytes<TWidth> : IStep where TWidth : struct, IWidth
{
    public static bool IsPatient => false;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static bool TryDo(MicroOp* op, CpuState* s, X86Core core)
    {
        byte* to = CpuState.At(s, op->Destination);
        ulong value = System.Buffers.Binary.BinaryPrimitives.ReverseEndianness(TWidth.Load(to));
        TWidth.Write(to, TWidth.Bits == 16 ? 0 : value >> (64 - TWidth.Bits));
        return true;
    }
}

/// <summary>NOP, PAUSE, prefetches, fences where nothing is reordered.</summary>
internal unsafe struct Nothing : IStep
{
    public static bool IsPatient => false;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static bool TryDo(MicroOp* op, CpuState* s, X86Core core)
    {
        return true;
    }
}
