using System.Runtime.CompilerServices;

namespace MiniKernel.Hal.X86;

/// <summary>a = a OP b, or the flags of it.</summary>
internal unsafe struct Binary<TOperation, TWidth, TTo, TFrom, TFlags> : IStep
    where TOperation : struct, IBinary where TWidth : struct, IWidth where TTo : struct, IOperand where TFrom : struct, IOperand where TFlags : struct, IFlagUse
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
        Place to = TTo.Find<TWidth>(op, s, core, write: TOperation.Writes);
        if (TTo.CanMiss && TTo.Misses<TWidth>(to, s))
            return false;

        byte* host = TTo.Host(to, s);
        ulong a = TWidth.Load(host), b = TWidth.Load(TFrom.Host(from, s));
        ulong result = TOperation.Apply<TWidth>(s, a, b);
        if (TOperation.Writes)
            TTo.Store<TWidth>(host, result, s, core);
        if (TFlags.Live)
            TOperation.SetFlags<TWidth>(s, a, b, result);
        return true;
    }
}

/// <summary>a = b OP c: IMUL with an immediate.</summary>
internal unsafe struct Ternary<TOperation, TWidth, TFrom, TFlags> : IStep
    where TOperation : struct, IBinary where TWidth : struct, IWidth where TFrom : struct, IOperand where TFlags : struct, IFlagUse
{
    public static bool IsPatient => TFrom.IsPatient;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static bool TryDo(MicroOp* op, CpuState* s, X86Core core)
    {
        Place from = TFrom.Find<TWidth>(op, s, core, write: false);
        if (TFrom.CanMiss && TFrom.Misses<TWidth>(from, s))
            return false;

        ulong a = TWidth.Load(TFrom.Host(from, s)), b = op->Immediate;
        ulong result = TOperation.Apply<TWidth>(s, a, b);
        TWidth.Write(CpuState.At(s, op->Destination), result);
        if (TFlags.Live)
            TOperation.SetFlags<TWidth>(s, a, b, result);
        return true;
    }
}
