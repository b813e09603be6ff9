using System.Runtime.CompilerServices;

namespace MiniKernel.Hal.X86;

/// <summary>SHLD and SHRD: a shift that takes its new bits from a second register.</summary>
internal unsafe interface IDoubleShift
{
    /// <summary>The result, and the last bit shifted out.</summary>
    /// <param name="a">What to shift.</param>
    /// <param name="b">Where the new bits come from.</param>
    /// <param name="count">1 to 63 or 31; above the width, which only 16 bits allow, the result is undefined.</param>
    static abstract (ulong Result, bool Carry) Apply<TWidth>(ulong a, ulong b, int count) where TWidth : struct, IWidth;
}

/// <summary>a:b SHIFTED BY count; b stays.</summary>
internal unsafe struct DoubleShift<TOperation, TWidth, TTo, TCount, TFlags>
    where TOperation : struct, IDoubleShift where TWidth : struct, IWidth where TTo : struct, IOperand where TCount : struct, IShiftCount where TFlags : struct, IFlagUse
{
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static Block* Execute(MicroOp* op, CpuState* s, X86Core core)
    {
        Place to = TTo.Find<TWidth>(op, s, core, write: true);
        if (TTo.CanMiss && TTo.Misses<TWidth>(to, s))
            return TTo.IsPatient ? null : op->Patient(op, s, core);

        byte* host = TTo.Host(to, s);
        ulong a = TWidth.Load(host);
        int count = (int)TCount.Get(op, s) & (TWidth.Bits == 64 ? 63 : 31);
        ulong result = a;
        if (count != 0)
        {
            (result, bool carry) = TOperation.Apply<TWidth>(a, TWidth.Load(CpuState.At(s, op->Source)), count);
            if (TFlags.Live)
                Flags.Set<TWidth>(s, result, carry, TWidth.Signed(result ^ a) < 0);
        }
        TTo.Store<TWidth>(host, result, s, core);
        op++;
        return op->Execute(op, s, core);
    }
}

/// <summary>Where SHLD and SHRD find their count: their source register is taken.</summary>
internal unsafe interface IShiftCount
{
    static abstract ulong Get(MicroOp* op, CpuState* s);
}

internal unsafe struct ByConstant : IShiftCount
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static ulong Get(MicroOp* op, CpuState* s) => op->Immediate;
}

internal unsafe struct ByCl : IShiftCount
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static ulong Get(MicroOp* op, CpuState* s) => s->Registers[(int)X86Register.Rcx];
}

internal unsafe struct DoubleShiftLeft : IDoubleShift
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static (ulong Result, bool Carry) Apply<TWidth>(ulong a, ulong b, int count) where TWidth : struct, IWidth =>
        ((a << count) | (b >> (TWidth.Bits - count)), (a >> (TWidth.Bits - count) & 1) != 0);
}

internal unsafe struct DoubleShiftRight : IDoubleShift
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static (ulong Result, bool Carry) Apply<TWidth>(ulong a, ulong b, int count) where TWidth : struct, IWidth =>
        ((a >> count) | (b << (TWidth.Bits - count)), (a >> (count - 1) & 1) != 0);
}
