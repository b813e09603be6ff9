using System.Runtime.CompilerServices;

namespace MiniKernel.Hal.X86;

/// <summary>a = a OP b, or the flags of it.</summary>
internal unsafe struct Binary<TOperation, TWidth, TTo, TFrom, TFlags>
    where TOperation : struct, IBinary where TWidth : struct, IWidth where TTo : struct, IOperand where TFrom : struct, IOperand where TFlags : struct, IFlagUse
{
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static Block* Execute(MicroOp* op, CpuState* s, X86Core core)
    {
        Place from = TFrom.Find<TWidth>(op, s, core, write: false);
        if (TFrom.CanMiss && TFrom.Misses<TWidth>(from, s))
            return TFrom.IsPatient ? null : op->Patient(op, s, core);
        Place to = TTo.Find<TWidth>(op, s, core, write: TOperation.Writes);
        if (TTo.CanMiss && TTo.Misses<TWidth>(to, s))
            return TTo.IsPatient ? null : op->Patient(op, s, core);

        byte* host = TTo.Host(to, s);
        ulong a = TWidth.Load(host), b = TWidth.Load(TFrom.Host(from, s));
        ulong result = TOperation.Apply<TWidth>(s, a, b);
        if (TOperation.Writes)
            TTo.Store<TWidth>(host, result, s, core);
        if (TFlags.Live)
            TOperation.SetFlags<TWidth>(s, a, b, result);
        op++;
        return op->Execute(op, s, core);
    }
}

/// <summary>a = b OP c: IMUL with an immediate.</summary>
internal unsafe struct Ternary<TOperation, TWidth, TFrom, TFlags>
    where TOperation : struct, IBinary where TWidth : struct, IWidth where TFrom : struct, IOperand where TFlags : struct, IFlagUse
{
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static Block* Execute(MicroOp* op, CpuState* s, X86Core core)
    {
        Place from = TFrom.Find<TWidth>(op, s, core, write: false);
        if (TFrom.CanMiss && TFrom.Misses<TWidth>(from, s))
            return TFrom.IsPatient ? null : op->Patient(op, s, core);

        ulong a = TWidth.Load(TFrom.Host(from, s)), b = op->Immediate;
        ulong result = TOperation.Apply<TWidth>(s, a, b);
        TWidth.Write(CpuState.At(s, op->Destination), result);
        if (TFlags.Live)
            TOperation.SetFlags<TWidth>(s, a, b, result);
        op++;
        return op->Execute(op, s, core);
    }
}
