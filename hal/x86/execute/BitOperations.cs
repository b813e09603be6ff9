using System.Runtime.CompilerServices;

namespace MiniKernel.Hal.X86;

/// <summary>BT, BTS, BTR, BTC: CF is the bit as it was; ZF stays, the others are undefined.</summary>
internal unsafe struct TestBit<TChange> : IBinary where TChange : struct, IBitChange
{
    public static bool Writes => TChange.Writes;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static ulong Apply<TWidth>(CpuState* s, ulong a, ulong b) where TWidth : struct, IWidth => TChange.Apply(a, 1UL << ((int)b & (TWidth.Bits - 1)));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void SetFlags<TWidth>(CpuState* s, ulong a, ulong b, ulong result) where TWidth : struct, IWidth =>
        Flags.SetCarry(s, (a >> ((int)b & (TWidth.Bits - 1)) & 1) != 0);
}

/// <summary>What becomes of the bit.</summary>
internal interface IBitChange
{
    static abstract bool Writes { get; }
    static abstract ulong Apply(ulong a, ulong bit);
}

internal struct KeepBit : IBitChange
{
    public static bool Writes => false;
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static ulong Apply(ulong a, ulong bit) => a;
}

internal struct SetBit : IBitChange
{
    public static bool Writes => true;
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static ulong Apply(ulong a, ulong bit) => a | bit;
}

internal struct ResetBit : IBitChange
{
    public static bool Writes => true;
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static ulong Apply(ulong a, ulong bit) => a & ~bit;
}

internal struct FlipBit : IBitChange
{
    public static bool Writes => true;
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static ulong Apply(ulong a, ulong bit) => a ^ bit;
}

/// <summary>BSF, BSR, TZCNT.</summary>
internal unsafe interface IScan
{
    /// <summary>The result; of nothing to find, what the destination then holds.</summary>
    static abstract ulong Apply<TWidth>(ulong a) where TWidth : struct, IWidth;

    /// <summary>False: without a bit the destination keeps what it held (undefined on Intel's paper, so on all CPUs).</summary>
    static abstract bool WritesForZero { get; }

    /// <summary>The flags it leaves.</summary>
    static abstract void SetFlags<TWidth>(CpuState* s, ulong a, ulong result) where TWidth : struct, IWidth;
}

/// <summary>a = the bit found in b.</summary>
internal unsafe struct Scan<TOperation, TWidth, TFrom, TFlags>
    where TOperation : struct, IScan where TWidth : struct, IWidth where TFrom : struct, IOperand where TFlags : struct, IFlagUse
{
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static Block* Execute(MicroOp* op, CpuState* s, X86Core core)
    {
        Place from = TFrom.Find<TWidth>(op, s, core, write: false);
        if (TFrom.CanMiss && TFrom.Misses<TWidth>(from, s))
            return TFrom.IsPatient ? null : op->Patient(op, s, core);

        ulong a = TWidth.Load(TFrom.Host(from, s));
        ulong result = TOperation.Apply<TWidth>(a);
        if (TOperation.WritesForZero || a != 0)
            TWidth.Write(CpuState.At(s, op->Destination), result);
        if (TFlags.Live)
            TOperation.SetFlags<TWidth>(s, a, result);
        op++;
        return op->Execute(op, s, core);
    }
}

internal unsafe struct ScanForward : IScan
{
    public static bool WritesForZero => false;
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static ulong Apply<TWidth>(ulong a) where TWidth : struct, IWidth => (ulong)System.Numerics.BitOperations.TrailingZeroCount(a);
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void SetFlags<TWidth>(CpuState* s, ulong a, ulong result) where TWidth : struct, IWidth => s->ZeroResult = a;
}

internal unsafe struct ScanReverse : IScan
{
    public static bool WritesForZero => false;
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static ulong Apply<TWidth>(ulong a) where TWidth : struct, IWidth => (ulong)System.Numerics.BitOperations.Log2(a);
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void SetFlags<TWidth>(CpuState* s, ulong a, ulong result) where TWidth : struct, IWidth => s->ZeroResult = a;
}

/// <summary>TZCNT: the width when there is no bit; CF says so, ZF says that the result is 0.</summary>
internal unsafe struct CountTrailingZeros : IScan
{
    public static bool WritesForZero => true;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static ulong Apply<TWidth>(ulong a) where TWidth : struct, IWidth => a == 0 ? (ulong)TWidth.Bits : (ulong)System.Numerics.BitOperations.TrailingZeroCount(a);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void SetFlags<TWidth>(CpuState* s, ulong a, ulong result) where TWidth : struct, IWidth
    {
        s->ZeroResult = result;
        Flags.SetCarry(s, a == 0);
    }
}
